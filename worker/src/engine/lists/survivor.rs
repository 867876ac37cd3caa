//! Which of several records stays: rule by rule, then the smaller identifier.

use poimuri_shared::order::deduplication::KeepRule;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::records::Records;

/// The rules under an order's seed.
#[derive(Debug)]
pub(super) struct Survivor<'a> {
    records: &'a Records,
    rules: &'a [KeepRule],
    /// Priorities of the lists.
    priorities: Vec<u8>,
    seed: u64,
}

impl<'a> Survivor<'a> {
    pub(super) fn new(
        records: &'a Records,
        rules: &'a [KeepRule],
        priorities: Vec<u8>,
        order_seed: &[u8; 32],
    ) -> Self {
        let seed = order_seed.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        Self { records, rules, priorities, seed }
    }

    /// The row that stays of a cluster, and the rule that decided; none where all rules left several, or there is
    /// one row only.
    pub(super) fn of(&self, members: &[u32]) -> Option<(u32, Option<KeepRule>)> {
        if let [row] = members {
            return Some((*row, None));
        }
        let mut left = members.to_vec();
        for rule in self.rules {
            if left.len() < 2 {
                break;
            }
            let ranked: Vec<(u64, u32)> = left.iter().map(|row| (self.rank(*rule, *row), *row)).collect();
            let (best, _) = ranked.iter().min()?;
            left.clear();
            left.extend(ranked.iter().filter(|(rank, _)| rank == best).map(|(_, row)| *row));
            if left.len() == 1 {
                return Some((left[0], Some(*rule)));
            }
        }
        left.into_iter().min_by_key(|row| self.records.named.id(*row)).map(|row| (row, None))
    }

    /// Smaller is better.
    fn rank(&self, rule: KeepRule, row: u32) -> u64 {
        match rule {
            KeepRule::ListPriority => {
                let list = self.records.named.identified.place(row).0;
                u64::from(u8::MAX - self.priorities.get(list).copied().unwrap_or(0))
            }
            KeepRule::MostComplete => u64::from(u32::MAX - self.records.traits.filled(row)),
            // A row without a date is older than any other.
            KeepRule::Newest => u64::from(self.records.traits.date(row).abs_diff(i32::MAX)),
            KeepRule::Random => xxh3_64_with_seed(self.records.named.id(row).as_bytes(), self.seed),
        }
    }
}
