//! Documents that are absurd, hostile or no text, and what messages never hold.

use super::*;

#[test]
fn absurd_documents_are_refused_at_once() {
    let nested = |open: &str, leaf: &str, close: &str, depth: usize| {
        format!("{}{leaf}{}", open.repeat(depth), close.repeat(depth))
    };
    for depth in [100, 10_000, 200_000] {
        let json = nested(r#"{"not":"#, r#"{"field":"person.age","eq":3}"#, "}", depth);
        assert!(parse(&json).unwrap_err().contains("nested deeper than 64"));
        let toml = nested("not = {", r#"field = "person.age", eq = 3"#, "}", depth);
        assert!(parse(&toml).unwrap_err().contains("nested deeper than 64"));
        assert!(parse(&format!("{} = 1", vec!["a"; depth].join("."))).unwrap_err().contains("8 parts"));
        assert!(parse(&format!("[{}]", vec!["a"; depth].join("."))).unwrap_err().contains("8 parts"));
        assert!(parse(&format!("a = {}", "[".repeat(depth))).is_err());
    }
    assert!(parse(&nested(r#"{"not":"#, r#"{"field":"person.age","eq":3}"#, "}", 60)).is_ok());
    let many = |count: usize| format!(r#"{{"field":"person.age","in":[{}]}}"#, vec!["1"; count].join(","));
    assert!(parse(&many(100_000)).is_ok());
    assert!(parse(&many(100_001)).unwrap_err().contains("more than 100000"));
    assert!(parse(&many(1_000_000)).unwrap_err().contains("more than 250000 values"));
    let wide = format!(r#"{{"any":[{}]}}"#, vec![r#"{"field":"person.age","eq":1}"#; 10_001].join(","));
    assert!(parse(&wide).unwrap_err().contains("more than 10000"));
}

#[test]
fn what_is_no_text_is_refused() {
    let check = |bytes: &[u8], expected: &str| {
        for format in [Format::Toml, Format::Json] {
            let message = order(bytes, format).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    };
    check(b"", "");
    check(b"kind = \"x\"\nb\0", "line 2, column 2: a NUL byte");
    check(b"kind = \"\xff\"", "line 1, column 9: the text is not UTF-8");
    let large = vec![b' '; usize::try_from(document::BYTES_MAX).unwrap() + 1];
    check(&large, "more than 16777216 bytes");
    assert!(order(format!("\u{feff}{ORDER}").as_bytes(), Format::Toml).is_ok());
}

#[test]
fn a_huge_file_is_refused_unread() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(1 << 40).unwrap();
    let message = document::read_file(file.path()).unwrap_err().to_string();
    assert!(message.ends_with("has more than 16777216 bytes"), "{message}");
}
#[test]
fn personal_data_never_reach_a_message() {
    let secret = "Salainen 010190-9012";
    for (from, to) in [
        (AGES, format!(r#"{{ field = "person.surname", eq = ["{secret}"] }}"#)),
        (AGES, format!(r#"{{ field = "person.age", eq = "{secret}" }}"#)),
        (AGES, format!(r#"{{ "{secret}" = 1 }}"#)),
        ("keep =", format!("\"{secret}\" = 1\nkeep =")),
        ("\"acme\"", format!("\"{secret}\"")),
        ("\"acme\"", format!("\"{secret}")),
        ("\"women\"", secret.to_owned()),
        ("\"name\"", format!("\"{secret}\"")),
        ("\"csv\"", format!("\"{secret}\"")),
    ] {
        let message = toml(&ORDER.replacen(from, &to, 1)).unwrap_err().to_string();
        assert!(!message.contains("Salainen") && !message.contains("010190"), "{to}: {message}");
    }
}
