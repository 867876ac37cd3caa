//! The parts of a workbook: entries of a ZIP file, inflated as streams within limits.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::super::RegisterError;
use super::super::anywhere::{Anywhere, Range};
use super::{INFLATED_BYTES_MAX, PARTS_MAX, RATIO_FREE_BYTES, RATIO_MAX, WorkbookFault};

/// What each entry of a ZIP file's directory begins with.
const ENTRY: &[u8] = b"PK\x01\x02";
/// Bytes looked at together.
const PIECE: usize = 64 << 10;

/// A workbook's parts.
pub(super) struct Package {
    file: Anywhere,
    /// By name in small letters.
    parts: BTreeMap<String, Place>,
}

/// Where a part is, and what the file says of it.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u64,
    length: u64,
    is_deflated: bool,
    inflated: u64,
    crc: u32,
}

impl Package {
    pub(super) fn open(file: Anywhere) -> Result<Self, RegisterError> {
        // Counted before they are read: no reader finds more entries than there are marks of them.
        if entries(&file).map_err(RegisterError::Io)? > PARTS_MAX {
            return Err(WorkbookFault::Parts.into());
        }
        Ok(Self::of_archive(file)?)
    }

    fn of_archive(file: Anywhere) -> Result<Self, WorkbookFault> {
        let damaged = |_source| WorkbookFault::Damaged("its list of parts cannot be read");
        let mut archive = ZipArchive::new(BufReader::new(file.all())).map_err(damaged)?;
        let mut parts = BTreeMap::new();
        let mut inflated = 0_u64;
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(damaged)?;
            let is_deflated = entry.compression() == CompressionMethod::Deflated;
            if !is_deflated && entry.compression() != CompressionMethod::Stored {
                continue;
            }
            let length = entry.compressed_size();
            let Some(start) = entry.data_start() else { continue };
            if entry.encrypted() || start.checked_add(length).is_none_or(|end| end > file.bytes()) {
                return Err(WorkbookFault::Damaged("a part is encrypted or cut"));
            }
            inflated = inflated.saturating_add(entry.size());
            let place = Place { start, length, is_deflated, inflated: entry.size(), crc: entry.crc32() };
            parts.insert(key(entry.name_raw()), place);
        }
        if inflated > INFLATED_BYTES_MAX {
            return Err(WorkbookFault::Inflated { part: "the file", bytes: INFLATED_BYTES_MAX });
        }
        Ok(Self { file, parts })
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.parts.contains_key(&key(path.as_bytes()))
    }

    /// A part, of at most `most` bytes.
    pub(super) fn part(&self, path: &str, most: u64) -> Result<Part, WorkbookFault> {
        let place = self.parts.get(&key(path.as_bytes())).copied();
        let place = place.ok_or(WorkbookFault::Damaged("a part is missing"))?;
        let Place { start, length, is_deflated, inflated, crc } = place;
        if inflated > most {
            return Err(WorkbookFault::Inflated { part: "a part", bytes: most });
        }
        let raw = BufReader::with_capacity(PIECE, self.file.range(start, start + length));
        let inner = if is_deflated { Inner::Deflated(DeflateDecoder::new(raw)) } else { Inner::Stored(raw) };
        let ratio = length.saturating_mul(RATIO_MAX);
        Ok(Part { inner, inflated, most: ratio.max(RATIO_FREE_BYTES), crc, passed: Crc::new(), count: 0 })
    }
}

/// Marks of entries in a file.
fn entries(file: &Anywhere) -> io::Result<usize> {
    let finder = memchr::memmem::Finder::new(ENTRY);
    let (mut bytes, mut found) = (file.all(), 0);
    let mut piece = Vec::with_capacity(PIECE);
    loop {
        // What a mark could begin with is looked at again with what follows it.
        let kept = piece.len().min(ENTRY.len() - 1);
        piece.drain(..piece.len() - kept);
        if bytes.by_ref().take((PIECE - kept) as u64).read_to_end(&mut piece)? == 0 {
            return Ok(found);
        }
        found += finder.find_iter(&piece).count();
    }
}

fn key(name: &[u8]) -> String {
    String::from_utf8_lossy(name).replace('\\', "/").trim_start_matches('/').to_lowercase()
}

enum Inner {
    Stored(BufReader<Range>),
    Deflated(DeflateDecoder<BufReader<Range>>),
}

/// The content of a part; the end is there only if it is what the file says.
pub(super) struct Part {
    inner: Inner,
    inflated: u64,
    most: u64,
    crc: u32,
    passed: Crc,
    count: u64,
}

impl Part {
    /// Its bytes, inflated, as the file says; more of them or fewer are a fault.
    pub(super) const fn inflated(&self) -> u64 {
        self.inflated
    }
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.inner {
            Inner::Stored(bytes) => bytes.read(buffer),
            Inner::Deflated(bytes) => bytes.read(buffer),
        };
        let count = count.map_err(|_source| told(WorkbookFault::Damaged("a part cannot be inflated")))?;
        self.passed.update(buffer.get(..count).unwrap_or_default());
        self.count += u64::try_from(count).unwrap_or(u64::MAX);
        let is_end = count == 0 && !buffer.is_empty();
        if self.count > self.most {
            Err(told(WorkbookFault::Ratio))
        } else if self.count > self.inflated || is_end && self.count < self.inflated {
            Err(told(WorkbookFault::Size))
        } else if is_end && self.passed.sum() != self.crc {
            Err(told(WorkbookFault::Damaged("a part has another checksum than the file says")))
        } else {
            Ok(count)
        }
    }
}

/// A fault on its way through a reader.
pub(super) fn told(fault: WorkbookFault) -> io::Error {
    io::Error::other(fault)
}
