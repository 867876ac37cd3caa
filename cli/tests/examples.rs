//! Every example order runs against the synthetic register of the demo, and its delivery opens.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Runs the program in a folder without the settings of whoever runs the tests; its JSON document.
fn run(folder: &Path, arguments: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_poimuri"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("POIMURI") {
            command.env_remove(name);
        }
    }
    let output = command
        .current_dir(folder)
        .args(arguments)
        .args(["--json", "--quiet"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_example_order_is_delivered() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let demo = run(folder, &["demo", "--dir", "d"]);
    assert_eq!(demo["orders"].as_array().unwrap().len(), 3);
    let again = run(folder, &["demo", "--dir", "d"]);
    assert_eq!(demo["snapshot"], again["snapshot"]);

    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/examples");
    let mut orders = 0;
    for entry in std::fs::read_dir(examples).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|name| name != "toml") {
            continue;
        }
        let order = path.to_str().unwrap();
        let receipt = run(folder, &["order", "run", order, "--store", "d/store"]);
        let rows = receipt["delivered"].as_u64().unwrap();
        if receipt["kind"] == "count" {
            continue;
        }
        assert!(rows >= 100, "{order}: {rows}");
        let (id, recipient) = (receipt["order"].as_str().unwrap(), receipt["recipient"].as_str().unwrap());
        let key = format!("d/keys/{recipient}.key");
        let out = format!("out/{id}");
        let opened =
            run(folder, &["delivery", "open", id, "--identity", &key, "--out", &out, "--store", "d/store"]);
        assert_eq!(opened["rows"].as_u64(), Some(rows), "{order}");
        assert_eq!(opened["digest"], receipt["digest"], "{order}");
        orders += 1;
    }
    assert!(orders >= 6, "{orders} orders");
}
