//! Judged pairs of an order: rows found by list and key, or by list and number.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use poimuri_shared::customer_register::reviews::{ReviewColumns, SideColumns};
use poimuri_shared::order::deduplication::{Across, List};
use poimuri_shared::receipt::KnownBy;

use super::identify::Identified;
use super::keys::AllKeys;
use super::records::RecordsError;
use crate::engine::link::{Judged, Judging};

/// Judged pairs as they are written.
#[derive(Debug)]
pub struct Reviews {
    columns: ReviewColumns,
    rows: Vec<Review>,
}

/// One of them.
#[derive(Debug)]
struct Review {
    sides: [Side; 2],
    word: String,
    line: u64,
}

/// What tells a record.
#[derive(Debug)]
struct Side {
    list: String,
    key: String,
    row: String,
}

/// What was judged of the records of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviewed {
    /// Pairs of rows.
    pub judged: Judged,
    /// Judgements of records that are not there, and of pairs that are not compared.
    pub set_aside: u64,
}

impl Reviews {
    /// None yet.
    #[must_use]
    pub const fn new(columns: ReviewColumns) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Takes a row; one without a judgement is passed over.
    pub fn add<'c>(&mut self, cell: impl Fn(usize) -> Cow<'c, str>, line: u64) {
        let word = cell(self.columns.same).trim().to_owned();
        if word.is_empty() {
            return;
        }
        let text = |at: Option<usize>| at.map_or_else(String::new, |at| cell(at).trim().to_owned());
        let side = |SideColumns { list, key, row }: SideColumns| Side {
            list: text(Some(list)),
            key: text(key),
            row: text(row),
        };
        self.rows.push(Review { sides: self.columns.sides.map(side), word, line });
    }

    /// Finds the records. `keys` gives the keys of a list.
    ///
    /// # Errors
    /// A judgement that says nothing or contradicts another, with its line; what `keys` fails with.
    pub fn find<E: From<RecordsError>>(
        &self,
        identified: &Identified,
        lists: &[List],
        across: Across,
        keys: impl Fn(usize) -> Result<AllKeys, E>,
    ) -> Result<Reviewed, E> {
        let list_of = |side: &Side| lists.iter().position(|list| list.name.as_str() == side.list);
        let mut wanted: BTreeMap<usize, HashMap<&str, u32>> = BTreeMap::new();
        for side in self.rows.iter().flat_map(|review| &review.sides) {
            if let Some(list) = list_of(side).filter(|list| identified.known_by[*list] == KnownBy::Key) {
                wanted.entry(list).or_default().insert(side.key.as_str(), u32::MAX);
            }
        }
        for (list, wanted) in &mut wanted {
            let keys = keys(*list)?;
            for row in 0..keys.rows() {
                if let Some(found) = wanted.get_mut(keys.key(row).trim()) {
                    *found = identified.starts[*list] + row;
                }
            }
        }
        let row_of = |side: &Side| {
            let list = list_of(side)?;
            let row = match identified.known_by[list] {
                KnownBy::Key => *wanted.get(&list)?.get(side.key.as_str())?,
                KnownBy::Row => {
                    let number = side.row.parse::<u32>().ok()?.checked_sub(1)?;
                    identified.starts[list].checked_add(number)?
                }
            };
            ((row as usize) < identified.origin.len() && identified.place(row).0 == list)
                .then_some((row, list))
        };
        let mut judging = Judging::default();
        for Review { sides: [a, b], word, line } in &self.rows {
            let pair = row_of(a).zip(row_of(b)).filter(|((a, list_a), (b, list_b))| {
                a != b && (across == Across::Both || (list_a == list_b) == (across == Across::Within))
            });
            let pair = pair.map(|((a, _), (b, _))| (a.min(b), a.max(b)));
            judging.add(pair, word, *line).map_err(|reason| RecordsError::Review { line: *line, reason })?;
        }
        let (judged, set_aside) = judging.finish();
        Ok(Reviewed { judged, set_aside })
    }
}
