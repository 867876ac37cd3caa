//! Dates as customers write them.

use jiff::civil::Date;

/// Years a date of a person may have.
const YEARS: std::ops::RangeInclusive<i16> = 1850..=2200;

/// The day of `1990-11-30`, `30.11.1990`, `30/11/1990`, `19901130` or `30111990`; a time behind it is left out.
/// None for what is no date.
#[must_use]
pub fn date(text: &str) -> Option<Date> {
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
    YEARS.contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_however_they_are_written() {
        let expected = Some(jiff::civil::date(1990, 11, 3));
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
            assert_eq!(date(text), expected, "{text}");
        }
        for text in
            ["", "1990", "30.2.1990", "1990-13-01", "3.11.90", "x.y.z", "99999999", "1.1.1700", "1-2-3-4"]
        {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
