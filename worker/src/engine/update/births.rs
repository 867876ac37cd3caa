//! Everybody by day of birth and surname, former surnames among them: what rows with a date of birth are matched by.
//!
//! Made once for a snapshot and used by every order. Of a day people stand in the order of their positions, beside a
//! short hash of their surname; the few with the hash of a row are compared with it field by field.

use std::ops::Range;

use poimuri_shared::snapshot::dictionary::Dict;
use poimuri_shared::snapshot::lists::codes;
use poimuri_shared::snapshot::tables::NULL_I32;
use rayon::prelude::*;

use super::names::surname_hash;
use super::register::by_code;
use crate::engine::{Dictionaries, EngineError, Tables};

/// Ranges of days that are worked on at the same time.
const PIECES: i32 = 8;
/// Hashes that are compared at once.
const COMPARED: usize = 32;

/// Everybody with a date of birth.
#[derive(Debug)]
pub struct Births {
    /// The first day of any.
    first: i32,
    /// Days of a piece.
    days: i32,
    pieces: Vec<Piece>,
}

/// Everybody born on some days.
#[derive(Debug)]
struct Piece {
    /// Where each day's people begin, and where the last ones end.
    starts: Vec<u32>,
    hashes: Vec<u32>,
    positions: Vec<u32>,
}

impl Births {
    /// Of all shards of a snapshot.
    ///
    /// # Errors
    /// A dictionary cannot be read.
    pub fn new(texts: &dyn Dictionaries, shards: &[Tables<'_>]) -> Result<Self, EngineError> {
        let hashes = by_code(texts.dictionary(Dict::Surname)?, surname_hash);
        let born = shards.par_iter().flat_map_iter(|tables| tables.persons.birth_date.iter().copied());
        let ends = born.filter(|day| *day != NULL_I32).map(|day| (day, day));
        let ends = ends.reduce_with(|one, other| (one.0.min(other.0), one.1.max(other.1)));
        let (first, last) = ends.unwrap_or((0, 0));
        let days = (last - first) / PIECES + 1;
        let piece = |piece: i32| {
            let begin = first + piece * days;
            Piece::new(begin..begin + days, shards, &hashes)
        };
        Ok(Self { first, days, pieces: (0..PIECES).into_par_iter().map(piece).collect() })
    }

    /// Positions of those born on a day whose surname has a hash.
    pub(super) fn with(&self, day: i32, hash: u32) -> impl Iterator<Item = u32> + '_ {
        let day = day.checked_sub(self.first).filter(|day| *day >= 0).unwrap_or(i32::MAX);
        let piece = usize::try_from(day / self.days).ok().and_then(|piece| self.pieces.get(piece));
        piece.into_iter().flat_map(move |piece| piece.with(day % self.days, hash))
    }
}

impl Piece {
    fn new(days: Range<i32>, shards: &[Tables<'_>], hashes: &[u32]) -> Self {
        let mut starts = vec![0; days.len() + 1];
        each_name(&days, shards, |day, _surname, _position| starts[day + 1] += 1);
        for day in 1..starts.len() {
            starts[day] += starts[day - 1];
        }
        let all = starts.last().copied().unwrap_or(0) as usize;
        let mut piece = Self { starts, hashes: vec![0; all], positions: vec![0; all] };
        let mut next = piece.starts.clone();
        each_name(&days, shards, |day, surname, position| {
            let at = next[day] as usize;
            piece.hashes[at] = hashes.get(surname as usize).copied().unwrap_or(0);
            piece.positions[at] = position;
            next[day] += 1;
        });
        piece
    }

    fn with(&self, day: i32, hash: u32) -> impl Iterator<Item = u32> + '_ {
        let day = usize::try_from(day).unwrap_or(0);
        let at = |day: usize| self.starts.get(day).copied().unwrap_or(0) as usize;
        let (begin, end) = (at(day), at(day + 1));
        let hashes = self.hashes.get(begin..end).unwrap_or_default().chunks(COMPARED);
        // Without a way out early, which lets many be compared at once; next to none is equal.
        let has =
            move |(_, hashes): &(usize, &[u32])| hashes.iter().fold(false, |has, of| has | (*of == hash));
        let near = (begin..).step_by(COMPARED).zip(hashes).filter(has);
        let equal = near.flat_map(move |(begin, hashes)| {
            (begin..).zip(hashes).filter(move |(_, of)| **of == hash).map(|(index, _)| index)
        });
        equal.map(|index| self.positions[index])
    }
}

/// Hands out the surnames, present and former, of everybody born on one of the days: day, code and position.
fn each_name(days: &Range<i32>, shards: &[Tables<'_>], mut take: impl FnMut(usize, u32, u32)) {
    for tables in shards {
        let persons = tables.persons;
        for (row, born) in persons.birth_date.iter().enumerate().filter(|(_, born)| days.contains(born)) {
            let day = usize::try_from(born - days.start).unwrap_or(0);
            let position = u32::try_from(tables.first_position + row as u64).unwrap_or(u32::MAX);
            take(day, persons.surname[row], position);
            for code in codes(&persons.former_surnames, row) {
                take(day, *code, position);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::engine::testing::tables::{Owning, Texts, in_order};
    use crate::engine::testing::{Person, World};

    proptest! {
        #[test]
        fn everybody_is_found_by_day_and_surname(seed in any::<u64>(), shards in 1_usize..5) {
            let (world, texts) = (World::random(seed), Texts::new());
            let parts: Vec<Owning> = world.shards(shards).iter().map(|part| Owning::of(part, &texts)).collect();
            let tables = in_order(&parts);
            let births = Births::new(&texts, &tables).unwrap();
            let people = || (0_u32..).zip(&world.people);
            for (_, person) in people() {
                let hash = surname_hash(person.surname);
                let alike = |(_, other): &(u32, &Person)| {
                    other.birth == person.birth && surname_hash(other.surname) == hash
                };
                let expected: BTreeSet<u32> = people().filter(alike).map(|(position, _)| position).collect();
                prop_assert_eq!(births.with(person.birth, hash).collect::<BTreeSet<u32>>(), expected);
                prop_assert_eq!(births.with(person.birth, hash.wrapping_add(1)).count(), 0);
            }
            for day in [i32::MIN, NULL_I32, -400_000, i32::MAX] {
                prop_assert_eq!(births.with(day, surname_hash("Virtanen")).count(), 0);
            }
        }
    }
}
