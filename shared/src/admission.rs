//! Whether an order may be carried out: its permit, its recipient and the policy. Pure.
//!
//! The scheduler asks when an order is handed in and when it starts, the worker before a delivery
//! is released; each brings what it looked up.

use jiff::civil::Date;

use crate::order::criteria::Criteria;
use crate::order::extraction::{Purpose, Quota};
use crate::order::{Kind, Order};
use crate::permit::{Moment, Permit, PermitError};
use crate::policy::{Identifying, Policy, check_identifying};
use crate::receipt::GroupAccount;
use crate::recipient::Recipient;

/// What was looked up for an order.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'e> {
    /// The permit the order names, if it is known.
    pub permit: Option<&'e Permit>,
    /// The recipient the order names, if it is registered.
    pub recipient: Option<&'e Recipient>,
    /// The date of the snapshot the order runs on.
    pub snapshot_date: Date,
    /// The rules.
    pub policy: &'e Policy,
    /// The civil date in Finland.
    pub today: Date,
}

/// An order that may be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The date ages and prohibitions are judged on.
    pub reference_date: Date,
}

/// A reason against an order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such permit.
    #[error("permit: the permit is not known")]
    PermitUnknown,
    /// The order goes beyond its permit.
    #[error("permit: {0}")]
    Permit(PermitError),
    /// No such recipient.
    #[error("delivery.recipient: the recipient is not registered")]
    RecipientUnknown,
    /// Addresses of an extraction never go to the customer.
    #[error("delivery.recipient: the recipient of an extraction must be a third party, not the customer")]
    RecipientIsCustomer,
    /// What is made of a customer's register goes back to the customer.
    #[error("delivery.recipient: {} goes back to the customer alone", a_kind(*.0))]
    RecipientIsNotCustomer(Kind),
    /// Extractions are not for this.
    #[error("purpose: an extraction is for marketing or research, not for updating a register")]
    Purpose,
    /// Updates are for nothing else.
    #[error("purpose: an update is for updating a register alone")]
    PurposeOfUpdate,
    /// Too few different persons.
    #[error("register: an update must find at least {0} different persons")]
    TooFewPersons(u64),
    /// Too few of the rows.
    #[error("register: at least half of the rows must stand for persons that are found")]
    TooFewFound,
    /// Too few new members at once.
    #[error(
        "register: a customer must bring at least {0} persons at once who are no members yet (policy.repeat_persons): \
         of fewer it would be a question about those few; bring more, or let an operator bring them"
    )]
    TooFewBrought(u64),
    /// Single persons could be picked out.
    #[error("criteria: {0}")]
    Identifying(Identifying),
    /// Prohibitions would lapse, children come of age.
    #[error("reference_date: must be within {days} days of the date of the snapshot, {snapshot_date}")]
    ReferenceDate {
        /// Days allowed.
        days: u32,
        /// The snapshot's date.
        snapshot_date: Date,
    },
    /// Too few rows.
    #[error("sample.size: a delivery must have at least {0} rows")]
    TooFew(u64),
    /// Too few rows of a group.
    #[error("sample.group[{index}]: a group must have at least {least} rows")]
    GroupTooSmall {
        /// The group's place in the order.
        index: usize,
        /// Rows it must have.
        least: u64,
    },
}

impl Refusal {
    /// A short name of the reason, for logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PermitUnknown => "permit-unknown",
            Self::Permit(_) => "permit",
            Self::RecipientUnknown => "recipient-unknown",
            Self::RecipientIsCustomer => "recipient-is-customer",
            Self::RecipientIsNotCustomer(_) => "recipient-is-not-customer",
            Self::Purpose | Self::PurposeOfUpdate => "purpose",
            Self::TooFewPersons(_) => "too-few-persons",
            Self::TooFewFound => "too-few-found",
            Self::TooFewBrought(_) => "too-few-brought",
            Self::Identifying(_) => "identifying",
            Self::ReferenceDate { .. } => "reference-date",
            Self::TooFew(_) => "too-few-rows",
            Self::GroupTooSmall { .. } => "group-too-small",
        }
    }
}

/// Decides on an order.
///
/// # Errors
/// Every reason against it.
pub fn check(order: &Order, evidence: &Evidence<'_>, moment: Moment) -> Result<Admitted, Vec<Refusal>> {
    let mut refusals = Vec::new();
    if order.kind == Kind::Extraction && order.purpose == Some(Purpose::RegisterUpdate) {
        refusals.push(Refusal::Purpose);
    }
    if order.kind == Kind::Update && order.purpose != Some(Purpose::RegisterUpdate) {
        refusals.push(Refusal::PurposeOfUpdate);
    }
    match (evidence.permit, &order.permit) {
        (Some(permit), Some(id)) if permit.id == *id => {
            let errors = permit.check(order, evidence.today, moment);
            refusals.extend(errors.into_iter().map(Refusal::Permit));
        }
        (None, None) if order.kind == Kind::Count => {}
        _ => refusals.push(Refusal::PermitUnknown),
    }
    refusals.extend(recipient(order, evidence.recipient));
    let reference_date = order.reference_date.unwrap_or(evidence.snapshot_date);
    refusals.extend(date(reference_date, evidence));
    refusals.extend(identifying(order));
    refusals.extend(sizes(order, evidence.policy));
    if refusals.is_empty() { Ok(Admitted { reference_date }) } else { Err(refusals) }
}

/// The guards on what an extraction came to. A group nobody was drawn from tells of nobody.
#[must_use]
pub fn check_result(delivered: u64, groups: &[GroupAccount], policy: &Policy) -> Vec<Refusal> {
    let too_few = (delivered < policy.minimum_result).then_some(Refusal::TooFew(policy.minimum_result));
    let least = policy.minimum_group;
    let small = groups.iter().enumerate().filter(|(_, group)| (1..least).contains(&group.drawn));
    let small = small.map(|(index, _)| Refusal::GroupTooSmall { index, least });
    too_few.into_iter().chain(small).collect()
}

/// The guards on what an update came to: `found` rows of `rows` stand for `persons` different persons.
#[must_use]
pub fn check_update(rows: u64, found: u64, persons: u64, policy: &Policy) -> Vec<Refusal> {
    let few = (persons < policy.minimum_result).then_some(Refusal::TooFewPersons(policy.minimum_result));
    let padded = (found.saturating_mul(2) < rows).then_some(Refusal::TooFewFound);
    few.into_iter().chain(padded).collect()
}

/// The guard on members that a customer brings to those a subscription has: each row is answered, so a few of them would be
/// a question about those few. `persons` are no members yet; of nobody new nothing new is told.
#[must_use]
pub fn check_brought(persons: u64, policy: &Policy) -> Option<Refusal> {
    let least = policy.repeat_persons;
    (1..least).contains(&persons).then_some(Refusal::TooFewBrought(least))
}

const fn a_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Extraction => "an extraction",
        Kind::Count => "a count",
        Kind::Update => "an update",
        Kind::Deduplication => "a de-duplication",
    }
}

fn recipient(order: &Order, found: Option<&Recipient>) -> Option<Refusal> {
    let wanted = &order.delivery.as_ref()?.recipient;
    if order.kind == Kind::Extraction && wanted.as_str() == order.customer.as_str() {
        return Some(Refusal::RecipientIsCustomer);
    }
    if matches!(order.kind, Kind::Update | Kind::Deduplication) && wanted.as_str() != order.customer.as_str()
    {
        return Some(Refusal::RecipientIsNotCustomer(order.kind));
    }
    match found {
        Some(found) if found.id == *wanted => None,
        _ => Some(Refusal::RecipientUnknown),
    }
}

fn date(reference_date: Date, evidence: &Evidence<'_>) -> Option<Refusal> {
    let days = evidence.policy.reference_days_max;
    let apart = (reference_date - evidence.snapshot_date).get_days().unsigned_abs();
    let snapshot_date = evidence.snapshot_date;
    (apart > days).then_some(Refusal::ReferenceDate { days, snapshot_date })
}

/// Checks the criteria, and with each group's own.
fn identifying(order: &Order) -> Option<Refusal> {
    let criteria = order.criteria.as_ref()?;
    let with_group = |group: &Criteria| Criteria::All(vec![criteria.clone(), group.clone()]);
    let of_groups = order.sample.groups.iter().map(|group| with_group(&group.criteria));
    let refused = check_identifying(criteria).err();
    let refused = refused.or_else(|| of_groups.filter_map(|both| check_identifying(&both).err()).next());
    refused.map(Refusal::Identifying)
}

fn sizes(order: &Order, policy: &Policy) -> Vec<Refusal> {
    if order.kind != Kind::Extraction {
        return Vec::new();
    }
    let too_few = order.sample.size.is_some_and(|size| size < policy.minimum_result);
    let mut refusals = Vec::new();
    if too_few {
        refusals.push(Refusal::TooFew(policy.minimum_result));
    }
    let least = policy.minimum_group;
    for (index, group) in order.sample.groups.iter().enumerate() {
        if matches!(group.quota, Quota::Size(size) if size < least) {
            refusals.push(Refusal::GroupTooSmall { index, least });
        }
    }
    refusals
}

#[cfg(test)]
mod tests;
