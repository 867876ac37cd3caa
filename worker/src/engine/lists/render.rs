//! Rows of the result as CSV.

use std::borrow::Cow;

use poimuri_shared::customer_register::lists::Column;
use poimuri_shared::order::deduplication::{List, Output};
use poimuri_shared::receipt::KnownBy;

use super::clustered::Clustered;
use super::keys::AllKeys;
use crate::engine::link::{Decimal, FINE, Pair, headings, push_parts};
use crate::engine::render::csv::{count, field};

const OF_RECORD: [&str; 5] = ["list", "row", "customer_key", "cluster", "records"];
const OF_PAIR: [&str; 9] = [
    "list_a",
    "row_a",
    "customer_key_a",
    "list_b",
    "row_b",
    "customer_key_b",
    "weight",
    "probability",
    "linked",
];

/// The columns of a result. Own columns that would have the name of another are marked. `compared` are the fields that a
/// pair's weight is made of.
#[must_use]
pub fn header(output: Output, columns: &[Column], compared: &[String]) -> Vec<String> {
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    match output {
        Output::Clusters => own(&[&OF_RECORD[..], &["survivor", "stays"]].concat()),
        Output::Survivors => own(&OF_RECORD),
        Output::Pairs => {
            own(&OF_PAIR).into_iter().chain(headings(compared.iter().map(String::as_str))).collect()
        }
        Output::Cleaned => {
            let mut names = own(&OF_RECORD);
            for column in columns {
                let mut name = column.name.clone();
                while names.contains(&name) {
                    name.insert_str(0, "own_");
                }
                names.push(name);
            }
            names
        }
    }
}

/// A row of the table with what stands beside it.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The lists of the order.
    pub lists: &'a [List],
    /// What was decided.
    pub clustered: &'a Clustered,
    /// The customer's own keys.
    pub keys: &'a AllKeys,
    /// Records of each cluster, by the row that names it.
    pub sizes: &'a [u32],
}

impl Row<'_> {
    /// The list of a row and its number in it, from 1.
    fn place(&self, row: u32) -> (usize, u32) {
        let starts = &self.clustered.starts;
        let list = starts.partition_point(|start| *start <= row).saturating_sub(1);
        (list, row - starts.get(list).copied().unwrap_or(0) + 1)
    }

    fn list(&self, list: usize) -> &str {
        self.lists.get(list).map_or("", |list| list.name.as_str())
    }

    /// Writes a record's name: its list, and what it is known by there.
    fn name(&self, out: &mut Vec<u8>, row: u32) {
        let (list, number) = self.place(row);
        let known_by = self.clustered.account.lists.get(list).map(|list| list.known_by);
        out.extend_from_slice(self.list(list).as_bytes());
        out.push(b':');
        match known_by {
            Some(KnownBy::Key) => out.extend_from_slice(self.keys.key(row).as_bytes()),
            Some(KnownBy::Row) | None => count(out, number.into()),
        }
    }

    /// Writes list, row and key of a record.
    fn begin(&self, line: &mut Line<'_>, row: u32) {
        let (list, number) = self.place(row);
        line.text(self.list(list));
        line.count(number);
        line.text(self.keys.key(row));
    }
}

/// A line that is being written.
struct Line<'o> {
    out: &'o mut Vec<u8>,
    is_begun: bool,
}

impl<'o> Line<'o> {
    const fn new(out: &'o mut Vec<u8>) -> Self {
        Self { out, is_begun: false }
    }

    fn cell(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        if std::mem::replace(&mut self.is_begun, true) {
            self.out.push(b',');
        }
        field(self.out, write);
    }

    fn text(&mut self, text: &str) {
        self.cell(|out| out.extend_from_slice(text.as_bytes()));
    }

    fn count(&mut self, number: u32) {
        self.cell(|out| count(out, number.into()));
    }

    fn end(self) {
        self.out.extend_from_slice(b"\r\n");
    }
}

const fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

/// Writes a record; nothing if it does not stay and the output has only those that do. `own` are its own cells.
pub fn row<'c>(
    out: &mut Vec<u8>,
    of: Row<'_>,
    output: Output,
    row: u32,
    own: impl IntoIterator<Item = Cow<'c, str>>,
) {
    let survivor = of.clustered.survivors[row as usize];
    if survivor != row && output != Output::Clusters {
        return;
    }
    let cluster = of.clustered.clusters[row as usize];
    let mut line = Line::new(out);
    of.begin(&mut line, row);
    match of.clustered.names.get(&cluster) {
        Some(name) => line.text(name),
        None => line.cell(|out| of.name(out, cluster)),
    }
    line.count(of.sizes[cluster as usize]);
    if output == Output::Clusters {
        line.cell(|out| of.name(out, survivor));
        line.text(yes_or_no(survivor == row));
    }
    own.into_iter().for_each(|cell| line.text(&cell));
    line.end();
}

/// Writes a pair. `parts` are what its weight is made of.
pub fn pair(out: &mut Vec<u8>, of: Row<'_>, pair: &Pair, parts: impl Iterator<Item = f64>) {
    let Pair { a, b, weight, probability, linked } = *pair;
    let mut line = Line::new(out);
    of.begin(&mut line, a);
    of.begin(&mut line, b);
    let weight = Decimal::<FINE>::of(weight);
    line.cell(|out| weight.push(out));
    line.cell(|out| Decimal::<FINE>::of(probability).push(out));
    line.text(yes_or_no(linked));
    push_parts(line.out, weight, parts);
    line.end();
}
