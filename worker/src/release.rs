//! The last look before rows leave: deaths and prohibitions in the newest snapshot.
//!
//! Rows are dropped, never refilled. Which snapshot is looked at is decided once per order and
//! written down, so that a delivery that is interrupted and tried again drops the same rows.

use poimuri_shared::ids::SnapshotId;
use poimuri_shared::snapshot::reader::{Shard, Snapshot, SnapshotError};
use poimuri_shared::snapshot::tables::{NULL_I32, Persons, flag};

/// Which of the given persons may no longer be addressed: dead, protected on the reference date, under a
/// marketing prohibition, without an address, or not in the register any more. In the order of `ids`.
///
/// `reference_day` is in days since 1970-01-01.
///
/// # Errors
/// When the snapshot cannot be read.
pub fn dropped(newest: &Snapshot, ids: &[u64], reference_day: i32) -> Result<Vec<bool>, SnapshotError> {
    each_person(newest, ids, |persons, row| {
        let barred = persons.flags[row] & (flag::DEAD | flag::NO_MARKETING) != 0;
        is_protected(persons, row, reference_day) || barred || persons.flags[row] & flag::HAS_ADDRESS == 0
    })
}

/// Which of the given persons of an update may no longer be told of: protected on the reference date, under a
/// prohibition of updating that binds the holder, or not in the register any more. Codes of 0 are nobody.
///
/// # Errors
/// When the snapshot cannot be read.
pub fn barred(
    newest: &Snapshot,
    ids: &[u64],
    reference_day: i32,
    is_exempt: bool,
) -> Result<Vec<bool>, SnapshotError> {
    let mut verdicts = each_person(newest, ids, |persons, row| {
        let forbids = persons.flags[row] & flag::NO_REGISTER_UPDATE != 0;
        is_protected(persons, row, reference_day) || forbids && !is_exempt
    })?;
    verdicts.iter_mut().zip(ids).filter(|(_, id)| **id == 0).for_each(|(verdict, _)| *verdict = false);
    Ok(verdicts)
}

fn is_protected(persons: &Persons, row: usize, reference_day: i32) -> bool {
    let until = persons.security_until[row];
    until != NULL_I32 && until >= reference_day
}

/// A verdict on each person; on who is not in the register any more it is true.
fn each_person(
    newest: &Snapshot,
    ids: &[u64],
    verdict: impl Fn(&Persons, usize) -> bool,
) -> Result<Vec<bool>, SnapshotError> {
    let found = newest.identity()?.resolve(ids);
    let mut verdicts = vec![true; ids.len()];
    let mut by_position: Vec<(u32, usize)> =
        found.iter().enumerate().filter_map(|(index, position)| Some(((*position)?, index))).collect();
    by_position.sort_unstable();
    let mut rest = by_position.as_slice();
    for index in 0..newest.shard_count() {
        let shard = newest.shard(index)?;
        let within = rest.partition_point(|(position, _)| *position < shard.positions().end);
        let (here, later) = rest.split_at(within);
        judge(&shard, here, &verdict, &mut verdicts)?;
        rest = later;
    }
    Ok(verdicts)
}

fn judge(
    shard: &Shard,
    here: &[(u32, usize)],
    verdict: &impl Fn(&Persons, usize) -> bool,
    verdicts: &mut [bool],
) -> Result<(), SnapshotError> {
    if here.is_empty() {
        return Ok(());
    }
    let persons = shard.persons()?;
    for (position, index) in here {
        let row = usize::try_from(position - shard.positions().start).unwrap_or(usize::MAX);
        verdicts[*index] = verdict(persons, row);
    }
    Ok(())
}

/// The snapshot to look at: the newest if its date is later than the order's, else the order's own.
#[must_use]
pub fn choose<'a>(
    own: (&'a SnapshotId, jiff::civil::Date),
    newest: Option<(&'a SnapshotId, jiff::civil::Date)>,
) -> &'a SnapshotId {
    match newest {
        Some((id, date)) if date > own.1 => id,
        Some(_) | None => own.0,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn only_a_later_date_is_newer() {
        let (own, other): (SnapshotId, SnapshotId) = ("s-own".parse().unwrap(), "s-other".parse().unwrap());
        let day = date(2026, 11, 1);
        for (newest, expected) in [
            (None, &own),
            (Some((&other, date(2026, 11, 2))), &other),
            (Some((&other, day)), &own),
            (Some((&other, date(2026, 10, 31))), &own),
        ] {
            assert_eq!(choose((&own, day), newest), expected);
        }
    }
}
