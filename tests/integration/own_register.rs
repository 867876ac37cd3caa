//! The customer's own register as a file: odd, damaged and hostile ones.

use std::fmt::Write as _;

use poimuri_tests::program::Ended;
use poimuri_tests::store::{ORDER, SEED, Store};

fn order(store: &Store, register: impl AsRef<[u8]>) -> Ended {
    store.file("own.csv", register);
    let text = ORDER.replace("[dedup]", "[register]\nfile = \"own.csv\"\nuse = \"subtract\"\n\n[dedup]");
    let file = store.file("order.toml", text);
    store.run(["order", "run", file.to_str().unwrap(), "--seed", SEED, "--json"])
}

/// Fails unless the file is refused as a whole, by line where it has lines, without repeating what it holds.
#[track_caller]
fn check_refused(store: &Store, what: &str, register: impl AsRef<[u8]>, words: &[&str]) {
    let ended = order(store, register);
    assert_eq!(ended.code, 3, "{what}: {}", ended.said());
    for word in words {
        assert!(ended.said().contains(word), "{what}: `{word}` is not in: {}", ended.said());
    }
    for secret in ["010190", "Salainen", "9012"] {
        assert!(!ended.said().contains(secret), "{what}: told {secret}: {}", ended.said());
    }
    assert!(ended.said().len() < 20_000, "{what}: {} bytes of message", ended.said().len());
}

#[test]
fn damaged_files_are_refused_by_line() {
    let store = Store::with_people(5_000, 4);
    check_refused(&store, "broken quote", "hetu;nimi\n010190-9012;\"Salainen\n010191-9013;x\n", &["line 2"]);
    check_refused(&store, "NUL", "hetu\n010190-9012\n0101\u{0}90-9012\n", &["line 3"]);
    check_refused(&store, "empty", "", &["register", "empty"]);
    check_refused(&store, "no codes at all", "nimi\nSalainen\nSalainen\n", &[]);
    let utf16: Vec<u8> = "hetu\n010190-9012\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    check_refused(&store, "UTF-16 without a mark", utf16, &[]);
    let picture = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0xff, 0xfe, 0, 0, 1];
    check_refused(&store, "not a text", picture, &[]);
}

#[test]
fn a_million_bad_lines_are_counted_and_not_listed() {
    let store = Store::with_people(5_000, 4);
    let mut text = String::from("hetu\n");
    for line in 0..1_000_000 {
        writeln!(text, "Salainen {line}").unwrap();
    }
    check_refused(&store, "a million bad lines", text, &["1000000"]);
}

#[test]
fn every_usual_form_is_read_alike() {
    let store = Store::with_people(5_000, 4);
    // Valid test identities that the register does not hold change nothing, however they are written.
    let codes = ["010190-990L", "010190-991M", "020290-9924"];
    let plain = codes.join("\n");
    let forms: [(&str, Vec<u8>); 7] = [
        ("plain", plain.clone().into_bytes()),
        ("header", format!("henkilötunnus\n{plain}\n").into_bytes()),
        ("CRLF", format!("hetu\r\n{}\r\n", codes.join("\r\n")).into_bytes()),
        ("BOM", format!("\u{feff}hetu\n{plain}\n").into_bytes()),
        ("semicolons", format!("nimi;hetu\nMäki;{}\nÅ;{}\n", codes[0], codes[1]).into_bytes()),
        ("tabs", format!("nimi\thetu\nMäki\t{}\nÅ\t{}\n", codes[0], codes[1]).into_bytes()),
        ("quotes", format!("\"nimi\",\"hetu\"\n\"Mäki, A\",\"{}\"\n", codes[0]).into_bytes()),
    ];
    let mut digests = Vec::new();
    for (what, bytes) in forms {
        let receipt = order(&store, bytes);
        assert_eq!(receipt.code, 0, "{what}: {}", receipt.said());
        digests.push(receipt.json()["digest"].clone());
    }
    let latin: Vec<u8> =
        "nimi;hetu\nM\u{e4}ki;010190-990L\n".chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    digests.push(order(&store, latin).json()["digest"].clone());
    assert!(digests.iter().all(|digest| *digest == digests[0]), "{digests:?}");
}
