//! Unmatched rows of several parts together, with the keys they are looked for by.

use rayon::prelude::*;

use super::blocks::{Block, parts_of, whole};
use super::gates::Gates;
use super::probe::Probe;
use super::unmatched::{Unmatched, UnmatchedRow};
use super::{Approximations, of_shard};
use crate::engine::link::{Kind, Likeness};
use crate::engine::update::rows::Rows;
use crate::engine::update::{RowKeys, Updating};
use crate::engine::{Dictionaries, EngineError, Tables};

/// Rows of a batch, about: some hundred megabytes with keys and texts.
const ROWS: usize = 200_000;

/// Rows that are compared at the same time.
#[derive(Debug, Default)]
pub struct Batch {
    pub(super) rows: Vec<BatchRow>,
    /// The rows as keys.
    pub(super) keys: Rows,
}

/// A row of a batch, its texts as they are compared.
#[derive(Debug)]
pub(super) struct BatchRow {
    pub(super) part: u32,
    pub(super) row: u32,
    pub(super) surname: Likeness,
    pub(super) given: Vec<Likeness>,
    pub(super) birth: Likeness,
    pub(super) street: Likeness,
}

impl BatchRow {
    fn new(part: u32, row: &UnmatchedRow, keys: &RowKeys<'_>) -> Self {
        Self {
            part,
            row: row.row,
            surname: Likeness::of(Kind::Surname, &row.surname),
            given: row.given().iter().map(|name| Likeness::of(Kind::GivenName, name)).collect(),
            birth: likeness_of_day(keys.birth),
            street: Likeness::of(Kind::Street, &row.street()),
        }
    }
}

/// The keys of a row, as [`super::persons`] makes those of a person.
fn keys_of(
    updating: &Updating,
    (index, row): (u32, &RowKeys<'_>),
    (keys, gates): (&mut Vec<(u64, u32)>, &mut Gates),
) {
    let (birth, address) = updating.comparable(row);
    let surname = row.surname().bare;
    let given = row.names.and_then(|names| names.given.first()).copied().unwrap_or(0);
    let mut add = |block: Block, parts| keys.push((block.key(parts, updating.register.hashing), index));
    gates.add_name(surname, given);
    if birth {
        gates.add_date(row.birth);
        let (year, day) = parts_of(row.birth);
        add(Block::Birth, [surname, whole(row.birth), 0]);
        add(Block::GivenBirth, [given, whole(row.birth), 0]);
        add(Block::Year, [surname, given, year]);
        add(Block::Day, [surname, given, day]);
    }
    gates.is_placed |= address;
    if address {
        let street = row.address.map_or(0, |address| address.street);
        for number in row.numbers() {
            gates.add_place(street, number);
            add(Block::Home, [surname, street, number]);
            add(Block::GivenHome, [given, street, number]);
            add(Block::Number, [surname, given, number]);
        }
        if row.postal_code != 0 {
            add(Block::PostalCode, [surname, given, u64::from(row.postal_code)]);
            add(Block::Namesakes, [surname, u64::from(row.postal_code), 0]);
        }
    }
}

/// A day as it is compared.
pub(super) fn likeness_of_day(day: i32) -> Likeness {
    let (year, month, day) = crate::engine::days::civil(day);
    Likeness::of(Kind::Date, &format!("{year:04}{month:02}{day:02}"))
}

impl Batch {
    /// Adds the unmatched rows of a part.
    pub fn add(&mut self, part: u32, unmatched: Unmatched) {
        let Unmatched { rows, keys } = unmatched;
        let rows = rows.par_iter().enumerate();
        self.rows.par_extend(rows.map(|(index, row)| BatchRow::new(part, row, &keys.row(index))));
        self.keys.append(keys);
    }

    /// Whether there are enough rows to go through the persons for.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.rows.len() >= ROWS
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Who in these shards may nearly be meant.
    ///
    /// # Errors
    /// A dictionary cannot be read or a table is missing.
    pub fn approximate(
        &self,
        updating: &Updating,
        tables: &[Tables<'_>],
        texts: &(dyn Dictionaries + Sync),
    ) -> Result<Approximations, EngineError> {
        let mut gates = Gates::new(self.rows.len());
        let mut keys = Vec::with_capacity(self.rows.len() * 8);
        for (index, row) in (0_u32..).zip(self.keys.iter()) {
            keys_of(updating, (index, &row), (&mut keys, &mut gates));
        }
        keys.par_sort_unstable();
        keys.dedup();
        let probe = Probe::new(&keys);
        let of_shard = |tables| of_shard(updating, self, (&probe, &gates), (tables, texts));
        let pieces: Result<Vec<Approximations>, EngineError> = tables.par_iter().map(of_shard).collect();
        Ok(Approximations::merge(pieces?))
    }
}
