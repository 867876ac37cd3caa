//! People the register knows who have no domicile in Finland.

use super::calendar::LAST_DAY;
use super::dice::Dice;
use super::history;
use super::household::{Known, alone, language};
use super::person::Abroad;
use super::table::Tables;
use crate::register::codes::{ABROAD, NO_DOMICILE, UNKNOWN};

/// A country (ISO 3166-1 numeric), places in it, and how streets are written there.
type Country = (&'static str, &'static [&'static str], &'static [&'static str]);

const COUNTRIES: &[(Country, u32)] = &[
    (
        (
            "752",
            &["Stockholm", "Göteborg", "Västerås", "Malmö", "Umeå"],
            &["Storgatan", "Kungsgatan", "Skolvägen"],
        ),
        420,
    ),
    (("840", &["Seattle", "Boston", "Duluth", "Austin"], &["Main Street", "Oak Avenue", "2nd Street"]), 85),
    (("276", &["Berlin", "Hamburg", "München", "Köln"], &["Hauptstraße", "Gartenweg", "Bahnhofstraße"]), 80),
    (("826", &["London", "Edinburgh", "Leeds"], &["High Street", "Church Road", "Station Road"]), 75),
    (("578", &["Oslo", "Tromsø", "Bergen"], &["Storgata", "Skoleveien"]), 60),
    (("724", &["Fuengirola", "Torrevieja", "Madrid"], &["Calle Mayor", "Avenida del Mar"]), 55),
    (("124", &["Toronto", "Thunder Bay", "Vancouver"], &["Maple Road", "Bay Street"]), 40),
    (("233", &["Tallinn", "Tartu", "Pärnu"], &["Pikk tänav", "Kase tee"]), 40),
    (("756", &["Zürich", "Genève", "Bern"], &["Seestrasse", "Rue du Lac"]), 30),
    (("036", &["Sydney", "Brisbane", "Perth"], &["George Street", "Beach Road"]), 30),
    (("208", &["København", "Aarhus"], &["Nørregade", "Skolevej"]), 25),
    (("250", &["Paris", "Nice", "Lyon"], &["Rue Victor Hugo", "Rue de la Gare"]), 25),
    (("528", &["Amsterdam", "Utrecht"], &["Dorpsstraat", "Kerkstraat"]), 20),
    (("056", &["Bruxelles", "Antwerpen"], &["Rue Haute", "Kerkstraat"]), 15),
];

/// A country, and mostly an address in it.
pub(super) fn destination(dice: &mut Dice) -> (&'static str, Option<String>) {
    let (country, towns, streets) = dice.among(COUNTRIES);
    let (street, town) = (dice.pick(streets), dice.pick(towns));
    (country, dice.chance(880_000).then(|| format!("{street} {}, {town}", dice.between(1, 140))))
}

/// Writes people abroad, and some without a domicile or whose whereabouts are unknown.
pub(super) fn write(dice: &mut Dice, known: &[Known], tables: &mut Tables) {
    for person in known {
        let spoken = language(dice, None);
        let municipality = match dice.below(1000) {
            0..15 => NO_DOMICILE,
            15..25 => UNKNOWN,
            _ => ABROAD,
        };
        let mut person = alone(dice, *person, spoken, municipality);
        let birth = person.identity.birth_day;
        let since = (LAST_DAY - dice.exponential(14 * 365)).max(birth);
        if municipality == ABROAD {
            let (country, address) = destination(dice);
            person.abroad = Some(Abroad { since, country, address });
        }
        person.write(dice, &mut tables.persons, None);
        history::write(dice, &mut tables.previous, &[person], None, since);
    }
}
