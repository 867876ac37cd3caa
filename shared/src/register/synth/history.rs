//! Addresses people had before.

use super::country::{Area, COUNTRY};
use super::dice::Dice;
use super::person::Person;
use super::streets::{house_number, street};
use super::table::Table;

/// Writes the addresses a household, or a person, left behind by the day they moved.
pub(super) fn write(dice: &mut Dice, table: &mut Table, people: &[Person], area: Option<&Area>, until: i32) {
    let earlier = match dice.below(100) {
        0..54 => 0,
        54..88 => 1,
        88..97 => 2,
        _ => 3,
    };
    let mut until = until;
    for _ in 0..earlier {
        let near = area.filter(|_| dice.chance(600_000));
        let since = until - 20 - dice.exponential(5 * 365);
        one(dice, table, people, near, (since, until));
        until = since;
    }
}

fn one(
    dice: &mut Dice,
    table: &mut Table,
    people: &[Person],
    near: Option<&Area>,
    (since, until): (i32, i32),
) {
    let area = match near {
        Some(area) => area,
        None => COUNTRY.any_area(dice),
    };
    let number = dice.below(area.streets);
    let street = street(area, number);
    let house = (!dice.chance(20_000)).then(|| house_number(dice));
    let flat = dice.chance(area.flats * 1000);
    let stair = (flat && dice.chance(850_000))
        .then(|| char::from(b'A' + u8::try_from(dice.below(6)).unwrap_or(0)).to_string());
    let apartment = flat.then(|| format!("{:03}", dice.between(1, 60)));
    let known = dice.chance(900_000);
    for person in people {
        let since = since.max(person.identity.birth_day);
        if since >= until {
            continue;
        }
        let id: String = person.identity.code.to_text().map(char::from).iter().collect();
        table
            .row()
            .text(&id)
            .text(&street.fi)
            .maybe(street.sv.as_deref())
            .maybe(house.as_deref())
            .maybe(stair.as_deref())
            .maybe(apartment.as_deref())
            .maybe(None)
            .text(area.postal_code)
            .date(known.then_some(since))
            .date(Some(until));
    }
}
