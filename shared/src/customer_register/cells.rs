//! One column of a CSV file, byte by byte: quotes, line ends of every kind, line numbers.

use super::LINE_BYTES_MAX;

/// Bytes of a cell that are kept: no code is longer, even with blanks.
const CELL_KEPT: usize = 64;

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

/// Cuts a stream of bytes into records and hands out one cell of each.
#[derive(Debug)]
pub(super) struct Cells {
    separator: u8,
    column: usize,
    state: State,
    /// Index of the present cell in its record.
    cell_index: usize,
    /// The wanted cell, cut at [`CELL_KEPT`].
    cell: Vec<u8>,
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

impl Cells {
    pub(super) fn new(separator: u8, column: usize) -> Self {
        Self {
            separator,
            column,
            state: State::Start,
            cell_index: 0,
            cell: Vec::with_capacity(CELL_KEPT),
            record_bytes: 0,
            is_blank: true,
            line: 1,
            record_line: 1,
            quote_line: 1,
            after_return: false,
        }
    }

    /// Takes the next bytes; `take` gets the line and the wanted cell of each record that ends in them.
    pub(super) fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(u64, &[u8])) -> Result<(), Fault> {
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
                    self.cell_index += 1;
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
    pub(super) fn finish(mut self, mut take: impl FnMut(u64, &[u8])) -> Result<(), Fault> {
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
        if self.cell_index == self.column && self.cell.len() < CELL_KEPT {
            self.cell.push(byte);
        }
        Ok(())
    }

    fn end_record(&mut self, take: &mut impl FnMut(u64, &[u8])) {
        if !self.is_blank {
            take(self.record_line, &self.cell);
        }
        self.line += 1;
        self.record_line = self.line;
        self.state = State::Start;
        self.cell_index = 0;
        self.cell.clear();
        self.record_bytes = 0;
        self.is_blank = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, column: usize, chunk: usize) -> Result<Vec<(u64, String)>, Fault> {
        let mut cells = Cells::new(b';', column);
        let mut found = Vec::new();
        let mut take = |line, cell: &[u8]| found.push((line, String::from_utf8_lossy(cell).into_owned()));
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
