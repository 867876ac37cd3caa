//! A queue's state as names and values that can be compared and shown.

use std::collections::BTreeMap;

use crate::queue::{Cause, Fingerprint, Past};

/// By key, without prefix and braces.
pub(in crate::queue) type Dump = BTreeMap<String, Kept>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::queue) enum Kept {
    Text(String),
    Hash(BTreeMap<String, String>),
    Sorted(BTreeMap<String, i64>),
}

impl Kept {
    pub(in crate::queue) fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Hash(fields) => fields.is_empty(),
            Self::Sorted(members) => members.is_empty(),
        }
    }
}

pub(in crate::queue) fn hash<K: ToString, V: ToString>(pairs: impl IntoIterator<Item = (K, V)>) -> Kept {
    Kept::Hash(pairs.into_iter().map(|(key, value)| (key.to_string(), value.to_string())).collect())
}

pub(in crate::queue) fn sorted<K: ToString, V: ToString>(pairs: impl IntoIterator<Item = (K, V)>) -> Kept {
    Kept::Sorted(
        pairs.into_iter().map(|(key, score)| (key.to_string(), score.to_string().parse().unwrap())).collect(),
    )
}

pub(in crate::queue) fn flag(on: bool) -> String {
    u8::from(on).to_string()
}

/// As the scripts write it, written down a second time on purpose.
pub(in crate::queue) fn past(past: &Past) -> String {
    let Past { errors, timeouts, losses, drained, workers, fingerprint, cause, dead } = past;
    let cause = match cause {
        None => "",
        Some(Cause::Error) => "e",
        Some(Cause::TimedOut) => "t",
        Some(Cause::Aborted) => "a",
        Some(Cause::Refused) => "r",
    };
    let workers: Vec<String> = workers.iter().map(ToString::to_string).collect();
    let fingerprint = fingerprint.as_ref().map_or("", Fingerprint::as_str);
    format!(
        "{errors}|{timeouts}|{losses}|{drained}|{cause}|{}|{}|{fingerprint}",
        flag(*dead),
        workers.join(",")
    )
}
