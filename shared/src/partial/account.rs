//! What became of the rows of a shard or of a snapshot: nothing is dropped without being counted.

use serde::{Deserialize, Serialize};

/// Why a person may not be addressed, in the order the reasons are asked; the first that holds counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A death date is known.
    Dead,
    /// No dwelling, or no address row for it.
    NoAddress,
    /// A security prohibition on the reference date.
    Security,
    /// Direct marketing is prohibited; holds for market and opinion research too.
    NoMarketing,
    /// Younger than the minimum age on the reference date.
    UnderAge,
}

impl Reason {
    /// All, in their order.
    pub const ALL: [Self; 5] =
        [Self::Dead, Self::NoAddress, Self::Security, Self::NoMarketing, Self::UnderAge];

    /// Its name in counts and receipts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::NoAddress => "no-address",
            Self::Security => "security",
            Self::NoMarketing => "no-marketing",
            Self::UnderAge => "under-age",
        }
    }

    /// The step of the funnel that counts it.
    #[must_use]
    pub const fn step(self) -> &'static str {
        match self {
            Self::Dead => "excluded:dead",
            Self::NoAddress => "excluded:no-address",
            Self::Security => "excluded:security",
            Self::NoMarketing => "excluded:no-marketing",
            Self::UnderAge => "excluded:under-age",
        }
    }
}

/// Rows excluded for each [`Reason`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is a reason")]
pub struct Excluded {
    pub dead: u64,
    pub no_address: u64,
    pub security: u64,
    pub no_marketing: u64,
    pub under_age: u64,
}

impl Excluded {
    /// Rows excluded for one reason.
    #[must_use]
    pub const fn of(&self, reason: Reason) -> u64 {
        match reason {
            Reason::Dead => self.dead,
            Reason::NoAddress => self.no_address,
            Reason::Security => self.security,
            Reason::NoMarketing => self.no_marketing,
            Reason::UnderAge => self.under_age,
        }
    }

    /// Rows excluded for any reason.
    #[must_use]
    pub fn total(&self) -> u64 {
        Reason::ALL.iter().map(|reason| self.of(*reason)).sum()
    }
}

/// What became of rows. `matched` and `read` say how many are left at that step, `kept` how many
/// in the end; the others how many the step took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// All rows.
    pub read: u64,
    /// Rows that meet the criteria.
    pub matched: u64,
    /// Of these, taken away because they may not be addressed.
    pub excluded: Excluded,
    /// Taken away by the customer's own register.
    pub register: u64,
    /// Taken away as second rows of a person.
    pub person: u64,
    /// Taken away as further members of a household or family.
    pub household: u64,
    /// Taken away because they are in no group.
    pub no_group: u64,
    /// Eligible to be drawn.
    pub kept: u64,
}

impl Account {
    /// Adds another account.
    pub fn add(&mut self, other: &Self) {
        let Self { read, matched, excluded, register, person, household, no_group, kept } = other;
        let Excluded { dead, no_address, security, no_marketing, under_age } = excluded;
        self.read += read;
        self.matched += matched;
        self.excluded.dead += dead;
        self.excluded.no_address += no_address;
        self.excluded.security += security;
        self.excluded.no_marketing += no_marketing;
        self.excluded.under_age += under_age;
        self.register += register;
        self.person += person;
        self.household += household;
        self.no_group += no_group;
        self.kept += kept;
    }

    /// Whether every matched row is either kept or counted as taken away.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        let Self { read, matched, excluded, register, person, household, no_group, kept } = self;
        *matched == excluded.total() + register + person + household + no_group + kept && matched <= read
    }

    /// The funnel's steps up to the draw, under the names of a receipt.
    #[must_use]
    pub fn steps(&self) -> Vec<(&'static str, u64)> {
        let Self { read, matched, excluded, register, person, household, no_group, kept: _ } = self;
        let mut steps = vec![("population", *read), ("matched", *matched)];
        steps.extend(Reason::ALL.map(|reason| (reason.step(), excluded.of(reason))));
        steps.extend([
            ("register", *register),
            ("person", *person),
            ("household", *household),
            ("no-group", *no_group),
        ]);
        steps
    }
}
