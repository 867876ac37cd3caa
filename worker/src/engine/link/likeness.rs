//! Two values compared apart from any list, as a linkage of Finnish lists compares them.

use super::fold::sound;
use super::kind::Kind;
use super::level;
use super::locale::Locale;
use super::values::{Brief, Shape};
use super::written::{DateOrder, prepare};

/// The level of what differs by one letter, digit or sign, or a swap.
const NEAR: u8 = 6;
/// The level of words that are alike; near only if they sound the same.
const SIMILAR: u8 = 4;

/// A value as it is compared.
#[derive(Debug, Clone)]
pub(crate) struct Likeness {
    shape: Shape,
    text: String,
    brief: Brief,
}

impl Likeness {
    /// A value of a kind.
    pub(crate) fn of(kind: Kind, text: &str) -> Self {
        let text = prepare(Locale::Fi, kind, text, DateOrder::DayFirst);
        let shape = Shape::of(kind);
        Self { shape, brief: Brief::new(shape, text.as_bytes(), 0), text }
    }

    /// Whether both are there and equal, a slip apart, or alike and of the same sound.
    pub(crate) fn is_near(&self, other: &Self) -> bool {
        let (one, two) = (self.text.as_bytes(), other.text.as_bytes());
        if one.is_empty() || two.is_empty() {
            return false;
        }
        if one == two {
            return true;
        }
        let level = level::between(self.shape, (one, &self.brief), (two, &other.brief));
        level >= NEAR || self.shape == Shape::Words && level >= SIMILAR && sound(one) == sound(two)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_or_another_spelling_is_near() {
        let rows = [
            (Kind::Surname, "Virtanen", "VIRTANEN", true),
            (Kind::Surname, "Virtanen", "Wirtanen", true),
            (Kind::Surname, "Mäkinen", "Makinen", true),
            (Kind::Surname, "Karttunen", "Kartunen", true),
            (Kind::Surname, "Stephansson", "Steffanson", true),
            (Kind::Surname, "Virtanen", "Korhonen", false),
            (Kind::Surname, "Virtanen", "", false),
            (Kind::GivenName, "Juhani", "Juhana", true),
            (Kind::GivenName, "Matti", "Maija", false),
            (Kind::Date, "19700102", "19700201", true),
            (Kind::Date, "19700102", "19700112", true),
            (Kind::Date, "19700102", "19710202", false),
            (Kind::Street, "mannerheimintie", "manerheimintie", true),
            (Kind::Street, "koivukuja", "satamakatu", false),
        ];
        for (kind, one, other, expected) in rows {
            let (one, other) = (Likeness::of(kind, one), Likeness::of(kind, other));
            assert_eq!(one.is_near(&other), expected, "{one:?} {other:?}");
            assert_eq!(other.is_near(&one), expected, "{other:?} {one:?}");
        }
    }
}
