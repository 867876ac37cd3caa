//! Which rows of a batch have a key: a filter that most other keys do not pass, and an index into the sorted list of keys.

use super::filter::Filter;

/// Bits of the filter for each key: of a hundred other keys three pass.
const FILTER_BITS: usize = 32;
/// Keys of a bucket of the index, about.
const BUCKET_KEYS: usize = 2;

/// Keys and the rows that have them, ascending, that are asked for.
#[derive(Debug)]
pub(super) struct Probe<'a> {
    keys: &'a [(u64, u32)],
    filter: Filter,
    /// Where the keys begin that begin with these upper bits, and where the last ones end.
    buckets: Vec<u32>,
    bucket_shift: u32,
}

impl<'a> Probe<'a> {
    /// Makes filter and index.
    pub(super) fn new(keys: &'a [(u64, u32)]) -> Self {
        let buckets = (keys.len() / BUCKET_KEYS).next_power_of_two().max(2);
        let mut probe = Self {
            keys,
            filter: Filter::new(keys.len(), FILTER_BITS),
            buckets: Vec::with_capacity(buckets + 1),
            bucket_shift: 64 - buckets.trailing_zeros(),
        };
        for (index, (key, _)) in (0_u32..).zip(keys) {
            probe.filter.add(*key);
            let bucket = probe.bucket(*key);
            let begun = probe.buckets.len();
            probe.buckets.extend(std::iter::repeat_n(index, (bucket + 1).saturating_sub(begun)));
        }
        let end = u32::try_from(keys.len()).unwrap_or(u32::MAX);
        probe.buckets.resize(buckets + 1, end);
        probe
    }

    #[inline]
    fn bucket(&self, key: u64) -> usize {
        usize::try_from(key >> self.bucket_shift).unwrap_or(0)
    }

    /// Those of the keys, with what belongs to each, that a row may have.
    pub(super) fn likely(&self, keys: &[(u64, u32)]) -> Vec<(u64, u32)> {
        let mut likely = vec![(0, 0); keys.len()];
        let mut count = 0;
        for key in keys {
            // Written in any case, and written over if it does not pass: which pass cannot be foreseen.
            likely[count] = *key;
            count += usize::from(self.filter.has(key.0));
        }
        likely.truncate(count);
        likely
    }

    /// The rows that have a key.
    pub(super) fn rows(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let bucket = self.bucket(key);
        let (start, end) = (self.buckets[bucket] as usize, self.buckets[bucket + 1] as usize);
        let keys = self.keys.get(start..end).unwrap_or_default();
        keys.iter().filter(move |(of, _)| *of == key).map(|(_, row)| *row)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_row_with_a_key_is_found(
            keys in proptest::collection::vec((any::<u8>(), 0_u32..50), 0..200),
            spread in 0_u32..57,
        ) {
            let place = |key: u8| u64::from(key).rotate_right(8).rotate_left(spread);
            let mut sorted: Vec<(u64, u32)> = keys.iter().map(|(key, row)| (place(*key), *row)).collect();
            sorted.sort_unstable();
            sorted.dedup();
            let probe = Probe::new(&sorted);
            for key in (0..=255).map(place) {
                let expected: Vec<u32> =
                    sorted.iter().filter(|(of, _)| *of == key).map(|(_, row)| *row).collect();
                prop_assert_eq!(probe.rows(key).collect::<Vec<u32>>(), expected.clone());
                prop_assert!(expected.is_empty() || probe.likely(&[(key, 7)]) == [(key, 7)]);
            }
        }
    }
}
