//! Who may nearly be meant by rows for which nobody was found: counted for the match report, never told of.
//!
//! | key | agrees |
//! |---|---|
//! | M5 | full name and postal code, of one person alone, whose surname few share there |
//! | M6 | two of surname, given names and date of birth, and the third nearly; or two of surname, given names and address, and the third nearly |
//!
//! Persons who may not be told of are left out as if they were not in the register, so the counts are the same whether they are there
//! or not. All rows of status 20 are looked at, for whatever reason they have it.
//!
//! A row is compared with persons who share the parts that must agree ([`blocks`]); what differs is compared as linkage
//! compares it ([`crate::engine::link::Likeness`]).

mod approximations;
mod batch;
mod blocks;
mod compare;
mod filter;
mod gates;
mod persons;
mod probe;
mod unmatched;

use super::Updating;
use crate::engine::{Dictionaries, EngineError, Tables};
pub use approximations::{Alike, Approximations};
pub use batch::Batch;
use compare::{Names, Pairs};
use gates::Gates;
use persons::PersonKeys;
use probe::Probe;
pub use unmatched::Unmatched;

/// Persons whose keys are made at a time.
const CHUNK: usize = 1_024;

/// The persons of a shard that rows of a batch may nearly mean.
///
/// # Errors
/// A dictionary cannot be read or a table is missing.
fn of_shard(
    updating: &Updating,
    batch: &Batch,
    (probe, gates): (&Probe<'_>, &Gates),
    (tables, texts): (&Tables<'_>, &dyn Dictionaries),
) -> Result<Approximations, EngineError> {
    let mut pairs = Pairs::new(updating, batch, Names::new(texts)?, tables);
    let mut keys = PersonKeys::new(updating, tables, gates)?;
    let mut found = Vec::new();
    for start in (0..tables.rows()).step_by(CHUNK) {
        let chunk = keys.of(start..(start + CHUNK).min(tables.rows()))?;
        for (key, tagged) in probe.likely(chunk) {
            for row in probe.rows(key) {
                found.extend(pairs.compare(row, tagged)?);
            }
        }
    }
    Ok(Approximations::of(found))
}
