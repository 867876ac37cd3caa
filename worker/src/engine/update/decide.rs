//! Whom a row stands for: at most one person, and nobody who may not be disclosed.
//!
//! Steps in their order: identity code (M1, or M2 if it is a previous one), full name and date of birth (M3), full name
//! and address (M4); unique hits alone. Prohibitions come before every other answer: where a person who may not be
//! disclosed is among those looked at, the row is as if nobody was found.

use poimuri_shared::customer_register::Reason;

use super::Allowed;
use super::agree::{Former, Names};
use super::candidates::Candidate;
use super::row::RowKeys;

/// The key a person was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FoundBy {
    Code,
    PreviousCode,
    BirthDate,
    Address,
}

impl FoundBy {
    /// The key of a name; an unknown one is the identity code.
    pub(crate) fn named(name: &str) -> Self {
        let all = [Self::PreviousCode, Self::BirthDate, Self::Address];
        all.into_iter().find(|by| by.name() == name).unwrap_or(Self::Code)
    }

    /// Its name in results and reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Code => "M1",
            Self::PreviousCode => "M2",
            Self::BirthDate => "M3",
            Self::Address => "M4",
        }
    }

    /// Whether a name that differs may be told: where an identity code, or a date of birth, says who is meant.
    pub(crate) const fn tells_names(self) -> bool {
        !matches!(self, Self::Address)
    }

    /// Whether an identity code says who is meant: then a death is sure, not to be verified, and a changed code may be told.
    pub(crate) const fn is_sure(self) -> bool {
        matches!(self, Self::Code | Self::PreviousCode)
    }
}

/// Why a row holds no valid key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Code(Reason),
    BirthDate,
    Name,
    NoKey,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Found {
        position: u32,
        by: FoundBy,
        /// How the names agree, if the person was found by them.
        names: Option<Former>,
    },
    /// Nobody, or nobody who may be disclosed.
    NotFound,
    Several,
    Disagree,
    Invalid(Fault),
    NotPermitted,
}

/// The person with a row's identity code.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CodeHit {
    pub(crate) position: u32,
    pub(crate) is_previous: bool,
    pub(crate) is_barred: bool,
    pub(crate) names: Names,
}

/// Decides on a row.
pub(crate) fn decide(
    row: &RowKeys<'_>,
    allowed: Allowed,
    hit: Option<CodeHit>,
    by_birth: &[Candidate],
    by_address: &[Candidate],
) -> Verdict {
    if !allowed.any() {
        return if allowed.is_barred { Verdict::NotPermitted } else { Verdict::Invalid(fault(row)) };
    }
    let verdict = match hit {
        Some(hit) if hit.is_barred => return Verdict::NotFound,
        Some(hit) => by_code(hit, by_birth, by_address),
        None => by_names(by_birth, by_address),
    };
    // A clean hit by code tells of nobody else; every other answer might.
    let is_clean = matches!(verdict, Verdict::Found { by: FoundBy::Code | FoundBy::PreviousCode, .. });
    let is_barred = by_birth.iter().chain(by_address).any(|candidate| candidate.is_barred);
    if is_barred && !is_clean { Verdict::NotFound } else { verdict }
}

fn holds(candidates: &[Candidate], position: u32) -> bool {
    candidates.iter().any(|candidate| candidate.position == position)
}

fn by_code(hit: CodeHit, by_birth: &[Candidate], by_address: &[Candidate]) -> Verdict {
    let contradicts = |candidates: &[Candidate]| !candidates.is_empty() && !holds(candidates, hit.position);
    let is_doubtful = match hit.names {
        Names::Not => true,
        // A mistyped code may hit somebody who shares a name: another key must not say who is meant.
        Names::Part => contradicts(by_birth) || contradicts(by_address),
        Names::Whole => contradicts(by_birth),
    };
    if is_doubtful {
        return Verdict::Disagree;
    }
    let by = if hit.is_previous { FoundBy::PreviousCode } else { FoundBy::Code };
    Verdict::Found { position: hit.position, by, names: None }
}

fn by_names(by_birth: &[Candidate], by_address: &[Candidate]) -> Verdict {
    match (by_birth, by_address) {
        ([], []) => Verdict::NotFound,
        ([one], others) if others.is_empty() || holds(others, one.position) => found(one, FoundBy::BirthDate),
        (others, [one]) if others.is_empty() || holds(others, one.position) => found(one, FoundBy::Address),
        ([_], _) | (_, [_]) => Verdict::Disagree,
        _ => Verdict::Several,
    }
}

const fn found(candidate: &Candidate, by: FoundBy) -> Verdict {
    Verdict::Found { position: candidate.position, by, names: Some(Former(candidate.is_former)) }
}

/// Why a row without any complete key has none.
fn fault(row: &RowKeys<'_>) -> Fault {
    match row.code_fault {
        Some(reason) => Fault::Code(reason),
        None if row.is_named() && row.is_birth_faulty => Fault::BirthDate,
        None if !row.is_named() && (row.birth_is_given() || row.address.is_some()) => Fault::Name,
        None => Fault::NoKey,
    }
}

#[cfg(test)]
mod tests;
