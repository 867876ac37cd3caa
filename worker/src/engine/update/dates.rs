//! Dates as customers write them.

use poimuri_shared::customer_register::date;
use poimuri_shared::snapshot::tables::NULL_I32;

use crate::engine::days::{civil, day_of};

/// The day of a date; none for what is no date.
pub(crate) fn day(text: &str) -> Option<i32> {
    date(text).map(day_of)
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
    fn slips_are_near() {
        let day = |year, month, day| day_of(date(year, month, day));
        assert!(is_slip(day(1990, 11, 3), day(1990, 11, 3)));
        assert!(is_slip(day(1990, 11, 3), day(1991, 11, 3)));
        assert!(is_slip(day(1990, 11, 3), day(1990, 3, 11)));
        assert!(!is_slip(day(1990, 11, 3), day(1960, 5, 3)));
        assert!(is_slip(NULL_I32, day(1960, 5, 3)));
    }
}
