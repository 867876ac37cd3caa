//! Dates of which the register may know the month or the year alone.

use jiff::civil::Date;

/// Days since 1970-01-01.
#[must_use]
pub fn days(date: Date) -> i32 {
    // Years of four digits lie within 32 bits of days.
    (date - Date::constant(1970, 1, 1)).get_days()
}

/// A date known to its day, its month or its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartialDate {
    /// The day.
    Day(Date),
    /// The month, by its first day.
    Month(Date),
    /// The year, by its first day.
    Year(Date),
}

impl PartialDate {
    /// The first day it may be.
    #[must_use]
    pub const fn first(self) -> Date {
        match self {
            Self::Day(date) | Self::Month(date) | Self::Year(date) => date,
        }
    }

    /// The last day it may be.
    #[must_use]
    pub fn last(self) -> Date {
        match self {
            Self::Day(date) => date,
            Self::Month(date) => date.last_of_month(),
            Self::Year(date) => date.last_of_year(),
        }
    }

    /// The first day it may be that is not before another, if there is one: nobody moves or dies before birth.
    #[must_use]
    pub fn first_from(self, earliest: i32) -> i32 {
        let (first, last) = (days(self.first()), days(self.last()));
        if first < earliest && earliest <= last { earliest } else { first }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_partial_date_is_a_span_of_days() {
        let month = PartialDate::Month(date(2024, 2, 1));
        assert_eq!((month.first(), month.last()), (date(2024, 2, 1), date(2024, 2, 29)));
        assert_eq!(PartialDate::Year(date(1987, 1, 1)).last(), date(1987, 12, 31));
        let birth = days(date(2024, 2, 20));
        assert_eq!(month.first_from(birth), birth);
        assert_eq!(PartialDate::Day(date(2024, 2, 1)).first_from(birth), days(date(2024, 2, 1)));
        assert_eq!(days(date(1970, 1, 2)), 1);
    }
}
