//! What a row must keep to. Reasons never hold a value.

use crate::register::building_id::BuildingIdError;
use crate::register::codes::{is_permit_action, is_service_language, is_sex};
use crate::register::hetu::HetuError;

/// Why a row is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    Null,
    Identity(HetuError),
    Building(BuildingIdError),
    Length,
    Shape,
    OffList,
    Negative,
    TooLarge,
    ImpossibleDate,
    BeforeBirth,
    BackwardsDates,
    Duplicate,
    UnknownBuilding,
    UnknownDwelling,
    UnknownPerson,
}

impl Reason {
    pub(crate) fn text(self) -> String {
        if let Self::Identity(error) = self {
            error.to_string()
        } else if let Self::Building(error) = self {
            error.to_string()
        } else {
            self.words().to_owned()
        }
    }

    /// The rule in words, without the part of an identifier that breaks it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Null => "value is missing",
            Self::Identity(_) => "identity code is wrong",
            Self::Building(_) => "building identifier is wrong",
            Self::Length => "value has a wrong length",
            Self::Shape => "value has a wrong form",
            Self::OffList => "value is not in its code list",
            Self::Negative => "number is negative",
            Self::TooLarge => "number is too large",
            Self::ImpossibleDate => "date is impossible",
            Self::BeforeBirth => "date is before the birth",
            Self::BackwardsDates => "end is before the beginning",
            Self::Duplicate => "row is there already",
            Self::UnknownBuilding => "building is unknown or left out",
            Self::UnknownDwelling => "dwelling is unknown or left out",
            Self::UnknownPerson => "person is unknown or left out",
        }
    }
}

/// The form of a text. Codes need not be on today's lists: registers hold codes that were abolished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Anything.
    Any,
    /// At most so many characters.
    Most(usize),
    /// 1 to so many characters.
    Some(usize),
    /// Exactly so many digits.
    Digits(usize),
    /// A language: two small letters or digits.
    Language,
    /// `fi` or `sv`.
    ServiceLanguage,
    /// `1`, `2` or empty.
    Sex,
    /// A kind of action of a permit.
    PermitAction,
}

impl Shape {
    /// The rule a text breaks.
    pub(crate) fn broken(self, text: &str) -> Option<Reason> {
        let off_list = |is_on: bool| (!is_on).then_some(Reason::OffList);
        let length = |fits: bool| (!fits).then_some(Reason::Length);
        let form = |fits: bool| (!fits).then_some(Reason::Shape);
        match self {
            Self::Any => None,
            Self::Most(most) => length(text.len() <= most || text.chars().count() <= most),
            Self::Some(most) => length(!text.is_empty() && text.chars().count() <= most),
            Self::Digits(count) => {
                length(text.len() == count).or_else(|| form(text.bytes().all(|byte| byte.is_ascii_digit())))
            }
            Self::Language => length(text.len() == 2).or_else(|| {
                form(text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
            }),
            Self::ServiceLanguage => off_list(is_service_language(text)),
            Self::Sex => off_list(is_sex(text)),
            Self::PermitAction => off_list(is_permit_action(text)),
        }
    }
}

/// First and last day a date may be: 0001-01-01 and 9999-12-31, in days since 1970-01-01.
pub(crate) const DAYS: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;

/// First and last day of birth: 1800-01-01 and 2099-12-31, the centuries of identity codes.
pub(crate) const BIRTH_DAYS: std::ops::RangeInclusive<i32> = -62_091..=47_481;

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::*;

    #[test]
    fn texts_are_judged() {
        use Shape::{Digits, Language, Most, Sex};
        let rows = [
            (Digits(3), "091", None),
            (Digits(3), "91", Some(Reason::Length)),
            (Digits(3), "09a", Some(Reason::Shape)),
            (Language, "fi", None),
            (Language, "98", None),
            (Language, "FI", Some(Reason::Shape)),
            (Language, "fin", Some(Reason::Length)),
            (Sex, "", None),
            (Sex, "3", Some(Reason::OffList)),
            (Most(3), "äöå", None),
            (Most(3), "äöåx", Some(Reason::Length)),
            (Shape::Some(4), "", Some(Reason::Length)),
            (Shape::PermitAction, "new", None),
            (Shape::PermitAction, "New", Some(Reason::OffList)),
        ];
        for (shape, text, expected) in rows {
            assert_eq!(shape.broken(text), expected, "{shape:?} {text}");
        }
    }

    #[test]
    fn days_are_those_of_the_dates() {
        let day = |date: Date| (date - Date::constant(1970, 1, 1)).get_days();
        assert_eq!(DAYS, day(date(1, 1, 1))..=day(date(9999, 12, 31)));
        assert_eq!(BIRTH_DAYS, day(date(1800, 1, 1))..=day(date(2099, 12, 31)));
    }
}
