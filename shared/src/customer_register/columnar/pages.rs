//! The pages of a Parquet file, within limits: the reader holds one of each column, and its dictionary.

use std::io::{self, BufRead as _, BufReader, Read};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{ChunkReader, Length};

use super::super::anywhere::{Anywhere, Range};

/// The index at the end of a file has at most this many bytes.
const INDEX_BYTES_MAX: u64 = 64 << 20;
/// What is held at once, a page of each column and its dictionary, has at most this many bytes when it is inflated.
const HELD_BYTES_MAX: u64 = 512 << 20;
/// What a page says of itself, read at once.
const HEADER_BYTES: usize = 1 << 10;

/// The index of a file.
pub(super) struct Index<'f>(pub(super) &'f Anywhere);

impl Length for Index<'_> {
    fn len(&self) -> u64 {
        self.0.bytes()
    }
}

impl ChunkReader for Index<'_> {
    type T = Range;

    fn get_read(&self, start: u64) -> Result<Range> {
        Ok(self.0.range(start, self.0.bytes()))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        read(self.0, start, length, INDEX_BYTES_MAX)
    }
}

/// The pages of a file.
#[derive(Clone)]
pub(super) struct Pages {
    file: Anywhere,
    held: Arc<Mutex<Held>>,
    fault: Arc<OnceLock<&'static str>>,
}

impl Pages {
    pub(super) fn new(file: &Anywhere, known: &ParquetMetaData) -> Self {
        let held = Arc::new(Mutex::new(Held::new(known)));
        Self { file: file.clone(), held, fault: Arc::default() }
    }

    /// What is wrong with the file, if it is more than damage.
    pub(super) fn fault(&self) -> Option<&'static str> {
        self.fault.get().copied()
    }
}

impl Length for Pages {
    fn len(&self) -> u64 {
        self.file.bytes()
    }
}

impl ChunkReader for Pages {
    type T = Page;

    fn get_read(&self, start: u64) -> Result<Page> {
        let bytes = BufReader::with_capacity(HEADER_BYTES, self.file.range(start, self.file.bytes()));
        Ok(Page { bytes, start, pages: self.clone(), is_begun: false })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        read(&self.file, start, length, HELD_BYTES_MAX)
    }
}

fn read(file: &Anywhere, start: u64, length: usize, most: u64) -> Result<Bytes> {
    let end = start.checked_add(length as u64).filter(|end| *end <= file.bytes());
    let end = end.filter(|_end| length as u64 <= most);
    let end = end.ok_or_else(|| ParquetError::EOF("a piece is cut or too large".to_owned()))?;
    let mut bytes = Vec::with_capacity(length);
    file.range(start, end).read_to_end(&mut bytes)?;
    if bytes.len() < length { Err(ParquetError::EOF("a piece is cut".to_owned())) } else { Ok(bytes.into()) }
}

/// A page from its header; the header is looked at before it is given.
pub(super) struct Page {
    bytes: BufReader<Range>,
    start: u64,
    pages: Pages,
    is_begun: bool,
}

impl Read for Page {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !std::mem::replace(&mut self.is_begun, true) {
            let size = size(self.bytes.fill_buf()?).ok_or(io::ErrorKind::InvalidData)?;
            let mut held = self.pages.held.lock().unwrap_or_else(PoisonError::into_inner);
            if held.take(self.start, size) > HELD_BYTES_MAX {
                let fault = "a page of each column and its dictionary have more than 512 MiB; write it with smaller pages";
                return Err(io::Error::other(*self.pages.fault.get_or_init(|| fault)));
            }
        }
        self.bytes.read(buffer)
    }
}

/// Bytes of a page when it is inflated, and whether it is a dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Size {
    is_dictionary: bool,
    inflated: u64,
}

/// What a page's header begins with, in Thrift's compact form: fields 1 and 2, both of 32 bits, the kind of page and its bytes.
fn size(header: &[u8]) -> Option<Size> {
    const NEXT_OF_32_BITS: &[u8] = &[0x15];
    const DICTIONARY: u64 = 2;
    let (kind, rest) = number(header.strip_prefix(NEXT_OF_32_BITS)?)?;
    let (inflated, _rest) = number(rest.strip_prefix(NEXT_OF_32_BITS)?)?;
    Some(Size { is_dictionary: kind == DICTIONARY, inflated })
}

/// A number that is not negative, and what stands behind it: seven bits a byte, the lowest first, the sign below them.
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let last = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)?;
    let value = bytes[..=last].iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f));
    (value & 1 == 0).then(|| (value >> 1, &bytes[last + 1..]))
}

/// What the reader holds of each column.
struct Held {
    /// Where the pieces of columns begin, ascending, and of which column each is.
    begins: Vec<(u64, usize)>,
    /// Of each column its dictionary and its page.
    columns: Vec<[u64; 2]>,
    bytes: u64,
}

impl Held {
    fn new(known: &ParquetMetaData) -> Self {
        let pieces = known.row_groups().iter().flat_map(|group| group.columns().iter().enumerate());
        let mut begins: Vec<(u64, usize)> =
            pieces.map(|(column, piece)| (piece.byte_range().0, column)).collect();
        begins.sort_unstable();
        let columns = vec![[0; 2]; known.file_metadata().schema_descr().num_columns()];
        Self { begins, columns, bytes: 0 }
    }

    /// Takes the place of what was held of the column; the bytes held then.
    fn take(&mut self, start: u64, size: Size) -> u64 {
        let behind = self.begins.partition_point(|(begin, _)| *begin <= start);
        let (begin, column) = behind.checked_sub(1).map_or((0, 0), |index| self.begins[index]);
        if let Some(held) = self.columns.get_mut(column) {
            let before = held[0] + held[1];
            if begin == start {
                *held = [0; 2];
            }
            held[usize::from(!size.is_dictionary)] = size.inflated;
            self.bytes = self.bytes - before + held[0] + held[1];
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_of_a_column_is_its_dictionary_and_its_last_page() {
        let begins = vec![(4, 0), (100, 1), (200, 0)];
        let mut held = Held { begins, columns: vec![[0; 2]; 2], bytes: 0 };
        let mut take = |start, is_dictionary, inflated| held.take(start, Size { is_dictionary, inflated });
        assert_eq!(take(4, true, 10), 10);
        assert_eq!(take(20, false, 5), 15);
        assert_eq!(take(100, false, 7), 22);
        assert_eq!(take(40, false, 6), 23);
        assert_eq!(take(200, false, 1), 8, "of the next row group nothing is left");
    }

    #[test]
    fn a_page_says_how_large_it_is() {
        let told = |header: &[u8]| size(header).map(|size| (size.is_dictionary, size.inflated));
        assert_eq!(told(&[0x15, 0, 0x15, 2, 0x15, 2]), Some((false, 1)));
        assert_eq!(told(&[0x15, 4, 0x15, 0x80, 0x80, 0x80, 0x80, 0x08, 0x15]), Some((true, 1 << 30)));
        for header in [&[][..], &[0x15], &[0x15, 0, 0x25, 2], &[0x15, 0, 0x15, 1], &[0x15, 0, 0x15, 0x80]] {
            assert_eq!(told(header), None, "{header:?}");
        }
    }
}
