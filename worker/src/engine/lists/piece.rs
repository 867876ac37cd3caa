//! The rows of a part of a list: what is compared, what survivor rules look at, where somebody lives.

use poimuri_shared::customer_register::lists::Column;
use poimuri_shared::customer_register::{Field, Row, code};
use poimuri_shared::normalise::{self, Address, Locale, Surname};
use poimuri_shared::order::deduplication::Unit;
use poimuri_shared::snapshot::tables::NULL_I32;
use serde::{Deserialize, Serialize};

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
pub(crate) struct Coded {
    pub(crate) texts: Texts,
    pub(crate) codes: Vec<u32>,
}

/// Where somebody lives, as hashes under the order's seed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Home {
    /// The whole address; 0 is none.
    pub(crate) address: u64,
    /// Whether an apartment is named.
    pub(crate) is_apartment: bool,
    /// Parts of the surname.
    pub(crate) surnames: Vec<u64>,
}

/// The rows of a part of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The customer's own keys.
    pub(crate) keys: Vec<String>,
    pub(crate) lines: Vec<u64>,
    /// Identity codes, packed; 0 where there is none.
    pub(crate) codes: Vec<u64>,
    pub(crate) columns: Vec<Coded>,
    /// Cells that are not empty.
    pub(crate) filled: Vec<u32>,
    /// Days the rows are of.
    pub(crate) dates: Vec<i32>,
    /// Empty where households are not asked for.
    pub(crate) homes: Vec<Home>,
}

impl Piece {
    /// Reads the rows that `each` hands out.
    ///
    /// # Errors
    /// What `each` fails with.
    pub fn read<E>(
        spec: &ListSpec,
        seed: &[u8; 32],
        each: impl FnOnce(&mut dyn FnMut(&Row<'_>)) -> Result<(), E>,
    ) -> Result<Self, E> {
        let hashing = Hashing::new(seed);
        let mut piece = Self { columns: vec![Coded::default(); spec.compared.len()], ..Self::default() };
        let mut codings: Vec<Coding> = spec.compared.iter().map(|_| Coding::default()).collect();
        each(&mut |row| {
            let columns = piece.columns.iter_mut().zip(&mut codings).zip(&spec.compared).enumerate();
            for (index, ((column, coding), place)) in columns {
                let cell = row.cell(*place);
                column.codes.push(
                    match spec.birth.filter(|(birth, _)| *birth == index && cell.trim().is_empty()) {
                        Some((_, code)) => coding.code(&born(&row.cell(code))),
                        None => coding.code(cell.trim()),
                    },
                );
            }
            let text = |place: Option<usize>| place.map(|place| row.cell(place)).unwrap_or_default();
            piece.keys.push(text(spec.key).trim().to_owned());
            piece.lines.push(row.line);
            piece.codes.push(code(text(spec.code).as_bytes()).map_or(0, |code| code.packed()));
            let filled = (0..row.len()).filter(|place| !row.cell(*place).trim().is_empty()).count();
            piece.filled.push(u32::try_from(filled).unwrap_or(u32::MAX));
            piece.dates.push(day(&text(spec.value_date)).unwrap_or(NULL_I32));
            if let Some((street, postal_code)) = spec.home {
                let surname = text(spec.surname);
                piece.homes.push(home(&row.cell(street), &row.cell(postal_code), &surname, hashing));
            }
        })?;
        piece.columns.iter_mut().zip(codings).for_each(|(column, coding)| column.texts = coding.finish());
        Ok(piece)
    }
}

/// The date of birth that an identity code tells; empty for what is none.
fn born(cell: &str) -> String {
    code(cell.as_bytes()).map(|code| code.birth_date().to_string()).unwrap_or_default()
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
