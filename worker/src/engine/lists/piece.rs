//! The rows of a part of a list: where they have what, what they are known by, what they are compared by.

use arrow_array::{Array as _, StringArray};
use poimuri_shared::customer_register::lists::Column;
use poimuri_shared::customer_register::{self as register, Columns, Field, code};
use poimuri_shared::order::deduplication::{Deduplication, KeepRule, Unit};
use poimuri_shared::partial::packed;
use serde::{Deserialize, Serialize};

use super::columns::{LOCALE, kind};
use super::keys::Keys;
use super::traits::Traits;
use crate::engine::link::{Coding, Kind, Read, Texts};
use crate::engine::update::Hashing;

/// Where a list has what.
#[derive(Debug, Clone)]
pub struct ListSpec {
    /// Places of the compared columns, each with what it holds, if that is known.
    compared: Vec<(usize, Option<Kind>)>,
    /// Which of them is the date of birth, and the place of the identity code that tells it too.
    birth: Option<(usize, usize)>,
    key: Option<usize>,
    pub(super) code: Option<usize>,
    pub(super) value_date: Option<usize>,
    pub(super) surname: Option<usize>,
    /// Street address and postal code, where households are asked for.
    pub(super) home: Option<(usize, usize)>,
    /// Whether it matters how many cells are filled.
    pub(super) is_counted: bool,
}

impl ListSpec {
    /// What is where in the list of an index.
    #[must_use]
    pub fn of(columns: &[Column], list: usize, asked: &Deduplication) -> Self {
        let place = |column: &Column| column.places.get(list).copied().flatten();
        let field = |field| columns.iter().find(|column| column.field == Some(field)).and_then(place);
        let compared = || columns.iter().filter(|column| column.is_compared);
        let birth = compared().position(|column| column.field == Some(Field::BirthDate));
        let home = field(Field::StreetAddress).zip(field(Field::PostalCode));
        Self {
            compared: compared()
                .filter_map(|column| Some((place(column)?, column.field.map(kind))))
                .collect(),
            birth: birth.zip(field(Field::IdentityCode)),
            key: field(Field::Key),
            code: field(Field::IdentityCode),
            value_date: field(Field::ValueDate),
            surname: field(Field::Surname),
            home: home.filter(|_| asked.per == Unit::Household),
            is_counted: asked.keep.contains(&KeepRule::MostComplete),
        }
    }
}

/// A column of a piece: each different text once, and a code for every row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coded {
    pub(super) texts: Texts,
    /// What they are read as, where that is so much work that parts share it.
    pub(super) read: Option<Read>,
    #[serde(with = "packed")]
    pub(super) codes: Vec<u32>,
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
        let column =
            |(place, kind): &(usize, Option<Kind>)| Coded::new(rows.column(*place), rows.len(), *kind);
        let mut columns: Vec<Coded> = spec.compared.iter().map(column).collect();
        if let Some((birth, code)) = spec.birth {
            columns[birth] = born(rows.column(spec.compared[birth].0), rows.column(code), rows.len());
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
    fn new(column: Option<&register::Column>, rows: usize, kind: Option<Kind>) -> Self {
        let mut coding = Coding::default();
        let codes = match column {
            None => vec![0; rows],
            Some(register::Column::Plain(texts)) => coded(&mut coding, texts),
            Some(register::Column::Coded { codes, texts }) => {
                let own = coded(&mut coding, texts);
                codes.iter().map(|code| own[*code as usize]).collect()
            }
        };
        let texts = coding.finish();
        Self { read: Read::new(&texts, kind, LOCALE), texts, codes }
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
pub(super) fn text(column: Option<&register::Column>, row: usize) -> &str {
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
    Coded { texts: coding.finish(), read: None, codes }
}

/// The date of birth that an identity code tells; empty for what is none.
fn birth_date(cell: &str) -> String {
    code(cell.as_bytes()).map(|code| code.birth_date().to_string()).unwrap_or_default()
}
