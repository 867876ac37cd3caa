//! Columns as codes of prepared texts.

use std::borrow::Cow;

use poimuri_shared::partial::packed;
use serde::{Deserialize, Serialize};

use super::glance::{Glance, glanced};
use super::kind::Kind;
use super::load::LOADED;
use super::locale::Locale;
use super::numbers::wide;
use super::table::Column;
use super::texts::{Coding, Texts};
use super::written::{DateOrder, prepare as prepare_text};

/// The code of a text that was not met yet.
const NEW: u32 = u32::MAX;

/// A column as it is compared: its prepared texts in the order in which rows meet them, and a code for each row.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Codes {
    pub(crate) texts: Texts,
    #[serde(with = "packed")]
    pub(crate) rows: Vec<u32>,
}

/// A column encoded by itself, before the columns beside it are known.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Encoded {
    pub(crate) name: String,
    /// What it holds, if that is known.
    pub(crate) given: Option<Kind>,
    pub(crate) glance: Glance,
    /// Nothing, if it holds nothing to compare.
    pub(crate) codes: Codes,
}

impl Encoded {
    /// Encodes a column that holds what is `given`, if that is known and it tells anybody apart; `origin` are the rows in the
    /// order of digests, `starts` the first rows of the lists.
    #[must_use]
    pub fn new(
        column: &Column,
        given: Option<Kind>,
        locale: Locale,
        (origin, starts): (&[u32], &[u32]),
    ) -> Self {
        let glance = Glance::new(column, &glanced(origin), starts);
        let given = given.filter(|_| glance.is_varied());
        let kind = given.unwrap_or_else(|| glance.kind());
        let codes =
            if kind == Kind::Ignored { Codes::default() } else { encode(column, kind, locale, origin) };
        Self { name: column.name.clone(), given, glance, codes }
    }

    /// The heading of the column.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Encodes a column, rows in the order of `origin`.
pub(crate) fn encode(column: &Column, kind: Kind, locale: Locale, origin: &[u32]) -> Codes {
    let dates = if kind == Kind::Date { column.texts.each_once() } else { Vec::new() };
    let order = DateOrder::of(dates.into_iter());
    let mut coding = Coding::default();
    let mut known: Vec<u32> = vec![NEW; column.texts.count()];
    let mut codes = Vec::with_capacity(origin.len());
    let (mut met, mut new, mut prepared) = (Vec::new(), Vec::new(), Vec::new());
    for rows in origin.chunks(LOADED) {
        met.clear();
        met.extend(rows.iter().map(|row| column.codes[wide(*row)]));
        new.clear();
        new.extend(met.iter().copied().filter(|text| known[wide(*text)] == NEW));
        prepared.clear();
        if let Some(read) = &column.read {
            read.load(&new);
            prepared.extend(new.iter().map(|text| Cow::Borrowed(read.text(*text))));
        } else {
            column.texts.load(&new);
            let read = |text: &u32| prepare_text(locale, kind, column.texts.text(*text), order);
            prepared.extend(new.iter().map(|text| Cow::Owned(read(text))));
        }
        let mut texts = new.iter();
        coding.codes(&prepared, |code| texts.next().into_iter().for_each(|text| known[wide(*text)] = code));
        codes.extend(met.iter().map(|text| known[wide(*text)]));
    }
    Codes { texts: coding.finish(), rows: codes }
}
