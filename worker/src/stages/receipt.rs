//! The receipt: what an order came to, put together from its partials.

use jiff::civil::Date;
use poimuri_shared::ids::SnapshotId;
use poimuri_shared::partial::{Account, Allocation};
use poimuri_shared::policy::Policy;
use poimuri_shared::price::Price;
use poimuri_shared::receipt::{DeduplicationAccount, GroupAccount, Receipt, Step, UpdateAccount};

use super::StageError;
use crate::opened::OpenedOrder;

/// What the last stage brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Brought {
    /// The snapshot deaths and prohibitions were checked against at release.
    pub(super) release_snapshot: SnapshotId,
    /// Rows dropped by that.
    pub(super) dropped: u64,
    /// Rows delivered.
    pub(super) delivered: u64,
    /// SHA-256 of the delivered rows as CSV without header.
    pub(super) digest: String,
    /// Files of the delivery.
    pub(super) parts: u32,
}

/// Puts the receipt together. A count has no allocation: nothing is drawn.
///
/// # Errors
/// If the price is beyond any bill.
pub(super) fn of(
    opened: &OpenedOrder,
    account: &Account,
    allocation: Option<&Allocation>,
    brought: Brought,
) -> Result<Receipt, StageError> {
    let (dropped, delivered) = (brought.dropped, brought.delivered);
    let mut funnel: Vec<Step> =
        account.steps().into_iter().map(|(step, count)| Step::new(step, count)).collect();
    let groups = allocation.map(groups_of).unwrap_or_default();
    if allocation.is_some() {
        funnel.push(Step::new("sampled", groups.iter().map(|group| group.drawn).sum()));
        funnel.push(Step::new("dropped-at-release", dropped));
        funnel.push(Step::new("delivered", delivered));
    }
    let units = if allocation.is_some() { delivered } else { account.kept };
    assemble(opened, funnel, groups, price(opened, units)?, brought)
}

/// Puts the receipt of an update together: its funnel is the rows by status.
///
/// # Errors
/// If the price is beyond any bill.
pub(super) fn of_update(
    opened: &OpenedOrder,
    account: UpdateAccount,
    brought: Brought,
) -> Result<Receipt, StageError> {
    let by_status = account.statuses.iter();
    let by_status = by_status.map(|(status, rows)| Step::new(format!("status:{status}"), *rows));
    let mut funnel = vec![Step::new("rows", account.rows)];
    funnel.extend(by_status);
    funnel.extend([Step::new("persons", account.persons), Step::new("delivered", brought.delivered)]);
    let price = price(opened, account.charged())?;
    Ok(Receipt { update: Some(account), ..assemble(opened, funnel, Vec::new(), price, brought)? })
}

/// Puts the receipt of a de-duplication together: its funnel is the records, those that are there once more, those
/// that stay.
///
/// # Errors
/// If the price is beyond any bill.
pub(super) fn of_lists(
    opened: &OpenedOrder,
    account: DeduplicationAccount,
    brought: Brought,
) -> Result<Receipt, StageError> {
    let (records, clusters) = (account.records, account.clusters);
    let funnel = vec![
        Step::new("records", records),
        Step::new("duplicates", records.saturating_sub(clusters)),
        Step::new("clusters", clusters),
        Step::new("delivered", brought.delivered),
    ];
    let price = opened.environment().prices.own_records(records, day(opened))?;
    Ok(Receipt { deduplication: Some(account), ..assemble(opened, funnel, Vec::new(), price, brought)? })
}

fn assemble(
    opened: &OpenedOrder,
    funnel: Vec<Step>,
    groups: Vec<GroupAccount>,
    price: Price,
    brought: Brought,
) -> Result<Receipt, StageError> {
    let Brought { release_snapshot, dropped: _, delivered, digest, parts } = brought;
    let accepted = &opened.accepted;
    let order = &accepted.order;
    let finished = opened.environment().clock.now();
    Ok(Receipt {
        order: accepted.id.clone(),
        kind: order.kind,
        customer: order.customer.clone(),
        permit: order.permit.clone(),
        purpose: order.purpose,
        recipient: order.delivery.as_ref().map(|delivery| delivery.recipient.clone()),
        snapshot: accepted.snapshot.clone(),
        release_snapshot,
        reference_date: accepted.reference_date,
        seed: accepted.seed.clone(),
        seed_set_by_operator: accepted.seed_set_by_operator,
        funnel,
        groups,
        register: opened.register()?.map(|prepared| prepared.used.clone()),
        update: None,
        deduplication: None,
        delivered,
        digest,
        parts,
        started: accepted.accepted_at,
        finished,
        price,
        policy_version: Policy::VERSION,
    })
}

/// What each group came to. Every draw is a row.
#[must_use]
pub(super) fn groups_of(allocation: &Allocation) -> Vec<GroupAccount> {
    let account = |group: &poimuri_shared::partial::GroupAllocation| GroupAccount {
        name: group.name.clone(),
        eligible: group.eligible,
        allocated: group.allocated,
        drawn: group.allocated,
    };
    allocation.groups.iter().map(account).collect()
}

/// The price on the day the order was accepted: a run that is interrupted costs the same.
fn price(opened: &OpenedOrder, units: u64) -> Result<Price, StageError> {
    Ok(opened.environment().prices.price(units, day(opened))?)
}

fn day(opened: &OpenedOrder) -> Date {
    poimuri_shared::clock::helsinki_date(opened.accepted.accepted_at)
}
