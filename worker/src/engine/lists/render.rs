//! Rows of the result as CSV.

use std::borrow::Cow;

use poimuri_shared::customer_register::lists::Column;
use poimuri_shared::order::deduplication::{List, Output};
use poimuri_shared::receipt::KnownBy;

use super::clustered::Clustered;
use crate::engine::link::Pair;
use crate::engine::render::csv::field;

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

/// The columns of a result. Own columns that would have the name of another are marked.
#[must_use]
pub fn header(output: Output, columns: &[Column]) -> Vec<String> {
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    match output {
        Output::Clusters => own(&[&OF_RECORD[..], &["survivor", "stays"]].concat()),
        Output::Survivors => own(&OF_RECORD),
        Output::Pairs => own(&OF_PAIR),
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

    /// A record's name: its list, and what it is known by there.
    fn name(&self, row: u32) -> String {
        let (list, number) = self.place(row);
        let known_by = self.clustered.account.lists.get(list).map(|list| list.known_by);
        match known_by {
            Some(KnownBy::Key) => format!("{}:{}", self.list(list), self.clustered.keys[row as usize]),
            Some(KnownBy::Row) | None => format!("{}:{number}", self.list(list)),
        }
    }

    /// List, row and key of a record.
    fn begin(&self, row: u32) -> [String; 3] {
        let (list, number) = self.place(row);
        [self.list(list).to_owned(), number.to_string(), self.clustered.keys[row as usize].clone()]
    }
}

fn line<'c>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = Cow<'c, str>>) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        field(out, |out| out.extend_from_slice(cell.as_bytes()));
    }
    out.extend_from_slice(b"\r\n");
}

/// Writes a record; nothing if it does not stay and the output has only those that do. `own` are its own cells.
pub fn row(out: &mut Vec<u8>, of: Row<'_>, output: Output, row: u32, own: &[String]) {
    let survivor = of.clustered.survivors[row as usize];
    if survivor != row && output != Output::Clusters {
        return;
    }
    let cluster = of.clustered.clusters[row as usize];
    let size = of.sizes[cluster as usize].to_string();
    let mut cells = Vec::from(of.begin(row));
    cells.extend([of.name(cluster), size]);
    if output == Output::Clusters {
        let stays = if survivor == row { "yes" } else { "no" };
        cells.extend([of.name(survivor), stays.to_owned()]);
    }
    line(out, cells.into_iter().map(Cow::Owned).chain(own.iter().map(|cell| Cow::Borrowed(cell.as_str()))));
}

/// Writes a pair.
pub fn pair(out: &mut Vec<u8>, of: Row<'_>, pair: &Pair) {
    let Pair { a, b, weight, probability, linked } = *pair;
    let linked = if linked { "yes" } else { "no" };
    let end = [format!("{weight:.6}"), format!("{probability:.6}"), linked.to_owned()];
    line(out, of.begin(a).into_iter().chain(of.begin(b)).chain(end).map(Cow::Owned));
}
