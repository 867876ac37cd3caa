//! From identity code to position, for everybody at once.
//!
//! `identity.arrow` holds every active and previous code, ascending, each once: an active code wins over the
//! same code as somebody's previous one, and what was the previous code of two people is nobody's: it leads to
//! neither.

mod ranks;

use std::sync::OnceLock;

use arrow_buffer::ScalarBuffer;
use rayon::prelude::*;

use super::format::Kind;
use super::reader::{ArrowFile, SnapshotError};
use ranks::Ranks;

/// Bits of a packed code.
const CODE_BITS: u32 = 34;

/// Codes of one piece of parallel work.
const PIECE: usize = 4_096;

/// From so many codes on most pages of the index are read, and it is worth while to note which codes there are.
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
    ranks: OnceLock<Ranks>,
}

impl IdentityIndex {
    pub(super) fn from_file(file: ArrowFile) -> Result<Self, SnapshotError> {
        Ok(Self {
            codes: file.scalars("code", Kind::U64)?,
            positions: file.scalars("position", Kind::U32)?,
            previous: file.scalars("previous", Kind::U8)?,
            ranks: OnceLock::new(),
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
        if codes.len() <= MANY {
            return codes.iter().map(|code| Some(self.find(*code)?.position)).collect();
        }
        if codes.iter().all(|code| *code == 0) {
            return vec![None; codes.len()];
        }
        // Advice alone: without it the same pages are read one by one.
        drop(self.file.prefetch(&["position"]));
        let ranks = self.ranks.get_or_init(|| {
            drop(self.file.prefetch(&["code"]));
            Ranks::new(&self.codes)
        });
        let mut positions = vec![None; codes.len()];
        let pieces = positions.par_chunks_mut(PIECE).zip(codes.par_chunks(PIECE));
        pieces.for_each(|(positions, codes)| {
            ranks.each(codes, |first, places| {
                for (position, place) in positions[first..].iter_mut().zip(places) {
                    *position = place.map(|place| self.positions[place as usize]);
                }
            });
        });
        positions
    }
}
