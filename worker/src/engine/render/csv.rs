//! Fields of CSV, straight into bytes.

use crate::engine::days::civil;

/// Writes a field, and quotes it if it holds a separator, a quote or a line end.
#[inline]
pub(crate) fn field(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let begin = out.len();
    write(out);
    let is_special = |byte: &u8| matches!(byte, b',' | b'"' | b'\r' | b'\n');
    // Without a way out early, which lets the whole field be compared at once.
    if out[begin..].iter().fold(false, |found, byte| found | is_special(byte)) {
        quote(out, begin);
    }
}

#[cold]
fn quote(out: &mut Vec<u8>, begin: usize) {
    let plain = out.split_off(begin);
    out.push(b'"');
    for byte in plain {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// Writes a number.
pub(super) fn number(out: &mut Vec<u8>, number: i32) {
    if number < 0 {
        out.push(b'-');
    }
    digits(out, u64::from(number.unsigned_abs()), 1);
}

/// Writes a number that counts something.
pub(crate) fn count(out: &mut Vec<u8>, count: u64) {
    digits(out, count, 1);
}

/// Writes a day as an ISO 8601 date.
pub(super) fn date(out: &mut Vec<u8>, day: i32) {
    let (year, month, day) = civil(day);
    digits(out, u64::from(year.unsigned_abs()), 4);
    out.push(b'-');
    digits(out, u64::from(month), 2);
    out.push(b'-');
    digits(out, u64::from(day), 2);
}

/// Writes a number with at least so many digits.
#[inline]
fn digits(out: &mut Vec<u8>, number: u64, least: usize) {
    let mut buffer = [b'0'; 20];
    let (mut left, mut begin) = (number, buffer.len());
    // Two at a time: a division takes longer than writing a digit.
    while left >= 10 {
        begin -= 2;
        let pair = u8::try_from(left % 100).unwrap_or(0);
        buffer[begin] += pair / 10;
        buffer[begin + 1] += pair % 10;
        left /= 100;
    }
    if left > 0 {
        begin -= 1;
        buffer[begin] += u8::try_from(left).unwrap_or(0);
    }
    out.extend_from_slice(&buffer[begin.min(buffer.len() - least)..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::days::day_of;

    fn quoted(text: &str) -> String {
        let mut out = b"before,".to_vec();
        field(&mut out, |out| out.extend_from_slice(text.as_bytes()));
        String::from_utf8(out[7..].to_vec()).unwrap()
    }

    #[test]
    fn only_what_must_be_is_quoted() {
        let rows = [
            ("Virtanen", "Virtanen"),
            ("", ""),
            (" O'Neill ", " O'Neill "),
            ("a,b", "\"a,b\""),
            ("Tie \"vanha\"", "\"Tie \"\"vanha\"\"\""),
            ("a\nb", "\"a\nb\""),
            ("\r", "\"\r\""),
        ];
        for (text, expected) in rows {
            assert_eq!(quoted(text), expected);
        }
    }

    proptest! {
        #[test]
        fn numbers_are_written_as_usual(value in any::<i32>()) {
            let mut out = Vec::new();
            number(&mut out, value);
            prop_assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }

        #[test]
        fn dates_are_written_as_usual(day in -60_000_i32..60_000) {
            let mut out = Vec::new();
            date(&mut out, day);
            let parsed: jiff::civil::Date = String::from_utf8(out).unwrap().parse().unwrap();
            prop_assert_eq!(day_of(parsed), day);
        }
    }
}
