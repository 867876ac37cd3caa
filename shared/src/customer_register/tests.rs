//! Registers of every usual form, and odd, damaged and hostile ones.

use super::*;
use crate::register::hetu::Hetu;

const A: &str = "131052-308T";
const B: &str = "010180-999A";
const C: &str = "290200A901C";

fn packed(codes: &[&str]) -> Vec<u64> {
    let mut packed: Vec<u64> = codes.iter().map(|code| Hetu::parse(code).unwrap().packed()).collect();
    packed.sort_unstable();
    packed
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
}

#[test]
fn every_usual_form_reads_alike() {
    let table = format!("nimi;hetu\nMäki;{A}\nÅberg;{B}\n\"x;\"\"y\"\"\";{C}\n");
    let latin: Vec<u8> = table.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let rows: [(&str, Vec<u8>); 12] = [
        ("plain", format!("{A}\n{B}\n{C}").into_bytes()),
        ("heading", format!("henkilötunnus\n{A}\n{B}\n{C}\n").into_bytes()),
        ("CRLF", format!("hetu\r\n{A}\r\n{B}\r\n\r\n{C}\r\n").into_bytes()),
        ("CR", format!("hetu\r{A}\r{B}\r{C}\r").into_bytes()),
        ("mark", format!("\u{feff}hetu\n{A}\n{B}\n{C}\n").into_bytes()),
        ("table", table.clone().into_bytes()),
        ("Windows-1252", latin),
        ("UTF-16LE", utf16(&table, u16::to_le_bytes)),
        ("UTF-16BE", utf16(&table, u16::to_be_bytes)),
        (
            "blanks and small letters",
            format!("hetu\n {}\n{B} \n\u{a0}{C}\t\n", A.to_lowercase()).into_bytes(),
        ),
        ("tabs", format!("x\t{A}\ny\t{B}\nz\t{C}").into_bytes()),
        (
            "quotes",
            format!("\"hetu\",\"nimi\"\n\"{A}\",\"a\"\n\"{B}\",\"b\n c\"\n\"{C}\",\"\"\n").into_bytes(),
        ),
    ];
    for (what, bytes) in rows {
        let register = read(bytes.as_slice(), None).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(register.codes, packed(&[A, B, C]), "{what}");
        assert_eq!((register.account.rows, register.account.valid), (3, 3), "{what}");
        assert!(register.account.invalid.is_empty(), "{what}");
    }
}

#[test]
fn faulty_rows_are_counted_by_reason_and_line() {
    let text = format!(
        "nro;hetu\n1;{A}\n2;{A}\n3;\n4\n5;131052-308U\n6;310452-308T\n7;131052G308T\n8;131052-0013\n9;1\n\n10;{B}\n"
    );
    let register = read(text.as_bytes(), None).unwrap();
    assert_eq!(register.codes, packed(&[A, B]));
    let account = register.account;
    assert_eq!((account.rows, account.valid, account.duplicates), (10, 3, 1));
    assert_eq!(
        account.faults(),
        "2 by empty (line 4, 5); 1 by length (line 10); 1 by date (line 7); 1 by sign (line 8); \
         1 by number (line 9); 1 by check (line 6)"
    );
    assert_eq!(account.invalid_counts()["empty"], 2);
}

#[test]
fn unusable_registers_are_refused_without_their_values() {
    let secret = "010190-9012";
    let rows: [(&str, Vec<u8>, Option<&str>, &str); 14] = [
        ("empty", Vec::new(), None, "the register is empty"),
        ("blank", b" \n\r\n".to_vec(), None, "the register is empty"),
        ("heading alone", b"hetu\n".to_vec(), None, "the register is empty"),
        (
            "open quote",
            format!("hetu;nimi\n{A};\"Salainen\n{B};x\n").into_bytes(),
            None,
            "line 2: a quote opens",
        ),
        ("broken quote", format!("hetu;nimi\n{A};\"Sala\"inen\n").into_bytes(), None, "line 2: text follows"),
        ("NUL", format!("hetu\n{A}\n01\0{B}\n").into_bytes(), None, "line 3: a NUL byte"),
        ("UTF-16 without mark", utf16(A, u16::to_be_bytes)[2..].to_vec(), None, "line 1: a NUL byte"),
        (
            "half a character",
            [&utf16(&format!("{A}\n"), u16::to_le_bytes)[..], &[0]].concat(),
            None,
            "line 2: the text",
        ),
        ("mark of UTF-8", b"\xef\xbb\xbfhetu\n\xff\n".to_vec(), None, "line 2: the text is not"),
        ("no codes", b"nimi\nSalainen\n".to_vec(), None, "no column of personal identity codes"),
        (
            "all wrong",
            format!("hetu\n{}\n", secret.replace('2', "3")).into_bytes(),
            None,
            "no row of 1 holds",
        ),
        ("another heading", format!("hetu\n{A}\n").into_bytes(), Some("tunnus"), "no column has the heading"),
        (
            "long line",
            format!("hetu\n{A}\n{}", "x".repeat(LINE_BYTES_MAX + 1)).into_bytes(),
            None,
            "line 3: the line",
        ),
        (
            "picture",
            vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0xff, 0xfe, 0, 0, 1],
            None,
            "a NUL byte",
        ),
    ];
    for (what, bytes, heading, expected) in rows {
        let message = read(bytes.as_slice(), heading).unwrap_err().to_string();
        assert!(message.contains(expected), "{what}: {message}");
        assert!(!message.contains("Sala") && !message.contains("0101"), "{what}: {message}");
    }
}

#[test]
fn a_million_bad_lines_are_counted_and_not_listed() {
    let text = "hetu\n".to_owned() + &"Salainen 1\n".repeat(1_000_000);
    let message = read(text.as_bytes(), None).unwrap_err().to_string();
    assert_eq!(
        message,
        "no row of 1000000 holds a valid personal identity code: 1000000 by length (line 2, 3, 4, 5, 6 …)"
    );
}

#[test]
fn duplicates_take_no_memory() {
    let text = format!("{A}\n{B}\n").repeat(1_500_000);
    let register = read(text.as_bytes(), None).unwrap();
    assert_eq!(register.codes, packed(&[A, B]));
    assert_eq!(register.account.duplicates, 2_999_998);
}
