//! What became of the rows of an update: the match report, in counts alone.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::policy::{Guarded, Policy};

/// The match report of an update. It holds no personal data; who is not found and who may not be disclosed are
/// one count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UpdateAccount {
    /// Rows of the customer's register.
    pub rows: u64,
    /// Different persons found.
    pub persons: u64,
    /// Rows by status: `10` no change, `11` changed, `12` deceased, `13` abroad, `14` no address, `20` not found or not
    /// disclosable, `30` several persons, `31` keys disagree, `40` no valid key, `41` duplicate, `50` key not permitted.
    pub statuses: BTreeMap<String, u64>,
    /// Found rows by the key they were found by: `M1` identity code, `M2` previous identity code, `M3` name and date of
    /// birth, `M4` name and address.
    pub keys: BTreeMap<String, u64>,
    /// Found rows by flag; a row may have several.
    pub flags: BTreeMap<String, u64>,
    /// Rows that were not found, by reason.
    pub reasons: BTreeMap<String, u64>,
    /// Rows of status 20 that somebody may nearly be meant by, who may be told of: `M5` full name and postal code, one
    /// person and a surname rare there; `M6` all of M3 or M4 but for a slip in one part. Counted only; absent where rows
    /// have no names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub approximate: BTreeMap<String, u64>,
    /// How many different persons those rows may mean.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub approximate_persons: BTreeMap<String, u64>,
}

/// The match report for the customer, who holds the rows and can count them: exact but for what no row tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuardedUpdate {
    /// What rows tell.
    #[serde(flatten)]
    pub account: UpdateAccount,
    /// As [`UpdateAccount::approximate`], rounded; `under 100` also where they mean fewer persons than that.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub approximately: BTreeMap<String, Guarded>,
}

impl UpdateAccount {
    /// The report as its customer may see it: many rows that mean one person are no more than one.
    #[must_use]
    pub fn guarded(&self, policy: &Policy) -> GuardedUpdate {
        let mut account = self.clone();
        let persons = std::mem::take(&mut account.approximate_persons);
        let guard = |(key, rows): (String, u64)| {
            let few = persons.get(&key).copied().unwrap_or(0) < policy.minimum_result;
            (key, policy.guarded_count(if few { 0 } else { rows }))
        };
        let approximately = std::mem::take(&mut account.approximate).into_iter().map(guard).collect();
        GuardedUpdate { account, approximately }
    }

    /// Rows that are charged: found ones, and those of status 20.
    #[must_use]
    pub fn charged(&self) -> u64 {
        let of = |status: &str| self.statuses.get(status).copied().unwrap_or(0);
        ["10", "11", "12", "13", "14", "20"].into_iter().map(of).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_row_tells_is_guarded_for_customers() {
        let counts = |m5, m6| BTreeMap::from([("M5".to_owned(), m5), ("M6".to_owned(), m6)]);
        let check = |rows: (u64, u64), persons: (u64, u64), expected: &str| {
            let account = UpdateAccount {
                rows: 5_000,
                approximate: counts(rows.0, rows.1),
                approximate_persons: counts(persons.0, persons.1),
                ..UpdateAccount::default()
            };
            let guarded = account.guarded(&Policy::default());
            let json = serde_json::to_string(&guarded).unwrap();
            assert!(json.contains(expected) && !json.contains("persons\":{"), "{json}");
            assert_eq!(serde_json::from_str::<GuardedUpdate>(&json).unwrap(), guarded);
            assert_eq!(guarded.account.rows, 5_000);
        };
        check((0, 99), (0, 99), r#""approximately":{"M5":"under 100","M6":"under 100"}"#);
        check((104, 1_236), (100, 1_236), r#""approximately":{"M5":100,"M6":1240}"#);
        check((104, 5_000), (100, 99), r#""approximately":{"M5":100,"M6":"under 100"}"#);
        let none = UpdateAccount::default().guarded(&Policy::default());
        assert!(!serde_json::to_string(&none).unwrap().contains("approx"));
    }
}
