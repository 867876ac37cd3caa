//! The rows of a part of a list: what is compared, what survivor rules look at, where somebody lives.

use arrow_array::{Array as _, StringArray};
use poimuri_shared::customer_register::lists::Column;
use poimuri_shared::customer_register::{self as register, Columns, Field, code};
use poimuri_shared::normalise::{self, Address, Locale, Surname};
use poimuri_shared::order::deduplication::Unit;
use poimuri_shared::partial::packed;
use poimuri_shared::snapshot::tables::NULL_I32;
use serde::{Deserialize, Serialize};

use super::keys::Keys;
use crate::engine::link::{Coding, Texts};
use crate::engine::update::{Hashing, day};

/// Where a list has what.
#[derive(Debug, Clone)]
pub struct ListSpec {
    /// Places of the compared columns.
    compared: Vec<usize>,
    /// Which of them is the date of birth, and the place of the identity code that tells it too.
    birth: Option<(usize, usize)>,
    key: Option<usize>,
    code: Option<usize>,
    value_date: Option<usize>,
    surname: Option<usize>,
    /// Street address and postal code, where households are asked for.
    home: Option<(usize, usize)>,
}

impl ListSpec {
    /// What is where in the list of an index.
    #[must_use]
    pub fn of(columns: &[Column], list: usize, per: Unit) -> Self {
        let place = |column: &Column| column.places.get(list).copied().flatten();
        let field = |field| columns.iter().find(|column| column.field == Some(field)).and_then(place);
        let compared = || columns.iter().filter(|column| column.is_compared);
        let birth = compared().position(|column| column.field == Some(Field::BirthDate));
        let home = field(Field::StreetAddress).zip(field(Field::PostalCode));
        Self {
            compared: compared().filter_map(place).collect(),
            birth: birth.zip(field(Field::IdentityCode)),
            key: field(Field::Key),
            code: field(Field::IdentityCode),
            value_date: field(Field::ValueDate),
            surname: field(Field::Surname),
            home: home.filter(|_| per == Unit::Household),
        }
    }
}

/// A column of a piece: each different text once, and a code for every row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coded {
    pub(super) texts: Texts,
    #[serde(with = "packed")]
    pub(super) codes: Vec<u32>,
}

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

/// What decides who of several rows stays, and which are the same person whatever else they say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits {
    /// Identity codes, packed; 0 where there is none.
    pub(super) codes: Vec<u64>,
    /// Cells that are not empty.
    #[serde(with = "packed")]
    pub(super) filled: Vec<u32>,
    /// Days the rows are of.
    pub(super) dates: Vec<i32>,
    /// Empty where households are not asked for.
    pub(super) homes: Vec<Home>,
}

/// The rows of a part of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Piece {
    /// The customer's own keys.
    pub keys: Keys,
    /// The line each row was on.
    pub lines: Vec<u64>,
    /// The compared columns.
    pub columns: Vec<Coded>,
    /// The rest.
    pub traits: Traits,
}

impl Piece {
    /// What is made of the rows of a part.
    #[must_use]
    pub fn new(spec: &ListSpec, seed: &[u8; 32], rows: &Columns) -> Self {
        let column = |place: &usize| Coded::new(rows.column(*place), rows.len());
        let mut columns: Vec<Coded> = spec.compared.iter().map(column).collect();
        if let Some((birth, code)) = spec.birth {
            columns[birth] = born(rows.column(spec.compared[birth]), rows.column(code), rows.len());
        }
        let mut keys = Keys::default();
        let key = spec.key.and_then(|place| rows.column(place));
        (0..rows.len()).for_each(|row| keys.push(key.map_or("", |key| key.text(row).trim())));
        Self {
            keys,
            lines: rows.lines().to_vec(),
            columns,
            traits: Traits::new(spec, rows, Hashing::new(seed)),
        }
    }
}

impl Coded {
    fn new(column: Option<&register::Column>, rows: usize) -> Self {
        let mut coding = Coding::default();
        let codes = match column {
            None => vec![0; rows],
            Some(register::Column::Plain(texts)) => coded(&mut coding, texts),
            Some(register::Column::Coded { codes, texts }) => {
                let own = coded(&mut coding, texts);
                codes.iter().map(|code| own[*code as usize]).collect()
            }
        };
        Self { texts: coding.finish(), codes }
    }

    /// What it weighs: about how much work its encoding is.
    #[must_use]
    pub fn weight(&self) -> u64 {
        self.texts.iter().map(|text| text.len() as u64).sum()
    }
}

/// The codes of texts without the spaces around them.
fn coded(coding: &mut Coding, texts: &StringArray) -> Vec<u32> {
    let mut codes = Vec::with_capacity(texts.len());
    coding.code_all((0..texts.len()).map(|row| texts.value(row).trim()), |code| codes.push(code));
    codes
}

/// The text of a row; empty where there is no column.
fn text(column: Option<&register::Column>, row: usize) -> &str {
    column.map_or("", |column| column.text(row))
}

/// Dates of birth; where there is none, the one that an identity code tells.
fn born(dates: Option<&register::Column>, codes: Option<&register::Column>, rows: usize) -> Coded {
    let mut coding = Coding::default();
    let told = |row| match (text(dates, row).trim(), text(codes, row).trim()) {
        ("", told) => coding.code(&birth_date(told)),
        (date, _) => coding.code(date),
    };
    let codes = (0..rows).map(told).collect();
    Coded { texts: coding.finish(), codes }
}

/// The date of birth that an identity code tells; empty for what is none.
fn birth_date(cell: &str) -> String {
    code(cell.as_bytes()).map(|code| code.birth_date().to_string()).unwrap_or_default()
}

impl Traits {
    fn new(spec: &ListSpec, rows: &Columns, hashing: Hashing) -> Self {
        let count = rows.len();
        let column = |place: Option<usize>| place.and_then(|place| rows.column(place));
        let mut traits = Self { filled: vec![0; count], ..Self::default() };
        for column in (0..rows.width()).filter_map(|place| rows.column(place)) {
            let is_filled = column.map(|text| u32::from(!text.trim().is_empty()));
            traits.filled.iter_mut().enumerate().for_each(|(row, filled)| *filled += is_filled.of(row));
        }
        let code = |row| spec.code.and_then(|place| rows.identity_code(place, row).ok()).unwrap_or(0);
        traits.codes = (0..count).map(code).collect();
        traits.dates = made(column(spec.value_date), count, NULL_I32, |text| day(text).unwrap_or(NULL_I32));
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
}

/// What is made of each row's text; `none` where there is no column.
fn made<T: Copy>(
    column: Option<&register::Column>,
    rows: usize,
    none: T,
    make: impl FnMut(&str) -> T,
) -> Vec<T> {
    let Some(column) = column else { return vec![none; rows] };
    let made = column.map(make);
    (0..rows).map(|row| *made.of(row)).collect()
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
