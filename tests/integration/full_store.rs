//! A store on a full disk, or one that may not be written to: refused clearly, nothing half done, and the order
//! goes on once there is room.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use poimuri_tests::cluster::{Cluster, LIMIT};
use poimuri_tests::disk::Mount;
use poimuri_tests::process::Running;
use poimuri_tests::program;
use poimuri_tests::store::{ORDER, SEED, Store};
use poimuri_tests::wait::{holds_for, wait_for};

/// Store, queue or scheduler cannot be reached.
const UNREACHABLE: i32 = 5;
/// Room for an order of the tests many times over, KiB.
const DISK: u32 = 16_384;

/// Moves a store onto a small disk; its snapshots stay where they were. `None` where this user may not mount.
fn onto_small_disk(store: &Store) -> Option<Mount> {
    let (place, whole) = (store.path(), store.folder().join("whole"));
    fs::rename(&place, &whole).unwrap();
    let Some(mount) = Mount::small(&place, DISK) else {
        fs::remove_dir(&place).unwrap();
        fs::rename(&whole, &place).unwrap();
        return None;
    };
    for entry in fs::read_dir(&whole).unwrap().flatten() {
        if entry.file_name() == "snapshots" {
            std::os::unix::fs::symlink(entry.path(), place.join("snapshots")).unwrap();
        } else {
            let copied = Command::new("cp").arg("-a").arg(entry.path()).arg(&place).status().unwrap();
            assert!(copied.success());
        }
    }
    Some(mount)
}

/// A file that leaves so many KiB of the disk.
struct Filler(PathBuf);

impl Filler {
    fn leaving(mount: &Mount, kib: u64) -> Self {
        let path = mount.place().join("filler");
        let mut size = u64::from(DISK) * 1024;
        // As much as fits, then so much less.
        while fs::write(&path, vec![1; usize::try_from(size).unwrap()]).is_err() {
            fs::remove_file(&path).unwrap();
            size -= 4096;
        }
        // A long write may fail where a page would still fit.
        let mut file = fs::File::options().append(true).open(&path).unwrap();
        while file.write_all(&[1; 4096]).is_ok() {
            size += 4096;
        }
        file.set_len(size.saturating_sub(kib * 1024)).unwrap();
        Self(path)
    }

    fn remove(&self) {
        fs::remove_file(&self.0).unwrap();
    }
}

/// Objects in a folder of the store, those of open orders for instance.
fn entries(store: &Store, folder: &str) -> usize {
    fs::read_dir(store.path().join(folder)).map_or(0, Iterator::count)
}

/// Deliveries that count.
fn manifests(store: &Store) -> usize {
    let folders = fs::read_dir(store.path().join("deliveries")).into_iter().flatten().flatten();
    folders.filter(|folder| folder.path().join("manifest").exists()).count()
}

#[track_caller]
fn check_full(what: &str, ended: &program::Ended) {
    assert_eq!(ended.code, UNREACHABLE, "{what}: {}", ended.said());
    assert!(ended.said().contains("store is full"), "{what}: {}", ended.said());
    assert!(!ended.said().contains("panicked"), "{what}: {}", ended.said());
}

fn start_order(store: &Store) -> Running {
    let file = store.file("order.toml", ORDER);
    let mut command = program::command(store.folder());
    command.args([
        "order",
        "run",
        file.to_str().unwrap(),
        "--seed",
        SEED,
        "--workers",
        "1",
        "--store",
        "store",
    ]);
    Running::start(command, &store.folder().join("run.log"))
}

#[test]
fn an_order_in_one_process_is_refused_or_waits_for_room() {
    let store = Store::with_people(20_000, 8);
    let Some(mount) = onto_small_disk(&store) else { return };
    let digest = store.receipt(ORDER, "1")["digest"].clone();
    let (orders, deliveries) = (entries(&store, "orders"), entries(&store, "deliveries"));
    let filler = Filler::leaving(&mount, 0);
    let file = store.file("order.toml", ORDER);
    check_full("order run", &store.run(["order", "run", file.to_str().unwrap(), "--seed", SEED]));
    check_full(
        "permit import",
        &store.run(["permit", "import", store.file("p.toml", PERMIT).to_str().unwrap()]),
    );
    assert_eq!((entries(&store, "open"), entries(&store, "deliveries")), (0, deliveries));
    assert_eq!(store.run(["order", "list", "--json"]).json().as_array().unwrap().len(), orders);
    filler.remove();
    // Room for the order itself, and for ever more of its partials and its delivery.
    let mut waited = 0;
    for kib in [32, 48, 64, 96, 160, 256] {
        let (filler, before) = (Filler::leaving(&mount, kib), manifests(&store));
        let mut running = start_order(&store);
        let waits = wait_for("an end or a wait", LIMIT, || {
            let waits = running.said().contains("store takes nothing");
            (waits || !running.alive()).then_some(waits)
        });
        waited += u32::from(waits);
        assert!(!waits || manifests(&store) == before, "{kib} KiB: {}", running.said());
        filler.remove();
        let code = running.wait(LIMIT);
        let said = running.said();
        assert!(code == 0 || (!waits && code == UNREACHABLE), "{kib} KiB: {code} {said}");
        assert!(code != 0 || said.contains(digest.as_str().unwrap()), "{kib} KiB: {said}");
        assert!(!said.contains("panicked"), "{kib} KiB: {said}");
    }
    assert!(waited > 0, "no size of the disk let an order begin and not end");
    assert_eq!(store.receipt(ORDER, "2")["digest"], digest);
    drop(mount);
}

const PERMIT: &str = r#"
id = "P-2026-0099"
holder = "acme"
services = ["extraction"]
purposes = ["direct-marketing"]
fields = ["name"]
recipients = ["posti-jakelu"]
valid_from = 2020-01-01
valid_to = 2099-12-31
"#;

#[test]
fn workers_and_scheduler_wait_for_room_and_lose_nothing() {
    let store = Store::with_people(20_000, 8);
    let Some(mount) = onto_small_disk(&store) else { return };
    let digest = store.receipt(ORDER, "1")["digest"].clone();
    let mut cluster = Cluster::start(store, 0);
    let mut waited = 0;
    for kib in [0, 24, 48, 96] {
        let id = cluster.submit(ORDER);
        let filler = Filler::leaving(&mount, kib + 8);
        cluster.add_worker();
        let worker = cluster.workers.len() - 1;
        // The worker's own probe has room at first or not at all.
        wait_for("a worker that waits, ends, or is done", LIMIT, || {
            let said = cluster.workers[worker].said();
            let waits = said.contains("store takes nothing") || said.contains("store is full");
            (waits || cluster.store.committed(&id, "deliver") > 0).then_some(())
        });
        if kib == 0 {
            let file = cluster.store.file("second.toml", ORDER);
            let refused = cluster.store.run(["order", "submit", file.to_str().unwrap()]);
            assert_eq!(refused.code, UNREACHABLE, "{}", refused.said());
            assert!(refused.said().contains("store"), "{}", refused.said());
            assert!(holds_for(std::time::Duration::from_secs(3), || cluster.scheduler.alive()));
        }
        waited += u32::from(cluster.workers[worker].said().contains("store takes nothing"));
        filler.remove();
        if !cluster.workers[worker].alive() {
            cluster.add_worker();
        }
        assert_eq!(cluster.receipt(&id)["digest"], digest, "{kib} KiB");
        for worker in &mut cluster.workers {
            assert!(!worker.said().contains("panicked"), "{}", worker.said());
            if worker.alive() {
                worker.kill();
            }
        }
    }
    assert!(waited > 0, "{}", cluster.logs());
    let orders = cluster.store.run(["order", "list", "--json"]).json();
    let states: Vec<&str> =
        orders.as_array().unwrap().iter().filter_map(|order| order["state"].as_str()).collect();
    assert_eq!(states, ["delivered"; 5], "{orders}");
    drop(mount);
}

#[test]
fn a_store_that_may_not_be_written_to_is_refused_and_still_read() {
    let store = Store::with_people(3_000, 4);
    let id = store.receipt(ORDER, "1")["order"].as_str().unwrap().to_owned();
    let whole = store.folder().join("whole");
    fs::rename(store.path(), &whole).unwrap();
    let Some(mount) = Mount::read_only(&whole, &store.path()) else { return };
    let order = store.file("order.toml", ORDER);
    let criteria = store.file("criteria.json", r#"{"field":"person.age","between":[18,80]}"#);
    let order = order.to_str().unwrap();
    for ended in [
        store.run(["order", "run", order]),
        store.run(["permit", "import", store.file("p.toml", PERMIT).to_str().unwrap()]),
        store.run(["scheduler", "--listen", "127.0.0.1:0"]),
    ] {
        assert_eq!(ended.code, UNREACHABLE, "{}", ended.said());
        assert!(ended.said().contains("store is not writable"), "{}", ended.said());
        assert!(!ended.said().contains("panicked"), "{}", ended.said());
    }
    store.run(["count", criteria.to_str().unwrap()]).expect_done();
    store.run(["order", "show", &id]).expect_done();
    store.run(["order", "receipt", &id]).expect_done();
    store.run(["delivery", "open", &id, "--identity", "posti.key", "--out", "opened"]).expect_done();
    drop(mount);
    assert_eq!(fs::read_dir(whole.join("orders")).unwrap().count(), 1);
}
