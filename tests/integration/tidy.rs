//! House rules made executable: headings, sizes, arrows between the crates, who may name what.

use std::fs;
use std::path::{Path, PathBuf};

/// A file longer than this is split by noun.
const LINES: usize = 250;
/// No exception may pass this.
const LINES_HARD: usize = 300;

/// Files over [`LINES`] with their present length: each may shrink, none may grow.
const RATCHET: &[(&str, usize, &str)] =
    &[("shared/src/snapshot/tables.rs", 300, "the format, read as one page")];

/// Which crates of the house a crate may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("shared", &[]),
    ("worker", &["shared"]),
    ("scheduler", &["shared"]),
    ("client", &["shared"]),
    ("cli", &["client", "scheduler", "shared", "worker"]),
    ("tests", &["client", "scheduler", "shared", "worker"]),
];

struct File {
    /// Path from the root, with `/`.
    name: String,
    text: String,
}

impl File {
    /// The text without what stands after `//` on a line, strings with `//` included.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines.map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default()))
    }

    fn is_rust(&self) -> bool {
        self.name.ends_with(".rs")
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every text of the project, in order of names.
fn files() -> Vec<File> {
    let (root, mut open, mut found) = (root(), vec![root()], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            if name == ".git" {
                continue;
            }
            if path.is_dir() {
                if name != "target" && name != "__pycache__" {
                    open.push(path);
                }
            } else if let Ok(text) = fs::read_to_string(&path) {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                found.push(File { name, text });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// Fails with all offences at once.
fn none(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}:\n  {}", offences.join("\n  "));
}

/// Places where a file outside the allowed ones uses one of the words in its code.
fn uses(words: &[&str], allowed: impl Fn(&str) -> bool) -> Vec<String> {
    let mut offences = Vec::new();
    for file in files().iter().filter(|file| file.is_rust() && !allowed(&file.name)) {
        for (line, code) in file.code() {
            offences.extend(
                words
                    .iter()
                    .filter(|word| code.contains(**word))
                    .map(|word| format!("{}:{line} names {word}", file.name)),
            );
        }
    }
    offences
}

fn is_this(name: &str) -> bool {
    name == "tests/integration/tidy.rs"
}

#[test]
fn every_rust_file_begins_with_what_it_owns() {
    let bare = files().into_iter().filter(|file| file.is_rust() && !file.text.starts_with("//! "));
    none("a file begins with `//! ` and one line on what it owns", &bare.map(|f| f.name).collect::<Vec<_>>());
}

#[test]
fn every_lua_script_begins_with_its_keys() {
    let head_names_keys = |file: &File| {
        file.text.lines().take_while(|line| line.starts_with("--")).any(|line| line.contains("KEYS"))
    };
    let bare = files().into_iter().filter(|file| file.name.ends_with(".lua") && !head_names_keys(file));
    none("a script begins with a comment that lists its KEYS", &bare.map(|f| f.name).collect::<Vec<_>>());
}

#[test]
fn files_stay_short() {
    let mut offences = Vec::new();
    for file in files().iter().filter(|file| file.is_rust()) {
        let lines = file.text.lines().count();
        let exception = RATCHET.iter().find(|(name, ..)| *name == file.name);
        let limit = exception.map_or(LINES, |(_, limit, _)| *limit).min(LINES_HARD);
        if lines > limit {
            offences.push(format!("{} has {lines} lines, {limit} are allowed", file.name));
        }
        if exception.is_some() && lines <= LINES {
            offences.push(format!("{} has {lines} lines: strike it from the exceptions", file.name));
        }
    }
    for (name, ..) in RATCHET {
        if !root().join(name).exists() {
            offences.push(format!("{name} is gone: strike it from the exceptions"));
        }
    }
    none("files are split by noun before they grow", &offences);
}

#[test]
fn crates_depend_only_along_the_arrows() {
    let mut offences = Vec::new();
    for (from, allowed) in ARROWS {
        let forbidden: Vec<_> =
            ARROWS.iter().map(|(to, _)| *to).filter(|to| to != from && !allowed.contains(to)).collect();
        for file in files().iter().filter(|file| file.name.starts_with(&format!("{from}/"))) {
            let manifest = file.name == format!("{from}/Cargo.toml");
            for (line, code) in file.code().filter(|_| manifest || file.is_rust()) {
                let code = code.replace('-', "_");
                let words: Vec<_> = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
                let named = forbidden.iter().filter(|to| words.contains(&format!("poimuri_{to}").as_str()));
                // The first lines of a manifest are the crate's own name.
                let own = manifest && code.starts_with("name");
                offences.extend(named.filter(|_| !own).map(|to| format!("{}:{line} uses {to}", file.name)));
            }
        }
    }
    none("arrows run cli -> scheduler, worker, client -> shared", &offences);
}

#[test]
fn queue_and_store_know_nothing_of_what_they_carry() {
    let words = ["order", "snapshot", "register", "receipt", "partial", "permit"];
    let words: Vec<String> =
        words.iter().flat_map(|w| [format!("crate::{w}"), format!("crate::{{{w}")]).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let carrier =
        |name: &str| ["shared/src/queue", "shared/src/store"].iter().any(|folder| name.starts_with(folder));
    none("queue and store carry names and bytes", &uses(&words, |name| !carrier(name)));
}

#[test]
fn each_dependency_has_its_place() {
    let one = |name: &'static str| move |file: &str| file == name || is_this(file);
    none("only the codec knows bincode", &uses(&["bincode"], one("shared/src/codec.rs")));
    let apalis = |name: &str| {
        is_this(name) || name.starts_with("shared/src/queue") || name.starts_with("worker/src/consume")
    };
    none("only the queue and the consumer know apalis", &uses(&["apalis"], apalis));
    let clocks =
        ["Timestamp::now", "SystemTime::now", "SystemTime::UNIX", "Zoned::now", "ZonedDateTime::now"];
    none("only the clock reads the clock", &uses(&clocks, one("shared/src/clock.rs")));
}

#[test]
fn the_engine_is_pure() {
    let words = [
        "async ",
        ".await",
        "tokio",
        "std::fs",
        "fs::",
        "File::",
        "Instant",
        "SystemTime",
        "clock",
        "env::",
        "getrandom",
        "thread::current",
        "current_num_threads",
        "redis",
        "tracing",
    ];
    let engine = |name: &str| name.starts_with("worker/src/engine");
    none("the engine sees no clock, file, thread count or runtime", &uses(&words, |name| !engine(name)));
}

#[test]
fn texts_speak_of_the_project_alone() {
    let words = [
        concat!("..", "/shared"),
        concat!("/wo", "rk/"),
        concat!("BRI", "EF"),
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
    ];
    let mut offences = Vec::new();
    for file in files() {
        for (index, line) in file.text.lines().enumerate() {
            let named = words.iter().filter(|word| line.contains(**word));
            offences.extend(named.map(|word| format!("{}:{} says {word}", file.name, index + 1)));
        }
    }
    none("a text refers to nothing outside the project and leaves nothing for later", &offences);
}

#[test]
fn every_golden_file_is_compared_with() {
    let files = files();
    let unused = files.iter().filter(|file| file.name.starts_with("tests/golden/")).filter(|golden| {
        let name = golden.name.rsplit('/').next().unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default();
        !files.iter().any(|file| file.name.starts_with("tests/integration/") && file.text.contains(stem))
    });
    none("a golden file that no test reads is removed", &unused.map(|f| f.name.clone()).collect::<Vec<_>>());
}
