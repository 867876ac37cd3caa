//! Dates as days since 1970-01-01, and ages as ranges of birth dates.

use std::ops::RangeInclusive;

use jiff::civil::{Date, date};
use poimuri_shared::snapshot::tables::NULL_I32;

const EPOCH: Date = date(1970, 1, 1);

/// A date as a day of the snapshot's tables.
#[must_use]
pub fn day_of(date: Date) -> i32 {
    // Dates of jiff are within ±9999 years: under four million days.
    i32::try_from(date.duration_since(EPOCH).as_secs().div_euclid(86_400)).unwrap_or(i32::MAX)
}

/// Year, month and day of a day, in the Gregorian calendar (after Howard Hinnant's `civil_from_days`).
pub(crate) fn civil(day: i32) -> (i32, u32, u32) {
    let shifted = i64::from(day) + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |number: i64| u32::try_from(number).unwrap_or(0);
    (i32::try_from(year).unwrap_or(i32::MAX), small(month), small(day))
}

/// The latest birth day with at least this many completed years on a date. Who is born on
/// 29.2. turns on 1.3. in common years, so the day before is not enough.
fn latest_birth(age: i64, on: Date) -> i32 {
    let year = i64::from(on.year()).saturating_sub(age);
    let Ok(year) = i16::try_from(year.clamp(-9998, 9998)) else { return i32::MAX };
    let latest = Date::new(year, on.month(), on.day());
    // Only 29.2. has no counterpart in other years.
    day_of(latest.unwrap_or_else(|_| date(year, 2, 28)))
}

/// The birth days of an age range in completed years on a date, both ends included.
pub(crate) fn births(low: Option<i64>, high: Option<i64>, on: Date) -> RangeInclusive<i32> {
    let latest = low.map_or(i32::MAX, |low| latest_birth(low, on));
    let earliest = high.map_or(NULL_I32 + 1, |high| latest_birth(high.saturating_add(1), on) + 1);
    earliest..=latest
}

/// Completed years on a date.
pub(crate) fn age(birth: i32, on: Date) -> i32 {
    let (year, month, day) = civil(birth);
    let (on_month, on_day) = (u32::from(on.month().unsigned_abs()), u32::from(on.day().unsigned_abs()));
    i32::from(on.year()) - year - i32::from((on_month, on_day) < (month, day))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_date() -> impl Strategy<Value = Date> {
        (1850_i16..2100, 1_i8..=12, 1_i8..=31)
            .prop_filter_map("no such day", |(y, m, d)| Date::new(y, m, d).ok())
    }

    #[test]
    fn leap_days_turn_on_the_first_of_march() {
        let born = day_of(date(2004, 2, 29));
        let rows = [
            (date(2024, 2, 28), 19),
            (date(2024, 2, 29), 20),
            (date(2025, 2, 28), 20),
            (date(2025, 3, 1), 21),
            (date(2004, 2, 28), -1),
        ];
        for (on, expected) in rows {
            assert_eq!(age(born, on), expected, "{on}");
            assert!(births(Some(expected.into()), Some(expected.into()), on).contains(&born), "{on}");
        }
    }

    proptest! {
        #[test]
        fn days_are_dates(date in any_date()) {
            let (y, m, d) = civil(day_of(date));
            prop_assert_eq!((y, m, d), (
                i32::from(date.year()),
                u32::try_from(date.month()).unwrap(),
                u32::try_from(date.day()).unwrap(),
            ));
        }

        #[test]
        fn ages_are_ranges_of_births(birth in any_date(), on in any_date(), low in -3_i64..120, more in 0_i64..40) {
            let age = i64::from(age(day_of(birth), on));
            let within = births(Some(low), Some(low + more), on).contains(&day_of(birth));
            prop_assert_eq!(within, (low..=low + more).contains(&age));
            prop_assert_eq!(births(Some(low), None, on).contains(&day_of(birth)), age >= low);
            prop_assert_eq!(births(None, Some(low), on).contains(&day_of(birth)), age <= low);
        }
    }
}
