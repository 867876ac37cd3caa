//! Whether anybody of a shard can meet a tree, by the places its persons live in.
//!
//! A shard is a contiguous piece of the country: criteria on place rule out most shards before they are opened.

use std::ops::RangeInclusive;

use poimuri_shared::order::criteria::PersonField;

use super::node::{Column, Node};
use super::set::Set;

/// What is known of the places of a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Municipalities of domicile.
    Municipality,
    /// Their regions.
    Region,
    /// Postal codes.
    PostalCode,
}

/// The least and the greatest code of a shard's persons; none if no person has one.
pub type Codes = Option<RangeInclusive<u32>>;

impl Node {
    /// False only if nobody can meet the tree. `codes` is asked for what is known of the shard.
    ///
    /// # Errors
    /// Those of `codes`.
    pub(crate) fn may_match<E>(&self, codes: &impl Fn(Place) -> Result<Codes, E>) -> Result<bool, E> {
        match self {
            Self::Never => Ok(false),
            Self::Leaf(column, Set::Codes(accepted)) => {
                let Some(place) = column.place() else { return Ok(true) };
                // Without a code the test is unknown, and so is its opposite.
                let Some(codes) = codes(place)? else { return Ok(false) };
                let overlaps = |(low, high): &(u32, u32)| low <= codes.end() && high >= codes.start();
                Ok(accepted.ranges().iter().any(overlaps))
            }
            Self::All(parts) => {
                for part in parts {
                    if !part.may_match(codes)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Any(parts) => {
                for part in parts {
                    if part.may_match(codes)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Leaf(..)
            | Self::Children { .. }
            | Self::Home(_)
            | Self::Dwelling { .. }
            | Self::Owns { .. } => Ok(true),
        }
    }
}

impl Column {
    /// What the column is of the places of a shard.
    const fn place(self) -> Option<Place> {
        match self {
            Self::Person(PersonField::Municipality) => Some(Place::Municipality),
            Self::Person(PersonField::Region) => Some(Place::Region),
            Self::Person(PersonField::PostalCode) => Some(Place::PostalCode),
            Self::Person(
                PersonField::Age
                | PersonField::BirthDate
                | PersonField::Sex
                | PersonField::MotherTongue
                | PersonField::MovedIn
                | PersonField::Surname
                | PersonField::CallName
                | PersonField::FirstName
                | PersonField::Occupation,
            )
            | Self::Building(_)
            | Self::Dwelling(_)
            | Self::Living => None,
        }
    }
}
