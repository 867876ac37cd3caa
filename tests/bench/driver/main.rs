//! `poimuri-bench`: the engine in one process, asked by lines of JSON on standard input.
//!
//! Each answer holds `ms`, the time inside the engine alone, so that a script can interleave it
//! with other engines. Usage: `poimuri-bench STORE THREADS`.

#![expect(clippy::print_stdout, reason = "answers go to standard output")]

mod questions;
mod sources;
mod updates;

use std::error::Error;
use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;

use poimuri_shared::snapshot::reader::Snapshot;
use poimuri_worker::memory;
use serde_json::{Value, json};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    memory::keep_for_a_while();
    let mut arguments = std::env::args().skip(1);
    let store = PathBuf::from(arguments.next().ok_or("usage: poimuri-bench STORE THREADS")?);
    let threads = arguments.next().ok_or("usage: poimuri-bench STORE THREADS")?.parse()?;
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    let snapshot = Snapshot::open(&latest(&store)?)?;
    for line in std::io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        let answer = questions::answer(&snapshot, &question)
            .unwrap_or_else(|error| json!({ "error": poimuri_shared::error::chain(&*error) }));
        println!("{answer}");
        std::io::stdout().flush()?;
    }
    Ok(())
}

/// The folder of the snapshot that sorts last.
fn latest(store: &std::path::Path) -> Result<PathBuf, Box<dyn Error>> {
    let entries = std::fs::read_dir(store.join("snapshots"))?;
    let whole =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.join("manifest.json").exists());
    whole.max().ok_or_else(|| "no snapshot in the store".into())
}
