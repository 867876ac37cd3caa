//! The rows of a result: `row, customer_key, status, key_used, flags`, the items, `reason`, the customer's own columns.
//!
//! A row of status 20 is the same whether nobody was found or the person may not be disclosed.

use poimuri_shared::order::UpdateMode;
use poimuri_shared::order::delivered::{Column, Item, Topic, columns as columns_of};

use super::decide::{Fault, FoundBy, Verdict};
use super::facts::{self, Facts, write_letters};
use crate::engine::render::csv;

/// Status of a row that stands for nobody, or for nobody who may be disclosed.
const NOT_FOUND: &str = "20";
/// Its reason.
const NOT_FOUND_REASON: &str = "not-found-or-not-disclosable";

/// The names of the columns of a result; `own` are headings of the customer's columns that come back.
#[must_use]
pub fn columns(items: &[Item], own: &[String]) -> Vec<String> {
    let first = ["row", "customer_key", "status", "key_used", "flags"].map(str::to_owned);
    let items = columns_of(items).into_iter().map(|column| column.name().to_owned());
    let own = own.iter().map(|heading| format!("own.{heading}"));
    first.into_iter().chain(items).chain(["reason".to_owned()]).chain(own).collect()
}

/// Whether a column is told of a person found by a key.
pub(super) fn gives(mode: UpdateMode, (facts, by): (Facts, FoundBy), column: Column) -> bool {
    if is_kept_back(by, column) {
        return false;
    }
    match facts.status {
        12 => column == Column::DeathDate,
        13 => matches!(column, Column::ForeignCountry | Column::ForeignAddress | Column::EmigratedOn),
        // Nobody learns a code who did not have the one before it.
        10 | 11 if mode == UpdateMode::Current && column != Column::IdentityCode => true,
        11 => facts.flags & changed_by(column) != 0,
        _ => false,
    }
}

/// Whether a column is never told of a person found by a key.
pub(super) fn is_kept_back(by: FoundBy, column: Column) -> bool {
    let topic = column.topic();
    topic == Topic::Name && !by.tells_names() || topic == Topic::Code && !by.is_sure()
}

/// The flags under which a column has changed.
pub(super) const fn changed_by(column: Column) -> u16 {
    match column.topic() {
        Topic::Name => facts::NAME,
        Topic::Place => facts::ADDRESS | facts::POSTAL_CODE | facts::MUNICIPALITY,
        Topic::Language => facts::LANGUAGE,
        Topic::Sex => facts::SEX,
        Topic::Death => facts::DEATH,
        Topic::Abroad => facts::EMIGRATED,
        Topic::Code => facts::CODE,
        Topic::Person => 0,
        Topic::Dwelling | Topic::Building => facts::ADDRESS,
    }
}

/// What all rows of a result have.
pub(super) struct Line<'a> {
    /// Number of the row, from 1.
    pub(super) row: u64,
    /// The customer's key of the row.
    pub(super) key: &'a str,
    /// The customer's cells that come back behind the others.
    pub(super) passed: Vec<&'a str>,
    /// Number of columns of the items.
    pub(super) columns: usize,
}

impl Line<'_> {
    /// The row of a found person; `cells` are the items, with commas between; nothing if none is told.
    pub(super) fn found(&self, facts: Facts, by: FoundBy, cells: &[u8], out: &mut Vec<u8>) {
        self.begin(out);
        found(facts, by, cells, self.columns, out);
        self.end(out);
    }

    /// The row of a found person; `cells` writes the items, with commas between.
    pub(super) fn telling(
        &self,
        facts: Facts,
        by: FoundBy,
        cells: impl FnOnce(&mut Vec<u8>),
        out: &mut Vec<u8>,
    ) {
        self.begin(out);
        let items = |out: &mut Vec<u8>| {
            out.push(b',');
            cells(out);
        };
        telling(facts, by, items, out);
        self.end(out);
    }

    /// The row of nobody.
    pub(super) fn unfound(&self, verdict: Verdict, out: &mut Vec<u8>) {
        self.begin(out);
        unfound(verdict, self.columns, out);
        self.end(out);
    }

    /// The row with what stands between the key and the customer's own cells.
    pub(super) fn around(&self, middle: &[u8], out: &mut Vec<u8>) {
        self.begin(out);
        out.extend_from_slice(middle);
        self.end(out);
    }

    fn bare(&self, status: &str, reason: &str, out: &mut Vec<u8>) {
        self.begin(out);
        bare(status, reason, self.columns, out);
        self.end(out);
    }

    fn begin(&self, out: &mut Vec<u8>) {
        csv::count(out, self.row);
        cell(self.key, out);
    }

    fn end(&self, out: &mut Vec<u8>) {
        self.passed.iter().for_each(|text| cell(text, out));
        out.extend_from_slice(b"\r\n");
    }
}

pub(super) fn found(facts: Facts, by: FoundBy, cells: &[u8], columns: usize, out: &mut Vec<u8>) {
    let items = |out: &mut Vec<u8>| {
        if cells.is_empty() {
            no_items(columns, out);
        } else {
            out.push(b',');
            out.extend_from_slice(cells);
        }
    };
    telling(facts, by, items, out);
}

fn telling(facts: Facts, by: FoundBy, items: impl FnOnce(&mut Vec<u8>), out: &mut Vec<u8>) {
    let reason = match facts.status {
        12 if !by.is_sure() => "death-to-verify",
        _ if facts.flags & facts::NEWER != 0 => "customer-value-newer",
        _ => "",
    };
    head(status_name(facts.status), by.name(), facts.flags, out);
    items(out);
    tail(reason, out);
}

pub(super) fn unfound(verdict: Verdict, columns: usize, out: &mut Vec<u8>) {
    let (status, reason) = match verdict {
        Verdict::Found { .. } | Verdict::NotFound => (NOT_FOUND, NOT_FOUND_REASON.to_owned()),
        Verdict::Several => ("30", "several-persons".to_owned()),
        Verdict::Disagree => ("31", "keys-disagree".to_owned()),
        Verdict::Invalid(fault) => ("40", reason_of(fault)),
        Verdict::NotPermitted => ("50", "key-not-permitted".to_owned()),
    };
    bare(status, &reason, columns, out);
}

fn bare(status: &str, reason: &str, columns: usize, out: &mut Vec<u8>) {
    head(status, "", 0, out);
    no_items(columns, out);
    tail(reason, out);
}

fn no_items(columns: usize, out: &mut Vec<u8>) {
    out.resize(out.len() + columns, b',');
}

fn head(status: &str, key_used: &str, flags: u16, out: &mut Vec<u8>) {
    out.push(b',');
    out.extend_from_slice(status.as_bytes());
    out.push(b',');
    out.extend_from_slice(key_used.as_bytes());
    out.push(b',');
    write_letters(flags, out);
}

fn tail(reason: &str, out: &mut Vec<u8>) {
    out.push(b',');
    out.extend_from_slice(reason.as_bytes());
}

/// The status of a found person as it is written.
const fn status_name(status: u8) -> &'static str {
    match status {
        10 => "10",
        11 => "11",
        12 => "12",
        13 => "13",
        _ => "14",
    }
}

#[inline]
fn cell(text: &str, out: &mut Vec<u8>) {
    out.push(b',');
    csv::field(out, |out| out.extend_from_slice(text.as_bytes()));
}

fn reason_of(fault: Fault) -> String {
    match fault {
        Fault::Code(reason) => format!("identity-code-{}", reason.name()),
        Fault::BirthDate => "birth-date-invalid".to_owned(),
        Fault::Name => "name-incomplete".to_owned(),
        Fault::NoKey => "no-key".to_owned(),
    }
}

/// What becomes of a rendered row whose person came before, or may no longer be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// The same person as the row of that number.
    Duplicate(u64),
    /// The same person as another member of a subscription.
    OtherMember,
    /// Not to be disclosed any more.
    NotFound,
}

/// A rendered row without anything of its person. `cells` are its cells, `columns` the number of columns of the items.
#[must_use]
pub fn blanked(cells: &[&str], columns: usize, blank: Blank) -> Vec<u8> {
    const HEAD: usize = 5;
    let text = |index: usize| cells.get(index).copied().unwrap_or_default();
    let passed = cells.iter().skip(HEAD + columns + 1).copied().collect();
    let line = Line { row: text(0).parse().unwrap_or(0), key: text(1), passed, columns };
    let mut out = Vec::new();
    match blank {
        Blank::Duplicate(of) => line.bare("41", &format!("same-person-as-row-{of}"), &mut out),
        Blank::OtherMember => line.bare("41", "same-person-as-another-member", &mut out),
        Blank::NotFound => line.bare(NOT_FOUND, NOT_FOUND_REASON, &mut out),
    }
    out
}

#[cfg(test)]
mod tests;
