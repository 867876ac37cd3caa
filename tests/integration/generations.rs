//! Snapshots brought forward by change records, through the real program.

use std::fs;
use std::path::{Path, PathBuf};

use poimuri_tests::program;
use poimuri_tests::store::{AS_OF, Store};
use serde_json::Value;

/// The day after [`AS_OF`].
const NEXT: &str = "2026-09-02";

/// Files of a snapshot that make its content, by name.
fn content(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let beside = ["manifest.json", "change-rejects.parquet"];
    let kept = files.iter().filter(|path| !beside.contains(&name(path).as_str()));
    kept.map(|path| (name(path), fs::read(path).unwrap())).collect()
}

fn evolve(store: &Store, from: &str, to: &str, days: &str) -> Value {
    let changes = format!("{to}-changes");
    let arguments =
        ["register", "evolve", "--from", from, "--to", to, "--days", days, "--changes", &changes, "--json"];
    store.run(arguments).json()
}

fn apply(store: &Store, base: &str, changes: &str, as_of: &str, max_rejects: &str) -> program::Ended {
    store.run([
        "snapshot",
        "apply",
        "--base",
        base,
        "--changes",
        changes,
        "--as-of",
        as_of,
        "--shards",
        "8",
        "--max-rejects",
        max_rejects,
        "--json",
    ])
}

#[test]
fn a_generation_has_the_bytes_of_a_build() {
    let store = Store::new();
    store.synth(200_000);
    let base = store.build(8);
    let evolved = evolve(&store, "source", "evolved", "45");
    let told = evolved["last_key"].as_u64().unwrap();
    assert!(told > 4_000, "{evolved}");

    let applied = apply(&store, &base, "evolved-changes", NEXT, "0").json();
    let generation = &applied["generation"];
    assert_eq!(generation["applied"].as_u64(), Some(told));
    assert_eq!(
        (generation["base"].as_str(), generation["report"]["rows"].as_u64()),
        (Some(base.as_str()), Some(0))
    );
    let build =
        ["snapshot", "build", "--from", "evolved", "--as-of", NEXT, "--shards", "8", "--max-rejects", "0"];
    let built = program::run(store.folder(), build.into_iter().chain(["--json", "--store", "other"])).json();
    assert_eq!(applied["content"], built["content"]);
    let id = applied["id"].as_str().unwrap();
    let [one, other] = ["store", "other"]
        .map(|store_name| content(&store.folder().join(store_name).join("snapshots").join(id)));
    assert!(one == other);

    store.run(["snapshot", "verify", id]).expect_done();
    store.run(["snapshot", "verify", &base]).expect_done();
    let diff = store.run(["snapshot", "diff", &base, "latest", "--json"]).json();
    assert_eq!(diff["to"], applied["id"]);
    let kind = |name: &str| diff["kinds"][name].as_u64().unwrap();
    for name in ["new", "names", "address", "municipality", "death", "identity-code", "no-marketing-set"] {
        assert!(kind(name) > 0, "{name}: {diff}");
    }
    assert_eq!(kind("removed"), 0);
    let back = store.run(["snapshot", "diff", "latest", &base, "--json"]).json();
    assert_eq!(back["kinds"]["removed"].as_u64().unwrap(), kind("new"));
    assert_eq!(back["kinds"]["new"].as_u64().unwrap(), kind("merged"));
    assert_eq!(back["kinds"]["identity-code"].as_u64().unwrap(), kind("identity-code"));
    assert_eq!(back["same"], diff["same"]);
}

#[test]
fn one_day_follows_the_other() {
    let store = Store::with_people(3_000, 8);
    let base = store.run(["snapshot", "show", "latest", "--json"]).json()["id"].as_str().unwrap().to_owned();
    evolve(&store, "source", "a", "20");
    let second = evolve(&store, "a", "b", "20");
    let first = apply(&store, &base, "a-changes", AS_OF, "0").json();
    let first = first["id"].as_str().unwrap();
    let applied = apply(&store, first, "b-changes", NEXT, "0").json();
    assert_eq!(applied["generation"]["last_key"], second["last_key"]);
    // All at once, the first days again: they are passed over.
    for entry in fs::read_dir(store.folder().join("a-changes")).unwrap().flatten() {
        let target = store.folder().join("b-changes").join(entry.file_name());
        fs::copy(entry.path(), target).unwrap();
    }
    let again = apply(&store, first, "b-changes", NEXT, "0").json();
    assert_eq!((&again["id"], &again["existed"]), (&applied["id"], &Value::Bool(true)));
    assert!(again["generation"]["repeated"].as_u64().unwrap() > 0);
    let whole = apply(&store, &base, "b-changes", NEXT, "0").json();
    assert_eq!(whole["content"], applied["content"]);
}

#[test]
fn bad_changes_are_told_by_place_and_publish_nothing() {
    let store = Store::with_people(3_000, 8);
    evolve(&store, "source", "a", "30");
    let folder = store.folder().join("a-changes");
    let long = format!("{{\"kirjausavain\": 1, \"x\": \"{}\"}}", "x".repeat(2 << 20));
    let stranger = "131052-9085";
    let unknown = format!(
        "{{\"kirjausavain\": 900001, \"muutospv\": \"2026-01-01T10:00:00Z\", \"henkilotunnus\": \"{stranger}\", \
         \"tietoryhmat\": [{{\"tietoryhma\": \"AMMATTI\", \"muutosattribuutti\": \"LISATTY\", \"ammatti\": \"Salainen\"}}]}}"
    );
    let bad = ["{", &long, "[]", "{\"kirjausavain\": \"Salainen\"}", &unknown].join("\n");
    fs::write(folder.join("bad.ndjson"), bad).unwrap();

    let refused = apply(&store, "latest", "a-changes", NEXT, "0.1");
    assert_eq!(refused.code, 3, "{}", refused.said());
    assert!(refused.said().contains("refused-2026-09-02"), "{}", refused.said());
    let list = store.run(["snapshot", "list", "--json"]).json();
    assert_eq!(list.as_array().unwrap().len(), 1);

    let applied = apply(&store, "latest", "a-changes", NEXT, "100");
    for secret in [stranger, "Salainen"] {
        assert!(!refused.said().contains(secret) && !applied.said().contains(secret));
    }
    let applied = applied.json();
    let reasons: Vec<&str> = applied["generation"]["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reject| reject["reason"].as_str().unwrap())
        .collect();
    for reason in [
        "line is longer than a megabyte",
        "line is no JSON object",
        "value has a wrong type",
        "person is unknown",
        "changes before this key are missing",
    ] {
        assert!(reasons.contains(&reason), "{reason}: {reasons:?}");
    }
    let shown = store.run(["snapshot", "show", "latest"]);
    assert!(shown.said().contains("person is unknown") && !shown.said().contains(stranger));

    assert_eq!(apply(&store, "latest", "a-changes", "2026-08-31", "100").code, 3);
    assert_eq!(apply(&store, "latest", "nowhere", NEXT, "100").code, 4);
    assert_eq!(apply(&store, "latest", "source", NEXT, "100").code, 3);
    assert_eq!(apply(&store, "s-2020-01-01-000000000000", "a-changes", NEXT, "100").code, 4);
}
