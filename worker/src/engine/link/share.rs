//! Which pairs are compared: a share of the blocks, and, of several lists, which may be brought together.

use poimuri_shared::order::deduplication::Across;

use super::blocks::{block_pairs, pairs};
use super::compare::Compared;
use super::numbers::{narrow, wide};
use super::prepared::Prepared;

/// No rule counts for more work than this.
const COST_MOST: u64 = 1 << 40;

/// One of several shares of the work. Of the blocks of rules it has ranges of keys, so that a block is whole in one share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    index: u32,
    of: u32,
}

/// Keys of blocks, from the first to the last. Keys are well mixed: a range has as many of them as it is long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyRange {
    first: u64,
    last: u64,
}

impl KeyRange {
    /// Every key.
    pub(crate) const ALL: Self = Self { first: 0, last: u64::MAX };

    pub(crate) const fn has(self, key: u64) -> bool {
        self.first <= key && key <= self.last
    }

    /// About how many of so many rows have a key of the range.
    pub(crate) fn rows(self, count: usize) -> usize {
        let rows = (u128::from(self.last - self.first) * count as u128) >> 64;
        usize::try_from(rows).unwrap_or(count) + 1
    }
}

impl Share {
    /// Everything.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// The share with an index, of so many.
    #[must_use]
    pub fn new(index: u32, of: u32) -> Self {
        Self { index, of: of.max(1) }
    }

    /// The keys of each rule that are of the share, if it has any of them. The work of all rules, each of what it costs, lies
    /// in one row and is cut into shares of equal length: most shares have one rule or two, and only their keys are made.
    pub(crate) fn of_rules(self, costs: &[u64]) -> Vec<Option<KeyRange>> {
        let costs = || costs.iter().map(|cost| u128::from((*cost).clamp(1, COST_MOST)));
        let all: u128 = costs().sum();
        let cut = |index: u32| all * u128::from(index) / u128::from(self.of);
        let (from, to) = (cut(self.index), cut(self.index + 1));
        let mut start = 0;
        costs()
            .map(|cost| {
                // A place within the rule as a key; beyond its end none.
                let key = |at: u128| u64::try_from((at.saturating_sub(start) << 64).div_ceil(cost)).ok();
                let last = key(to).map_or(Some(u64::MAX), |end| end.checked_sub(1));
                let range = key(from).zip(last).map(|(first, last)| KeyRange { first, last });
                start += cost;
                range.filter(|range| range.first <= range.last)
            })
            .collect()
    }

    /// Whether the piece of work with a number is of the share: a row with the pairs it is the first of, a rule, a draw.
    pub(crate) const fn has_number(self, number: usize) -> bool {
        number % wide(self.of) == wide(self.index)
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

    /// Those of the pairs that have a row that is fresh; `fresh` is by rows of the table.
    #[must_use]
    pub fn with_fresh(self, prepared: &Prepared, fresh: &[bool]) -> Self {
        let is_fresh = |row: &u32| fresh.get(wide(*row)).copied().unwrap_or(true);
        Self { fresh: prepared.origin.iter().map(is_fresh).collect(), ..self }
    }

    /// Whether any pair of some rows may be compared, as far as their being fresh tells.
    pub(crate) fn has_fresh(&self, mut rows: impl Iterator<Item = u32>) -> bool {
        self.fresh.is_empty() || rows.any(|row| self.fresh[wide(row)])
    }

    /// How many pairs of some rows, ascending, may be compared; of two linked lists, those across them.
    pub(crate) fn pairs(&self, rows: &[u32], first_rows: Option<u32>) -> u64 {
        if self.fresh.is_empty() {
            return self.of_lists(rows, first_rows);
        }
        let known: Vec<u32> = rows.iter().copied().filter(|row| !self.fresh[wide(*row)]).collect();
        self.of_lists(rows, first_rows) - self.of_lists(&known, first_rows)
    }

    fn of_lists(&self, rows: &[u32], first_rows: Option<u32>) -> u64 {
        let all = block_pairs(rows, first_rows);
        if self.lists.is_empty() {
            return all;
        }
        let mut counts = [0_usize; 1 << u8::BITS];
        rows.iter().for_each(|row| counts[usize::from(self.lists[wide(*row)])] += 1);
        let within: u64 = counts.into_iter().map(pairs).sum();
        if self.is_within { within } else { all - within }
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

#[cfg(test)]
mod tests {
    use super::super::numbers::mix;
    use super::*;

    #[test]
    fn every_key_of_every_rule_is_in_one_share() {
        for costs in [vec![1], vec![5, 1, 0, 900, 7], vec![u64::MAX, 3, u64::MAX], vec![1_000_000; 12]] {
            for of in [1, 2, 7, 128] {
                let shares: Vec<_> = (0..of).map(|index| Share::new(index, of).of_rules(&costs)).collect();
                for rule in 0..costs.len() {
                    let keys = (0..50).map(mix).chain([0, 1, u64::MAX / 2, u64::MAX]);
                    for key in keys {
                        let has =
                            |share: &&Vec<Option<KeyRange>>| share[rule].is_some_and(|range| range.has(key));
                        assert_eq!(
                            shares.iter().filter(has).count(),
                            1,
                            "{key} of {rule} of {costs:?} in {of}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn shares_cost_about_the_same_and_have_few_rules() {
        let (rows, of) = ([900, 2_000, 100, 3_000, 4_000], 5);
        let costs = rows.map(|rows| rows as u64);
        for index in 0..of {
            let ranges = Share::new(index, of).of_rules(&costs);
            let cost: usize =
                ranges.iter().zip(rows).flat_map(|(range, cost)| Some((*range)?.rows(cost))).sum();
            assert!((1_990..=2_010).contains(&cost), "{cost} of 2,000");
        }
        let met = |index| Share::new(index, of).of_rules(&costs).into_iter().flatten().count();
        assert_eq!((0..of).map(met).sum::<usize>(), 8);
        assert_eq!(Share::WHOLE.of_rules(&costs), [Some(KeyRange::ALL); 5]);
    }
}
