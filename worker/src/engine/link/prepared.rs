//! A table made ready: rows in one order that only their identifiers decide, compact codes, keys for blocking.

use std::cmp::Reverse;
use std::hint::black_box;
use std::sync::Arc;

use rayon::prelude::*;

use super::class::FIELDS_MAX;
use super::encode::{Codes, Encoded, encode};
use super::glance::{Glance, glanced};
use super::kind::Kind;
use super::level;
use super::load::load;
use super::locale::Locale;
use super::numbers::{narrow, wide};
use super::observe;
use super::order::by_digest;
use super::settings::{LinkError, Settings};
use super::table::{Column, Table};
use super::texts::{Coding, Texts};
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

/// Makes a table ready for comparison.
///
/// # Errors
/// No column tells records apart, there are too many, or a setting names one that is not there.
pub fn prepare(table: &Table, settings: &Settings) -> Result<Prepared, LinkError> {
    let is_known = |name: &&String| table.columns.iter().any(|column| column.name == **name);
    if let Some(unknown) = settings.columns.keys().find(|name| !is_known(name)) {
        return Err(LinkError::NoSuchColumn(unknown.clone()));
    }
    let lists = [0..table.first_rows, table.first_rows..table.rows()];
    let origin: Vec<u32> = lists.into_iter().flat_map(|rows| by_digest(&table.ids, rows)).collect();
    let locale = settings.locale.of(table.columns.iter().map(|column| column.name.as_str()));
    let rows = glanced(&origin);
    let starts = [0, narrow(table.first_rows)];
    let starts = &starts[..1 + usize::from(table.is_link())];
    let glance = |column: &Column| Glance::new(column, &rows, starts);
    let glances: Vec<Glance> = table.columns.par_iter().map(glance).collect();
    let mut kinds = Glance::kinds(&glances);
    for (kind, column) in kinds.iter_mut().zip(&table.columns) {
        *kind = settings.columns.get(&column.name).copied().unwrap_or(*kind);
    }
    check(&kinds, table.rows())?;
    let chosen = table.columns.iter().zip(kinds).filter(|(_, kind)| *kind != Kind::Ignored);
    let mut chosen: Vec<(usize, (&Column, Kind))> = chosen.enumerate().collect();
    // Those with most texts first, so that none of them is left for the end.
    chosen.sort_by_key(|(_, (column, _))| Reverse(column.texts.count()));
    let coded = |(place, (column, kind)): (usize, (&Column, Kind))| {
        (place, Coded::new(column.name.clone(), kind, encode(column, kind, locale, &origin)))
    };
    let mut columns: Vec<(usize, Coded)> = chosen.into_par_iter().with_max_len(1).map(coded).collect();
    columns.sort_by_key(|(place, _)| *place);
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    Ok(prepared(columns, locale, origin, table.first_rows))
}

/// Whether records can be compared by columns of these kinds.
fn check(kinds: &[Kind], rows: usize) -> Result<(), LinkError> {
    match kinds.iter().filter(|kind| **kind != Kind::Ignored).count() {
        // A single record is a cluster, whatever it holds.
        0 if rows > 1 => Err(LinkError::NoColumns),
        many if many > FIELDS_MAX => Err(LinkError::ManyColumns(many)),
        _ => Ok(()),
    }
}

impl Prepared {
    /// Makes columns that were encoded one by one ready for comparison, as [`prepare`] does a table of them. `origin` are
    /// the rows in the order of digests, those of the first list first.
    ///
    /// # Errors
    /// No column tells records apart, or there are too many.
    pub fn of(
        columns: Vec<Encoded>,
        locale: Locale,
        origin: Vec<u32>,
        first_rows: usize,
    ) -> Result<Self, LinkError> {
        let mut kinds = Glance::kinds(columns.iter().map(|column| &column.glance));
        for (kind, column) in kinds.iter_mut().zip(&columns) {
            *kind = column.given.unwrap_or(*kind);
        }
        check(&kinds, origin.len())?;
        let coded = |(of, kind): (Encoded, Kind)| Coded::new(of.name, kind, of.codes);
        let columns = columns.into_iter().zip(kinds).filter(|(_, kind)| *kind != Kind::Ignored);
        Ok(prepared(columns.map(coded).collect(), locale, origin, first_rows))
    }
}

/// A column that is compared.
struct Coded {
    name: String,
    kind: Kind,
    rows: Vec<u32>,
    /// The texts of names, until they are joined.
    texts: Texts,
    values: Arc<Values>,
}

impl Coded {
    fn new(name: String, kind: Kind, Codes { texts, rows }: Codes) -> Self {
        let (texts, own) = if is_name(kind) { (texts, Texts::default()) } else { (Texts::default(), texts) };
        let values = Arc::new(Values::new(Shape::of(kind), &own));
        Self { name, kind, rows, texts, values }
    }
}

/// Rows whose codes are put side by side at once.
const BLOCK: usize = 4_096;

fn prepared(mut columns: Vec<Coded>, locale: Locale, origin: Vec<u32>, first_rows: usize) -> Prepared {
    join_names(&mut columns);
    let (width, rows) = (columns.len(), origin.len());
    let mut codes = vec![0_u32; rows * width];
    codes.par_chunks_mut(width.max(1) * BLOCK).enumerate().for_each(|(block, cells)| {
        for (index, column) in columns.iter().enumerate() {
            let cells = cells[index..].iter_mut().step_by(width);
            cells.zip(&column.rows[block * BLOCK..]).for_each(|(cell, code)| *cell = *code);
        }
    });
    let field = |Coded { name, kind, rows, values, .. }: Coded| {
        let mut counts = vec![0; values.len()];
        rows.iter().for_each(|code| counts[wide(*code)] += 1);
        Field { name, kind, values, counts }
    };
    let fields: Vec<Field> = columns.into_par_iter().map(field).collect();
    let only = |kind| {
        let mut found = (0..fields.len()).filter(|field| fields[*field].kind == kind);
        found.next().filter(|_| found.next().is_none())
    };
    let names = only(Kind::GivenName).zip(only(Kind::Surname));
    Prepared { fields, locale, codes, rows, first_rows, origin, names }
}

const fn is_name(kind: Kind) -> bool {
    matches!(kind, Kind::GivenName | Kind::Surname)
}

/// Gives columns of names the same codes, so that a given name is seen to be another's surname.
fn join_names(columns: &mut [Coded]) {
    let mut names: Vec<&mut Coded> = columns.iter_mut().filter(|column| is_name(column.kind)).collect();
    let Some((first, others)) = names.split_first_mut() else { return };
    let mut joined = Coding::of(std::mem::take(&mut first.texts));
    for column in others {
        let texts = std::mem::take(&mut column.texts);
        let texts: Vec<&str> = texts.iter().collect();
        let mut own = Vec::with_capacity(texts.len());
        joined.codes(&texts, |code| own.push(code));
        column.rows.iter_mut().for_each(|code| *code = own[wide(*code)]);
    }
    let values = Arc::new(Values::new(Shape::Words, joined.texts()));
    names.into_iter().for_each(|column| column.values = Arc::clone(&values));
}
