//! What is needed next, step by step.

use jiff::ToSpan as _;
use jiff::civil::date;

use super::*;
use crate::document::Format;
use crate::lifecycle::{End, OrderState};
use crate::subscriptions::{Begun, What, read};

const TEXT: &str = r#"
kind = "subscription"
customer = "acme"
permit = "P-1"
purpose = "register-update"
rhythm = "RHYTHM"
register = { id = "r-1" }
update = { package = "address" }
delivery = { recipient = "acme" }
"#;
const PERMIT: &str = r#"
id = "P-1"
holder = "acme"
services = ["update"]
purposes = ["register-update"]
fields = ["name"]
recipients = ["acme"]
valid_from = 2026-01-01
valid_to = 2026-12-31
"#;
/// A Monday, the day of the load.
const BEGUN: &str = "2026-11-02T10:00:00Z";

fn subscription(rhythm: &str) -> Subscription {
    let asked = read(TEXT.replace("RHYTHM", rhythm).as_bytes(), Format::Toml).unwrap().value;
    let id = "u-1".parse().unwrap();
    Subscription { id, order: asked.order, rhythm: asked.rhythm, created_at: BEGUN.parse().unwrap() }
}

fn snapshot(date: Date) -> SnapshotId {
    format!("s-{date}-0").parse().unwrap()
}

/// Steps of orders, each up to a date, on days after the load, with how it ended.
struct History {
    steps: Vec<(Step, Option<End>)>,
    /// When the newest snapshot was built.
    built: &'static str,
}

impl History {
    const fn empty() -> Self {
        Self { steps: Vec::new(), built: BEGUN }
    }

    fn loaded() -> Self {
        let mut history = Self::empty();
        history.order(0, Task::Load { members: None }, date(2026, 11, 1), Some(OrderState::Delivered));
        history
    }

    fn order(&mut self, days: i64, task: Task, to: Date, state: Option<OrderState>) {
        let at = BEGUN.parse::<Timestamp>().unwrap() + (days * 24).hours();
        let order = format!("o-{}", self.steps.len()).parse().unwrap();
        let (snapshot, register) = (snapshot(to), "r-1".parse().unwrap());
        let begun = Begun { order, seed: String::new(), snapshot, register, task, by_customer: false };
        let end = state.map(|state| End { state, reason: None, at });
        self.steps.push((Step { at, what: What::Begun(begun) }, end));
    }

    fn run(&mut self, days: i64, to: Date, state: Option<OrderState>) {
        let from = self.standing().position.unwrap();
        self.order(days, Task::Changes { from }, to, state);
    }

    fn step(&mut self, what: What) {
        self.steps.push((Step { at: BEGUN.parse().unwrap(), what }, None));
    }

    fn standing(&self) -> Standing {
        Standing::of(self.steps.iter().map(|(step, end)| (step, end.as_ref())))
    }

    /// What is needed so many hours after the load, the newest snapshot being of a date.
    fn decide(&self, rhythm: &str, hours: i64, newest: Date, prompt: Prompt) -> Move {
        let permit = crate::permit::read(PERMIT.as_bytes(), Format::Toml).unwrap();
        let (standing, id) = (self.standing(), snapshot(newest));
        let seen = Seen {
            permit: Some(&permit),
            newest: Some(Newest { id: &id, as_of: newest, built: self.built.parse().unwrap() }),
            position_date: Some(date(2026, 11, 1)),
            now: BEGUN.parse::<Timestamp>().unwrap() + hours.hours(),
            prompt,
        };
        decide(&subscription(rhythm), &standing, seen)
    }
}

#[test]
fn a_long_gap_is_compared_in_full() {
    let history = History::loaded();
    let first = snapshot(date(2026, 11, 1));
    for (newest, expected) in [
        (date(2026, 11, 1), Move::UpToDate),
        (
            date(2026, 11, 15),
            Move::Begin(Task::Changes { from: first.clone() }, snapshot(date(2026, 11, 15))),
        ),
        (date(2026, 11, 16), Move::Begin(Task::Full { from: Some(first) }, snapshot(date(2026, 11, 16)))),
    ] {
        assert_eq!(history.decide("each-snapshot", 1, newest, Prompt::Rhythm), expected);
    }
}

#[test]
fn one_order_at_a_time() {
    let mut history = History::loaded();
    history.run(1, date(2026, 11, 3), None);
    history.step(What::Paused);
    // Also after its permit has ended: the order is refused then, and counts for nothing.
    for hours in [30, 24 * 365] {
        let next = history.decide("each-snapshot", hours, date(2026, 11, 4), Prompt::Hand);
        assert!(matches!(next, Move::Wait(1, _)), "{next:?}");
    }
}

#[test]
fn a_permit_ends_it_before_anything_else() {
    let mut history = History::loaded();
    history.step(What::Paused);
    let on = |hours| history.decide("each-snapshot", hours, date(2026, 11, 4), Prompt::Hand);
    assert_eq!(on(24 * 59), Move::Paused, "the last day");
    assert_eq!(on(24 * 60), Move::End("permit P-1 was valid until 2026-12-31".to_owned()));
    history.step(What::Ended { reason: "enough".to_owned() });
    let next = history.decide("each-snapshot", 1, date(2026, 11, 4), Prompt::Hand);
    assert_eq!(next, Move::Ended("enough".to_owned()));
}

#[test]
fn what_was_refused_waits_for_something_new() {
    let mut history = History::loaded();
    history.run(1, date(2026, 11, 3), Some(OrderState::Refused));
    let next = |history: &History, newest, prompt| {
        matches!(history.decide("each-snapshot", 48, newest, prompt), Move::Begin(..))
    };
    assert!(!next(&history, date(2026, 11, 3), Prompt::Rhythm));
    assert!(next(&history, date(2026, 11, 3), Prompt::Hand));
    assert!(next(&history, date(2026, 11, 4), Prompt::Rhythm));
    history.step(What::Removed { members: "m-1".parse().unwrap(), removed: 1 });
    assert!(next(&history, date(2026, 11, 3), Prompt::Rhythm));
    assert_eq!(history.standing().position, Some(snapshot(date(2026, 11, 1))), "it counts for nothing");
}

#[test]
fn times_are_reckoned_from_the_last_run() {
    let mut history = History::loaded();
    let begins = |history: &History, hours| {
        matches!(history.decide("0 6 * * MON", hours, date(2026, 11, 9), Prompt::Rhythm), Move::Begin(..))
    };
    // Loaded on a Monday at twelve in Finland; due a week later at six.
    assert!(!begins(&history, 7 * 24 - 7));
    assert!(begins(&history, 7 * 24 - 6));
    // A snapshot that comes later on that Monday waits for the next one.
    history.built = "2026-11-09T05:00:00Z";
    assert!(!begins(&history, 7 * 24) && !begins(&history, 13 * 24) && begins(&history, 14 * 24));
    history.built = BEGUN;
    // Members who come at half past six do not put it off.
    let members = history.standing().members;
    history.order(7, Task::Load { members }, date(2026, 11, 1), Some(OrderState::Delivered));
    assert!(begins(&history, 7 * 24));
    history.run(7, date(2026, 11, 8), Some(OrderState::Delivered));
    let next = history.decide("0 6 * * MON", 8 * 24, date(2026, 11, 9), Prompt::Rhythm);
    assert_eq!(next, Move::NotDue(Some("2026-11-16T04:00:00Z".parse().unwrap())));
}

#[test]
fn nobody_is_a_member_before_a_load_was_delivered() {
    let mut history = History::empty();
    history.order(0, Task::Load { members: None }, date(2026, 11, 1), Some(OrderState::Refused));
    assert_eq!(history.decide("each-snapshot", 1, date(2026, 11, 2), Prompt::Hand), Move::NoMembers);
}
