//! Dates as days since 1970-01-01, without the cost of a calendar library for each of millions.

use jiff::civil::Date;

/// The last day the register knows: 2025-12-31.
pub(super) const LAST_DAY: i32 = first_day(2026) - 1;
/// The year of [`LAST_DAY`]: whoever has the age `a` then was born in the year `THIS_YEAR − a`.
pub(super) const THIS_YEAR: i16 = 2025;
/// 9999-12-31: until further notice.
pub(super) const FOREVER: i32 = first_day(10_000) - 1;

/// Days of a year.
pub(super) const fn days_of(year: i16) -> i32 {
    if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) { 366 } else { 365 }
}

/// Days since 1970-01-01 of the first day of a year.
pub(super) const fn first_day(year: i32) -> i32 {
    let before = year - 1;
    (year - 1970) * 365 + (before / 4 - before / 100 + before / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400)
}

/// The date of a day of a year, counted from 0.
pub(super) fn date_of(year: i16, day_of_year: i32) -> Date {
    let mut day = day_of_year;
    for month in 1..=12_i8 {
        let length = match month {
            2 => days_of(year) - 337,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if day < length {
            return Date::new(year, month, i8::try_from(day + 1).unwrap_or(1)).unwrap_or(Date::ZERO);
        }
        day -= length;
    }
    Date::ZERO
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_agree_with_the_calendar() {
        let epoch = date(1970, 1, 1);
        let days = |of: Date| (of - epoch).get_days();
        assert_eq!(days(date(2025, 12, 31)), LAST_DAY);
        assert_eq!(days(date(9999, 12, 31)), FOREVER);
        for year in [1872_i16, 1899, 1900, 1969, 1970, 1999, 2000, 2024, 2025] {
            assert_eq!(days(date(year, 1, 1)), first_day(i32::from(year)), "{year}");
            for day in 0..days_of(year) {
                assert_eq!(days(date_of(year, day)), first_day(i32::from(year)) + day, "{year} {day}");
            }
        }
    }
}
