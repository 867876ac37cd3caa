//! Which keys bring records together at all: most keys stand once, and their rows need no sorting.

use std::hint::black_box;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use smallvec::SmallVec;

use super::load::LOADED;
use super::numbers::narrow;
use super::share::KeyRange;

/// Bits for each row: with so many, few keys share theirs by chance.
const BITS_PER_ROW: usize = 8;
/// Bits for each row of the smaller of two lists: marks that are few stay near the processor.
const BITS_PER_ROW_FEW: usize = 16;

/// Two marks for each key: of one list, that it was seen and seen again; of two, that it was seen in the smaller and in the larger.
#[derive(Debug)]
struct Meeting {
    first: Vec<AtomicU64>,
    second: Vec<AtomicU64>,
}

impl Meeting {
    /// For the keys of so many rows.
    fn new(rows: usize, bits_per_row: usize) -> Self {
        let words = (rows * bits_per_row / 64).next_power_of_two();
        let marks = || (0..words).map(|_| AtomicU64::new(0)).collect();
        Self { first: marks(), second: marks() }
    }

    fn place(&self, key: u64) -> (usize, u64) {
        let word = usize::try_from(key >> 6 & (self.first.len() as u64 - 1)).unwrap_or(0);
        (word, 1 << (key & 63))
    }

    /// Sees a key of one list. The marks are the same in whatever order keys are seen.
    fn see(&self, key: u64) {
        let (word, bit) = self.place(key);
        if self.first[word].fetch_or(bit, Ordering::Relaxed) & bit != 0 {
            self.second[word].fetch_or(bit, Ordering::Relaxed);
        }
    }

    /// Sees keys of one list. Their marks are loaded side by side before they are changed one after another.
    fn see_all(&self, keys: &[u64]) {
        black_box(
            keys.iter().fold(0, |all, key| all ^ self.first[self.place(*key).0].load(Ordering::Relaxed)),
        );
        keys.iter().for_each(|key| self.see(*key));
    }

    /// Sees a key of the smaller of two lists; all of them come before those of the other.
    fn see_few(&self, key: u64) {
        let (word, bit) = self.place(key);
        self.first[word].fetch_or(bit, Ordering::Relaxed);
    }

    /// Whether a key may be in the smaller list; if not, it is not.
    fn has_few(&self, key: u64) -> bool {
        let (word, bit) = self.place(key);
        self.first[word].load(Ordering::Relaxed) & bit != 0
    }

    /// Sees a key of the larger list.
    fn see_again(&self, key: u64) {
        let (word, bit) = self.place(key);
        self.second[word].fetch_or(bit, Ordering::Relaxed);
    }

    /// Whether a key may bring records together; if not, it does not.
    fn may(&self, key: u64) -> bool {
        let (word, bit) = self.place(key);
        let both = self.first[word].load(Ordering::Relaxed) & self.second[word].load(Ordering::Relaxed);
        both & bit != 0
    }
}

/// The rows with their keys.
fn keyed<K>(rows: Range<usize>, key: &K) -> impl ParallelIterator<Item = (u64, u32)>
where
    K: Fn(usize) -> Option<u64> + Sync,
{
    rows.into_par_iter().filter_map(|row| key(row).map(|key| (key, narrow(row))))
}

/// The rows whose keys may, with their keys, in their order. Some rows are asked about side by side, so that no wait for a
/// mark hangs on what another was.
fn asked<K>(
    rows: Range<usize>,
    key: &K,
    may: impl Fn(u64) -> bool + Sync + Send,
) -> impl ParallelIterator<Item = (u64, u32)>
where
    K: Fn(usize) -> Option<u64> + Sync,
{
    let first = rows.start;
    (0..rows.len().div_ceil(LOADED)).into_par_iter().flat_map_iter(move |batch| {
        let rows = first + batch * LOADED..rows.end.min(first + (batch + 1) * LOADED);
        let mut keyed: SmallVec<[(u64, u32); LOADED]> =
            rows.filter_map(|row| key(row).map(|key| (key, narrow(row)))).collect();
        let mut kept = 0;
        for place in 0..keyed.len() {
            // Without a branch: what comes next does not wait for the answer.
            keyed[kept] = keyed[place];
            kept += usize::from(may(keyed[place].0));
        }
        keyed.truncate(kept);
        keyed
    })
}

/// The rows of one list that may meet others, `0..count`, with their keys, which are of a range.
pub(crate) fn within<K>(key: K, count: usize, range: KeyRange) -> Vec<(u64, u32)>
where
    K: Fn(usize) -> Option<u64> + Sync,
{
    let meeting = Meeting::new(range.rows(count), BITS_PER_ROW);
    if range == KeyRange::ALL {
        // Making keys twice takes less memory than holding all of them.
        let see = |batch: usize| {
            let rows = batch * LOADED..count.min((batch + 1) * LOADED);
            meeting.see_all(&rows.filter_map(&key).collect::<Vec<u64>>());
        };
        (0..count.div_ceil(LOADED)).into_par_iter().for_each(see);
        return asked(0..count, &key, |key| meeting.may(key)).collect();
    }
    let mut keyed: Vec<(u64, u32)> = keyed(0..count, &key).collect();
    keyed.par_iter().for_each(|(key, _)| meeting.see(*key));
    keyed.retain(|(key, _)| meeting.may(*key));
    keyed
}

/// The rows of two lists that may meet one of the other, `..first` and `first..count`, with their keys, which are of a
/// range. Of the larger list most rows are passed over at their first look.
pub(crate) fn across<K>(key: K, first: usize, count: usize, range: KeyRange) -> Vec<(u64, u32)>
where
    K: Fn(usize) -> Option<u64> + Sync,
{
    let lists = [0..first, first..count];
    let [few, many] = if first * 2 > count { [1, 0] } else { [0, 1] }.map(|list: usize| lists[list].clone());
    let meeting = Meeting::new(range.rows(few.len()), BITS_PER_ROW_FEW);
    keyed(few.clone(), &key).for_each(|(key, _)| meeting.see_few(key));
    let mut met: Vec<(u64, u32)> = asked(many, &key, |key| meeting.has_few(key)).collect();
    met.par_iter().for_each(|(key, _)| meeting.see_again(*key));
    met.par_extend(asked(few, &key, |key| meeting.may(key)));
    met
}

#[cfg(test)]
mod tests {
    use super::super::numbers::mix;
    use super::*;

    #[test]
    fn keys_that_meet_are_known_and_most_others_are_not() {
        let rows = 10_000_u64;
        let (one, two) = (Meeting::new(20_000, BITS_PER_ROW), Meeting::new(20_000, BITS_PER_ROW));
        for row in 0..rows {
            one.see_all(&[mix(row)]);
            two.see_few(mix(row));
            two.see_again(mix(row + rows / 2));
            if row % 3 == 0 {
                one.see(mix(row));
            }
        }
        assert!((0..rows).step_by(3).all(|row| one.may(mix(row))));
        assert!((rows / 2..rows).all(|row| two.may(mix(row))));
        assert!((0..rows).all(|row| two.has_few(mix(row))));
        let chance = (0..rows).filter(|row| row % 3 != 0 && one.may(mix(*row))).count();
        assert!(chance < 1_500, "{chance} of 6,667 keys that stand once");
        let chance = (0..rows / 2).filter(|row| two.may(mix(*row))).count();
        assert!(chance < 1_000, "{chance} of 5,000 keys of the first list alone");
    }

    #[test]
    fn rows_that_are_asked_about_together_are_those_asked_about_one_by_one() {
        let key = |row: usize| (!row.is_multiple_of(7)).then(|| mix(row as u64));
        let may = |key: u64| !key.is_multiple_of(3);
        for rows in [0..0, 5..6, 3..LOADED + 3, 40..1_000] {
            let single = rows.clone().filter_map(|row| key(row).map(|key| (key, narrow(row))));
            let single: Vec<(u64, u32)> = single.filter(|(key, _)| may(*key)).collect();
            assert_eq!(asked(rows, &key, may).collect::<Vec<_>>(), single);
        }
        let all = 0..1_000;
        assert_eq!(asked(all, &key, |_| false).count(), 0);
    }
}
