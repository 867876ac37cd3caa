//! Lines of a file in bounded memory, however long they are.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

/// Bytes of the longest line that is taken.
const LONGEST: usize = 1 << 20;

/// A line with something in it.
pub(super) struct Found<'a> {
    /// From 1; `None` beyond what can be numbered.
    pub(super) number: Option<u32>,
    /// Where its text begins in the file.
    pub(super) start: u64,
    /// Bytes of its text.
    pub(super) length: u32,
    /// The text without blanks around it; `None` if it is too long.
    pub(super) text: Option<&'a [u8]>,
}

/// The lines of a file.
pub(super) struct Lines {
    file: BufReader<File>,
    offset: u64,
    number: u64,
    text: Vec<u8>,
}

impl Lines {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = BufReader::with_capacity(1 << 18, File::open(path)?);
        Ok(Self { file, offset: 0, number: 0, text: Vec::new() })
    }

    /// The next line that is not blank.
    pub(super) fn next(&mut self) -> io::Result<Option<Found<'_>>> {
        loop {
            let begin = self.offset;
            let Some(is_short) = self.take()? else { return Ok(None) };
            self.number += 1;
            let mark = if begin == 0 && self.text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
            let blank = self.text[mark..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let text = self.text[mark..].trim_ascii();
            if is_short && text.is_empty() {
                continue;
            }
            let start = begin + u64::try_from(mark + blank).unwrap_or(0);
            let (number, length) =
                (u32::try_from(self.number).ok(), u32::try_from(text.len()).unwrap_or(u32::MAX));
            // Borrowed anew: the compiler does not see that the loop ends here.
            let text = self.text[mark..].trim_ascii();
            return Ok(Some(Found { number, start, length, text: is_short.then_some(text) }));
        }
    }

    /// Takes one line, whether it is short enough; `None` at the end. Of a long one the beginning is kept.
    fn take(&mut self) -> io::Result<Option<bool>> {
        self.text.clear();
        let (mut any, mut is_short) = (false, true);
        loop {
            let buffer = self.file.fill_buf()?;
            if buffer.is_empty() {
                return Ok(any.then_some(is_short));
            }
            any = true;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let part = &buffer[..end.unwrap_or(buffer.len())];
            if self.text.len() + part.len() <= LONGEST {
                self.text.extend_from_slice(part);
            } else {
                is_short = false;
            }
            let used = part.len() + usize::from(end.is_some());
            self.file.consume(used);
            self.offset += u64::try_from(used).unwrap_or(0);
            if end.is_some() {
                return Ok(Some(is_short));
            }
        }
    }
}
