//! Owners and previous addresses in the order of the snapshot.

use std::ops::Range;

use rayon::prelude::*;

use super::load::Register;
use super::order::Order;
use crate::snapshot::tables::NO_ROW;

/// Rows of one file, each with the position or place it belongs to, ascending.
#[derive(Debug)]
struct Placed {
    places: Vec<u32>,
    rows: Vec<u32>,
}

impl Placed {
    /// Sorts rows by place, then by what comes after it, then by their place in the file.
    fn new(mut keys: Vec<(u128, u32)>) -> Self {
        keys.par_sort_unstable();
        let place = |key: u128| u32::try_from(key >> 64).unwrap_or(NO_ROW);
        let places = keys.iter().map(|(key, _)| place(*key)).collect();
        Self { places, rows: keys.into_iter().map(|(_, row)| row).collect() }
    }

    fn within(&self, range: &Range<u32>) -> &[u32] {
        let from = self.places.partition_point(|place| *place < range.start);
        let to = self.places.partition_point(|place| *place < range.end);
        &self.rows[from..to]
    }
}

/// Rows that follow persons or buildings.
#[derive(Debug)]
pub(super) struct Rows {
    owned: Placed,
    other: Placed,
    previous: Placed,
}

fn key(place: u32, then: u32, last: u32) -> u128 {
    u128::from(place) << 64 | u128::from(then) << 32 | u128::from(last)
}

/// A number whose order is the reverse of the days', null last.
const fn newest_first(day: i32) -> u32 {
    // Flips the sign to unsigned order, then turns it round.
    !(day.cast_unsigned() ^ (1 << 31))
}

impl Rows {
    pub(super) fn new(register: &Register, order: &Order) -> Self {
        let owners = &register.owners;
        let (person, building) = (owners.codes("person"), owners.codes("building"));
        let ids = register.buildings.codes("building_id");
        let (mut owned, mut other) = (Vec::new(), Vec::new());
        for row in owners.kept_rows() {
            let (person, building) = (person[row as usize], building[row as usize] as usize);
            if person == NO_ROW {
                other.push((key(order.building_places[building], 0, 0), row));
            } else {
                owned.push((key(order.positions[person as usize], ids[building], 0), row));
            }
        }
        let stays = &register.previous;
        let (person, since, until) = (stays.codes("person"), stays.numbers("since"), stays.numbers("until"));
        let stay = |row: u32| {
            let at = row as usize;
            let position = order.positions[person[at] as usize];
            (key(position, newest_first(until[at]), newest_first(since[at])), row)
        };
        let previous = stays.kept_rows().map(stay).collect();
        Self { owned: Placed::new(owned), other: Placed::new(other), previous: Placed::new(previous) }
    }

    /// Rows of owners of the persons at these positions: by position, then building.
    pub(super) fn owned(&self, positions: &Range<u32>) -> &[u32] {
        self.owned.within(positions)
    }

    /// Rows of owners that are no persons of the buildings at these places.
    pub(super) fn other(&self, places: &Range<u32>) -> &[u32] {
        self.other.within(places)
    }

    /// Rows of previous addresses of the persons at these positions: by position, newest first.
    pub(super) fn previous(&self, positions: &Range<u32>) -> &[u32] {
        self.previous.within(positions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::tables::NULL_I32;

    #[test]
    fn the_newest_day_comes_first_and_null_last() {
        let mut days = vec![0, NULL_I32, 20_000, -5];
        days.sort_by_key(|day| newest_first(*day));
        assert_eq!(days, [20_000, 0, -5, NULL_I32]);
    }
}
