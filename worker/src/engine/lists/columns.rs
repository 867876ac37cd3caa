//! The columns of all lists, each put together from its pieces and encoded by itself.

use poimuri_shared::customer_register::Field;
use poimuri_shared::customer_register::lists::Column;
use poimuri_shared::order::deduplication::Deduplication;

use super::piece::Coded;
use crate::engine::link::{self, Encoded, Kind, Locale, Settings};

/// Customers of a data partner of this country.
pub const LOCALE: Locale = Locale::Fi;

/// A compared column of all lists while its pieces come, those of each list one after another.
#[derive(Debug)]
pub struct Joined {
    field: Option<Field>,
    column: link::Column,
}

impl Joined {
    /// The columns that records are compared by, nothing in them yet. Each has a name of its own.
    #[must_use]
    pub fn all(columns: &[Column]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for column in columns.iter().filter(|column| column.is_compared) {
            let names =
                all.iter().map(|other| &other.column.name).filter(|name| name.starts_with(&column.name));
            let (same, more) = (names.clone().any(|name| *name == column.name), names.count());
            let name = if same { format!("{} ({})", column.name, more + 1) } else { column.name.clone() };
            all.push(Self { field: column.field, column: link::Column { name, ..link::Column::default() } });
        }
        all
    }

    /// Takes the next piece.
    pub fn add(&mut self, Coded { texts, read, codes }: Coded) {
        if let Some(read) = read {
            self.column.read.get_or_insert_default().add(read);
        }
        let first = self.column.texts.add(texts);
        self.column.codes.extend(codes.into_iter().map(|code| first + code));
    }

    /// The column; all pieces are there.
    #[must_use]
    pub fn finish(self) -> link::Column {
        self.column
    }

    /// The column ready for comparison, rows in the order of `origin`; `starts` are the first rows of the lists. All
    /// pieces are there.
    #[must_use]
    pub fn encode(self, origin: &[u32], starts: &[u32]) -> Encoded {
        Encoded::new(&self.column, self.field.map(kind), LOCALE, (origin, starts))
    }
}

/// Columns in so many groups, each with its place among all: each column is in the group of its place by turns.
#[must_use]
pub fn grouped<T>(columns: impl IntoIterator<Item = T>, groups: u32) -> Vec<Vec<(u32, T)>> {
    let mut grouped: Vec<Vec<(u32, T)>> = (0..groups.max(1)).map(|_| Vec::new()).collect();
    let count = grouped.len();
    for (turn, (place, column)) in (0..).zip(columns).enumerate() {
        grouped[turn % count].push((place, column));
    }
    grouped
}

/// The settings of the linkage that an order asks for. What columns hold is known of each.
#[must_use]
pub fn settings(asked: &Deduplication) -> Settings {
    let Deduplication { threshold, partners, clustering, .. } = *asked;
    Settings { locale: LOCALE, threshold, partners, clustering, ..Settings::default() }
}

/// What a column holds that means something to the order.
pub(super) const fn kind(field: Field) -> Kind {
    match field {
        Field::IdentityCode => Kind::Identifier,
        Field::Surname => Kind::Surname,
        Field::FirstNames => Kind::GivenName,
        Field::BirthDate => Kind::Date,
        Field::StreetAddress => Kind::Street,
        Field::PostalCode => Kind::PostalCode,
        Field::Municipality => Kind::Place,
        Field::MotherTongue | Field::Sex => Kind::Category,
        Field::Key | Field::ValueDate => Kind::Ignored,
    }
}
