//! The rows of a CSV file, byte by byte: quotes, line ends of every kind, line numbers.

use super::LINE_BYTES_MAX;

/// One row: its cells as they are in the file, without quotes.
#[derive(Debug, Default)]
pub(super) struct Record {
    bytes: Vec<u8>,
    /// Where each cell ends.
    ends: Vec<usize>,
}

impl Record {
    /// A cell; empty if the row has no such.
    pub(super) fn cell(&self, index: usize) -> &[u8] {
        let Some(end) = self.ends.get(index) else { return &[] };
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |start| *start);
        self.bytes.get(start..*end).unwrap_or_default()
    }

    /// Number of cells.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn end_cell(&mut self) {
        self.ends.push(self.bytes.len());
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}

/// A file that is no CSV, with the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Nul(u64),
    OpenQuote(u64),
    BrokenQuote(u64),
    LongLine(u64),
}

/// Where in a cell the last byte was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the cell's first byte.
    Start,
    Plain,
    /// Between quotes.
    Quoted,
    /// After a quote within a quoted cell: it closes, or is the first of a pair.
    Closed,
}

/// Cuts a stream of bytes into records.
#[derive(Debug)]
pub(super) struct Records {
    separator: u8,
    state: State,
    record: Record,
    /// Bytes of the present record.
    record_bytes: usize,
    is_blank: bool,
    /// Line of the present byte, from 1.
    line: u64,
    /// Line the present record begins on.
    record_line: u64,
    /// Line of the last opening quote.
    quote_line: u64,
    after_return: bool,
}

impl Records {
    /// Begins on a line, counted from 1.
    pub(super) fn new(separator: u8, line: u64) -> Self {
        Self {
            separator,
            state: State::Start,
            record: Record::default(),
            record_bytes: 0,
            is_blank: true,
            line,
            record_line: line,
            quote_line: line,
            after_return: false,
        }
    }

    /// Takes the next bytes; `take` gets the line and the cells of each record that ends in them.
    pub(super) fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(u64, &Record)) -> Result<(), Fault> {
        for &byte in bytes {
            let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
            if byte == b'\n' && after_return {
                continue;
            }
            match (self.state, byte) {
                (_, 0) => return Err(Fault::Nul(self.line)),
                (State::Quoted, b'"') => self.state = State::Closed,
                (State::Quoted, _) => {
                    self.line += u64::from(matches!(byte, b'\n' | b'\r'));
                    self.keep(byte)?;
                }
                (_, b'\n' | b'\r') => self.end_record(&mut take),
                (State::Start, b'"') => {
                    self.quote_line = self.line;
                    self.is_blank = false;
                    self.state = State::Quoted;
                }
                (State::Closed, b'"') => {
                    self.keep(byte)?;
                    self.state = State::Quoted;
                }
                (_, byte) if byte == self.separator => {
                    self.is_blank = false;
                    self.record.end_cell();
                    self.record_bytes += 1;
                    self.state = State::Start;
                }
                (State::Closed, byte) if !byte.is_ascii_whitespace() => {
                    return Err(Fault::BrokenQuote(self.line));
                }
                (State::Start, byte) if byte.is_ascii_whitespace() => self.keep(byte)?,
                (state, _) => {
                    if state != State::Closed {
                        self.state = State::Plain;
                    }
                    self.keep(byte)?;
                }
            }
        }
        Ok(())
    }

    /// Ends the stream.
    pub(super) fn finish(mut self, mut take: impl FnMut(u64, &Record)) -> Result<(), Fault> {
        if self.state == State::Quoted {
            return Err(Fault::OpenQuote(self.quote_line));
        }
        self.end_record(&mut take);
        Ok(())
    }

    fn keep(&mut self, byte: u8) -> Result<(), Fault> {
        self.record_bytes += 1;
        self.is_blank &= byte.is_ascii_whitespace();
        if self.record_bytes > LINE_BYTES_MAX {
            let is_open = self.state == State::Quoted && self.line > self.quote_line;
            return Err(if is_open { Fault::OpenQuote(self.quote_line) } else { Fault::LongLine(self.line) });
        }
        self.record.bytes.push(byte);
        Ok(())
    }

    fn end_record(&mut self, take: &mut impl FnMut(u64, &Record)) {
        if !self.is_blank {
            self.record.end_cell();
            take(self.record_line, &self.record);
        }
        self.line += 1;
        self.record_line = self.line;
        self.state = State::Start;
        self.record.clear();
        self.record_bytes = 0;
        self.is_blank = true;
    }
}

#[cfg(test)]
mod tests {
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
}
