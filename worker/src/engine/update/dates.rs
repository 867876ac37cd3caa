//! Dates as customers write them.

use jiff::civil::Date;
use poimuri_shared::snapshot::tables::NULL_I32;

use crate::engine::days::{civil, day_of};

/// Years a date of a person may have.
const YEARS: std::ops::RangeInclusive<i16> = 1850..=2200;

/// The day of `1990-11-30`, `30.11.1990`, `30/11/1990`, `19901130` or `30111990`; a time behind it is left out.
/// None for what is no date.
pub(crate) fn day(text: &str) -> Option<i32> {
    let text = text.trim();
    let text = text.split(['T', ' ']).next().unwrap_or(text);
    let mut numbers = [0_i16; 3];
    let mut parts = text.split(['-', '.', '/']);
    match [parts.next(), parts.next(), parts.next(), parts.next()] {
        [Some(one), Some(two), Some(three), None] => {
            for (number, part) in numbers.iter_mut().zip([one, two, three]) {
                let is_number =
                    !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
                *number = is_number.then(|| part.parse().ok()).flatten()?;
            }
        }
        [Some(digits), None, ..] if digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            let year_first = digits.get(..4)?.parse().is_ok_and(|year: i16| YEARS.contains(&year));
            let cuts = if year_first { [0, 4, 6, 8] } else { [0, 2, 4, 8] };
            for (number, cut) in numbers.iter_mut().zip(cuts.windows(2)) {
                *number = digits.get(cut[0]..cut[1])?.parse().ok()?;
            }
        }
        _ => return None,
    }
    let [year, month, day] = if numbers[0] > 31 { numbers } else { [numbers[2], numbers[1], numbers[0]] };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    YEARS.contains(&date.year()).then(|| day_of(date))
}

/// Whether one may be a slip of the other: two of year, month and day are equal, or day and month are swapped.
pub(crate) fn is_slip(one: i32, other: i32) -> bool {
    if one == NULL_I32 || other == NULL_I32 {
        return true;
    }
    let (one, other) = (civil(one), civil(other));
    let equal = [one.0 == other.0, one.1 == other.1, one.2 == other.2];
    let is_swapped = one.0 == other.0 && one.1 == other.2 && one.2 == other.1;
    is_swapped || equal.into_iter().filter(|equal| *equal).count() >= 2
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_are_read_however_they_are_written() {
        let expected = Some(day_of(date(1990, 11, 3)));
        let rows = [
            "1990-11-03",
            "3.11.1990",
            "03.11.1990",
            "3/11/1990",
            "19901103",
            "03111990",
            " 1990-11-03T00:00:00",
        ];
        for text in rows {
            assert_eq!(day(text), expected, "{text}");
        }
        for text in
            ["", "1990", "30.2.1990", "1990-13-01", "3.11.90", "x.y.z", "99999999", "1.1.1700", "1-2-3-4"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn slips_are_near() {
        let day = |year, month, day| day_of(date(year, month, day));
        assert!(is_slip(day(1990, 11, 3), day(1990, 11, 3)));
        assert!(is_slip(day(1990, 11, 3), day(1991, 11, 3)));
        assert!(is_slip(day(1990, 11, 3), day(1990, 3, 11)));
        assert!(!is_slip(day(1990, 11, 3), day(1960, 5, 3)));
        assert!(is_slip(NULL_I32, day(1960, 5, 3)));
    }
}
