//! The engine: criteria, exclusions, de-duplication, sampling and rows, as pure computation.
//!
//! ```text
//! Compiled ──► select_shard × shards ──► allocate ──► extract_shard × shards
//! Updating ──► parts × shards: see [`update`]
//! lists    ──► records ──► clusters: see [`lists`] and [`link`]
//! ```
//!
//! Knows no async, file, clock, setting or thread count; randomness comes from the order's seed
//! alone. What it returns depends on the order, the snapshot and the register, and on nothing else;
//! the number of shards changes how the answer is cut, not what it is.

mod bits;
mod compiled;
mod days;
mod dedup;
mod error;
mod exclude;
pub mod link;
pub mod lists;
mod render;
mod sample;
mod select;
mod tables;
#[cfg(test)]
mod testing;
pub mod update;

use poimuri_shared::order::extraction::RegisterUse;
use poimuri_shared::partial::{Account, Allocation, MergeError, RowSet, ShardRows, ShardSelection, total};

pub use compiled::Compiled;
pub use days::day_of;
pub use error::EngineError;
pub(crate) use render::CellReader;
pub use render::header;
pub use select::{Codes, Place, Read};
pub use tables::{Dictionaries, Needs, Tables};

/// Selects the eligible rows of a shard. `register` holds positions of the whole snapshot.
///
/// # Errors
/// A table or the register is missing, or the register belongs to another snapshot.
pub fn select_shard(
    order: &Compiled,
    tables: &Tables<'_>,
    register: Option<&RowSet>,
) -> Result<ShardSelection, EngineError> {
    let persons = tables.persons;
    let mut account = Account { read: tables.rows() as u64, ..Account::default() };
    let mut mask = bits::full(tables.rows());
    select::narrow(&order.criteria, tables, &mut mask)?;
    account.matched = bits::count(&mask);
    account.excluded = exclude::exclude(persons, order.limits, &mut mask);
    account.register = apply_register(order.register, register, tables, &mut mask)?;
    if let Some(households) = &order.households {
        account.household = households.reduce(persons, tables.dwellings()?, &mut mask);
    }
    let groups = group(order, tables, &mut mask)?;
    account.no_group = if order.groups.is_empty() { 0 } else { bits::count(&mask) };
    let groups: Result<Vec<RowSet>, _> =
        groups.into_iter().map(|rows| RowSet::from_words(account.read, rows)).collect();
    let groups = groups.ok().ok_or(EngineError::Mismatch(tables.shard))?;
    account.kept = groups.iter().map(RowSet::count).sum();
    Ok(ShardSelection { shard: tables.shard, account, groups })
}

/// The selection of a shard that [`Compiled::may_match`] rules out: its rows were read, none matched.
///
/// # Errors
/// If it cannot be one.
pub fn select_nobody(order: &Compiled, shard: u32, rows: u64) -> Result<ShardSelection, EngineError> {
    let groups = order.groups.len().max(1);
    let nobody = RowSet::of(rows, []).ok().ok_or(EngineError::Mismatch(shard))?;
    let account = Account { read: rows, ..Account::default() };
    Ok(ShardSelection { shard, account, groups: vec![nobody; groups] })
}

/// Narrows a mask by the customer's own register; how many rows it took.
fn apply_register(
    register_use: Option<RegisterUse>,
    register: Option<&RowSet>,
    tables: &Tables<'_>,
    mask: &mut [u64],
) -> Result<u64, EngineError> {
    let Some(register_use) = register_use else { return Ok(0) };
    let register = register.ok_or(EngineError::RegisterAbsent)?;
    let end = tables.first_position + tables.rows() as u64;
    if register.bound() < end {
        return Err(EngineError::ForeignRegister);
    }
    let opposite = match register_use {
        RegisterUse::Intersect => 0,
        RegisterUse::Subtract => u64::MAX,
    };
    let before = bits::count(mask);
    for (word, position) in mask.iter_mut().zip((tables.first_position..end).step_by(64)) {
        *word &= register.word_at(position) ^ opposite;
    }
    Ok(before - bits::count(mask))
}

/// The rows of each group, each in the first it matches; the mask keeps those in none.
fn group(order: &Compiled, tables: &Tables<'_>, mask: &mut [u64]) -> Result<Vec<Vec<u64>>, EngineError> {
    if order.groups.is_empty() {
        return Ok(vec![mask.to_vec()]);
    }
    let mut groups = Vec::with_capacity(order.groups.len());
    for criteria in &order.groups {
        let mut members = mask.to_vec();
        select::narrow(criteria, tables, &mut members)?;
        mask.iter_mut().zip(&members).for_each(|(left, members)| *left &= !members);
        groups.push(members);
    }
    Ok(groups)
}

/// The account of all shards together.
///
/// # Errors
/// Rows of a shard are unaccounted for.
pub fn tally(selections: &[ShardSelection]) -> Result<Account, EngineError> {
    Ok(total(selections)?)
}

/// Splits the sample over groups and shards. `selections` are those of all shards, in their order.
///
/// # Errors
/// A shard is missing, a shortage where the order wants to fail, or weights that contradict each other.
pub fn allocate(order: &Compiled, selections: &[ShardSelection]) -> Result<Allocation, EngineError> {
    for (expected, selection) in (0_u32..).zip(selections) {
        if selection.shard != expected {
            return Err(MergeError::Missing(expected).into());
        }
    }
    total(selections)?;
    let counts = |selection: &ShardSelection| selection.groups.iter().map(RowSet::count).collect();
    let eligible: Vec<Vec<u64>> = selections.iter().map(counts).collect();
    sample::allocate(&order.sample, &order.seed, &eligible)
}

/// Draws and renders the rows of a shard.
///
/// # Errors
/// Partials of another order or snapshot, or a missing table.
pub fn extract_shard(
    order: &Compiled,
    tables: &Tables<'_>,
    selection: &ShardSelection,
    allocation: &Allocation,
) -> Result<ShardRows, EngineError> {
    let mismatch = || EngineError::Mismatch(tables.shard);
    let fits = selection.shard == tables.shard
        && selection.groups.len() == allocation.groups.len()
        && selection.groups.iter().all(|group| group.bound() == tables.rows() as u64);
    if !fits {
        return Err(mismatch());
    }
    let shard = usize::try_from(tables.shard).ok().ok_or_else(mismatch)?;
    let mut mask = bits::empty(tables.rows());
    let mut drawn = Vec::with_capacity(allocation.groups.len());
    for (group, eligible) in allocation.groups.iter().zip(&selection.groups) {
        drawn.push(sample::draw_in_shard(group, shard, eligible.words(), &mut mask)?);
    }
    let mut rows = Vec::new();
    bits::for_each(&mask, |row| rows.extend(u32::try_from(row)));
    let lines = order.renderer.render(tables, &rows)?;
    let ids = rows.iter().map(|row| tables.persons.id[*row as usize]).collect();
    Ok(ShardRows { shard: tables.shard, drawn, ids, lengths: lines.lengths, csv: lines.csv })
}
