//! Persons asked for by position, each in its shard.

use crate::engine::{EngineError, Tables};

/// A person of a shard asked for, for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Index of the row.
    pub row: u32,
    /// Position of the person with the row's code, or of the one it was decided for.
    pub position: u32,
}

/// The positions of rows by shard, ascending, so that the columns of persons are gone through from end to end:
/// `bounds` are the first positions of the shards, and one more entry.
#[must_use]
pub fn ask(positions: impl Iterator<Item = (u32, u32)>, bounds: &[u32]) -> Vec<Vec<Asked>> {
    let mut sorted: Vec<u64> = positions.map(|(row, position)| packed(position, row)).collect();
    sorted.sort_unstable();
    let mut rest = sorted.as_slice();
    let of_shard = bounds.iter().skip(1).map(|end| {
        let count = rest.partition_point(|key| key >> u32::BITS < u64::from(*end));
        let (asked, after) = rest.split_at(count);
        rest = after;
        let asked = asked.iter().map(|key| unpacked(*key));
        asked.map(|(position, row)| Asked { row, position }).collect()
    });
    of_shard.collect()
}

/// The first positions of the shards of a whole snapshot, and where the last one ends.
pub(super) fn bounds(shards: &[Tables<'_>]) -> Result<Vec<u32>, EngineError> {
    let begins = shards.iter().map(|tables| tables.first_position);
    let end = shards.last().map_or(0, |tables| tables.first_position + tables.rows() as u64);
    let bounds: Option<Vec<u32>> = begins.chain([end]).map(|bound| u32::try_from(bound).ok()).collect();
    bounds.ok_or(EngineError::ForeignRegister)
}

/// The shard of a position.
pub(super) fn shard_of(position: u32, bounds: &[u32]) -> usize {
    bounds.partition_point(|first| *first <= position).saturating_sub(1)
}

/// Two numbers as one, in the order of the first.
pub(super) fn packed(first: u32, second: u32) -> u64 {
    u64::from(first) << u32::BITS | u64::from(second)
}

/// The two numbers of one.
pub(super) fn unpacked(packed: u64) -> (u32, u32) {
    let low = |half: u64| u32::try_from(half & u64::from(u32::MAX)).unwrap_or(u32::MAX);
    (low(packed >> u32::BITS), low(packed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_asked_for_in_their_shard() {
        let asked = |row, position| Asked { row, position };
        let positions = [(0, 9), (1, 3), (2, 10), (3, 3), (4, 0)];
        assert_eq!(
            ask(positions.into_iter(), &[0, 5, 5, 10, 11]),
            [vec![asked(4, 0), asked(1, 3), asked(3, 3)], vec![], vec![asked(0, 9)], vec![asked(2, 10)]]
        );
        assert_eq!(ask(positions.into_iter(), &[0]), [[]; 0]);
    }
}
