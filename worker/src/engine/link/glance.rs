//! Columns as they look at a first glance: what each holds, and which only repeat others, whose words would count twice.

use serde::{Deserialize, Serialize};

use super::fold::fold;
use super::kind::{self, Kind};
use super::numbers::{narrow, wide};
use super::running::is_running;
use super::table::Column;

/// Rows that kinds are guessed from, at most about so many.
const GUESSED_ROWS: usize = 5_000;
/// Rows whose words are compared.
const WORDED_ROWS: usize = 2_000;
/// Texts of a column that tells records apart, at least, the empty one included.
const VARIED: usize = 3;
/// Texts of a column that may be a part of others, at least.
const TEXTS_LEAST: usize = 20;

/// What a column looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Glance {
    kind: Kind,
    /// Different texts, the empty one included, as far as they are few.
    texts: usize,
    /// Of a column of words, the folded text of some rows.
    words: Vec<String>,
}

/// The rows to glance at, of all in the order of digests.
pub(crate) fn glanced(origin: &[u32]) -> Vec<u32> {
    let step = origin.len().div_ceil(GUESSED_ROWS).max(1);
    origin.iter().step_by(step).copied().collect()
}

impl Glance {
    /// Glances at some rows of a column; `starts` are the first rows of the lists.
    pub(crate) fn new(column: &Column, rows: &[u32], starts: &[u32]) -> Self {
        let text = |row: &u32| column.texts.text(column.codes[wide(*row)]);
        let mut seen: Vec<&str> = rows.iter().map(text).collect();
        let folded = |texts: &[&str]| texts.iter().map(|text| fold(text)).collect();
        let words: Vec<String> = folded(seen.get(..WORDED_ROWS).unwrap_or(&seen));
        seen.sort_unstable();
        let known = seen.chunk_by(|a, b| a == b).filter(|same| !same[0].is_empty());
        let known = known.map(|same| (same[0], narrow(same.len())));
        let texts = column.texts.different(TEXTS_LEAST);
        let kind = if texts < VARIED { Kind::Ignored } else { kind::guess(&column.name, known) };
        let may_run = matches!(kind, Kind::Identifier | Kind::Number) && !kind::is_named(&column.name);
        let kind = if may_run && is_running(column, &seen, starts) { Kind::Ignored } else { kind };
        Self { kind, texts, words: if is_worded(kind) { words } else { Vec::new() } }
    }

    /// Whether there are two values at least: one tells nobody apart.
    pub(crate) const fn is_varied(&self) -> bool {
        self.texts >= VARIED
    }

    /// What the column holds if nobody says otherwise, other columns left aside.
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// What columns of the same table hold; those that hold little but the words of others are ignored.
    pub(crate) fn kinds<'g>(glances: impl IntoIterator<Item = &'g Self>) -> Vec<Kind> {
        let glances: Vec<&Self> = glances.into_iter().collect();
        let mut kinds: Vec<Kind> = glances.iter().map(|glance| glance.kind).collect();
        for index in (0..kinds.len()).rev().filter(|index| is_worded(glances[*index].kind)) {
            let others = (0..kinds.len())
                .filter(|other| *other != index && is_worded(kinds[*other]))
                .map(|other| glances[other])
                .filter(|other| other.texts > TEXTS_LEAST);
            let others: Vec<Vec<Vec<&str>>> = others.map(|other| other.words()).collect();
            if is_derived(&glances[index].words(), &others) {
                kinds[index] = Kind::Ignored;
            }
        }
        kinds
    }

    /// Row by row, the words.
    fn words(&self) -> Vec<Vec<&str>> {
        self.words.iter().map(|text| text.split(' ').filter(|word| !word.is_empty()).collect()).collect()
    }
}

const fn is_worded(kind: Kind) -> bool {
    matches!(kind, Kind::GivenName | Kind::Surname | Kind::FullName | Kind::Place | Kind::Street | Kind::Text)
}

/// Whether most rows have the words of the same two or more columns in this one, or of one and nothing else.
fn is_derived(column: &[Vec<&str>], others: &[Vec<Vec<&str>>]) -> bool {
    let mut parts: Vec<Vec<Option<usize>>> = Vec::new();
    let mut sizes = Vec::new();
    for (row, whole) in column.iter().enumerate().filter(|(_, whole)| !whole.is_empty()) {
        let contained = |other: &Vec<Vec<&str>>| {
            let part = &other[row];
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
