//! The middles of rows without items, each made once.

use super::decide::{FoundBy, Verdict};
use super::facts::Facts;
use super::recent::Recent;
use super::render::{found, unfound};

/// What stands between the key and the customer's own cells: of what rows without items have, each made once.
pub(super) struct Middles {
    columns: usize,
    known: Recent<Bare, Vec<u8>>,
}

/// A found person of whom no item is told, or why nobody was found.
type Bare = Result<(FoundBy, Facts), Verdict>;

impl Middles {
    pub(super) const fn new(columns: usize) -> Self {
        Self { columns, known: Recent::new() }
    }

    /// The middle of a row without items.
    pub(super) fn of(&mut self, bare: Bare) -> &[u8] {
        self.known.get_or_make(bare, || {
            let mut middle = Vec::new();
            match bare {
                Ok((by, facts)) => found(facts, by, &[], self.columns, &mut middle),
                Err(verdict) => unfound(verdict, self.columns, &mut middle),
            }
            middle
        })
    }
}
