//! What kind of file a register is, told by its first bytes, and its content as text.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::os::unix::fs::FileExt as _;

use super::RegisterError;
use super::anywhere::Anywhere;
use super::columnar::{self, PARQUET, PARQUET_BYTES_MAX};
use super::form::FileKind;
use super::workbook::{self, COMPOUND, FILE_BYTES_MAX, WorkbookFault, ZIP};

/// What is known of a register before it is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading<'s> {
    /// The sheet to read of a workbook; otherwise the first that is not hidden.
    pub sheet: Option<&'s str>,
    /// The first row holds headings, whatever it looks like.
    pub is_headed: bool,
}

/// The bytes of a register. Parquet and workbooks are read from their end: a file on a disk where it lies, anything
/// else from a sealed copy.
pub struct Input<'a>(Kind<'a>);

enum Kind<'a> {
    /// On a disk, with so many bytes.
    File(File, u64),
    Stream(Box<dyn Read + 'a>),
}

impl<'a> Input<'a> {
    /// A file that was just opened; a pipe is a stream.
    ///
    /// # Errors
    /// Of the file.
    pub fn of_file(file: File) -> io::Result<Self> {
        let known = file.metadata()?;
        Ok(if known.is_file() { Self(Kind::File(file, known.len())) } else { Self::of_stream(file) })
    }

    /// What is read once.
    pub fn of_stream(stream: impl Read + 'a) -> Self {
        Self(Kind::Stream(Box::new(stream)))
    }

    /// Counts its bytes while they are read, up to one more than `most`; none if more are known before.
    pub(crate) fn counted(self, most: u64, bytes: &'a mut u64) -> Option<Self> {
        match self.0 {
            Kind::File(file, known) => {
                *bytes = known;
                (known <= most).then_some(Self(Kind::File(file, known)))
            }
            Kind::Stream(stream) => Some(Self::of_stream(Counted { inner: stream.take(most + 1), bytes })),
        }
    }

    /// Its first bytes, which are read again.
    fn begin(self) -> io::Result<(Vec<u8>, Self)> {
        let mut start = Vec::with_capacity(ZIP.len());
        Ok(match self.0 {
            Kind::File(file, bytes) => {
                start.resize(ZIP.len().min(usize::try_from(bytes).unwrap_or(usize::MAX)), 0);
                file.read_exact_at(&mut start, 0)?;
                (start, Self(Kind::File(file, bytes)))
            }
            Kind::Stream(mut stream) => {
                stream.by_ref().take(ZIP.len() as u64).read_to_end(&mut start)?;
                (start.clone(), Self::of_stream(Cursor::new(start).chain(stream)))
            }
        })
    }

    /// The file to be read at any place; none if it has more than `most` bytes.
    fn anywhere(self, most: u64) -> Result<Option<Anywhere>, RegisterError> {
        match self.0 {
            Kind::File(file, bytes) => Ok((bytes <= most).then(|| Anywhere::of_file(file, bytes))),
            Kind::Stream(stream) => Anywhere::set_aside(stream, most),
        }
    }

    fn text(self) -> Box<dyn Read + 'a> {
        match self.0 {
            Kind::File(file, _) => Box::new(file),
            Kind::Stream(stream) => stream,
        }
    }
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Input")
    }
}

/// Counts what is read through it.
struct Counted<'a, R> {
    inner: R,
    bytes: &'a mut u64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        *self.bytes += count as u64;
        Ok(count)
    }
}

/// A register's content as text.
pub(super) struct Content<'a> {
    pub(super) text: Box<dyn Read + 'a>,
    pub(super) kind: FileKind,
    pub(super) sheet: Option<String>,
}

/// Looks at the first bytes of a file: Parquet and workbooks are turned into text, everything else is handed on.
///
/// # Errors
/// It cannot be read, is a damaged file of a known kind, or no workbook though a sheet is named.
pub(super) fn content<'a>(input: Input<'a>, sheet: Option<&str>) -> Result<Content<'a>, RegisterError> {
    let (start, input) = input.begin().map_err(RegisterError::of_io)?;
    if start == ZIP {
        let file = input.anywhere(FILE_BYTES_MAX)?.ok_or(WorkbookFault::Large(FILE_BYTES_MAX))?;
        let text = workbook::Text::open(file, sheet)?;
        let sheet = Some(text.name.clone());
        return Ok(Content { text: Box::new(text), kind: FileKind::Xlsx, sheet });
    }
    if start == COMPOUND {
        return Err(WorkbookFault::Old.into());
    }
    if sheet.is_some() {
        return Err(RegisterError::NoWorkbook);
    }
    if start != PARQUET {
        return Ok(Content { text: input.text(), kind: FileKind::Csv, sheet: None });
    }
    let file = input.anywhere(PARQUET_BYTES_MAX)?;
    let file = file.ok_or(RegisterError::Parquet("it has more than 4 GiB"))?;
    Ok(Content { text: Box::new(columnar::Text::open(&file)?), kind: FileKind::Parquet, sheet: None })
}

#[cfg(test)]
mod tests;
