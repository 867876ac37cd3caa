//! A file of records as it is read: encoding, separator, heading, and what makes it no table.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::RECORD_BYTES_MAX;
use crate::failure::{Failure, Outcome};

/// Separators tried, the usual ones first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Counts the quotes that pass: an odd number at the end is a quote that does not close.
struct Quotes<R> {
    input: R,
    count: Rc<Cell<usize>>,
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(into)?;
        let quotes = into.iter().take(read).filter(|byte| **byte == b'"').count();
        self.count.set(self.count.get() + quotes);
        Ok(read)
    }
}

/// A file as it is read: its records, their columns in the table, and the place of the identifier.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) reader: csv::Reader<Box<dyn Read>>,
    pub(super) heading: Vec<String>,
    pub(super) id: usize,
    quotes: Rc<Cell<usize>>,
}

/// Opens a file and reads its heading.
pub(super) fn open(path: &Path, id: &str) -> Outcome<Source> {
    let name = path.display().to_string();
    let failed = |error: io::Error| Failure::file("read", path, &error);
    let mut file = File::open(path).map_err(failed)?;
    let mut start = [0; 3];
    let known = file.by_ref().take(3).read(&mut start).map_err(failed)?;
    let rest: Box<dyn Read> = match start {
        [0xff, 0xfe, _] | [0xfe, 0xff, _] => Box::new(Cursor::new(decoded(path).map_err(failed)?)),
        [0xef, 0xbb, 0xbf] => Box::new(file),
        _ => Box::new(Cursor::new(start[..known].to_vec()).chain(file)),
    };
    let mut input = BufReader::with_capacity(1 << 20, rest);
    let first = first_line(&mut input).map_err(failed)?;
    if first.iter().all(u8::is_ascii_whitespace) {
        return Err(Failure::refused(format!("{name} is empty: a list begins with its headings")));
    }
    let count = |separator: &u8| first.iter().filter(|byte| *byte == separator).count();
    let separator = SEPARATORS.into_iter().rev().max_by_key(count).unwrap_or(b',');
    let quotes = Rc::new(Cell::new(0));
    let input = Quotes { input: Cursor::new(first).chain(input), count: Rc::clone(&quotes) };
    let whole: Box<dyn Read> = Box::new(input);
    let mut reader = ReaderBuilder::new().delimiter(separator).buffer_capacity(1 << 20).from_reader(whole);
    let heading = reader.byte_headers().map_err(|error| fault(&name, &error))?;
    let heading: Vec<String> = heading.iter().map(|cell| text(cell).trim().to_owned()).collect();
    let Some(id) = heading.iter().position(|name| name == id) else {
        let headings = format!("its headings are: {}", heading.join(", "));
        return Err(Failure::refused(format!("{name} has no column {id}")).details([headings]));
    };
    Ok(Source { name, reader, heading, id, quotes })
}

/// A file in UTF-16, by its mark.
fn decoded(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = fs::read(path)?;
    let encoding = if bytes.first() == Some(&0xff) { UTF_16LE } else { UTF_16BE };
    let (text, _, is_faulty) = encoding.decode(&bytes);
    if is_faulty {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the text is not in the UTF-16 its mark names",
        ));
    }
    Ok(text.into_owned().into_bytes())
}

fn first_line(input: &mut impl io::BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let most = u64::try_from(RECORD_BYTES_MAX).unwrap_or(u64::MAX);
    io::BufRead::read_until(&mut input.take(most), b'\n', &mut line)?;
    Ok(line)
}

/// Refuses a file whose last record is the rest of the file behind an open quote.
pub(super) fn unclosed(source: &Source, last: Option<&ByteRecord>, line: Option<u64>) -> Outcome<()> {
    let is_long = last.is_some_and(|record| record.as_slice().contains(&b'\n'));
    if is_long && source.quotes.get() % 2 == 1 {
        let line = line.unwrap_or(1);
        return Err(Failure::refused(format!(
            "{} line {line}: a quote opens and does not close",
            source.name
        )));
    }
    Ok(())
}

/// UTF-8, or else Windows-1252, which every byte is.
pub(super) fn text(cell: &[u8]) -> String {
    match str::from_utf8(cell) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(cell).0.into_owned(),
    }
}

/// A fault of the file by its line; the reader's own words could show a value.
pub(super) fn fault(name: &str, error: &csv::Error) -> Failure {
    let reason = match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("line {line}: {len} cells, the heading has {expected_len}")
        }
        csv::ErrorKind::Io(error) => format!("{error}"),
        csv::ErrorKind::Utf8 { .. }
        | csv::ErrorKind::Seek
        | csv::ErrorKind::Serialize(_)
        | csv::ErrorKind::Deserialize { .. }
        | _ => "it is no table of separated values".to_owned(),
    };
    Failure::refused(format!("{name} {reason}"))
}
