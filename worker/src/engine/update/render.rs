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

/// Whether a column is told of a person.
pub(super) fn gives(mode: UpdateMode, facts: Facts, column: Column) -> bool {
    match facts.status {
        12 => column == Column::DeathDate,
        13 => matches!(column, Column::ForeignCountry | Column::ForeignAddress | Column::EmigratedOn),
        // Nobody learns a code who did not have the one before it.
        10 | 11 if mode == UpdateMode::Current && column != Column::IdentityCode => true,
        11 => facts.flags & changed_by(column) != 0,
        _ => false,
    }
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
    let reason = if facts.flags & facts::NEWER != 0 { "customer-value-newer" } else { "" };
    head(status_name(facts.status), by.name(), facts.flags, out);
    if cells.is_empty() {
        no_items(columns, out);
    } else {
        out.push(b',');
        out.extend_from_slice(cells);
    }
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
mod tests {
    use super::*;

    fn told(write: impl FnOnce(&Line<'_>, &mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&Line { row: 7, key: "k;1", passed: vec!["Mäki, A"], columns: 2 }, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rows_have_their_columns_in_order() {
        let facts = Facts { status: 11, flags: facts::NAME | facts::ADDRESS };
        assert_eq!(
            told(|line, out| line.found(facts, FoundBy::BirthDate, b"a,\"b,c\"", out)),
            "7,k;1,11,M3,NA,a,\"b,c\",,\"Mäki, A\"\r\n"
        );
        assert_eq!(
            told(|line, out| line.unfound(Verdict::Invalid(Fault::NoKey), out)),
            "7,k;1,40,,,,,no-key,\"Mäki, A\"\r\n"
        );
        let names = columns(&[Item::Single(Column::Sex)], &["nimi".to_owned()]);
        assert_eq!(names.join(","), "row,customer_key,status,key_used,flags,sex,reason,own.nimi");
    }

    #[test]
    fn a_code_is_told_to_who_had_the_one_before_it() {
        let told = |mode, flags| gives(mode, Facts { status: 11, flags }, Column::IdentityCode);
        assert!(told(UpdateMode::Changes, facts::CODE) && told(UpdateMode::Current, facts::CODE));
        assert!(!told(UpdateMode::Changes, facts::NAME) && !told(UpdateMode::Current, facts::NAME));
        let dead = Facts { status: 12, flags: facts::CODE | facts::DEATH };
        assert!(!gives(UpdateMode::Current, dead, Column::IdentityCode));
    }

    #[test]
    fn a_blanked_row_is_the_row_of_nobody() {
        let cells = ["7", "k;1", "11", "M3", "NA", "a", "b", "", "Mäki, A"];
        let expected = told(|line, out| line.unfound(Verdict::NotFound, out));
        assert_eq!(String::from_utf8(blanked(&cells, 2, Blank::NotFound)).unwrap(), expected);
        let again = String::from_utf8(blanked(&cells, 2, Blank::Duplicate(3))).unwrap();
        assert_eq!(again, "7,k;1,41,,,,,same-person-as-row-3,\"Mäki, A\"\r\n");
    }
}
