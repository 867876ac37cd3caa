//! What became of the rows of an update: the match report, in counts alone.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
}

impl UpdateAccount {
    /// Rows that are charged: found ones, and those of status 20.
    #[must_use]
    pub fn charged(&self) -> u64 {
        let of = |status: &str| self.statuses.get(status).copied().unwrap_or(0);
        ["10", "11", "12", "13", "14", "20"].into_iter().map(of).sum()
    }
}
