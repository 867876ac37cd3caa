//! The rows of a CSV file, byte by byte: quotes, line ends of every kind, line numbers.

use super::LINE_BYTES_MAX;

/// One row: its cells as they are in the file, without quotes.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The cells, one byte between them.
    bytes: Vec<u8>,
    /// Where each cell ends.
    ends: Vec<usize>,
}

impl Record {
    /// A cell; empty if the row has no such.
    pub(super) fn cell(&self, index: usize) -> &[u8] {
        let Some(end) = self.ends.get(index) else { return &[] };
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| end + 1);
        self.bytes.get(start..*end).unwrap_or_default()
    }

    /// Number of cells.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn end_cell(&mut self) {
        self.ends.push(self.bytes.len());
        self.bytes.push(b'\n');
    }

    /// Takes a line without quotes.
    fn fill(&mut self, line: &[u8], separator: u8) {
        self.bytes.extend_from_slice(line);
        self.ends.extend(memchr::memchr_iter(separator, line));
        self.ends.push(line.len());
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

/// Whether each byte is one of some.
type Marks = [bool; 256];

fn marks(bytes: &[u8]) -> Marks {
    let mut marks = [false; 256];
    bytes.iter().for_each(|byte| marks[usize::from(*byte)] = true);
    marks
}

/// Cuts a stream of bytes into records.
#[derive(Debug)]
pub(super) struct Records {
    separator: u8,
    /// What ends a run of bytes without quotes, and of those between quotes.
    plain_ends: Marks,
    quoted_ends: Marks,
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
            plain_ends: marks(&[0, b'\n', b'\r', separator]),
            quoted_ends: marks(&[0, b'\n', b'\r', b'"']),
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
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let (line, after) = rest.split_at(end);
            rest = after;
            if !self.whole_line(line, &mut take) {
                self.step_through(line, &mut take)?;
            }
        }
        Ok(())
    }

    /// Takes a line at once if it is a record that needs no closer look: the commonest by far.
    fn whole_line(&mut self, line: &[u8], take: &mut impl FnMut(u64, &Record)) -> bool {
        let is_fresh = self.state == State::Start && self.record_bytes == 0 && self.is_blank;
        let Some(text) = line.strip_suffix(b"\n").filter(|_| is_fresh) else { return false };
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let is_special = |byte: &u8| matches!(byte, b'"' | b'\r' | 0);
        // Without a way out early, which lets the whole line be compared at once.
        let has_special = text.iter().fold(false, |found, byte| found | is_special(byte));
        if has_special || text.len() > LINE_BYTES_MAX || text.iter().all(u8::is_ascii_whitespace) {
            return false;
        }
        self.record.fill(text, self.separator);
        take(self.line, &self.record);
        self.next_record();
        self.after_return = false;
        true
    }

    fn step_through(&mut self, bytes: &[u8], take: &mut impl FnMut(u64, &Record)) -> Result<(), Fault> {
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            self.step(byte, take)?;
            rest = self.run(after)?;
        }
        Ok(())
    }

    /// Takes the bytes that are plain in the present state; what is left.
    fn run<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], Fault> {
        let ends = match self.state {
            State::Plain => &self.plain_ends,
            State::Quoted => &self.quoted_ends,
            State::Start | State::Closed => return Ok(bytes),
        };
        let length = bytes.iter().position(|byte| ends[usize::from(*byte)]).unwrap_or(bytes.len());
        let (run, rest) = bytes.split_at(length);
        self.after_return &= run.is_empty();
        self.keep(run)?;
        Ok(rest)
    }

    fn step(&mut self, byte: u8, take: &mut impl FnMut(u64, &Record)) -> Result<(), Fault> {
        let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
        if byte == b'\n' && after_return {
            return Ok(());
        }
        match (self.state, byte) {
            (_, 0) => return Err(Fault::Nul(self.line)),
            (State::Quoted, b'"') => self.state = State::Closed,
            (State::Quoted, _) => {
                self.line += u64::from(matches!(byte, b'\n' | b'\r'));
                self.keep(&[byte])?;
            }
            (_, b'\n' | b'\r') => self.end_record(take),
            (State::Start, b'"') => {
                self.quote_line = self.line;
                self.is_blank = false;
                self.state = State::Quoted;
            }
            (State::Closed, b'"') => {
                self.keep(&[byte])?;
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
            (State::Start, byte) if byte.is_ascii_whitespace() => self.keep(&[byte])?,
            (state, _) => {
                if state != State::Closed {
                    self.state = State::Plain;
                }
                self.keep(&[byte])?;
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

    fn keep(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.record_bytes += bytes.len();
        self.is_blank = self.is_blank && bytes.iter().all(u8::is_ascii_whitespace);
        if self.record_bytes > LINE_BYTES_MAX {
            let is_open = self.state == State::Quoted && self.line > self.quote_line;
            return Err(if is_open { Fault::OpenQuote(self.quote_line) } else { Fault::LongLine(self.line) });
        }
        self.record.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn end_record(&mut self, take: &mut impl FnMut(u64, &Record)) {
        if !self.is_blank {
            self.record.end_cell();
            take(self.record_line, &self.record);
        }
        self.next_record();
    }

    fn next_record(&mut self) {
        self.line += 1;
        self.record_line = self.line;
        self.state = State::Start;
        self.record.clear();
        self.record_bytes = 0;
        self.is_blank = true;
    }
}

#[cfg(test)]
mod tests;
