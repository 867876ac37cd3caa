//! From identity code to position, for everybody at once.
//!
//! `identity.arrow` holds every active and previous code, ascending, each once: an active code wins over the
//! same code as somebody's previous one, and of two people who share a previous code the first in the
//! global order has it.

use arrow_buffer::ScalarBuffer;
use rayon::prelude::*;

use super::format::Kind;
use super::reader::{ArrowFile, SnapshotError};

/// Bits of a packed code.
const CODE_BITS: u32 = 34;

/// Bits of an index within a piece.
const INDEX_BITS: u32 = u64::BITS - CODE_BITS;

/// Codes of one piece of parallel work.
const PIECE: usize = 32_768;

/// From so many codes on most pages of the index are read.
const MANY: usize = 4_096;

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
    file: ArrowFile,
    codes: ScalarBuffer<u64>,
    positions: ScalarBuffer<u32>,
    previous: ScalarBuffer<u8>,
}

impl IdentityIndex {
    pub(super) fn from_file(file: ArrowFile) -> Result<Self, SnapshotError> {
        Ok(Self {
            codes: file.scalars("code", Kind::U64)?,
            positions: file.scalars("position", Kind::U32)?,
            previous: file.scalars("previous", Kind::U8)?,
            file,
        })
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

    /// The person behind one code.
    #[must_use]
    pub fn find(&self, code: u64) -> Option<Found> {
        let index = self.codes.binary_search(&code).ok()?;
        Some(Found { position: self.positions[index], previous: self.previous[index] != 0 })
    }

    /// Positions of the people behind many codes, in the order of the codes; unknown codes give `None`.
    #[must_use]
    pub fn resolve(&self, codes: &[u64]) -> Vec<Option<u32>> {
        if codes.len() > MANY {
            // Advice alone: without it the same pages are read one by one.
            drop(self.file.prefetch(&["code", "position"]));
        }
        let known = codes.iter().zip(0_u64..).filter(|(code, _)| **code >> CODE_BITS == 0);
        let mut sorted: Vec<u64> = known.map(|(code, index)| code << INDEX_BITS | index).collect();
        sorted.par_sort_unstable();
        let found: Vec<Vec<(u64, u32)>> = sorted.par_chunks(PIECE).map(|keys| self.walk_all(keys)).collect();
        let mut positions = vec![None; codes.len()];
        for (index, position) in found.into_iter().flatten() {
            positions[usize::try_from(index).unwrap_or(usize::MAX)] = Some(position);
        }
        positions
    }

    /// Walks through the index with sorted codes: searching for each by itself costs twice the time in cache
    /// misses. Gives the indexes of known codes with their positions.
    fn walk_all(&self, keys: &[u64]) -> Vec<(u64, u32)> {
        let code = keys.first().map_or(0, |key| key >> INDEX_BITS);
        let mut at = self.codes.partition_point(|entry| *entry < code);
        let mut entries = Vec::with_capacity(keys.len());
        for key in keys {
            let code = key >> INDEX_BITS;
            at = self.walk(at, code);
            if self.codes.get(at) == Some(&code) {
                entries.push((key & ((1 << INDEX_BITS) - 1), at));
            }
        }
        // By themselves: many cache misses are then on their way at once.
        entries.into_iter().map(|(index, at)| (index, self.positions[at])).collect()
    }

    /// The first entry from `at` on that is not below the code: strides that double, then a search.
    fn walk(&self, at: usize, code: u64) -> usize {
        let (mut low, mut high, mut stride) = (at, at + 4, 4);
        while self.codes.get(high).is_some_and(|entry| *entry < code) {
            low = high + 1;
            high += stride;
            stride *= 2;
        }
        let high = high.min(self.codes.len());
        low + self.codes[low..high].partition_point(|entry| *entry < code)
    }
}
