//! Continuous updates through a scheduler: by the command line, and by the Python client.

use std::fs;
use std::path::Path;
use std::process::Command;

use poimuri_tests::callers::OTHER;
use poimuri_tests::cluster::Cluster;
use poimuri_tests::store::Store;
use serde_json::{Value, json};

use crate::customers::{Known, delivered, people, register};
use crate::subscription::{REFUSED, apply, document, evolve, show};

const USAGE: i32 = 2;
const NOT_FOUND: i32 = 4;
const UNREACHABLE: i32 = 5;

/// A cluster that asks for tokens; the commands of the test have the customer's.
fn cluster() -> (Cluster, Vec<Known>) {
    let store = Store::with_people(6_000, 4);
    let all = people(&store);
    store.file("customers.csv", register(all.iter().step_by(4)));
    store.file("customer.token", poimuri_tests::callers::CUSTOMER);
    let mut cluster = Cluster::start(store, 0);
    cluster.ask_for_tokens("");
    let settings = fs::read_to_string(cluster.store.folder().join("poimuri.toml")).unwrap();
    let settings = settings.replace("[client]\n", "[client]\ntoken = \"customer.token\"\n");
    cluster.store.file("poimuri.toml", settings);
    cluster.add_worker();
    (cluster, all)
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let file =
        |entry: fs::DirEntry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap());
    let mut files: Vec<_> = entries.map(file).collect();
    files.sort();
    files
}

#[test]
fn every_command_works_through_a_scheduler() {
    let (mut cluster, all) = cluster();
    let store = &cluster.store;
    let file = store.file("subscription.toml", document("each-snapshot"));
    let add = ["subscription", "add", file.to_str().unwrap(), "--idempotency-key", "one", "--json"];
    let first = store.run(add).json();
    let again = store.run(add).json();
    assert_eq!((&first["id"], &again["known"]), (&again["id"], &true.into()), "{again}");
    let id = first["id"].as_str().unwrap().to_owned();
    let through = |option: &str, value: &str| store.run(["subscription", "run", &id, option, value]).code;
    assert_eq!(through("--now", "2099-01-01T00:00:00Z"), USAGE);
    let told = store.run(["subscription", "run", &id, "--json"]).json();
    assert_eq!(told["deliveries"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(told["state"], "the customer is up to date");
    let members = show(store, &id)["members"].as_u64().unwrap();
    assert_eq!(store.run(["subscription", "list", "--json"]).json()[0]["members"].as_u64(), Some(members));

    store.run(["subscription", "pause", &id]).expect_done();
    evolve(store, "source", "later", "9");
    apply(store, "later-changes", "2026-09-10");
    let paused = store.run(["subscription", "run", &id, "--json"]).json();
    assert_eq!(paused["state"], "the subscription is paused");
    store.run(["subscription", "resume", &id]).expect_done();
    let told = store.run(["subscription", "run", &id, "--json"]).json();
    let order = told["deliveries"][0]["order"].as_str().unwrap().to_owned();
    assert!(!delivered(store, &order).is_empty());
    // The numbers of a customer are rounded.
    assert!(told["deliveries"][0]["rows"].is_string(), "{told}");

    for out in ["one", "two"] {
        let repeated = store.run(["subscription", "repeat", &id, "--out", out, "--json"]).json();
        assert_eq!(repeated.as_array().unwrap().len(), 2, "{repeated}");
        let stored = files(&store.path().join("deliveries").join(&order));
        assert_eq!(files(&store.folder().join(out).join(&order)), stored);
    }
    store.run(["subscription", "acknowledge", &id, "3"]).expect_done();
    assert_eq!(store.run(["subscription", "acknowledge", &id, "9"]).code, NOT_FOUND);
    assert_eq!(show(store, &id)["unacknowledged"], json!([0]));

    store.file("gone.csv", "asiakasnro\nA1\nA2\nA3\nnobody\n");
    let gone = store.run(["subscription", "members", &id, "--remove", "gone.csv", "--json"]).json();
    let counted = store.run(["subscription", "members", &id, "--json"]).json();
    assert_eq!(
        (&counted["members"], gone["left"].as_u64()),
        (&gone["left"], Some(members - gone["removed"].as_u64().unwrap()))
    );
    assert_eq!(store.audit().matches("\"data-erased\"").count(), 1, "keys that were read are destroyed");
    store.file("more.csv", register(all.iter().skip(1).step_by(4).take(30)).replace("\nA", "\nB"));
    store.run(["subscription", "members", &id, "--add", "more.csv"]).expect_done();
    let told = store.run(["subscription", "run", &id, "--json"]).json();
    let order = told["deliveries"][0]["order"].as_str().unwrap();
    assert_eq!(delivered(store, order).len(), 30, "{told}");

    store.file("other.token", OTHER);
    let other = store.run(["subscription", "show", &id, "--token", "other.token"]);
    assert_eq!(other.code, NOT_FOUND, "{}", other.said());
    store.run(["subscription", "end", &id]).expect_done();
    assert_eq!(show(store, &id)["ended"], "ended by its customer");
    assert_eq!(store.run(["subscription", "run", &id]).code, REFUSED);
    cluster.scheduler.kill();
    assert_eq!(cluster.store.run(["subscription", "show", &id]).code, UNREACHABLE);
}

/// What a partner's program does.
const PROGRAM: &str = r#"
import json, sys
from poimuri import Client, PoimuriError

client = Client(sys.argv[1], token="customer-token")
with open("customers.csv", "rb") as file:
    client.upload_register("r-1", "acme", file)
document = open("subscription.toml", encoding="utf-8").read()
added = client.subscribe(document, register="r-1", key="one")
again = client.subscribe(document, register="r-1", key="one")
id, order = added["id"], added["order"]
states = [progress["state"] for progress in client.watch(order)]
copied = client.copy_delivery(id, 0, "outbox")
shown = client.subscription(id)
known = [client.acknowledge(id, 0)["known"] for _ in range(2)]
client.upload_register("r-2", "acme", b"asiakasnro\nA1\nA2\nnobody\n")
taken = client.remove_members(id, "r-2")
client.remove_register("r-2")
more = open("more.csv", "rb").read()
client.upload_register("r-3", "acme", more)
brought = client.add_members(id, "r-3")
states += [progress["state"] for progress in client.watch(brought["order"])][-1:]
refused = []
for attempt in (
    lambda: client.subscribe(document.replace("each-snapshot", "each-week"), register="r-1"),
    lambda: client.subscription("u-01kbt6v8q5z3f9x2m7c4n1h0ds"),
    lambda: client.copy_delivery(id, 9, "nowhere"),
    lambda: Client(sys.argv[1], token="other-token").subscription(id),
):
    try:
        attempt()
    except PoimuriError as error:
        refused.append([error.status, error.details])
paused, resumed = client.pause_subscription(id)["state"], client.resume_subscription(id)["state"]
went = client.run_subscription(id)
ended = client.end_subscription(id, "contract-ended")
listed = client.subscriptions(state="ended")
print(json.dumps({
    "same": added["id"] == again["id"] and again["known"], "states": [states[-2], states[-1]], "order": order,
    "rows": copied["rows"], "members": shown["members"], "known": known, "taken": taken, "refused": refused,
    "words": [paused, resumed, went["state"], ended["ended"], listed[0]["id"] == id],
}))
"#;

#[test]
fn a_program_in_python_keeps_a_register_up_to_date() {
    let (cluster, all) = cluster();
    let store = &cluster.store;
    store.file("program.py", PROGRAM);
    store.file("subscription.toml", document("each-snapshot"));
    store.file("more.csv", register(all.iter().skip(1).step_by(4).take(30)).replace("\nA", "\nB"));
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../client/python");
    let url = format!("http://127.0.0.1:{}", cluster.port());
    let mut python = Command::new("python3");
    python.current_dir(store.folder()).args(["-B", "program.py", &url]).env("PYTHONPATH", library);
    let ended = python.output().unwrap();
    assert!(ended.status.success(), "{}\n{}", String::from_utf8_lossy(&ended.stderr), cluster.logs());
    let told: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(
        (&told["same"], &told["states"]),
        (&json!(true), &json!(["delivered", "delivered"])),
        "{told}"
    );
    assert!(told["members"].as_u64() > Some(1_000) && told["rows"].as_u64() > Some(1_000), "{told}");
    assert_eq!(told["known"], json!([false, true]));
    assert!(
        told["taken"]["removed"].as_u64() > Some(0) && told["taken"]["unknown"].as_u64() > Some(0),
        "{told}"
    );
    let words = json!(["paused", "active", "the customer is up to date", "contract-ended", true]);
    assert_eq!(told["words"], words);
    let statuses: Vec<_> = told["refused"].as_array().unwrap().iter().map(|refused| &refused[0]).collect();
    assert_eq!(statuses, [422, 404, 404, 404]);
    assert!(told["refused"][0][1].to_string().contains("rhythm"), "{told}");
    let order = told["order"].as_str().unwrap();
    assert_eq!(files(&store.folder().join("outbox")), files(&store.path().join("deliveries").join(order)));
}
