//! JSON that is read, and what is none.

use super::*;

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".into(),
        Value::Flag(flag) => flag.to_string(),
        Value::Number(text) | Value::Date(text) => text.clone(),
        Value::Text(text) => format!("{text:?}"),
        Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(",")),
        Value::Table(entries) => {
            let entry = |entry: &Entry| format!("{}@{}:{}", entry.key, entry.key_at, shown(&entry.node));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(","))
        }
    }
}

#[test]
fn values_keep_their_places() {
    let rows = [
        (
            r#" {"a": [1, -2.5e+3, true, null], "b":{"c":"d"}} "#,
            r#"{a@2:[1,-2.5e+3,true,null],b@33:{c@38:"d"}}"#,
        ),
        (r#""\u00e4\ud83d\ude00\n\/""#, r#""ä😀\n/""#),
        ("[]", "[]"),
        ("{}", "{}"),
        ("0", "0"),
    ];
    for (text, expected) in rows {
        assert_eq!(shown(&read(text).unwrap()), expected);
    }
}

#[test]
fn what_is_no_json_is_told_by_place() {
    let rows = [
        ("", 0),
        ("{", 1),
        ("[1,]", 3),
        ("{\"a\":1,}", 7),
        ("{\"a\" 1}", 5),
        ("{\"a\":1 \"b\":2}", 7),
        ("{\"a\":1,\"a\":2}", 7),
        ("01", 1),
        ("1.", 2),
        ("-", 1),
        ("1e", 2),
        ("\"a", 0),
        ("\"a\nb\"", 2),
        ("\"\\x\"", 2),
        ("\"\\ud83d\"", 7),
        ("\"\\u12\"", 2),
        ("nul", 0),
        ("{} x", 3),
        ("'a'", 0),
        ("[1 2]", 3),
    ];
    for (text, at) in rows {
        assert_eq!(read(text).map(|node| shown(&node)).map_err(|fault| fault.at), Err(at), "{text}");
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nested(DEPTH_MAX)).is_ok());
    for depth in [DEPTH_MAX + 1, 1_000_000] {
        assert!(read(&nested(depth)).is_err());
    }
}
