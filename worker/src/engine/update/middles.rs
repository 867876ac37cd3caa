//! The middles of rows without items, each made once.

use super::decide::{FoundBy, Verdict};
use super::facts::Facts;
use super::render::{found, unfound};

/// What stands between the key and the customer's own cells: of what rows without items have, each made once.
pub(super) struct Middles {
    columns: usize,
    /// What was asked for before, the last first: next to all rows have one of few.
    known: Vec<(Bare, Vec<u8>)>,
}

/// A found person of whom no item is told, or why nobody was found.
type Bare = Result<(FoundBy, Facts), Verdict>;

/// Middles remembered at most.
const KNOWN: usize = 8;

impl Middles {
    pub(super) const fn new(columns: usize) -> Self {
        Self { columns, known: Vec::new() }
    }

    /// The middle of a row without items.
    pub(super) fn of(&mut self, bare: Bare) -> &[u8] {
        let at = self.known.iter().position(|(of, _)| *of == bare).unwrap_or_else(|| {
            let mut middle = Vec::new();
            match bare {
                Ok((by, facts)) => found(facts, by, &[], self.columns, &mut middle),
                Err(verdict) => unfound(verdict, self.columns, &mut middle),
            }
            self.known.truncate(KNOWN - 1);
            self.known.insert(0, (bare, middle));
            0
        });
        &self.known[at].1
    }
}
