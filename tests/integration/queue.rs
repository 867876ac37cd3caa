//! Redis servers that refuse, are unsafe or unreachable, and what may be found in a good one.

use std::time::{Duration, Instant};

use poimuri_tests::cluster::Cluster;
use poimuri_tests::program;
use poimuri_tests::redis::{Redis, free_port};
use poimuri_tests::store::{ORDER, Store};
use poimuri_tests::wait::{holds_for, wait_for};

/// Starts a role on a Redis it must not work with, and gives exit code and words.
fn start(store: &Store, role: &str, url: &str) -> (i32, String) {
    let mut command = program::command(store.folder());
    command.args([role, "--store", "store", "--redis", url]);
    if role == "scheduler" {
        command.args(["--listen", &format!("127.0.0.1:{}", free_port())]);
    }
    let mut running =
        poimuri_tests::process::Running::start(command, &store.folder().join(format!("{role}.log")));
    let code = running.wait(Duration::from_secs(40));
    (code, running.said())
}

#[test]
fn an_eviction_policy_is_refused_with_the_reason() {
    let store = Store::new();
    let redis = Redis::with(&["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"]);
    let (code, said) = start(&store, "scheduler", &redis.url());
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("noeviction") && said.contains("allkeys-lru"), "{said}");
}

#[test]
fn a_password_is_asked_for() {
    let store = Store::new();
    let redis = Redis::with(&["--requirepass", "geheim"]);
    for url in [redis.url(), redis.url().replace("redis://", "redis://:falsch@")] {
        for role in ["scheduler", "worker"] {
            let (code, said) = start(&store, role, &url);
            assert_eq!(code, 5, "{role}: {said}");
            assert!(!said.contains("falsch") && !said.contains("panicked"), "{role}: {said}");
        }
    }
}

#[test]
fn a_wrong_address_is_refused_by_the_setting() {
    let store = Store::new();
    for role in ["scheduler", "worker"] {
        let (code, said) = start(&store, role, "http://nonsense");
        assert_eq!(code, 2, "{role}: {said}");
        assert!(said.contains("redis"), "{role}: {said}");
    }
}

#[test]
fn a_redis_that_comes_later_is_waited_for() {
    let store = Store::with_people(5_000, 4);
    let mut redis = Redis::start();
    let mut cluster = {
        redis.kill();
        let mut command = program::command(store.folder());
        command.args(["worker", "--store", "store", "--redis", &redis.url()]);
        let early = poimuri_tests::process::Running::start(command, &store.folder().join("early.log"));
        redis.restart();
        let mut cluster = Cluster::start_on(store, redis, 0);
        cluster.workers.push(early);
        cluster
    };
    if !cluster.workers[0].alive() {
        // To refuse at start with the code for "cannot reach the queue" is as good: whoever starts it tries again.
        assert_eq!(cluster.workers[0].wait(Duration::from_secs(1)), 5, "{}", cluster.logs());
        cluster.add_worker();
    }
    let order = cluster.submit(ORDER);
    assert!(cluster.receipt(&order)["delivered"].as_u64().is_some_and(|rows| rows >= 100));
    let shown = cluster.store.run(["order", "show", &order, "--json"]).json();
    // Moments of UTC in one form, so that texts compare as moments do.
    let [accepted, ended] = ["accepted_at", "ended_at"].map(|at| shown[at].as_str().unwrap_or_default());
    assert!(!accepted.is_empty() && accepted < ended, "{shown}");
}

#[test]
fn nothing_personal_is_in_redis_or_the_logs() {
    let store = Store::with_people(20_000, 16);
    let cluster = Cluster::start(store, 2);
    let order = cluster.submit(ORDER);
    let seen = wait_for("keys in Redis", Duration::from_secs(20), || {
        Some(cluster.redis.memory_as_text()).filter(|text| !text.is_empty())
    });
    let receipt = cluster.receipt(&order);
    assert!(receipt["delivered"].as_u64().is_some());
    let text = seen + &cluster.redis.memory_as_text() + &cluster.logs();
    let lower = text.to_lowercase();
    for name in ["virtanen", "korhonen", "mäkinen", "juhani", "johanna", "katu 1", "tie 1"] {
        assert!(!lower.contains(name), "{name} is in Redis or a log");
    }
    assert!(!has_identity_code(&text), "an identity code is in Redis or a log");
}

/// Whether a text holds six digits, a sign, three digits and a character.
fn has_identity_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(11).any(|w| {
        w[..6].iter().all(u8::is_ascii_digit)
            && b"+-ABCDEFUVWXY".contains(&w[6])
            && w[7] == b'9'
            && w[7..10].iter().all(u8::is_ascii_digit)
            && (w[10].is_ascii_digit() || w[10].is_ascii_uppercase())
    })
}

#[test]
fn idle_processes_rest() {
    let store = Store::with_people(3_000, 4);
    let cluster = Cluster::start(store, 1);
    let order = cluster.submit(ORDER.replace("size = 1000", "size = 500").as_str());
    assert!(cluster.receipt(&order)["digest"].is_string());
    let pids = [cluster.scheduler.pid(), cluster.workers[0].pid()];
    let before = pids.map(cpu_ticks);
    let started = Instant::now();
    assert!(holds_for(Duration::from_secs(10), || true));
    for (pid, before) in pids.iter().zip(before) {
        // A tick is 10 ms.
        let share = f64::from(cpu_ticks(*pid) - before) / 100.0 / started.elapsed().as_secs_f64();
        assert!(share < 0.01, "an idle process uses {:.2} % of a core", share * 100.0);
    }
}

fn cpu_ticks(pid: u32) -> u32 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let after = stat.rsplit(')').next().unwrap();
    let fields: Vec<u32> = after.split_whitespace().skip(1).map(|field| field.parse().unwrap_or(0)).collect();
    fields[10] + fields[11]
}
