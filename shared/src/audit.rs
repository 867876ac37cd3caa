//! The audit log: who did what to which thing, one JSON line for each, every line bound to the one before.
//!
//! A line holds the SHA-256 of the line before it, so that none can be changed, left out or put in
//! unseen. Names and counts of things only, never a person's data.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What the first line names as the one before.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Action {
    OrderAccepted,
    OrderRefused,
    /// An order differs from earlier ones of its customer by a single condition; the details name some.
    NearQuestion,
    /// A customer used up what it may ask for in a day.
    BudgetSpent,
    OrderCancelled,
    OrderFailed,
    OrderDelivered,
    OrderRetried,
    /// An operator set the seed of a sample.
    SeedSet,
    /// An operator reviewed an update that may be near to an earlier one, and lets it through.
    UpdateReviewed,
    /// Somebody saw an exact count or receipt.
    ExactNumbersSeen,
    PermitImported,
    RecipientAdded,
    RegisterUploaded,
    SubscriptionAdded,
    /// Members were brought or taken away; the details count them.
    SubscriptionMembers,
    SubscriptionPaused,
    SubscriptionResumed,
    /// It is over for good; the details say why.
    SubscriptionEnded,
    /// Its customer received a delivery.
    DeliveryAcknowledged,
    SnapshotPublished,
    DeliveryRead,
    KeyDestroyed,
    /// Personal data were removed, under retention or on request; the subject is `<kind>:<id>`.
    DataErased,
}

/// What is to be logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When, UTC.
    pub at: Timestamp,
    /// Who: a role or the name of a program or customer.
    pub actor: String,
    /// What.
    pub action: Action,
    /// The id of the thing it was done to.
    pub subject: String,
    /// Ids, counts and reasons that belong to it.
    pub details: BTreeMap<String, String>,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// From 0, without gaps.
    pub number: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
    /// Digest of the line before; [`BEGINNING`] in the first.
    pub previous: String,
}

/// Where a log stands: what the next line has to follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Number of lines.
    pub lines: u64,
    /// Digest of the last; [`BEGINNING`] of none.
    pub digest: String,
}

impl Default for Head {
    fn default() -> Self {
        Self { lines: 0, digest: BEGINNING.to_owned() }
    }
}

/// A log that was tampered with or damaged, or a line that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// No line of ours.
    #[error("line {0} of the audit log cannot be read")]
    Unreadable(u64, #[source] serde_json::Error),
    /// A line is missing, changed, moved or put in.
    #[error("line {0} of the audit log does not follow the line before it")]
    Broken(u64),
    /// An event that is no JSON.
    #[error("write a line of the audit log")]
    Unwritable(#[source] serde_json::Error),
}

impl Head {
    /// The next line, without line break, and the head after it.
    ///
    /// # Errors
    /// The event cannot be written as JSON.
    pub fn append(&self, event: Event) -> Result<(String, Self), AuditError> {
        let line = Line { number: self.lines, event, previous: self.digest.clone() };
        let text = serde_json::to_string(&line).map_err(AuditError::Unwritable)?;
        let head = Self { lines: self.lines + 1, digest: digest(&text) };
        Ok((text, head))
    }

    /// The head after a line that was read.
    ///
    /// # Errors
    /// The line does not follow this head.
    pub fn follow(&self, text: &str) -> Result<Self, AuditError> {
        let text = text.trim_end_matches(['\r', '\n']);
        let line: Line =
            serde_json::from_str(text).map_err(|error| AuditError::Unreadable(self.lines, error))?;
        if line.number != self.lines || line.previous != self.digest {
            return Err(AuditError::Broken(self.lines));
        }
        Ok(Self { lines: self.lines + 1, digest: digest(text) })
    }
}

/// Checks a whole log, from its first line. Lines cut off its end are seen by comparing the head
/// with one kept elsewhere.
///
/// # Errors
/// The first line that does not follow the one before it.
pub fn verify<'l>(lines: impl IntoIterator<Item = &'l str>) -> Result<Head, AuditError> {
    lines.into_iter().try_fold(Head::default(), |head, line| head.follow(line))
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> (Vec<String>, Head) {
        let mut head = Head::default();
        let mut lines = Vec::new();
        for subject in ["o-1", "o-2", "o-3"] {
            let event = Event {
                at: "2026-11-01T10:00:00Z".parse().unwrap(),
                actor: "acme".into(),
                action: Action::OrderAccepted,
                subject: subject.into(),
                details: BTreeMap::from([("permit".into(), "P-1".into())]),
            };
            let (line, next) = head.append(event).unwrap();
            lines.push(line);
            head = next;
        }
        (lines, head)
    }

    fn check(change: impl FnOnce(&mut Vec<String>)) -> Option<String> {
        let (mut lines, _) = log();
        change(&mut lines);
        verify(lines.iter().map(String::as_str)).err().map(|error| error.to_string())
    }

    #[test]
    fn a_whole_log_is_verified_to_its_head() {
        let (lines, head) = log();
        assert_eq!(verify(lines.iter().map(String::as_str)).unwrap(), head);
        assert!(lines[0].contains(r#""action":"order-accepted","subject":"o-1""#), "{}", lines[0]);
    }

    #[test]
    fn tampering_is_seen() {
        let broken =
            |line: u64| Some(format!("line {line} of the audit log does not follow the line before it"));
        assert_eq!(check(|lines| lines[0] = lines[0].replace("o-1", "o-9")), broken(1));
        assert_eq!(check(|lines| drop(lines.remove(1))), broken(1));
        assert_eq!(check(|lines| lines.swap(1, 2)), broken(1));
        assert_eq!(check(|lines| lines.insert(1, lines[0].clone())), broken(1));
        assert_eq!(check(|lines| drop(lines.remove(0))), broken(0));
        assert_eq!(
            check(|lines| lines[2].truncate(10)),
            Some("line 2 of the audit log cannot be read".into())
        );
    }
}
