//! The stages of each kind of order, and how its work is split into tasks.

use super::{Plan, Stage};

/// Records of a share, and shares at least and at most. A task looks through the keys of all records for those of its share,
/// so that more shares are more work; fewer would leave workers without any.
const RECORDS_PER_SHARE: u64 = 125_000;
const SHARES: std::ops::RangeInclusive<u64> = 4..=128;
/// Records from which on the columns are encoded apart; for fewer, tasks would cost more than they share.
const RECORDS_APART: u64 = 50_000;
/// The road an order takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Road {
    /// To a delivery.
    Extraction,
    /// To a size and a price.
    Count,
    /// Of a customer's register, back to its customer.
    Update {
        /// Its parts.
        parts: u32,
        /// Whether its rows have names, so that persons who are nearly meant can be counted.
        is_named: bool,
    },
    /// Of lists of so many parts and records, back to their customer.
    Deduplication {
        /// Parts of all lists.
        parts: u32,
        /// Columns that are compared.
        columns: u32,
        /// Records of all lists.
        records: u64,
        /// Whether its model is that of an earlier order, so that no pairs are looked at to learn from.
        has_model: bool,
    },
}

/// Plans an order over shards of the given sizes.
///
/// Neighbouring shards share a task until it holds `rows_per_task` rows, so that a
/// small snapshot is not all overhead; at least one task in all.
#[must_use]
pub fn plan(road: Road, has_register: bool, shard_rows: &[u64], rows_per_task: u64) -> Plan {
    let prepare = has_register.then_some(Stage::Prepare);
    let rest: &[Stage] = match road {
        Road::Extraction => &[Stage::Select, Stage::Allocate, Stage::Extract, Stage::Deliver],
        Road::Count => &[Stage::Select, Stage::Tally],
        Road::Update { is_named: true, .. } => {
            &[Stage::Match, Stage::Resolve, Stage::Approximate, Stage::Deliver]
        }
        Road::Update { is_named: false, .. } => &[Stage::Match, Stage::Resolve, Stage::Deliver],
        Road::Deduplication { has_model: true, .. } => {
            &[Stage::Identify, Stage::Encode, Stage::Train, Stage::Compare, Stage::Cluster, Stage::Deliver]
        }
        Road::Deduplication { has_model: false, .. } => &[
            Stage::Identify,
            Stage::Encode,
            Stage::Observe,
            Stage::Train,
            Stage::Compare,
            Stage::Cluster,
            Stage::Deliver,
        ],
    };
    let (parts, columns, records) = match road {
        Road::Update { parts, .. } => (parts, 1, 0),
        Road::Deduplication { parts, columns, records, .. } if records >= RECORDS_APART => {
            (parts, columns, records)
        }
        Road::Deduplication { parts, records, .. } => (parts, 1, records),
        Road::Extraction | Road::Count => (1, 1, 0),
    };
    let shares = (records / RECORDS_PER_SHARE).clamp(*SHARES.start(), *SHARES.end());
    let stages = prepare.into_iter().chain(rest.iter().copied()).collect();
    let shares = u32::try_from(shares).unwrap_or(1);
    Plan {
        stages,
        shard_bounds: shard_bounds(shard_rows, rows_per_task),
        parts,
        columns: columns.max(1),
        shares,
    }
}

fn shard_bounds(shard_rows: &[u64], rows_per_task: u64) -> Vec<u32> {
    let mut bounds = vec![0];
    let mut rows_in_task = 0;
    for (index, rows) in shard_rows.iter().enumerate() {
        if rows_in_task > 0 && rows_in_task + rows > rows_per_task {
            bounds.push(u32::try_from(index).unwrap_or(u32::MAX));
            rows_in_task = 0;
        }
        rows_in_task += rows;
    }
    bounds.push(u32::try_from(shard_rows.len()).unwrap_or(u32::MAX));
    bounds
}
