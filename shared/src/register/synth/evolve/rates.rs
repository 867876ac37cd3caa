//! How often what happens: a year's events for a million residents, and how days differ.
//!
//! Moves, births, deaths, names and the border after Statistics Finland and Posti, 2019 to 2024; the rest are estimates.

use jiff::civil::Date;

/// People who move, of all ages.
pub(super) const MOVES: u64 = 177_000;
pub(super) const DEATHS: u64 = 10_300;
/// Deaths that are annulled.
pub(super) const ANNULLED: u64 = 15;
pub(super) const BIRTHS: u64 = 7_760;
pub(super) const IMMIGRATION: u64 = 11_000;
pub(super) const EMIGRATION: u64 = 2_450;
/// Names changed by application.
pub(super) const NAMES: u64 = 3_500;
/// Couples.
pub(super) const MARRIAGES: u64 = 3_550;
/// Couples.
pub(super) const DIVORCES: u64 = 2_300;
pub(super) const CODES: u64 = 200;
/// Persons who turn out to be another.
pub(super) const MERGES: u64 = 20;
pub(super) const PROHIBITIONS_SET: u64 = 12_000;
pub(super) const PROHIBITIONS_REVOKED: u64 = 4_000;
/// Households.
pub(super) const SECURITY_SET: u64 = 130;
/// Households.
pub(super) const SECURITY_REVOKED: u64 = 90;
pub(super) const LANGUAGES: u64 = 600;
pub(super) const OCCUPATIONS: u64 = 3_000;

/// How many more move on a day than on the mean day, per mille: at the turn of months, and in summer.
pub(super) fn moving(date: Date) -> u64 {
    let day = match date.day() {
        1 => 3_000,
        day if day == date.days_in_month() => 1_500,
        _ => 880,
    };
    let month = match date.month() {
        6 | 7 => 1_250,
        8 => 1_450,
        9 => 1_150,
        12 => 750,
        1 | 2 => 850,
        _ => 950,
    };
    day * month / 1_000
}

/// Deaths in a year for a hundred thousand people of an age; the highest is [`HAZARD_MOST`].
pub(super) const fn hazard(age: i32) -> u32 {
    match age {
        ..1 => 200,
        1..40 => 40,
        40..50 => 130,
        50..60 => 380,
        60..70 => 900,
        70..80 => 2_200,
        80..85 => 5_500,
        85..90 => 10_500,
        _ => HAZARD_MOST,
    }
}

/// Of the oldest.
pub(super) const HAZARD_MOST: u32 = 21_000;

/// How likely somebody of an age is to move, per mille of the likeliest.
pub(super) const fn restless(age: i32) -> u32 {
    match age {
        ..7 => 500,
        7..18 => 320,
        18..27 => 1_000,
        27..35 => 700,
        35..50 => 330,
        50..65 => 200,
        65..80 => 130,
        _ => 180,
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_of_a_year_are_the_mean_day_in_the_mean() {
        let days = (0..365).map(|day| moving(date(2026, 1, 1) + day.days()));
        assert!((970..1_030).contains(&(days.sum::<u64>() / 365)));
    }
}
