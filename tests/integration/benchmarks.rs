//! What the benchmarks of linkage measure, by their options.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// Loads the benchmark as a module and asks which made-up sets it would measure.
const PROGRAM: &str = r#"
import importlib.machinery, importlib.util, json, sys
loader = importlib.machinery.SourceFileLoader("benchmark", sys.argv[1])
benchmark = importlib.util.module_from_spec(importlib.util.spec_from_loader("benchmark", loader))
loader.exec_module(benchmark)
print(json.dumps([benchmark.made_up(*options) for options in json.loads(sys.argv[2])]))
"#;

#[test]
fn a_list_that_is_linked_is_measured_without_the_list_alone() {
    let benchmark = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/linkage/run");
    let cases = [
        (json!([0, 500]), json!([[1_000_000, 500]])),
        (json!([0, null]), json!([])),
        (json!([0, 0]), json!([])),
        (json!([9_000, null]), json!([[9_000, 0], [9_000, 200_000]])),
        (json!([9_000, 0]), json!([[9_000, 0]])),
        (json!([9_000, 500]), json!([[9_000, 0], [9_000, 500]])),
    ];
    let options: Vec<&Value> = cases.iter().map(|(options, _)| options).collect();
    let mut python = Command::new("python3");
    python.args(["-B", "-c", PROGRAM, benchmark.to_str().unwrap(), &json!(options).to_string()]);
    let ended = python.output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let told: Value = serde_json::from_slice(&ended.stdout).unwrap();
    for (index, (options, sets)) in cases.iter().enumerate() {
        assert_eq!(told[index], *sets, "{options}");
    }
}
