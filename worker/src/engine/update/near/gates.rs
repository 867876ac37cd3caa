//! What no row of a batch has, so that keys with it need not be made: most persons pass a few gates at most.

use super::blocks::whole;
use super::filter::Filter;
use crate::engine::link::numbers::mix;

/// Bits of a gate for each row: of a hundred others six pass.
const BITS: usize = 16;

/// Dates of birth, names and places of the rows of a batch.
#[derive(Debug)]
pub(super) struct Gates {
    dates: Filter,
    names: Filter,
    places: Filter,
    /// Whether a row is compared by its address or postal code at all.
    pub(super) is_placed: bool,
}

const fn joined(one: u64, other: u64) -> u64 {
    mix(one ^ other.rotate_left(31))
}

impl Gates {
    /// Gates for so many rows.
    pub(super) fn new(rows: usize) -> Self {
        let gate = || Filter::new(rows, BITS);
        Self { dates: gate(), names: gate(), places: gate(), is_placed: false }
    }

    pub(super) fn add_date(&mut self, day: i32) {
        self.dates.add(mix(whole(day)));
    }

    pub(super) fn add_name(&mut self, surname: u64, given: u64) {
        self.names.add(joined(surname, given));
    }

    pub(super) fn add_place(&mut self, street: u64, number: u64) {
        self.places.add(joined(street, number));
    }

    /// Whether a row may have the date of birth.
    pub(super) fn has_date(&self, day: i32) -> bool {
        self.dates.has(mix(whole(day)))
    }

    /// Whether a row may have the surname and the given name as its first.
    pub(super) fn has_name(&self, surname: u64, given: u64) -> bool {
        self.names.has(joined(surname, given))
    }

    /// Whether a row may have the street and the house number.
    pub(super) fn has_place(&self, street: u64, number: u64) -> bool {
        self.places.has(joined(street, number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rows_have_passes_and_most_else_does_not() {
        for rows in [0, 1, 1_000] {
            let mut gates = Gates::new(rows);
            for row in 0..rows as u64 {
                gates.add_date(i32::try_from(row).unwrap());
                gates.add_name(mix(row), mix(row + 1));
                gates.add_place(mix(row), mix(row + 2));
            }
            let all = |row: u64| {
                let day = i32::try_from(row).unwrap();
                [
                    gates.has_date(day),
                    gates.has_name(mix(row), mix(row + 1)),
                    gates.has_place(mix(row), mix(row + 2)),
                ]
            };
            assert!((0..rows as u64).all(|row| all(row) == [true; 3]));
            let others = (100_000..101_000).flat_map(all).filter(|passes| *passes).count();
            assert!(others < 3 * 1_000 / 8, "{others} of others pass");
        }
    }
}
