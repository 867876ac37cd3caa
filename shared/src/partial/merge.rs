//! Partials of shards into one list, whatever the order and number of their arrivals.

use crate::error::{Disposed, Disposition};

use super::{Account, ShardSelection};

/// A partial of one shard.
pub trait OfShard {
    /// Index of the shard.
    fn shard(&self) -> u32;
}

/// Partials that do not add up to one answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There is no partial of a shard.
    #[error("partial of shard {0} is missing")]
    Missing(u32),
    /// A partial of a shard that the snapshot does not have.
    #[error("partial of shard {0} is not of this snapshot")]
    Unplanned(u32),
    /// Two different partials of a shard.
    #[error("two partials of shard {0} differ")]
    Conflict(u32),
    /// Rows of a shard are unaccounted for.
    #[error("account of shard {0} does not add up")]
    Unbalanced(u32),
}

impl Disposed for MergeError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Missing(_) | Self::Unplanned(_) | Self::Conflict(_) | Self::Unbalanced(_) => {
                Disposition::Abort
            }
        }
    }
}

/// One partial of each shard, in order of shards.
///
/// # Errors
/// Any [`MergeError`] but the last: there is no answer from some of the shards.
pub fn merge<T: OfShard + PartialEq>(
    shard_count: u32,
    partials: impl IntoIterator<Item = T>,
) -> Result<Vec<T>, MergeError> {
    let mut slots: Vec<Option<T>> = (0..shard_count).map(|_| None).collect();
    for partial in partials {
        let shard = partial.shard();
        let slot = usize::try_from(shard).ok().and_then(|index| slots.get_mut(index));
        let slot = slot.ok_or(MergeError::Unplanned(shard))?;
        match slot {
            // A task that ran twice is normal. A different answer is not: keeping either would hide it.
            Some(first) if *first != partial => return Err(MergeError::Conflict(shard)),
            Some(_) => {}
            None => *slot = Some(partial),
        }
    }
    (0..shard_count).zip(slots).map(|(shard, slot)| slot.ok_or(MergeError::Missing(shard))).collect()
}

/// The account of a whole snapshot.
///
/// # Errors
/// [`MergeError::Unbalanced`] if a shard lost rows.
pub fn total(selections: &[ShardSelection]) -> Result<Account, MergeError> {
    let mut total = Account::default();
    for selection in selections {
        let grouped: u64 = selection.groups.iter().map(super::RowSet::count).sum();
        if !selection.account.is_balanced() || grouped != selection.account.kept {
            return Err(MergeError::Unbalanced(selection.shard));
        }
        total.add(&selection.account);
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Part(u32, u64);

    impl OfShard for Part {
        fn shard(&self) -> u32 {
            self.0
        }
    }

    #[test]
    fn there_is_no_answer_from_some_or_contradicting_shards() {
        assert_eq!(merge(2, [Part(0, 1)]), Err(MergeError::Missing(1)));
        assert_eq!(merge(1, [Part(1, 1)]), Err(MergeError::Unplanned(1)));
        assert_eq!(merge(1, [Part(0, 1), Part(0, 2)]), Err(MergeError::Conflict(0)));
    }

    #[test]
    fn an_account_must_add_up() {
        let account = Account { read: 9, matched: 3, kept: 3, ..Account::default() };
        let groups = vec![super::super::RowSet::of(9, [1, 2, 3]).unwrap()];
        let good = ShardSelection { shard: 4, account, groups: groups.clone() };
        assert_eq!(total(std::slice::from_ref(&good)).map(|total| total.kept), Ok(3));
        let lost = Account { matched: 4, ..account };
        let bad = ShardSelection { shard: 4, account: lost, groups };
        assert_eq!(total(&[good, bad]), Err(MergeError::Unbalanced(4)));
    }

    proptest! {
        #[test]
        fn order_and_repetition_do_not_matter(
            values in proptest::collection::vec(any::<u64>(), 1..12),
            picks in proptest::collection::vec(any::<prop::sample::Index>(), 0..12),
            shuffle in any::<prop::sample::Index>(),
        ) {
            let parts: Vec<Part> = (0_u32..).zip(&values).map(|(shard, value)| Part(shard, *value)).collect();
            let mut arrived = parts.clone();
            arrived.extend(picks.iter().map(|pick| pick.get(&parts).clone()));
            let middle = shuffle.index(arrived.len());
            arrived.rotate_left(middle);
            arrived.reverse();
            let count = u32::try_from(parts.len()).unwrap();
            prop_assert_eq!(merge(count, arrived), Ok(parts));
        }
    }
}
