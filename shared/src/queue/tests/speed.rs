//! What the queue in Redis is measured by. Run alone:
//! `cargo test --release -p poimuri-shared queue::tests::speed -- --ignored --nocapture --test-threads 1`

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use redis::Value;

use super::server::{Server, prefix};
use super::*;
use crate::queue::{Event, wait_for_work};

#[expect(clippy::print_stderr, reason = "figures are what this is for")]
fn tell(what: &str, figure: f64, unit: &str) {
    eprintln!("{what}: {figure:.1} {unit}");
}

async fn real(server: &Server) -> Arc<RedisQueue> {
    Arc::new(RedisQueue::connect(&server.url, &prefix()).await.unwrap())
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

async fn drain(queue: &RedisQueue, name: &str, most: u32) -> u32 {
    let name = worker(name);
    let mut count = 0;
    while count < most
        && let Some(claim) = queue.claim(&name).await.unwrap()
    {
        queue.commit(&claim, 5).await.unwrap();
        count += 1;
    }
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn planning_claiming_and_committing() {
    let server = Server::start();
    let queue = real(&server).await;
    queue.plan(plan("o-warm", 0, 10)).await.unwrap();
    drain(&queue, "w-warm", 10).await;
    let begun = Instant::now();
    queue.plan(plan("o-1", 0, 10_000)).await.unwrap();
    tell("10,000 tasks planned", ms(begun.elapsed()), "ms (< 10)");
    let begun = Instant::now();
    let count = drain(&queue, "w-1", 5_000).await;
    tell("claim and commit, one by one", f64::from(count) / begun.elapsed().as_secs_f64(), "/s");
    for workers in [4, 16, 64] {
        queue.plan(plan(&format!("o-{workers}"), 1, 20_000)).await.unwrap();
        let begun = Instant::now();
        let names: Vec<String> = (0..workers).map(|at| format!("w-{at}")).collect();
        let counts = join_all(names.iter().map(|name| drain(&queue, name, 20_000 / workers))).await;
        let rate = f64::from(counts.iter().sum::<u32>()) / begun.elapsed().as_secs_f64();
        tell(&format!("claim and commit, {workers} workers"), rate, "/s (>= 10,000)");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn no_script_is_slow_with_200_000_waiting() {
    let server = Server::with(&["--slowlog-log-slower-than", "10000"]);
    let queue = real(&server).await;
    let begun = Instant::now();
    queue.plan(plan("o-1", 0, 200_000)).await.unwrap();
    tell("200,000 tasks planned", ms(begun.elapsed()), "ms");
    let memory = server.command(&["MEMORY", "USAGE", &format!("{}:{{o-1}}:0:t", queue.steps.prefix())]).await;
    assert!(matches!(memory, Value::Int(bytes) if bytes < 300_000), "{memory:?}");
    drain(&queue, "w-1", 2_000).await;
    let begun = Instant::now();
    let state = queue.read(&order("o-1")).await.unwrap().unwrap();
    tell("200,000 tasks read", ms(begun.elapsed()), "ms");
    assert_eq!(state.stages[&0].done, 2_000);
    let begun = Instant::now();
    let mut again = plan("o-1", 0, 200_000);
    again.done = (0..150_000).collect();
    queue.plan(again).await.unwrap();
    tell("150,000 of them found done", ms(begun.elapsed()), "ms");
    let begun = Instant::now();
    queue.claim(&worker("w-2")).await.unwrap().unwrap();
    tell("first claim behind them", ms(begun.elapsed()), "ms");
    for _ in 0..10 {
        queue.sweep().await.unwrap();
        queue.overview().await.unwrap();
    }
    queue.forget(&order("o-1")).await.unwrap();
    let slow = server.command(&["SLOWLOG", "GET", "10"]).await;
    assert!(matches!(&slow, Value::Array(entries) if entries.is_empty()), "{slow:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn the_next_stage_starts_at_once() {
    let server = Server::start();
    let scheduler = real(&server).await;
    let waiting = Arc::new(RedisQueue::connect(&server.url, scheduler.steps.prefix()).await.unwrap());
    let mut events = scheduler.subscribe();
    let mut slowest = Duration::ZERO;
    scheduler.plan(plan("o-1", 0, 1)).await.unwrap();
    for stage in 0..20 {
        let claim = claimed(&*waiting, "w-1").await;
        let mut work = waiting.work();
        work.borrow_and_update();
        assert!(waiting.claim(&worker("w-1")).await.unwrap().is_none());
        let begun = Instant::now();
        scheduler.commit(&claim, 1).await.unwrap();
        while events.recv().await.unwrap() != (Event::StageDone { order: order("o-1"), stage }) {}
        scheduler.plan(plan("o-1", stage + 1, 1)).await.unwrap();
        assert!(wait_for_work(&mut work, Duration::from_secs(5)).await);
        slowest = slowest.max(begun.elapsed());
    }
    tell("commit of the last partial to the next stage's call, slowest of 20", ms(slowest), "ms (< 50)");
    assert!(slowest < Duration::from_millis(50));
}
