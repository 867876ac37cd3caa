//! The pages of a Parquet file, within limits: the reader holds one of each column, and its dictionary.

use std::io::{self, BufRead as _, BufReader, Read};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::reader::{ChunkReader, Length};

use super::super::anywhere::{Anywhere, Range};
use super::header::{Said, is_said_once, said};
use super::packing::Packing;

/// The index at the end of a file has at most this many bytes.
const INDEX_BYTES_MAX: u64 = 64 << 20;
/// What is held at once, a page of each column and its dictionary, has at most this many bytes when it is inflated.
const HELD_BYTES_MAX: u64 = 512 << 20;
/// What a page says of itself, read at once.
const HEADER_BYTES: usize = 8 << 10;

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
        let bytes = read(&self.file, start, length, HELD_BYTES_MAX)?;
        let page = self.held.lock().unwrap_or_else(PoisonError::into_inner).page_at(start);
        let Some((packing, said)) = page.filter(|(_, said)| said.is_packed) else { return Ok(bytes) };
        let packed = bytes.get(said.levels..).unwrap_or_default();
        let most = said.inflated.saturating_sub(said.levels as u64);
        if packed.is_empty() || packing.holds_at_most(packed, most)? {
            return Ok(bytes);
        }
        let fault = "a page holds more than it says";
        Err(ParquetError::General(self.fault.get_or_init(|| fault).to_string()))
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
            let header = self.bytes.fill_buf()?;
            let said = said(header).ok_or(io::ErrorKind::InvalidData)?;
            let mut held = self.pages.held.lock().unwrap_or_else(PoisonError::into_inner);
            if held.piece(self.start).2 != Packing::Bounded && !is_said_once(header) {
                let fault = "a page's header says something twice, or is longer than 8 KiB";
                return Err(io::Error::other(*self.pages.fault.get_or_init(|| fault)));
            }
            if held.take(self.start, said) > HELD_BYTES_MAX {
                let fault = "a page of each column and its dictionary have more than 512 MiB; write it with smaller pages";
                return Err(io::Error::other(*self.pages.fault.get_or_init(|| fault)));
            }
        }
        self.bytes.read(buffer)
    }
}

/// What the reader holds of each column.
struct Held {
    /// Where the pieces of columns begin, ascending, of which column each is, and how it is packed.
    begins: Vec<(u64, usize, Packing)>,
    /// Of each column its dictionary and its page.
    columns: Vec<[u64; 2]>,
    /// Of each column the page whose header was read last.
    pages: Vec<Option<Said>>,
    bytes: u64,
}

impl Held {
    fn new(known: &ParquetMetaData) -> Self {
        let pieces = known.row_groups().iter().flat_map(|group| group.columns().iter().enumerate());
        let begin = |(column, piece): (usize, &ColumnChunkMetaData)| {
            (piece.byte_range().0, column, Packing::of(piece.compression()))
        };
        let mut begins: Vec<(u64, usize, Packing)> = pieces.map(begin).collect();
        begins.sort_unstable_by_key(|(begin, column, _)| (*begin, *column));
        let columns = known.file_metadata().schema_descr().num_columns();
        Self { begins, columns: vec![[0; 2]; columns], pages: vec![None; columns], bytes: 0 }
    }

    /// The piece in which something stands.
    fn piece(&self, start: u64) -> (u64, usize, Packing) {
        let behind = self.begins.partition_point(|(begin, ..)| *begin <= start);
        behind.checked_sub(1).map_or((0, 0, Packing::Bounded), |index| self.begins[index])
    }

    /// How the page is packed that stands there, and what its header said.
    fn page_at(&self, start: u64) -> Option<(Packing, Said)> {
        let (_begin, column, packing) = self.piece(start);
        Some((packing, (*self.pages.get(column)?)?))
    }

    /// Takes the place of what was held of the column; the bytes held then.
    fn take(&mut self, start: u64, said: Said) -> u64 {
        let (begin, column, _packing) = self.piece(start);
        if let (Some(held), Some(page)) = (self.columns.get_mut(column), self.pages.get_mut(column)) {
            *page = Some(said);
            let before = held[0] + held[1];
            if begin == start {
                *held = [0; 2];
            }
            held[usize::from(!said.is_dictionary)] = said.inflated;
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
        let begins = vec![(4, 0, Packing::Gzip), (100, 1, Packing::Bounded), (200, 0, Packing::Brotli)];
        let mut held = Held { begins, columns: vec![[0; 2]; 2], pages: vec![None; 2], bytes: 0 };
        let said = |is_dictionary, inflated| Said { is_dictionary, inflated, levels: 0, is_packed: true };
        let mut take = |start, is_dictionary, inflated| held.take(start, said(is_dictionary, inflated));
        assert_eq!(take(4, true, 10), 10);
        assert_eq!(take(20, false, 5), 15);
        assert_eq!(take(100, false, 7), 22);
        assert_eq!(take(40, false, 6), 23);
        assert_eq!(take(200, false, 1), 8, "of the next row group nothing is left");
        assert_eq!(held.page_at(230), Some((Packing::Brotli, said(false, 1))));
        assert_eq!(held.page_at(120), Some((Packing::Bounded, said(false, 7))));
    }
}
