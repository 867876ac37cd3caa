//! Which pairs are compared: a share of the blocks, and, of several lists, which may be brought together.

use poimuri_shared::order::deduplication::Across;

use super::compare::Compared;
use super::numbers::{narrow, wide};
use super::prepared::Prepared;

/// One of several shares that the keys of blocks are spread over by ranges: a block is whole in one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    index: u32,
    of: u32,
}

impl Share {
    /// Everything.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// The share with an index, of so many.
    #[must_use]
    pub fn new(index: u32, of: u32) -> Self {
        Self { index, of: of.max(1) }
    }

    /// Whether a key is of the share. Keys are well mixed, so shares are about equal.
    pub(crate) fn has(self, key: u64) -> bool {
        (u128::from(key) * u128::from(self.of)) >> 64 == u128::from(self.index)
    }

    /// Whether the piece of work with a number is of the share: a row with the pairs it is the first of, a rule, a draw.
    pub(crate) const fn has_number(self, number: usize) -> bool {
        number % wide(self.of) == wide(self.index)
    }

    /// About how many of so many rows have a key of the share.
    pub(crate) const fn rows(self, count: usize) -> usize {
        count.div_ceil(wide(self.of))
    }
}

/// Pairs that are compared.
#[derive(Debug, Clone)]
pub struct Scope {
    pub(crate) share: Share,
    /// The list of each prepared row; empty if it makes no difference.
    lists: Vec<u8>,
    /// Whether a pair is of one list, where it makes a difference.
    is_within: bool,
    /// The prepared rows that a pair must have one of; empty if any pair will do.
    fresh: Vec<bool>,
}

impl Default for Scope {
    fn default() -> Self {
        Self { share: Share::WHOLE, lists: Vec::new(), is_within: false, fresh: Vec::new() }
    }
}

impl Scope {
    /// The pairs of a share. `starts` are the first rows of the lists in the table, of all lists one after another.
    #[must_use]
    pub fn new(prepared: &Prepared, share: Share, starts: &[u32], across: Across) -> Self {
        let is_within = across == Across::Within;
        if across == Across::Both || starts.len() < 2 && is_within {
            return Self { share, ..Self::default() };
        }
        let list = |row: &u32| {
            let list = starts.partition_point(|start| start <= row).saturating_sub(1);
            u8::try_from(narrow(list)).unwrap_or(u8::MAX)
        };
        let lists = prepared.origin.iter().map(list).collect();
        Self { share, lists, is_within, ..Self::default() }
    }

    /// All pairs with a row that is fresh; `fresh` is by rows of the table.
    pub(crate) fn with_fresh(prepared: &Prepared, fresh: &[bool]) -> Self {
        let is_fresh = |row: &u32| fresh.get(wide(*row)).copied().unwrap_or(true);
        Self { fresh: prepared.origin.iter().map(is_fresh).collect(), ..Self::default() }
    }

    pub(crate) fn allows(&self, a: u32, b: u32) -> bool {
        let is_fresh = self.fresh.is_empty() || self.fresh[wide(a)] || self.fresh[wide(b)];
        is_fresh && (self.lists.is_empty() || (self.lists[wide(a)] == self.lists[wide(b)]) == self.is_within)
    }
}

impl Compared {
    /// The pairs of all shares together, as if they had been compared at once.
    #[must_use]
    pub fn joined(shares: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::default();
        for share in shares {
            all.pairs.extend(share.pairs);
            all.compared += share.compared;
            all.cut += share.cut;
        }
        all.pairs.sort_unstable_by_key(|pair| (pair.a, pair.b));
        all
    }
}
