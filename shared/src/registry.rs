//! Permits and recipients in the store, and the log of who did what.
//!
//! Small and few: kept as JSON, written once. A permit that DVV changed comes under a new id.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::admission::{Evidence, Refusal, check};
use crate::audit::{Action, Event, Head};
use crate::ids::{PermitId, RecipientId};
use crate::order::Order;
use crate::permit::{Moment, Permit};
use crate::policy::Policy;
use crate::recipient::Recipient;
use crate::store::json::{self, damaged, get};
use crate::store::{Objects, Put, StoreError, layout, list_all};

/// Permits, or recipients, that are listed at most.
const LISTED_MAX: usize = 100_000;

/// A permit; none if it is not known.
///
/// # Errors
/// When the store fails.
pub fn permit(store: &dyn Objects, id: &PermitId) -> Result<Option<Permit>, StoreError> {
    get(store, &layout::permit(id))
}

/// A recipient; none if it is not registered.
///
/// # Errors
/// When the store fails.
pub fn recipient(store: &dyn Objects, id: &RecipientId) -> Result<Option<Recipient>, StoreError> {
    get(store, &layout::recipient(id))
}

/// Stores a permit. False if another one stands under its id; an equal one is as good as stored.
///
/// # Errors
/// When the store fails.
pub fn import_permit(store: &dyn Objects, permit: &Permit) -> Result<bool, StoreError> {
    put_equal(store, &layout::permit(&permit.id), permit)
}

/// Registers a recipient. False if it is registered with another key.
///
/// # Errors
/// When the store fails.
pub fn add_recipient(store: &dyn Objects, recipient: &Recipient) -> Result<bool, StoreError> {
    put_equal(store, &layout::recipient(&recipient.id), recipient)
}

/// Every permit, by id.
///
/// # Errors
/// When the store fails.
pub fn permits(store: &dyn Objects) -> Result<Vec<Permit>, StoreError> {
    all(store, layout::PERMITS)
}

/// Every recipient, by name.
///
/// # Errors
/// When the store fails.
pub fn recipients(store: &dyn Objects) -> Result<Vec<Recipient>, StoreError> {
    all(store, layout::RECIPIENTS)
}

/// What else an order is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// The date of its snapshot.
    pub snapshot_date: Date,
    /// The rules.
    pub policy: &'a Policy,
    /// The civil date in Finland.
    pub today: Date,
    /// When it is looked at.
    pub moment: Moment,
}

/// Judges an order by what the store holds of its permit and recipient: the one check of acceptance, start
/// and delivery. The recipient, if the order may go on and has one.
///
/// # Errors
/// When the store fails.
pub fn judge(
    store: &dyn Objects,
    order: &Order,
    judged: Judged<'_>,
) -> Result<Result<Option<Recipient>, Vec<Refusal>>, StoreError> {
    let permit = order.permit.as_ref().map(|id| permit(store, id)).transpose()?.flatten();
    let named = order.delivery.as_ref().map(|delivery| &delivery.recipient);
    let recipient = named.map(|id| recipient(store, id)).transpose()?.flatten();
    let Judged { snapshot_date, policy, today, moment } = judged;
    let evidence =
        Evidence { permit: permit.as_ref(), recipient: recipient.as_ref(), snapshot_date, policy, today };
    Ok(check(order, &evidence, moment).map(|_| recipient))
}

/// Adds a line to the audit log of its day, after all others.
///
/// # Errors
/// When the store fails or the log of the day is damaged.
pub fn log(
    store: &dyn Objects,
    at: Timestamp,
    actor: &str,
    action: Action,
    subject: &str,
) -> Result<(), StoreError> {
    let (actor, subject) = (actor.to_owned(), subject.to_owned());
    log_event(store, &Event { at, actor, action, subject, details: BTreeMap::new() })
}

/// Adds an event with its details to the audit log of its day, after all others.
///
/// # Errors
/// When the store fails or the log of the day is damaged.
pub fn log_event(store: &dyn Objects, event: &Event) -> Result<(), StoreError> {
    let date = crate::clock::helsinki_date(event.at);
    let mut lines = lines_of(store, date)?;
    loop {
        let head = match lines.checked_sub(1) {
            Some(last) => head_after(store, &line_name(date, last), last)?,
            None => Head::default(),
        };
        let name = line_name(date, lines);
        let (line, _) = head.append(event.clone()).ok().ok_or_else(|| damaged(&name))?;
        match store.put_new(&name, line.as_bytes())? {
            Put::Created => return Ok(()),
            // Somebody else was first: theirs is the line before.
            Put::Exists => lines += 1,
        }
    }
}

fn line_name(date: Date, number: u64) -> String {
    layout::audit(date, &format!("{number:08}"))
}

/// How many lines a day has. Their numbers have no gaps, so a search for the first that is missing takes few
/// looks, however long the day was.
fn lines_of(store: &dyn Objects, date: Date) -> Result<u64, StoreError> {
    let is_there = |number: u64| store.exists(&line_name(date, number));
    let (mut there, mut missing) = (0, 1);
    if !is_there(0)? {
        return Ok(0);
    }
    while is_there(missing)? {
        (there, missing) = (missing, missing * 2);
    }
    while missing - there > 1 {
        let middle = there.midpoint(missing);
        if is_there(middle)? {
            there = middle;
        } else {
            missing = middle;
        }
    }
    Ok(missing)
}

/// The head after a line; a line names the one before, so only it is read.
fn head_after(store: &dyn Objects, name: &str, number: u64) -> Result<Head, StoreError> {
    let text = String::from_utf8(store.get(name)?).ok().ok_or_else(|| damaged(name))?;
    let line: crate::audit::Line = serde_json::from_str(&text).ok().ok_or_else(|| damaged(name))?;
    let before = Head { lines: line.number, digest: line.previous };
    if before.lines != number {
        return Err(damaged(name));
    }
    before.follow(&text).ok().ok_or_else(|| damaged(name))
}

fn all<T: DeserializeOwned>(store: &dyn Objects, folder: &str) -> Result<Vec<T>, StoreError> {
    let names = list_all(store, &format!("{folder}/"), LISTED_MAX)?;
    names.iter().filter_map(|name| get(store, name).transpose()).collect()
}

fn put_equal<T: Serialize + DeserializeOwned + PartialEq>(
    store: &dyn Objects,
    name: &str,
    value: &T,
) -> Result<bool, StoreError> {
    Ok(json::put_new(store, name, value)? || get(store, name)?.is_some_and(|there: T| there == *value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit;
    use crate::store::Folder;

    #[test]
    fn a_name_stands_for_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        let key = |_| crate::recipient::keygen().public;
        let one = Recipient { id: "posti".parse().unwrap(), key: key(1) };
        let other = Recipient { key: key(2), ..one.clone() };
        assert!(add_recipient(&store, &one).unwrap());
        assert!(add_recipient(&store, &one).unwrap());
        assert!(!add_recipient(&store, &other).unwrap());
        assert_eq!(recipients(&store).unwrap(), [one]);
    }

    #[test]
    fn the_log_is_a_chain() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        let at = "2026-11-01T10:00:00Z".parse().unwrap();
        for lines in 1..=20 {
            log(&store, at, "operator", Action::OrderAccepted, &format!("o-{lines}")).unwrap();
            assert_eq!(lines_of(&store, "2026-11-01".parse().unwrap()).unwrap(), lines);
        }
        let names = list_all(&store, "audit/2026-11-01/", 100).unwrap();
        let lines: Vec<String> =
            names.iter().map(|name| String::from_utf8(store.get(name).unwrap()).unwrap()).collect();
        assert_eq!(audit::verify(lines.iter().map(String::as_str)).unwrap().lines, 20);
    }
}
