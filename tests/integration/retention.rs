//! What has outlived its time is erased, by a command or by the scheduler, and told of afterwards.

use std::fs;
use std::path::Path;
use std::time::Duration;

use poimuri_tests::cluster::{Cluster, LIMIT};
use poimuri_tests::store::{ORDER, Store, UPDATE};
use poimuri_tests::wait::{holds_for, wait_for};

use crate::customers::{people, register};
use crate::lists;

const FAILED: i32 = 6;
const NOT_FOUND: i32 = 4;
const REFUSED: i32 = 3;

fn order() -> String {
    ORDER.replace("[dedup]", "[register]\nfile = \"own.csv\"\nuse = \"subtract\"\n\n[dedup]")
}

fn count_files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { count_files(&entry.path()) } else { 1 }).sum()
}

/// Files of an order that hold personal data: partials, keys, the encrypted parts.
fn personal(store: &Store, id: &str) -> usize {
    let order = store.path().join("orders").join(id);
    let parts = fs::read_dir(store.path().join("deliveries").join(id)).into_iter().flatten().flatten();
    let parts = parts.filter(|part| part.file_name() != "manifest").count();
    let keys = count_files(&store.path().join("keys/orders"));
    count_files(&order.join("commits")) + count_files(&order.join("data")) + parts + keys
}

#[test]
fn a_store_without_a_scheduler_is_looked_after_by_a_command() {
    let store = Store::with_people(6_000, 4);
    store.file("own.csv", "hetu\n010190-990L\n");
    let id = store.receipt(&order(), "2")["order"].as_str().unwrap().to_owned();
    let registers = store.path().join("registers");
    let register = fs::read_dir(&registers).unwrap().flatten().next().unwrap().file_name();
    let register = register.to_str().unwrap().to_owned();
    let nothing = store.run(["retention", "run", "--json"]).json();
    assert_eq!(nothing["erased"].as_array().unwrap().len(), 0, "{nothing}");
    store.run(["order", "verify", &id]).expect_done();
    let open = ["delivery", "open", &id, "--identity", "posti.key", "--out", "opened"];
    store.run(open).expect_done();
    let due = store.run(["retention", "due", "--as-of", "2099-12-31", "--json"]).json();
    assert_eq!(due.as_array().unwrap().len(), 3, "{due}");
    // Held until no worker can have a task of it: ten seconds.
    wait_for("the erasure", LIMIT, || {
        store.run(["retention", "run", "--as-of", "2099-12-31"]).expect_done();
        (personal(&store, &id) == 0).then_some(())
    });
    let lines = store.audit();
    for subject in [format!("order:{id}"), format!("delivery:{id}"), format!("register:{register}")] {
        assert!(lines.contains(&subject), "{subject}: {lines}");
    }
    for (what, ended) in [("verify", store.run(["order", "verify", &id])), ("open", store.run(open))] {
        assert_eq!(ended.code, NOT_FOUND, "{what}: {}", ended.said());
        assert!(ended.said().contains("erased under retention"), "{what}: {}", ended.said());
    }
    let again =
        ORDER.replace("[dedup]", &format!("[register]\nid = \"{register}\"\nuse = \"subtract\"\n\n[dedup]"));
    let file = store.file("again.toml", again);
    let refused = store.run(["order", "run", file.to_str().unwrap()]);
    assert_eq!(refused.code, REFUSED, "{}", refused.said());
    assert!(refused.said().contains("erased under retention"), "{}", refused.said());
    store.run(["order", "receipt", &id]).expect_done();
    assert!(store.run(["order", "show", &id]).said().contains("delivered"));
    let nothing = store.run(["retention", "run", "--all", "--as-of", "2099-12-31", "--json"]).json();
    assert_eq!(nothing["erased"].as_array().unwrap().len(), 0, "{nothing}");
}

#[test]
fn a_damaged_open_order_is_told_of_and_stops_no_other_erasure() {
    let store = Store::with_people(6_000, 4);
    store.file("own.csv", "hetu\n010190-990L\n");
    let old = store.receipt(&order(), "2")["order"].as_str().unwrap().to_owned();
    let open = store.submit(ORDER);
    let object = store.path().join("orders").join(&open).join("order");
    let whole = fs::read(&object).unwrap();
    let erased = |kind: &str, id: &str| {
        store.path().join(kind).join(id).join(format!("erased-{}", &kind[..kind.len() - 1])).exists()
    };
    let registers = store.path().join("registers");
    let register = fs::read_dir(&registers).unwrap().flatten().next().unwrap().file_name();
    let register = register.to_str().unwrap().to_owned();
    // What a later build wrote may need more than is known here.
    fs::write(&object, r#"{"kind": "of a later build"}"#).unwrap();
    assert_ne!(store.run(["retention", "run", "--as-of", "2099-12-31"]).code, 0);
    assert!(!erased("orders", &old) && !erased("registers", &register));
    fs::write(&object, "{").unwrap();
    let told = wait_for("the erasure", LIMIT, || {
        let ended = store.run(["retention", "run", "--as-of", "2099-12-31"]);
        assert_eq!(ended.code, FAILED, "{}", ended.said());
        (erased("orders", &old) && erased("registers", &register)).then_some(ended)
    });
    assert!(
        told.said().contains(&format!("order {open}: object orders/{open}/order is damaged")),
        "{}",
        told.said()
    );
    assert!(!erased("orders", &open), "nothing of an order that has not ended is touched");
    fs::write(&object, whole).unwrap();
    store.run(["retention", "run", "--as-of", "2099-12-31"]).expect_done();
}

#[test]
fn an_update_is_erased_as_other_orders_are() {
    let store = Store::with_people(20_000, 4);
    store.file("customers.csv", register(people(&store).iter().step_by(20)));
    let add = ["customer-register", "add", "r-1", "--customer", "acme", "customers.csv"];
    store.run(add).expect_done();
    let text = UPDATE.replace("file = \"customers.csv\"", "id = \"r-1\"");
    let id = store.receipt(&text, "2")["order"].as_str().unwrap().to_owned();
    assert!(personal(&store, &id) > 0);
    wait_for("the erasure", LIMIT, || {
        store.run(["retention", "run", "--as-of", "2099-12-31"]).expect_done();
        (personal(&store, &id) == 0).then_some(())
    });
    assert_eq!(count_files(&store.path().join("keys/registers")), 0);
    assert_eq!(count_files(&store.path().join("registers/r-1")), 1, "only the certificate is left");
    for (what, ended) in [
        ("verify", store.run(["order", "verify", &id])),
        ("open", store.run(["delivery", "open", &id, "--identity", "acme.key", "--out", "opened"])),
        ("show", store.run(["customer-register", "show", "r-1"])),
        ("remove", store.run(["customer-register", "remove", "r-1"])),
    ] {
        assert_eq!(ended.code, NOT_FOUND, "{what}: {}", ended.said());
        assert!(ended.said().contains("erased under retention"), "{what}: {}", ended.said());
    }
    assert_eq!(store.run(add).code, REFUSED, "an id stands for one register for good");
    store.run(["order", "receipt", &id]).expect_done();
    store.run(["order", "report", &id]).expect_done();
}

#[test]
fn a_deduplication_is_erased_with_the_partials_of_all_its_stages() {
    let store = lists::prepared(3_000);
    let id = store.receipt(lists::DEDUPLICATION, "2")["order"].as_str().unwrap().to_owned();
    let sections = ["keys", "run", "columns"];
    let stages = ["prepare", "identify", "encode", "observe", "train", "compare", "cluster", "deliver"];
    let stages = [&sections[..], &stages].concat();
    assert!(stages.iter().all(|stage| store.committed(&id, stage) > 0), "{stages:?}");
    wait_for("the erasure", LIMIT, || {
        store.run(["retention", "run", "--as-of", "2099-12-31"]).expect_done();
        (personal(&store, &id) == 0).then_some(())
    });
    assert!(stages.iter().all(|stage| store.committed(&id, stage) == 0), "{stages:?}");
}

#[test]
fn the_scheduler_erases_by_itself_and_leaves_open_orders_alone() {
    let mut cluster = Cluster::start(Store::with_people(6_000, 4), 0);
    let settings = fs::read_to_string(cluster.store.folder().join("poimuri.toml")).unwrap();
    let eager = format!("{settings}erase_every = 1\n\n[retention]\norder_days = 0\n");
    cluster.store.file("poimuri.toml", eager);
    cluster.replace_scheduler();
    cluster.wait_for_scheduler();
    let waiting = cluster.submit(ORDER);
    let keys = cluster.store.path().join("keys/orders");
    assert!(holds_for(Duration::from_secs(3), || count_files(&keys) == 1), "{}", cluster.logs());
    cluster.add_worker();
    assert!(cluster.receipt(&waiting)["digest"].is_string());
    let commits = cluster.store.path().join("orders").join(&waiting).join("commits");
    wait_for("the erasure of the order", LIMIT, || {
        (count_files(&keys) + count_files(&commits) == 0).then_some(())
    });
    wait_for("its certificate", LIMIT, || {
        cluster.store.path().join("orders").join(&waiting).join("erased-order").exists().then_some(())
    });
    let retried = cluster.store.run(["order", "retry", &waiting]);
    assert_eq!(retried.code, REFUSED, "{}", retried.said());
    assert!(retried.said().contains("erased under retention"), "{}", retried.said());
    // The delivery has its own, longer time.
    let open = ["delivery", "open", &waiting, "--identity", "posti.key", "--out", "opened"];
    cluster.store.run(open).expect_done();
    assert!(cluster.store.run(["order", "show", &waiting]).said().contains("delivered"));
}
