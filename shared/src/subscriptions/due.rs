//! What a subscription needs next. Pure: time and snapshots are brought along.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Rhythm, Run, RunState, Standing, Step, Subscription, Task};
use crate::ids::SnapshotId;
use crate::permit::Permit;
use crate::snapshot::Manifest;

/// Days between two runs after which every member is told of anew: change records are kept for two weeks.
pub const GAP_DAYS: i32 = 14;

/// Who wants a subscription to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// The scheduler, by the rhythm.
    Rhythm,
    /// Somebody, at once.
    Hand,
}

/// The newest snapshot.
#[derive(Debug, Clone, Copy)]
pub struct Newest<'a> {
    /// Its id.
    pub id: &'a SnapshotId,
    /// The date of its data.
    pub as_of: Date,
    /// When it was built.
    pub built: Timestamp,
}

impl<'a> From<&'a Manifest> for Newest<'a> {
    fn from(manifest: &'a Manifest) -> Self {
        Self { id: &manifest.id, as_of: manifest.as_of, built: manifest.built }
    }
}

/// What is there to decide by.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The subscription's permit, if it is known.
    pub permit: Option<&'a Permit>,
    /// The newest snapshot.
    pub newest: Option<Newest<'a>>,
    /// The date of the subscription's position; none if that snapshot is not there any more.
    pub position_date: Option<Date>,
    /// The present.
    pub now: Timestamp,
    /// Who asks.
    pub prompt: Prompt,
}

/// What a subscription needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// It ended before.
    Ended(String),
    /// It is to end: its permit did.
    End(String),
    /// The order of a step has not ended.
    Wait(u32, Step),
    /// It is paused.
    Paused,
    /// Nobody is a member.
    NoMembers,
    /// Its customer is up to date.
    UpToDate,
    /// Its time comes later; on each new snapshot nobody knows when.
    NotDue(Option<Timestamp>),
    /// A run is to begin, up to a snapshot.
    Begin(Task, SnapshotId),
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paused => f.write_str("the subscription is paused"),
            Self::NoMembers => f.write_str("the subscription has no members"),
            Self::NotDue(Some(next)) => write!(f, "the next run is due at {next}"),
            Self::UpToDate | Self::NotDue(None) => f.write_str("the customer is up to date"),
            Self::Wait(..) | Self::Begin(..) => f.write_str("an order of the subscription is under way"),
            Self::Ended(reason) | Self::End(reason) => write!(f, "the subscription has ended: {reason}"),
        }
    }
}

/// Decides what a subscription needs.
#[must_use]
pub fn decide(subscription: &Subscription, standing: &Standing, seen: Seen<'_>) -> Move {
    if let Some((_, reason)) = &standing.ended {
        return Move::Ended(reason.clone());
    }
    if let Some((number, step)) = &standing.open {
        return Move::Wait(*number, step.clone());
    }
    let today = crate::clock::helsinki_date(seen.now);
    if let Some(permit) = seen.permit.filter(|permit| today > permit.valid_to) {
        return Move::End(format!("permit {} was valid until {}", permit.id, permit.valid_to));
    }
    if standing.paused {
        return Move::Paused;
    }
    let (Some(position), Some(_)) = (&standing.position, &standing.members) else { return Move::NoMembers };
    let Some(newest) = seen.newest.filter(|newest| newest.id != position) else {
        return Move::UpToDate;
    };
    if seen.prompt == Prompt::Rhythm && !is_due(subscription, standing, newest, seen.now) {
        return Move::NotDue(next(subscription, standing, newest.built));
    }
    let task = match seen.position_date {
        None => Task::Full { from: None },
        Some(before) if (newest.as_of - before).get_days() > GAP_DAYS => {
            Task::Full { from: Some(position.clone()) }
        }
        Some(_) => Task::Changes { from: position.clone() },
    };
    Move::Begin(task, newest.id.clone())
}

/// The first time by the rhythm after the last run at which the snapshot was there; after a load it is as if there was no
/// run. So a time that a scheduler slept through is made up for, and one without a new snapshot is not.
fn next(subscription: &Subscription, standing: &Standing, built: Timestamp) -> Option<Timestamp> {
    let last = standing.runs.iter().rev().find(|run| !run.is_load());
    let last = last.map_or(subscription.created_at, |run| run.begun_at);
    subscription.rhythm.next_after(last.max(built))
}

/// Whether a run is due by the rhythm. A run that was refused is not begun again by itself until there is another
/// snapshot or its members changed: it would be refused again.
fn is_due(subscription: &Subscription, standing: &Standing, newest: Newest<'_>, now: Timestamp) -> bool {
    let was_void = |run: &Run| run.state == RunState::Void && run.to == *newest.id && !run.is_load();
    let is_hopeless = standing.runs.last().is_some_and(was_void) && !standing.has_new_members;
    let is_time = match &subscription.rhythm {
        Rhythm::EachSnapshot => true,
        Rhythm::Cron(_) => next(subscription, standing, newest.built).is_some_and(|next| next <= now),
    };
    is_time && !is_hopeless
}

#[cfg(test)]
mod tests;
