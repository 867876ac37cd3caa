//! What was before: former names and homes of a small register's people.

use arrow_array::builder::{ListBuilder, UInt32Builder};
use poimuri_shared::snapshot::tables::{Persons, PreviousAddresses};

use super::{Dice, FIRST_NAMES, STREETS, SURNAMES};
use crate::engine::Tables;

fn lists() -> ListBuilder<UInt32Builder> {
    ListBuilder::new(UInt32Builder::new())
}

/// What the people of a shard were called and where they lived before: nothing, once or twice each.
pub(in crate::engine) fn before(tables: &Tables<'_>, dice: &mut Dice) -> (Persons, PreviousAddresses) {
    let code = |dice: &mut Dice, least: usize, most: usize| {
        u32::try_from(least + dice.below(most - least + 1)).unwrap()
    };
    let (mut names, mut given) = (lists(), lists());
    let (mut person, mut streets, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..tables.rows() {
        for _ in 0..dice.below(3) {
            names.values().append_value(code(dice, 1, SURNAMES.len()));
        }
        names.append(true);
        for _ in 0..dice.below(3) {
            given.values().append_value(code(dice, 1, FIRST_NAMES.len()));
        }
        given.append(true);
        for _ in 0..dice.below(3) {
            person.push(u32::try_from(row).unwrap());
            streets.push([code(dice, 1, STREETS.len()), code(dice, 0, STREETS.len())]);
            // Every third without a number, which is no home to be found by.
            numbers.push(code(dice, 0, 2));
        }
    }
    let none = || person.iter().map(|_| 0).collect();
    let previous = PreviousAddresses {
        street_fi: streets.iter().map(|[fi, _]| *fi).collect(),
        street_sv: streets.iter().map(|[_, sv]| *sv).collect(),
        house_number: numbers.into(),
        stair: none(),
        apartment: none(),
        divider: none(),
        postal_code: none(),
        since: person.iter().map(|_| 0).collect(),
        until: person.iter().map(|_| 0).collect(),
        person: person.into(),
    };
    let (former_surnames, former_first_names) = (names.finish(), given.finish());
    (Persons { former_surnames, former_first_names, ..tables.persons.clone() }, previous)
}
