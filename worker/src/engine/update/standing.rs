//! Everybody by keys: who stands under a key is found with two looks into memory, many keys at once.
//!
//! Keys are hashes under the secret of the store. The upper bits of a key are the place where a person stands, its lower half
//! stands beside the person: next to nobody else is found.

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use smallvec::SmallVec;

use super::ask::unpacked;

/// Persons of a place, about.
const PLACE_PERSONS: usize = 4;
/// Keys that are looked up at once.
const ASKED: usize = 64;

/// Everybody by keys.
#[derive(Debug)]
pub(super) struct Standing {
    /// How many of a key's bits do not tell the place.
    shift: u32,
    /// Where each place's people begin, and where the last ones end.
    starts: Vec<u32>,
    /// The lower half of a key, and the position of the person.
    people: Vec<u64>,
}

impl Standing {
    /// Of so many persons; `each` hands out all keys with the positions of who has them, on any threads, the same each time.
    pub(super) fn new<E>(
        persons: usize,
        each: impl Fn(&(dyn Fn(u64, u32) + Sync)) -> Result<(), E>,
    ) -> Result<Self, E> {
        let places = (persons / PLACE_PERSONS).next_power_of_two().max(2);
        let shift = u64::BITS - places.trailing_zeros();
        let ends: Vec<AtomicU32> = (0..=places).map(|_| AtomicU32::new(0)).collect();
        each(&|key, _position| _ = ends[place(key, shift)].fetch_add(1, Ordering::Relaxed))?;
        let mut all = 0;
        for end in &ends {
            all += end.load(Ordering::Relaxed);
            end.store(all, Ordering::Relaxed);
        }
        let people: Vec<AtomicU64> = (0..all).map(|_| AtomicU64::new(0)).collect();
        // Made once more, which takes less memory than to keep the keys.
        each(&|key, position| {
            let at = ends[place(key, shift)].fetch_sub(1, Ordering::Relaxed) - 1;
            people[at as usize].store(key << u32::BITS | u64::from(position), Ordering::Relaxed);
        })?;
        let starts = ends.into_iter().map(AtomicU32::into_inner).collect();
        Ok(Self { shift, starts, people: people.into_iter().map(AtomicU64::into_inner).collect() })
    }

    /// Number of keys that persons have.
    #[cfg(test)]
    pub(super) const fn len(&self) -> usize {
        self.people.len()
    }

    /// Positions of those with keys, each beside what stands beside the key; next to nobody else is among them.
    pub(super) fn with(&self, keys: &[(u64, u32)], mut take: impl FnMut(u32, u32)) {
        for keys in keys.chunks(ASKED) {
            let people = |(key, _): &(u64, u32)| {
                let place = place(*key, self.shift);
                let (start, end) = (self.starts[place] as usize, self.starts[place + 1] as usize);
                self.people.get(start..end).unwrap_or_default()
            };
            let places: SmallVec<[&[u64]; ASKED]> = keys.iter().map(people).collect();
            // Read for the cache's sake alone: many misses are then on their way at once.
            black_box(places.iter().filter_map(|people| people.first()).fold(0, |all, person| all ^ person));
            for ((key, beside), people) in keys.iter().zip(places) {
                let half = key << u32::BITS;
                let with_key = people.iter().filter(|person| (**person ^ half) >> u32::BITS == 0);
                with_key.for_each(|person| take(unpacked(*person).1, *beside));
            }
        }
    }
}

#[inline]
fn place(key: u64, shift: u32) -> usize {
    usize::try_from(key >> shift).unwrap_or(0)
}
