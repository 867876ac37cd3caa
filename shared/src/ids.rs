//! Typed names of things. They are safe in paths, URLs, Redis keys and logs.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A name that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{kind} must be 1 to 64 letters a-z A-Z, digits, hyphens, underscores or dots, and begin with a letter or digit"
)]
pub struct NameError {
    kind: &'static str,
}

fn check(kind: &'static str, text: &str) -> Result<(), NameError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins_well && text.len() <= 64 && text.chars().all(allowed) {
        Ok(())
    } else {
        Err(NameError { kind })
    }
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(with = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                check($kind, text).map(|()| Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                check($kind, &text).map(|()| Self(text))
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

names! {
    /// An order; sorts by the time of its acceptance.
    OrderId = "an order id";
    /// A snapshot: the date of its data and the beginning of its content's digest.
    SnapshotId = "a snapshot id";
    /// The company an order is for; also the tenant in the queue.
    CustomerId = "a customer";
    /// A permit decided by DVV.
    PermitId = "a permit id";
    /// A registered third party that receives deliveries.
    RecipientId = "a recipient";
    /// A customer register uploaded before.
    RegisterId = "a register id";
    /// A list of a de-duplication.
    ListName = "a list's name";
    /// A continuous update of a customer's register.
    SubscriptionId = "a subscription id";
    /// A worker process, new at every start.
    WorkerId = "a worker";
}

impl OrderId {
    /// A new id for an order accepted at the given moment.
    #[must_use]
    pub fn generate(now: jiff::Timestamp) -> Self {
        Self(format!("o-{}", dated_ulid(now)))
    }
}

impl SubscriptionId {
    /// A new id for a subscription that begins at the given moment.
    #[must_use]
    pub fn generate(now: jiff::Timestamp) -> Self {
        Self(format!("u-{}", dated_ulid(now)))
    }
}

impl WorkerId {
    /// A new name for a worker that starts at the given moment.
    #[must_use]
    pub fn generate(now: jiff::Timestamp) -> Self {
        Self(format!("w-{}", dated_ulid(now)))
    }
}

fn dated_ulid(now: jiff::Timestamp) -> String {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).expect("the operating system gives random bytes");
    let ms = u64::try_from(now.as_millisecond()).unwrap_or(0);
    ulid::Ulid::from_parts(ms, u128::from_le_bytes(random)).to_string().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_everywhere() {
        for good in ["acme", "P-2026-0001", "posti-jakelu", "0a_b.c"] {
            assert!(good.parse::<PermitId>().is_ok(), "{good}");
        }
        for bad in ["", "../x", "a/b", "å", ".hidden", "a b", &"x".repeat(65)] {
            assert!(bad.parse::<PermitId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn order_ids_sort_by_time() {
        let early = OrderId::generate("2026-01-01T00:00:00Z".parse().unwrap());
        let late = OrderId::generate("2026-01-01T00:00:01Z".parse().unwrap());
        assert!(early < late);
    }
}
