//! What customers asked for: one small object for each count and extraction, so that guards outlive a restart.
//!
//! ```text
//! asked/<customer>/<date>/<number>    the first writer of a number wins: a day has no more than its budget
//! ```
//!
//! An object holds keyed hashes of conditions only. Reading is cheap: what was read is remembered, objects
//! never change, and a look lists the names of today and what else is not remembered yet.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{CustomerId, OrderId};
use crate::policy::{Conditions, Differencing, Policy, judge};
use crate::store::{Objects, StoreError, json, layout, list_all};

/// Customers whose questions are remembered at the same time.
const CUSTOMERS_MAX: usize = 256;
/// Numbers of one day at most, whatever the settings say.
const DAY_MAX: usize = 10_000;

/// What a customer asked for once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The order it became.
    pub order: OrderId,
    /// What must hold for a person to be counted.
    pub conditions: Conditions,
}

/// What became of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// It may be asked and is written down. The orders it is nearly equal to, the oldest first.
    Allowed(Vec<OrderId>),
    /// It may not, and the orders it is nearly equal to.
    Refused(Differencing, Vec<OrderId>),
}

/// What one customer asked, by day and number.
type Days = BTreeMap<Date, Vec<Arc<Asked>>>;

/// What customers asked, as far as it was read.
#[derive(Debug, Default)]
pub struct Questions {
    known: Mutex<BTreeMap<CustomerId, Days>>,
}

impl Questions {
    /// Decides on a question by those before it, and writes it down if it may be asked. Blocks on the store.
    ///
    /// # Errors
    /// When the store fails; nothing is written then.
    pub fn ask(
        &self,
        store: &dyn Objects,
        policy: &Policy,
        customer: &CustomerId,
        today: Date,
        asked: &Asked,
    ) -> Result<Verdict, StoreError> {
        loop {
            let days = self.read(store, policy, customer, today)?;
            let before = || days.values().flatten();
            let near = before().filter(|earlier| earlier.conditions.is_near(&asked.conditions));
            let near: Vec<OrderId> = near.map(|earlier| earlier.order.clone()).collect();
            let number = days.get(&today).map_or(0, Vec::len);
            if let Err(refused) = judge(policy, number, near.len()) {
                return Ok(Verdict::Refused(refused, near));
            }
            // Somebody else asked in the same moment: theirs comes first, and may be near.
            if json::put_new(store, &layout::asked(customer, today, number), asked)? {
                return Ok(Verdict::Allowed(near));
            }
        }
    }

    /// What the customer asked within the days that count, today included.
    fn read(
        &self,
        store: &dyn Objects,
        policy: &Policy,
        customer: &CustomerId,
        today: Date,
    ) -> Result<Days, StoreError> {
        let first = today.checked_sub(i64::from(policy.near_days).days()).unwrap_or(today);
        let mut days = self.remembered(customer);
        days.retain(|day, _| (first..=today).contains(day));
        let mut day = first;
        while day <= today {
            // Days before yesterday are over everywhere: what is remembered of them is all.
            let is_over = day < today.yesterday().unwrap_or(today) && days.contains_key(&day);
            if !is_over {
                let asked = days.entry(day).or_default();
                read_day(store, customer, day, asked)?;
            }
            day = day.tomorrow().unwrap_or(Date::MAX);
        }
        self.remember(customer, &days);
        Ok(days)
    }

    fn remembered(&self, customer: &CustomerId) -> Days {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(customer).cloned().unwrap_or_default()
    }

    fn remember(&self, customer: &CustomerId, days: &Days) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // Any of them is read again when it is asked for; who is forgotten matters little.
        if known.len() >= CUSTOMERS_MAX && !known.contains_key(customer) {
            known.pop_first();
        }
        known.insert(customer.clone(), days.clone());
    }
}

/// Adds what is not remembered of a day. Numbers have no gaps, so their count says what is missing.
fn read_day(
    store: &dyn Objects,
    customer: &CustomerId,
    day: Date,
    asked: &mut Vec<Arc<Asked>>,
) -> Result<(), StoreError> {
    let names = list_all(store, &layout::asked_on(customer, day), DAY_MAX)?;
    for name in names.iter().skip(asked.len()) {
        let read: Asked = json::get(store, name)?.ok_or_else(|| json::damaged(name))?;
        asked.push(Arc::new(read));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;
    use crate::order::parse;
    use crate::store::Folder;

    fn asked(order: &str, age: u32) -> Asked {
        let text = format!(
            r#"{{"kind":"count","customer":"acme","criteria":{{"field":"person.age","between":[18,{age}]}}}}"#
        );
        let parsed = parse::order(text.as_bytes(), Format::Json).unwrap().value;
        let conditions = Conditions::of(&parsed, None, &xxhash_rust::xxh3::xxh3_64).unwrap();
        Asked { order: order.parse().unwrap(), conditions }
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    struct Bench {
        home: tempfile::TempDir,
        policy: Policy,
        acme: CustomerId,
    }

    impl Bench {
        fn new() -> Self {
            let policy = Policy { counts_per_day: 4, near_max: 2, near_days: 7, ..Policy::default() };
            Self { home: tempfile::tempdir().unwrap(), policy, acme: "acme".parse().unwrap() }
        }

        /// Asks; `Ok` with how many are near, or the refusal.
        fn ask(&self, questions: &Questions, on: &str, asked: &Asked) -> Result<usize, Differencing> {
            let store = Folder::new(self.home.path());
            match questions.ask(&store, &self.policy, &self.acme, day(on), asked).unwrap() {
                Verdict::Allowed(near) => Ok(near.len()),
                Verdict::Refused(refused, _) => Err(refused),
            }
        }
    }

    #[test]
    fn near_questions_are_counted_over_days_and_restarts() {
        let (bench, questions) = (Bench::new(), Questions::default());
        assert_eq!(bench.ask(&questions, "2026-03-01", &asked("o-1", 30)), Ok(0));
        assert_eq!(bench.ask(&questions, "2026-03-02", &asked("o-2", 31)), Ok(1));
        assert_eq!(bench.ask(&questions, "2026-03-03", &asked("o-3", 31)), Ok(1), "the same is not near");
        for questions in [&questions, &Questions::default()] {
            let refused = bench.ask(questions, "2026-03-03", &asked("o-4", 32)).unwrap_err();
            assert!(matches!(refused, Differencing::Near { count: 3, .. }), "{refused}");
        }
        // The first is a week and a day old.
        assert_eq!(bench.ask(&questions, "2026-03-09", &asked("o-5", 32)), Ok(2));
    }

    #[test]
    fn the_budget_holds_for_many_at_once_and_is_new_each_day() {
        let mut bench = Bench::new();
        bench.policy.near_max = 100;
        let several = [Questions::default(), Questions::default()];
        let allowed = std::thread::scope(|scope| {
            let (bench, several) = (&bench, &several);
            let askers: Vec<_> = (0..12_u32)
                .map(|asker| {
                    let questions = &several[usize::from(asker % 2 == 0)];
                    scope.spawn(move || {
                        bench.ask(questions, "2026-03-01", &asked(&format!("o-{asker}"), 30 + asker)).is_ok()
                    })
                })
                .collect();
            askers.into_iter().filter_map(|asker| asker.join().ok()).filter(|allowed| *allowed).count()
        });
        assert_eq!(allowed, 4);
        let spent = bench.ask(&several[0], "2026-03-01", &asked("o-x", 90));
        assert_eq!(spent, Err(Differencing::Budget(4)));
        assert_eq!(bench.ask(&several[0], "2026-03-02", &asked("o-y", 90)), Ok(4));
    }

    #[test]
    fn customers_are_apart() {
        let (bench, questions) = (Bench::new(), Questions::default());
        assert_eq!(bench.ask(&questions, "2026-03-01", &asked("o-1", 30)), Ok(0));
        let other = Bench { acme: "other".parse().unwrap(), home: bench.home, policy: bench.policy };
        assert_eq!(other.ask(&questions, "2026-03-01", &asked("o-2", 31)), Ok(0));
    }
}
