//! What of a change record is left out, and why. Never holds a value.

use std::fmt;

use crate::register::hetu::HetuError;

/// A place within a change record: a group and a field, as the interface names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    /// The group; empty for fields of the record itself.
    pub group: &'static str,
    /// The field; empty for the whole group.
    pub name: &'static str,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot = if self.group.is_empty() || self.name.is_empty() { "" } else { "." };
        write!(f, "{}{dot}{}", self.group, self.name)
    }
}

/// Something that is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// Where.
    pub field: Field,
    /// Why.
    pub reason: Reason,
}

/// Why a change, or a part of it, is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the text of each says it")]
pub enum Reason {
    TooLong,
    NotJson,
    Missing,
    WrongType,
    WrongForm,
    Identity(HetuError),
    ImpossibleDate,
    UnknownGroup,
    UnknownAttribute,
    OffList,
    ToldBefore,
    OutOfOrder,
    KeyTwice,
    KeysMissing,
    Late,
    UnknownPerson,
    KnownPerson,
    OtherPerson,
    NotRegistered,
    /// A rule of the source files, in its words.
    Rule(&'static str),
}

impl Reason {
    /// Whether nothing is wrong: the line was passed over, or applied all the same.
    #[must_use]
    pub const fn is_note(self) -> bool {
        matches!(self, Self::ToldBefore | Self::OutOfOrder)
    }

    /// The reason in words.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::TooLong => "line is longer than a megabyte",
            Self::NotJson => "line is no JSON object",
            Self::Missing => "value is missing",
            Self::WrongType => "value has a wrong type",
            Self::WrongForm => "value has a wrong form",
            Self::Identity(error) => return error.to_string(),
            Self::ImpossibleDate => "date is impossible",
            Self::UnknownGroup => "group is unknown",
            Self::UnknownAttribute => "change attribute is unknown",
            Self::OffList => "value is not in its code list",
            Self::ToldBefore => "change was told before",
            Self::OutOfOrder => "change stands after a later one; applied in its place",
            Self::KeyTwice => "key is used by another change",
            Self::KeysMissing => "changes before this key are missing",
            Self::Late => "change comes after later ones were applied",
            Self::UnknownPerson => "person is unknown",
            Self::KnownPerson => "person is registered already",
            Self::OtherPerson => "identity code belongs to somebody else",
            Self::NotRegistered => "new person lacks this",
            Self::Rule(text) => text,
        }
        .to_owned()
    }
}
