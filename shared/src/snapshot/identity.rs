//! From identity code to position, for everybody at once.
//!
//! `identity.arrow` holds every active and previous code, ascending, each once: an active code wins over the
//! same code as somebody's previous one, and of two people who share a previous code the first in the
//! global order has it. `identity_directory.arrow` says where each of the 311,300 dates (the first six
//! digits of a code) begins, with one entry more for the end.

use arrow_buffer::ScalarBuffer;
use rayon::prelude::*;

use super::format::Kind;
use super::reader::{ArrowFile, SnapshotError};

/// Bits of a packed code below its date (`register::hetu`).
pub(super) const DATE_SHIFT: u32 = 14;

/// Dates in the directory: `DDMMYY` as a number is smaller than this.
pub(super) const DATES: u32 = 311_300;

/// Codes of one step: enough independent loads to hide the memory's latency, few enough for registers and cache.
const BLOCK: usize = 64;

/// Codes of one piece of parallel work.
const PIECE: usize = 8_192;

/// Whose code it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Position in the global order.
    pub position: u32,
    /// Whether the person has another code since.
    pub previous: bool,
}

/// The index, mapped.
#[derive(Debug)]
pub struct IdentityIndex {
    codes: ScalarBuffer<u64>,
    positions: ScalarBuffer<u32>,
    previous: ScalarBuffer<u8>,
    directory: ScalarBuffer<u32>,
}

impl IdentityIndex {
    pub(super) fn from_files(file: &ArrowFile, directory: &ArrowFile) -> Result<Self, SnapshotError> {
        let index = Self {
            codes: file.scalars("code", Kind::U64)?,
            positions: file.scalars("position", Kind::U32)?,
            previous: file.scalars("previous", Kind::U8)?,
            directory: directory.scalars("start", Kind::U32)?,
        };
        let entries =
            u32::try_from(index.codes.len()).ok().ok_or_else(|| file.damaged("it has too many codes"))?;
        let whole = u32::try_from(index.directory.len()).is_ok_and(|length| length == DATES + 1);
        if whole && index.directory.last() == Some(&entries) {
            Ok(index)
        } else {
            Err(directory.damaged("it does not fit the index"))
        }
    }

    /// Number of codes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether nobody is in the register.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Where a code's date begins and ends in the index.
    fn date(&self, code: u64) -> (usize, usize) {
        let date = usize::try_from(code >> DATE_SHIFT).unwrap_or(usize::MAX);
        match (self.directory.get(date), self.directory.get(date.saturating_add(1))) {
            (Some(start), Some(end)) => (*start as usize, (*end as usize).min(self.codes.len())),
            _ => (0, 0),
        }
    }

    /// The person behind one code.
    #[must_use]
    pub fn find(&self, code: u64) -> Option<Found> {
        let (start, end) = self.date(code);
        let index = start + self.codes.get(start..end)?.binary_search(&code).ok()?;
        Some(Found { position: self.positions[index], previous: self.previous[index] != 0 })
    }

    /// Positions of the people behind many codes, in the order of the codes; unknown codes give `None`.
    #[must_use]
    pub fn resolve(&self, codes: &[u64]) -> Vec<Option<u32>> {
        let mut positions = vec![None; codes.len()];
        positions.par_chunks_mut(PIECE).zip(codes.par_chunks(PIECE)).for_each(|(positions, codes)| {
            for (positions, codes) in positions.chunks_mut(BLOCK).zip(codes.chunks(BLOCK)) {
                self.resolve_block(codes, positions);
            }
        });
        positions
    }

    /// Searches for up to [`BLOCK`] codes in step, so that their cache misses overlap.
    fn resolve_block(&self, codes: &[u64], positions: &mut [Option<u32>]) {
        let (mut start, mut size) = ([0_usize; BLOCK], [0_usize; BLOCK]);
        let mut longest = 0;
        for (index, code) in codes.iter().enumerate() {
            let (from, to) = self.date(*code);
            (start[index], size[index]) = (from, to.saturating_sub(from));
            longest = longest.max(size[index]);
        }
        while longest > 1 {
            for (index, code) in codes.iter().enumerate() {
                let half = size[index] / 2;
                let middle = start[index] + half;
                if half > 0 && self.codes[middle] <= *code {
                    start[index] = middle;
                }
                size[index] -= half;
            }
            longest -= longest / 2;
        }
        for (index, code) in codes.iter().enumerate() {
            let found = size[index] > 0 && self.codes[start[index]] == *code;
            positions[index] = found.then(|| self.positions[start[index]]);
        }
    }
}
