//! Columns that repeat others: the same words again would count twice.

use super::fold::fold;
use super::kind::Kind;
use super::numbers::wide;
use super::table::{Column, Table};

/// Rows looked at.
const ROWS: usize = 2_000;

/// Marks columns as ignored that hold little but the words of other columns.
pub(crate) fn ignore_derived(table: &Table, kinds: &mut [Kind], rows: &[u32]) {
    let rows = rows.get(..ROWS).unwrap_or(rows);
    let is_worded = |kind: Kind| {
        matches!(
            kind,
            Kind::GivenName | Kind::Surname | Kind::FullName | Kind::Place | Kind::Street | Kind::Text
        )
    };
    for index in (0..kinds.len()).rev() {
        if !is_worded(kinds[index]) {
            continue;
        }
        let others: Vec<&Column> = (0..kinds.len())
            .filter(|other| *other != index && is_worded(kinds[*other]))
            .map(|other| &table.columns[other])
            .filter(|other| other.texts.count() > 20)
            .collect();
        if is_derived(&table.columns[index], &others, rows) {
            kinds[index] = Kind::Ignored;
        }
    }
}

/// Whether most rows have the words of the same two or more columns in this one, or of one and nothing else.
fn is_derived(column: &Column, others: &[&Column], rows: &[u32]) -> bool {
    let words = |column: &Column, row: u32| -> Vec<String> {
        let text = fold(column.texts.text(column.codes[wide(row)]));
        text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let mut parts: Vec<Vec<Option<usize>>> = Vec::new();
    let mut sizes = Vec::new();
    for row in rows {
        let whole = words(column, *row);
        if whole.is_empty() {
            continue;
        }
        let contained = |other: &&Column| {
            let part = words(other, *row);
            let is_part = !part.is_empty() && part.iter().all(|word| whole.contains(word));
            if part.is_empty() { None } else { Some(if is_part { part.len() } else { 0 }) }
        };
        parts.push(others.iter().map(contained).collect());
        sizes.push(whole.len());
    }
    let is_part = |other: &usize| {
        let known = parts.iter().filter_map(|row| row[*other]);
        let (known, found) =
            known.fold((0, 0), |(known, found), size| (known + 1, found + usize::from(size > 0)));
        known * 5 > parts.len() && found * 10 >= known * 7
    };
    let steady: Vec<usize> = (0..others.len()).filter(is_part).collect();
    let covered: usize =
        parts.iter().map(|row| steady.iter().filter_map(|part| row[*part]).sum::<usize>()).sum();
    let all: usize = sizes.iter().sum();
    match steady.len() {
        0 => false,
        1 => covered * 10 >= all * 9,
        _ => covered * 2 >= all,
    }
}
