//! Files that are read from their end and come as a stream: set aside sealed, and gone whatever happens.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::process::Stdio;
use std::time::Duration;

use poimuri_tests::cluster::Cluster;
use poimuri_tests::program::{self, Ended};
use poimuri_tests::store::Store;
use poimuri_tests::wait::wait_for;

use crate::workbooks::workbook_of;

/// Rows of the register.
const ROWS: usize = 40_000;
const LIMIT: Duration = Duration::from_secs(30);

/// A register that does not compress to nothing.
fn csv() -> String {
    let mut text = "hetu,asiakas\n".to_owned();
    let mut state = 1_u64;
    for _ in 0..ROWS {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        text.push_str(&format!("131052-308T,{state}\n"));
    }
    text
}

/// An upload of unknown length that has begun.
struct Upload {
    stream: TcpStream,
}

impl Upload {
    fn begin(cluster: &Cluster, id: &str) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", cluster.port())).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let head = format!(
            "PUT /v1/registers/{id}?customer=acme HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\
             Transfer-Encoding: chunked\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        Self { stream }
    }

    fn send(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(50_000) {
            self.stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).unwrap();
            self.stream.write_all(chunk).unwrap();
            self.stream.write_all(b"\r\n").unwrap();
        }
    }

    fn end(mut self) -> String {
        self.stream.write_all(b"0\r\n\r\n").unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn break_off(self) {
        self.stream.shutdown(Shutdown::Both).unwrap();
    }
}

/// What lies in files without a name that the scheduler has open.
fn set_aside(cluster: &Cluster) -> Vec<Vec<u8>> {
    let open = fs::read_dir(format!("/proc/{}/fd", cluster.scheduler.pid())).unwrap().flatten();
    let nameless = open.filter(|file| {
        fs::read_link(file.path()).is_ok_and(|link| link.to_string_lossy().ends_with(" (deleted)"))
    });
    let content = nameless.filter_map(|file| {
        let mut bytes = Vec::new();
        File::open(file.path()).ok()?.read_to_end(&mut bytes).ok()?;
        Some(bytes)
    });
    content.collect()
}

#[test]
fn an_upload_set_aside_is_sealed_and_gone_after_success_fault_and_a_broken_connection() {
    let cluster = Cluster::start(Store::with_people(1_000, 1), 0);
    let workbook = workbook_of(&csv());
    assert!(workbook.len() > 400_000, "{}", workbook.len());
    let gone =
        || wait_for("an end of what was set aside", LIMIT, || set_aside(&cluster).is_empty().then_some(()));
    gone();
    let (most, rest) = workbook.split_at(workbook.len() - 5_000);
    let begun = |id: &str| {
        let mut upload = Upload::begin(&cluster, id);
        upload.send(most);
        let lies = wait_for("what is set aside", LIMIT, || {
            set_aside(&cluster).pop().filter(|bytes| bytes.len() > most.len() - 200_000)
        });
        for begin in (0..most.len() - 32).step_by(4_999) {
            let piece = &most[begin..begin + 32];
            assert!(!lies.windows(32).any(|bytes| bytes == piece), "clear text at {begin}");
        }
        upload
    };
    let mut whole = begun("r-1");
    whole.send(rest);
    let answer = whole.end();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert!(answer.contains(&format!("\"rows\":{ROWS}")) && answer.contains("\"kind\":\"xlsx\""), "{answer}");
    gone();
    let mut faulty = begun("r-2");
    faulty.send(&rest[..1_000]);
    let answer = faulty.end();
    assert!(answer.contains("the workbook cannot be read: it is damaged"), "{answer}");
    gone();
    begun("r-3").break_off();
    gone();
    for (id, status) in [("r-1", 200), ("r-2", 404), ("r-3", 404)] {
        assert_eq!(cluster.get(&format!("/v1/registers/{id}")).unwrap().status, status, "{id}");
    }
}

/// Adds a register from a pipe, with the folder for temporary files.
fn add_piped(store: &Store, id: &str, bytes: &[u8], temporary: &str) -> Ended {
    let mut command = program::command(store.folder());
    command.args(["customer-register", "add", id, "--customer", "acme", "/dev/stdin"]);
    command.args(["--store", "store", "--json"]).env("TMPDIR", temporary);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = piped.spawn().unwrap();
    // A program that refuses the beginning does not take the rest.
    _ = running.stdin.take().unwrap().write_all(bytes);
    running.wait_with_output().unwrap().into()
}

#[test]
fn a_pipe_is_set_aside_in_the_folder_for_temporary_files() {
    let store = Store::new();
    let folder = store.folder().join("temporary");
    fs::create_dir(&folder).unwrap();
    let workbook = workbook_of(&csv());
    let missing = add_piped(&store, "r-1", &workbook, "/nowhere");
    assert_ne!(missing.code, 0);
    assert!(missing.said().contains("TMPDIR"), "{}", missing.said());
    let told = |ended: &Ended| (ended.code, ended.json()["quality"].clone(), ended.json()["preview"].clone());
    let piped = add_piped(&store, "r-2", &workbook, folder.to_str().unwrap());
    assert_eq!(piped.code, 0, "{}", piped.said());
    assert_eq!(piped.json()["quality"]["rows"], ROWS);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    store.file("customers.xlsx", &workbook);
    let add = ["customer-register", "add", "r-3", "--customer", "acme", "customers.xlsx", "--json"];
    let in_place = program::run(store.folder(), add.into_iter().chain(["--store", "store"]));
    assert_eq!(told(&piped), told(&in_place));
}
