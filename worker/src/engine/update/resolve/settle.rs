//! What becomes of rows as far as everybody in brief tells.

use super::{Open, Outcome, Resolving, Told, Verdict, decide};
use crate::engine::update::decide::FoundBy;
use crate::engine::update::in_brief::Brief;

/// Rows whose persons are read in brief at once: many cache misses are then on their way at once.
const LOADED_ROWS: usize = 128;

impl Resolving<'_> {
    /// Decides on the rows of a chunk as far as briefs tell; hands back the others, with a verdict of whom they may stand for.
    pub(super) fn decide_in_brief(&self, first: u32, outcomes: &mut [Outcome]) -> Vec<Open> {
        let (mut open, mut briefs) = (Vec::new(), [Brief::default(); LOADED_ROWS]);
        let mut walk = self.matched.candidates.walk(first);
        for (first, outcomes) in (first..).step_by(LOADED_ROWS).zip(outcomes.chunks_mut(LOADED_ROWS)) {
            for (index, outcome) in (first..).zip(&mut *outcomes) {
                *outcome = Err(match self.matched.positions[index as usize] {
                    Some(position) => Verdict::Found { position, by: FoundBy::Code, names: None },
                    None => {
                        let row = &self.rows.row(index as usize);
                        let [by_birth, by_address] = walk.of_row(index);
                        decide(row, self.updating.keys_of(row), None, by_birth, by_address)
                    }
                });
            }
            if let Some(all) = self.matched.briefs {
                for (brief, outcome) in briefs.iter_mut().zip(&*outcomes) {
                    *brief = found(outcome).map(|position| all.at(position)).unwrap_or_default();
                }
            }
            for ((index, outcome), brief) in (first..).zip(outcomes).zip(&briefs) {
                let Some(position) = found(outcome) else { continue };
                let in_brief = self.matched.briefs.and_then(|_| self.in_brief(index, outcome, *brief));
                match in_brief {
                    Some(decided) => *outcome = decided,
                    None => open.push(Open { row: index, position }),
                }
            }
        }
        open
    }

    /// What becomes of a row with a verdict of whom it may stand for, if the brief tells.
    fn in_brief(&self, index: u32, outcome: &Outcome, brief: Brief) -> Option<Outcome> {
        let Err(Verdict::Found { position, by, names }) = *outcome else { return None };
        let row = &self.rows.row(index as usize);
        if names.is_none() {
            if self.updating.is_barred_by(brief.marks())? {
                return Some(Err(Verdict::NotFound));
            }
            // What the row says besides its code is compared with the person, as is whoever had the code before.
            if row.names.is_some() || row.birth_is_given() || brief.id() != row.code {
                return None;
            }
        }
        let line = self.matched.own.address(index);
        let facts = self.updating.facts_in_brief(brief, (row, line), (by, names))?;
        Some(Ok(Told::new(by, facts, position, brief.id())))
    }
}

/// Whom a row may stand for, before anybody was looked at.
const fn found(outcome: &Outcome) -> Option<u32> {
    match outcome {
        Err(Verdict::Found { position, .. }) => Some(*position),
        _ => None,
    }
}
