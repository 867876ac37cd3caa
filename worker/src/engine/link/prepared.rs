//! A table made ready: rows in one order that only their identifiers decide, compact codes, keys for blocking.

use std::hint::black_box;
use std::sync::Arc;

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::class::FIELDS_MAX;
use super::derived;
use super::encode::encode;
use super::kind::{self, Kind};
use super::level;
use super::load::load;
use super::locale::Locale;
use super::numbers::{narrow, wide};
use super::observe;
use super::settings::{LinkError, Settings};
use super::table::{Column, Table};
use super::values::{Shape, Values};

/// A field that is compared.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) values: Arc<Values>,
    /// Rows with each value.
    pub(crate) counts: Vec<u32>,
}

/// Records ready for comparison.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) fields: Vec<Field>,
    pub(crate) locale: Locale,
    /// Row by row, the codes of its fields.
    pub(crate) codes: Vec<u32>,
    pub(crate) rows: usize,
    /// Rows of the first list.
    pub(crate) first_rows: usize,
    /// The row of the table that each row was.
    pub(crate) origin: Vec<u32>,
    /// The fields of given name and surname, if each is one.
    pub(crate) names: Option<(usize, usize)>,
}

impl Prepared {
    /// The codes of a row.
    pub(crate) fn row(&self, row: u32) -> &[u32] {
        let width = self.fields.len();
        &self.codes[wide(row) * width..(wide(row) + 1) * width]
    }

    /// Loads the codes of pairs.
    pub(crate) fn load(&self, pairs: &[(u32, u32)]) {
        load(pairs, |row| self.row(row));
    }

    /// Loads all that the comparison of every field of pairs looks at.
    pub(crate) fn load_values(&self, pairs: &[(u32, u32)]) {
        self.load(pairs);
        for (index, field) in self.fields.iter().enumerate().filter(|(_, of)| of.values.shape != Shape::Same)
        {
            let length = |row: u32| field.values.brief(self.row(row)[index]).length();
            black_box(pairs.iter().fold(0, |all, (a, b)| all ^ length(*a) ^ length(*b)));
        }
    }

    pub(crate) fn is_link(&self) -> bool {
        self.first_rows < self.rows
    }

    /// The levels of given name and surname as a part of a pattern, if one record has them in the other's place; else 0.
    pub(crate) fn crossed(&self, a: &[u32], b: &[u32]) -> u64 {
        let Some((given, surname)) = self.names else { return 0 };
        let crosses = [(a[given], b[surname]), (a[surname], b[given])];
        let is_equal = |(x, y): (u32, u32)| x == y && x != 0;
        if !crosses.into_iter().any(is_equal) || a[given] == b[given] || a[surname] == b[surname] {
            return 0;
        }
        let level = |(x, y): (u32, u32)| match (x, y) {
            (0, _) | (_, 0) => level::MISSING,
            (x, y) if x == y => level::CROSSED,
            (x, y) => level::of(&self.fields[given].values, x, y).min(level::CROSSED),
        };
        match crosses.map(level) {
            [first, second] if first.min(second) >= level::ALIKE => {
                u64::from(first) << (narrow(given) * level::BITS)
                    | u64::from(second) << (narrow(surname) * level::BITS)
            }
            _ => 0,
        }
    }

    /// The levels of a pair, [`level::BITS`] bits for each field.
    pub(crate) fn pattern(&self, a: u32, b: u32) -> u64 {
        let (a, b) = (self.row(a), self.row(b));
        let mut pattern = self.crossed(a, b);
        for (index, field) in self.fields.iter().enumerate() {
            if observe::level(pattern, index) > 0 {
                continue;
            }
            let level = match (a[index], b[index]) {
                (0, _) | (_, 0) => level::MISSING,
                (x, y) if x == y => level::EQUAL,
                (x, y) => level::of(&field.values, x, y),
            };
            pattern |= u64::from(level) << (narrow(index) * level::BITS);
        }
        pattern
    }
}

/// Rows that kinds are guessed from.
const GUESSED_ROWS: usize = 5_000;

/// The kinds of a table's columns, from rows in the order of digests.
fn kinds(table: &Table, rows: &[u32]) -> Vec<Kind> {
    let step = rows.len().div_ceil(GUESSED_ROWS).max(1);
    let rows: Vec<u32> = rows.iter().step_by(step).copied().collect();
    let guess = |column: &Column| {
        let mut codes: Vec<u32> = rows.iter().map(|row| column.codes[wide(*row)]).collect();
        codes.sort_unstable();
        let known = codes.chunk_by(|a, b| a == b).filter(|same| same[0] != 0);
        let texts = known.map(|same| (column.texts.text(same[0]), narrow(same.len())));
        if column.texts.count() <= 2 { Kind::Ignored } else { kind::guess(&column.name, texts) }
    };
    let mut kinds: Vec<Kind> = table.columns.par_iter().map(guess).collect();
    derived::ignore_derived(table, &mut kinds, &rows);
    kinds
}

/// Rows by list and then by the digest of their identifier: the same whatever the order they came in.
fn order(table: &Table) -> Vec<u32> {
    let key = |row: usize| (row >= table.first_rows, xxh3_64(table.ids[row].as_bytes()));
    let mut keyed: Vec<((bool, u64), u32)> =
        (0..table.rows()).into_par_iter().map(|row| (key(row), narrow(row))).collect();
    keyed.par_sort_unstable_by(|(a, row_a), (b, row_b)| {
        a.cmp(b).then_with(|| table.ids[wide(*row_a)].cmp(&table.ids[wide(*row_b)]))
    });
    keyed.into_iter().map(|(_, row)| row).collect()
}

/// Makes a table ready for comparison.
///
/// # Errors
/// No column tells records apart, there are too many, or a setting names one that is not there.
pub fn prepare(table: &Table, settings: &Settings) -> Result<Prepared, LinkError> {
    let is_known = |name: &&String| table.columns.iter().any(|column| column.name == **name);
    if let Some(unknown) = settings.columns.keys().find(|name| !is_known(name)) {
        return Err(LinkError::NoSuchColumn(unknown.clone()));
    }
    let origin = order(table);
    let locale = settings.locale.of(table.columns.iter().map(|column| column.name.as_str()));
    let mut kinds = kinds(table, &origin);
    for (kind, column) in kinds.iter_mut().zip(&table.columns) {
        *kind = settings.columns.get(&column.name).copied().unwrap_or(*kind);
    }
    match kinds.iter().filter(|kind| **kind != Kind::Ignored).count() {
        // A single record is a cluster, whatever it holds.
        0 if table.rows() > 1 => Err(LinkError::NoColumns),
        many if many > FIELDS_MAX => Err(LinkError::ManyColumns(many)),
        _ => Ok(prepared(table, &kinds, locale, origin)),
    }
}

/// `kinds` are those of the columns; ignored ones are left out.
fn prepared(table: &Table, kinds: &[Kind], locale: Locale, origin: Vec<u32>) -> Prepared {
    let chosen: Vec<(&Column, Kind)> =
        table.columns.iter().zip(kinds.iter().copied()).filter(|(_, kind)| *kind != Kind::Ignored).collect();
    // Names share their codes, so that a given name is seen to be another's surname.
    let is_name = |kind: &Kind| matches!(kind, Kind::GivenName | Kind::Surname);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let names: Vec<usize> = (0..chosen.len()).filter(|index| is_name(&chosen[*index].1)).collect();
    groups.extend((0..chosen.len()).filter(|index| !is_name(&chosen[*index].1)).map(|index| vec![index]));
    if !names.is_empty() {
        groups.push(names);
    }
    let encoded: Vec<(Arc<Values>, Vec<Vec<u32>>)> =
        groups.par_iter().map(|group| encode(group, &chosen, locale, &origin)).collect();
    let width = chosen.len();
    let mut fields: Vec<Option<Field>> = vec![None; width];
    let mut by_field: Vec<Vec<u32>> = vec![Vec::new(); width];
    for (group, (values, codes)) in groups.iter().zip(encoded) {
        for (index, codes) in group.iter().zip(codes) {
            let mut counts = vec![0; values.len()];
            codes.iter().for_each(|code| counts[wide(*code)] += 1);
            let (column, kind) = chosen[*index];
            fields[*index] =
                Some(Field { name: column.name.clone(), kind, values: Arc::clone(&values), counts });
            by_field[*index] = codes;
        }
    }
    let rows = table.rows();
    let mut codes = vec![0_u32; rows * width];
    if width > 0 {
        codes.par_chunks_mut(width).enumerate().for_each(|(row, cells)| {
            cells.iter_mut().zip(&by_field).for_each(|(cell, codes)| *cell = codes[row]);
        });
    }
    let fields: Vec<Field> = fields.into_iter().flatten().collect();
    let only = |kind| {
        let mut found = (0..fields.len()).filter(|field| fields[*field].kind == kind);
        found.next().filter(|_| found.next().is_none())
    };
    let names = only(Kind::GivenName).zip(only(Kind::Surname));
    Prepared { fields, locale, codes, rows, first_rows: table.first_rows, origin, names }
}
