//! Guards against finding out about single persons by counting twice: pure decisions.
//!
//! Two counts whose criteria differ by one condition differ by the few people that condition picks out.
//! Rounding blurs one such pair; many of them around one target group average the blur away. So what a
//! customer asked is remembered as a set of conditions, hashed under a key, and too many sets that are
//! nearly equal to a new one refuse it.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::Policy;
use crate::ids::RegisterId;
use crate::order::Order;
use crate::order::criteria::{Criteria, Field, Test};

/// More conditions than this in one order are remembered as one that stands for the rest.
const CONDITIONS_MAX: usize = 64;

/// One condition of what was asked, as hashes: two are comparable, and tell nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Condition {
    /// What it is about: its fields.
    about: u64,
    /// All of it.
    whole: u64,
}

/// The conditions that must hold together for a person to be counted, in ascending order, each once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions(Vec<Condition>);

/// Why a customer may not ask, although nothing else is against it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Differencing {
    /// The day's budget is spent.
    #[error(
        "policy.counts_per_day: all {0} counts and extractions that a customer may ask for in a day are used; \
         ask again tomorrow"
    )]
    Budget(u32),
    /// Too many like it.
    #[error(
        "criteria: {count} earlier counts or extractions within {days} days differ from this one by a single \
         condition, and policy.near_max allows {max}: their differences could tell of single persons. Ask for \
         another target group, or let an operator hand it in"
    )]
    Near {
        /// How many there are.
        count: usize,
        /// How many may be.
        max: u32,
        /// Days that are looked back.
        days: u32,
    },
}

impl Conditions {
    /// The conditions of an order, on the uploaded register it uses, under a keyed hash; none if it has no
    /// criteria.
    ///
    /// The kind of order, its fields, its sample and its snapshot do not matter: what differs by those alone
    /// is the same target group.
    #[must_use]
    pub fn of(order: &Order, register: Option<&RegisterId>, hash: &dyn Fn(&[u8]) -> u64) -> Option<Self> {
        let mut texts = Vec::new();
        flatten(order.criteria.as_ref()?, "", &mut texts);
        for group in &order.sample.groups {
            flatten(&group.criteria, &format!("group {} ", group.name), &mut texts);
        }
        if let (Some(used), Some(id)) = (&order.register, register) {
            texts.push(("register".to_owned(), format!("register {id} {:?}", used.used)));
        }
        if let Some(date) = order.reference_date {
            texts.push(("reference_date".to_owned(), format!("reference_date {date}")));
        }
        texts.sort_unstable();
        texts.dedup();
        let rest = texts.split_off(texts.len().min(CONDITIONS_MAX));
        if !rest.is_empty() {
            texts.push(("rest".to_owned(), format!("{rest:?}")));
        }
        let condition = |(about, whole): &(String, String)| Condition {
            about: hash(about.as_bytes()),
            whole: hash(whole.as_bytes()),
        };
        let mut conditions: Vec<Condition> = texts.iter().map(condition).collect();
        conditions.sort_unstable();
        Some(Self(conditions))
    }

    /// Whether two differ by one condition added, left out, or changed in its value.
    #[must_use]
    pub fn is_near(&self, other: &Self) -> bool {
        let only = |a: &Self, b: &Self| -> Vec<Condition> {
            a.0.iter().filter(|condition| b.0.binary_search(condition).is_err()).copied().take(2).collect()
        };
        match (only(self, other).as_slice(), only(other, self).as_slice()) {
            ([_], []) | ([], [_]) => true,
            ([mine], [theirs]) => mine.about == theirs.about,
            _ => false,
        }
    }
}

/// Decides on what a customer asks, by what it has asked before.
///
/// `today` is how many it has asked for today, `near` how many of those within [`Policy::near_days`] are
/// nearly equal to this.
///
/// # Errors
/// The first guard that is against it.
pub const fn judge(policy: &Policy, today: usize, near: usize) -> Result<(), Differencing> {
    if today >= policy.counts_per_day as usize {
        return Err(Differencing::Budget(policy.counts_per_day));
    }
    if near > policy.near_max as usize {
        return Err(Differencing::Near { count: near, max: policy.near_max, days: policy.near_days });
    }
    Ok(())
}

/// Adds the parts that must all hold, with what each is about.
fn flatten(criteria: &Criteria, prefix: &str, texts: &mut Vec<(String, String)>) {
    if let Criteria::All(parts) = criteria {
        for part in parts {
            flatten(part, prefix, texts);
        }
        return;
    }
    let mut about = Vec::new();
    let whole = canonical(criteria, &mut about);
    about.sort_unstable();
    about.dedup();
    texts.push((format!("{prefix}{about:?}"), format!("{prefix}{whole}")));
}

/// A text that is equal for criteria that differ only in the order of their parts and lists.
fn canonical(criteria: &Criteria, about: &mut Vec<Field>) -> String {
    let mut join = |name: &str, parts: &[Criteria]| {
        let mut parts: Vec<String> = parts.iter().map(|part| canonical(part, about)).collect();
        parts.sort_unstable();
        parts.dedup();
        if parts.len() == 1 { parts.remove(0) } else { format!("{name}({})", parts.join(";")) }
    };
    match criteria {
        Criteria::All(parts) => join("all", parts),
        Criteria::Any(parts) => join("any", parts),
        Criteria::Not(part) => match &**part {
            Criteria::Not(inner) => canonical(inner, about),
            Criteria::All(_) | Criteria::Any(_) | Criteria::Predicate(..) => {
                format!("not({})", canonical(part, about))
            }
        },
        Criteria::Predicate(field, test) => {
            about.push(*field);
            format!("{field:?}:{}", canonical_test(test))
        }
    }
}

fn canonical_test(test: &Test) -> String {
    let list = |name: &str, mut values: Vec<String>| {
        values.sort_unstable();
        values.dedup();
        format!("{name}{values:?}")
    };
    match test {
        Test::TextIn(values) => list("in", values.iter().map(|text| text.to_lowercase()).collect()),
        Test::NumberIn(values) => list("in", values.iter().map(ToString::to_string).collect()),
        Test::DateIn(values) => list("in", values.iter().map(ToString::to_string).collect()),
        Test::Prefix(values) => list("prefix", values.iter().map(|text| text.to_lowercase()).collect()),
        Test::Contains(text) => format!("contains{:?}", text.to_lowercase()),
        Test::AllOf(values) => list("all", values.iter().map(|value| format!("{value:?}")).collect()),
        Test::AnyOf(values) => list("any", values.iter().map(|value| format!("{value:?}")).collect()),
        Test::NumberBetween(..) | Test::DateBetween(..) | Test::Is(_) | Test::Within(_) => {
            format!("{test:?}")
        }
    }
}
