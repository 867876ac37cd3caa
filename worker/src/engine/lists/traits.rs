//! What each row tells besides the columns that are compared: who of several stays, and who is the same person for certain.

use poimuri_shared::customer_register::Columns;
use poimuri_shared::normalise::{self, Address, Locale, Surname};
use poimuri_shared::partial::packed;
use poimuri_shared::snapshot::tables::NULL_I32;
use serde::{Deserialize, Serialize};

use super::piece::{ListSpec, text};
use crate::engine::update::{Hashing, day};

/// Where somebody lives, as hashes under the order's seed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Home {
    /// The whole address; 0 is none.
    pub(super) address: u64,
    /// Whether an apartment is named.
    pub(super) is_apartment: bool,
    /// Parts of the surname.
    pub(super) surnames: Vec<u64>,
}

/// What decides who of several rows stays, and which are the same person whatever else they say: row by row, or empty where
/// nobody asks or nothing is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits {
    /// Identity codes, packed; 0 where there is none.
    pub(super) codes: Vec<u64>,
    /// Cells that are not empty.
    #[serde(with = "packed")]
    filled: Vec<u32>,
    /// Days the rows are of.
    dates: Vec<i32>,
    /// Where they live.
    pub(super) homes: Vec<Home>,
}

impl Traits {
    /// What the rows of a part tell.
    pub(super) fn new(spec: &ListSpec, rows: &Columns, hashing: Hashing) -> Self {
        let count = rows.len();
        let column = |place: Option<usize>| place.and_then(|place| rows.column(place));
        let mut traits = Self::default();
        traits.filled.resize(if spec.is_counted { count } else { 0 }, 0);
        let counted = (0..rows.width()).filter(|_| spec.is_counted);
        for column in counted.filter_map(|place| rows.column(place)) {
            let is_filled = column.map(|text| u32::from(!text.trim().is_empty()));
            traits.filled.iter_mut().zip(is_filled).for_each(|(filled, is_filled)| *filled += is_filled);
        }
        if let Some(place) = spec.code {
            traits.codes = (0..count).map(|row| rows.identity_code(place, row).unwrap_or(0)).collect();
        }
        let dates = column(spec.value_date).map(|column| column.map(|text| day(text).unwrap_or(NULL_I32)));
        traits.dates = dates.unwrap_or_default();
        if let Some((street, postal_code)) = spec.home {
            let places = [Some(street), Some(postal_code), spec.surname].map(column);
            let home = |row| {
                let [street, postal_code, surname] = places.map(|column| text(column, row));
                home(street, postal_code, surname, hashing)
            };
            traits.homes = (0..count).map(home).collect();
        }
        traits
    }

    /// Takes those of the next rows, which come after `before` others.
    pub(super) fn add(&mut self, next: Self, before: usize) {
        put(&mut self.codes, next.codes, before, &0);
        put(&mut self.filled, next.filled, before, &0);
        put(&mut self.dates, next.dates, before, &NULL_I32);
        put(&mut self.homes, next.homes, before, &Home::default());
    }

    /// Cells of a row that are not empty.
    pub(super) fn filled(&self, row: u32) -> u32 {
        self.filled.get(row as usize).copied().unwrap_or(0)
    }

    /// The day a row is of.
    pub(super) fn date(&self, row: u32) -> i32 {
        self.dates.get(row as usize).copied().unwrap_or(NULL_I32)
    }
}

/// Puts what is told of the next rows after what is told of those before; `none` for those of them that told nothing.
fn put<T: Clone>(all: &mut Vec<T>, next: Vec<T>, before: usize, none: &T) {
    if !next.is_empty() {
        all.resize(before, none.clone());
        all.extend(next);
    }
}

/// A home needs a street with a number and a postal code; anything less is none.
fn home(street: &str, postal_code: &str, surname: &str, hashing: Hashing) -> Home {
    let address = Address::parse(street, Locale::Finnish);
    let Some(postal_code) = normalise::postal_code(postal_code).filter(|_| address.is_exact()) else {
        return Home::default();
    };
    let reading = address.readings().into_iter().next();
    let (number, stair) = reading.map_or((String::new(), None), |reading| (reading.number, reading.stair));
    let part = |letter: Option<char>| letter.map(String::from).unwrap_or_default();
    let dwelling = format!("{number} {} {} {}", part(stair), address.apartment, part(address.divider));
    let hashes = [&address.street, &dwelling, &postal_code].map(|text| hashing.text(text));
    let surname = Surname::parse(surname, Locale::Finnish);
    Home {
        address: hashing.join(hashes).max(1),
        is_apartment: address.apartment != 0,
        surnames: surname.parts.iter().map(|part| hashing.text(part)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_list_does_not_tell_stays_untold_of_its_rows() {
        let told = |from: u32| Traits {
            codes: vec![u64::from(from), 0],
            dates: vec![1, 2],
            filled: vec![from, from + 1],
            homes: Vec::new(),
        };
        let (mut all, silent) = (Traits::default(), Traits::default());
        for (part, before) in
            [(silent.clone(), 0), (told(10), 3), (silent.clone(), 5), (told(20), 6), (silent, 8)]
        {
            all.add(part, before);
        }
        assert_eq!(all.codes, [0, 0, 0, 10, 0, 0, 20, 0]);
        assert_eq!((0..9).map(|row| all.filled(row)).collect::<Vec<_>>(), [0, 0, 0, 10, 11, 0, 20, 21, 0]);
        let dates = [NULL_I32, NULL_I32, NULL_I32, 1, 2, NULL_I32, 1, 2, NULL_I32];
        assert_eq!((0..9).map(|row| all.date(row)).collect::<Vec<_>>(), dates);
        assert!(all.homes.is_empty());
    }
}
