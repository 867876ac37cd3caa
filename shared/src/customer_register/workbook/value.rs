//! Values of cells as a customer would write them.

use std::borrow::Cow;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use super::formats::Shown;

/// The last day a workbook can name, 9999-12-31, counted from 1900.
const LAST_DAY: f64 = 2_958_465.0;
/// The day between 28 February and 1 March 1900 that workbooks count and no calendar has.
const NO_DAY: i64 = 60;
/// Whole numbers that a cell holds exactly as they were typed.
const WHOLE_MAX: f64 = 1e15;
const SECONDS: i64 = 86_400;

/// A string without what would break its row: line ends become blanks, `_x000D_` and the like are the signs they stand
/// for.
pub(super) fn tidied(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r', '\u{b}', '\u{c}']) && !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        whole.push_str(before);
        let sign = from.get(2..6).filter(|_| from.get(6..7) == Some("_"));
        let sign = sign.and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?));
        match sign {
            Some(sign) => whole.push(sign),
            None => whole.push_str("_x"),
        }
        rest = from.get(if sign.is_some() { 7 } else { 2 }..).unwrap_or_default();
    }
    whole.push_str(rest);
    Cow::Owned(whole.replace("\r\n", " ").replace(['\n', '\r', '\u{b}', '\u{c}'], " "))
}

/// A number as it is shown; what is none stays as it is.
pub(super) fn number(raw: &str, shown: Shown, is_1904: bool) -> String {
    let Some(value) = raw.trim().parse::<f64>().ok().filter(|value| value.is_finite()) else {
        return raw.to_owned();
    };
    let plain = plain(value);
    match shown {
        Shown::Number => plain,
        Shown::Digits(width) => {
            let is_code = plain.bytes().all(|byte| byte.is_ascii_digit());
            if is_code { format!("{plain:0>width$}", width = usize::from(width)) } else { plain }
        }
        Shown::Date => day(value, is_1904).unwrap_or(plain),
    }
}

/// Whole numbers without a point, others with the fifteen digits that a workbook shows at most.
fn plain(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < WHOLE_MAX {
        // Minus zero is zero.
        return format!("{:.0}", value + 0.0);
    }
    format!("{value:.14e}").parse::<f64>().unwrap_or(value).to_string()
}

/// A day counted from 1900 or 1904, with its time if it has one; none for what is no day.
fn day(value: f64, is_1904: bool) -> Option<String> {
    if !(0.0..=LAST_DAY).contains(&value) {
        return None;
    }
    let seconds: i64 = format!("{:.0}", value * 86_400.0).parse().ok()?;
    let (days, second) = (seconds.div_euclid(SECONDS), seconds.rem_euclid(SECONDS));
    let time = format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
    if days == 0 && second > 0 {
        return Some(time);
    }
    let from = |origin: Date, days: i64| origin.checked_add(days.days()).map(|day| day.to_string()).ok();
    let day = match days {
        days if is_1904 => from(date(1904, 1, 1), days)?,
        NO_DAY => "1900-02-29".to_owned(),
        days if days < NO_DAY => from(date(1899, 12, 31), days)?,
        days => from(date(1899, 12, 30), days)?,
    };
    Some(if second == 0 { day } else { format!("{day} {time}") })
}

/// A date that the file has as text: midnight is no time.
pub(super) fn iso(raw: &str) -> String {
    let (day, time) = raw.split_once('T').unwrap_or((raw, ""));
    let is_midnight = time.trim_end_matches('Z').chars().all(|sign| matches!(sign, '0' | ':' | '.'));
    if is_midnight { day.to_owned() } else { format!("{day} {time}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_as_they_are_typed() {
        let rows = [
            ("12345", Shown::Number, "12345"),
            ("12345.0", Shown::Number, "12345"),
            ("1.2345E4", Shown::Number, "12345"),
            ("0.30000000000000004", Shown::Number, "0.3"),
            ("-0", Shown::Number, "0"),
            ("1.5", Shown::Date, "1900-01-01 12:00:00"),
            ("100", Shown::Digits(5), "00100"),
            ("331001", Shown::Digits(5), "331001"),
            ("-5", Shown::Digits(5), "-5"),
            ("19148", Shown::Date, "1952-06-03"),
            ("1", Shown::Date, "1900-01-01"),
            ("59", Shown::Date, "1900-02-28"),
            ("60", Shown::Date, "1900-02-29"),
            ("61", Shown::Date, "1900-03-01"),
            ("0.75", Shown::Date, "18:00:00"),
            ("36526.999999999", Shown::Date, "2000-01-02"),
            ("2958466", Shown::Date, "2958466"),
            ("-1", Shown::Date, "-1"),
            ("NaN", Shown::Number, "NaN"),
            ("abc", Shown::Number, "abc"),
        ];
        for (raw, shown, expected) in rows {
            assert_eq!(number(raw, shown, false), expected, "{raw}");
        }
        assert_eq!(number("17686", Shown::Date, true), "1952-06-03");
        assert_eq!(iso("1952-06-03T00:00:00.000Z"), "1952-06-03");
        assert_eq!(iso("1952-06-03T12:30:00"), "1952-06-03 12:30:00");
    }

    #[test]
    fn strings_stay_within_their_row() {
        let rows = [
            ("Mäki", "Mäki"),
            ("Katu 1\r\n00100 Helsinki\n", "Katu 1 00100 Helsinki "),
            ("a_x000D__x000a_b", "a b"),
            ("_x005F_x0041_", "_x0041_"),
            ("a_xyz_x", "a_xyz_x"),
            ("_x00", "_x00"),
        ];
        for (text, expected) in rows {
            assert_eq!(tidied(text), expected, "{text}");
        }
    }
}
