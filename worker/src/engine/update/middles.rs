//! The middles of rows without items, each made once.

use super::decide::{FoundBy, Verdict};
use super::facts::Facts;
use super::recent::Recent;
use super::render::{found, unfound};

/// What stands between the key and the customer's own cells: of what rows without items have, each made once.
pub(super) struct Middles {
    columns: usize,
    found: Recent<u32, Vec<u8>>,
    unfound: Recent<Verdict, Vec<u8>>,
}

impl Middles {
    pub(super) const fn new(columns: usize) -> Self {
        Self { columns, found: Recent::new(), unfound: Recent::new() }
    }

    /// The middle of the row of a person of whom no item is told.
    pub(super) fn of_found(&mut self, facts: Facts, by: FoundBy) -> &[u8] {
        self.found.get_or_make(facts.with(by), || {
            let mut middle = Vec::new();
            found(facts, by, &[], self.columns, &mut middle);
            middle
        })
    }

    /// The middle of the row of nobody.
    pub(super) fn of_nobody(&mut self, verdict: Verdict) -> &[u8] {
        self.unfound.get_or_make(verdict, || {
            let mut middle = Vec::new();
            unfound(verdict, self.columns, &mut middle);
            middle
        })
    }
}
