//! Cells and lines of CSV, however it is cut, and what is none.

use super::*;

fn read(text: &str, column: usize, chunk: usize) -> Result<Vec<(u64, String)>, Fault> {
    let mut cells = Records::new(b';', 1);
    let mut found = Vec::new();
    let mut take = |line, record: &Record| {
        found.push((line, String::from_utf8_lossy(record.cell(column)).into_owned()));
    };
    for bytes in text.as_bytes().chunks(chunk) {
        cells.feed(bytes, &mut take)?;
    }
    cells.finish(&mut take)?;
    Ok(found)
}

/// Text, column, lines and cells.
type Row = (&'static str, usize, &'static [(u64, &'static str)]);

#[test]
fn cells_are_cut_the_same_wherever_chunks_end() {
    let rows: [Row; 9] = [
        ("a;b\nc;d\n", 1, &[(1, "b"), (2, "d")]),
        ("a;b\r\n\r\nc;d", 0, &[(1, "a"), (3, "c")]),
        ("a\rb\rc", 0, &[(1, "a"), (2, "b"), (3, "c")]),
        ("\"a;\"\"x\"\"\ny\";b\nc;d", 0, &[(1, "a;\"x\"\ny"), (3, "c")]),
        ("\"a\r\ny\";b\r\nc;d", 1, &[(1, "b"), (3, "d")]),
        ("a;\nb\n;\n  \n", 1, &[(1, ""), (2, ""), (3, "")]),
        ("5\" pipe;b", 1, &[(1, "b")]),
        (" \"a\" ;b", 0, &[(1, " a ")]),
        ("\"\"\n", 0, &[(1, "")]),
    ];
    for (text, column, expected) in rows {
        let expected: Vec<(u64, String)> = expected.iter().map(|(l, c)| (*l, (*c).to_owned())).collect();
        for chunk in [1, 2, 3, 1000] {
            assert_eq!(read(text, column, chunk), Ok(expected.clone()), "{text:?} by {chunk}");
        }
    }
}

#[test]
fn what_is_no_csv_is_told_by_line() {
    let long = "x".repeat(LINE_BYTES_MAX + 1);
    let rows = [
        ("a\n\"b\nc\n".to_owned(), Fault::OpenQuote(2)),
        ("a\n\"b\"c\n".to_owned(), Fault::BrokenQuote(2)),
        ("a\nb\0".to_owned(), Fault::Nul(2)),
        (format!("a\n{long}"), Fault::LongLine(2)),
        (format!("a\n\"b\n{long}"), Fault::OpenQuote(2)),
    ];
    for (text, fault) in rows {
        assert_eq!(read(&text, 0, 1000), Err(fault));
    }
}
