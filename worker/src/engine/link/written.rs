//! Texts as they are compared, by the kind of their column.

use super::fold::{digits, fold};
use super::kind::Kind;
use super::locale::Locale;

/// A text of a column as it is compared.
pub(crate) fn prepare(locale: Locale, kind: Kind, text: &str, order: DateOrder) -> String {
    let text = &*locale.read(kind, text);
    match kind {
        Kind::Date => date(text, order),
        Kind::Phone => phone(text),
        Kind::Identifier | Kind::PostalCode => fold(text).replace(' ', ""),
        Kind::Email => text.trim().to_lowercase(),
        Kind::Number => number(text),
        Kind::Street => street(&locale.fold(text)),
        Kind::GivenName
        | Kind::Surname
        | Kind::FullName
        | Kind::Place
        | Kind::Category
        | Kind::Text
        | Kind::Ignored => {
            let folded = locale.fold(text);
            if is_placeholder(&folded) { String::new() } else { folded }
        }
    }
}

/// What stands between the words and the numbers of a prepared street address.
pub(crate) const NUMBERS: u8 = b'#';

/// The words without numbers, then the others.
fn street(folded: &str) -> String {
    let is_number = |word: &&str| word.bytes().any(|byte| byte.is_ascii_digit());
    let (numbers, names): (Vec<&str>, Vec<&str>) =
        folded.split(' ').filter(|word| !word.is_empty()).partition(is_number);
    if numbers.is_empty() { names.join(" ") } else { format!("{}#{}", names.join(" "), numbers.join(" ")) }
}

/// Words that lists write where there is no value.
fn is_placeholder(folded: &str) -> bool {
    matches!(
        folded,
        "na" | "n a"
            | "nan"
            | "null"
            | "none"
            | "nil"
            | "unknown"
            | "tuntematon"
            | "okand"
            | "ok{nd"
            | "ei tiedossa"
    )
}

/// Digits without the country's code and leading zeros: what two ways of writing a number share.
fn phone(text: &str) -> String {
    let digits = digits(text);
    let is_abroad = text.trim_start().starts_with('+') || digits.starts_with("00");
    let bare = digits.trim_start_matches('0');
    // The national part of a number is at most this long; codes of countries vary in length.
    let national = if is_abroad { bare.get(bare.len().saturating_sub(9)..).unwrap_or(bare) } else { bare };
    national.trim_start_matches('0').to_owned()
}

fn number(text: &str) -> String {
    let folded = fold(text);
    let bare = folded.trim_start_matches('0');
    if bare.is_empty() && !folded.is_empty() { "0".to_owned() } else { bare.to_owned() }
}

/// The order of the parts of a column's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum DateOrder {
    /// Year first, or day before month.
    #[default]
    DayFirst,
    MonthFirst,
}

impl DateOrder {
    /// The order that most dates of a column allow.
    pub(crate) fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let (mut day_first, mut month_first) = (0, 0);
        for text in texts {
            let parts: Vec<&str> = text.trim().split(['-', '.', '/', ' ']).collect();
            if let [a, b, c] = parts.as_slice()
                && c.len() == 4
                && let (Ok(a), Ok(b)) = (a.parse::<u32>(), b.parse::<u32>())
            {
                day_first += u32::from(a > 12 && b <= 12);
                month_first += u32::from(b > 12 && a <= 12);
            }
        }
        if month_first > day_first { Self::MonthFirst } else { Self::DayFirst }
    }
}

/// Eight digits, year first; parts that are not given are zeros. Other texts as their digits and letters.
fn date(text: &str, order: DateOrder) -> String {
    let text = text.trim().split(['T', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = text.split(['-', '.', '/']).collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !parts.iter().all(is_number) {
        return fold(text).replace(' ', "");
    }
    let pad = |part: &str| format!("{part:0>2}");
    match parts.as_slice() {
        [y, m, d] if y.len() == 4 => format!("{y}{}{}", pad(m), pad(d)),
        [d, m, y] if y.len() == 4 && order == DateOrder::DayFirst => format!("{y}{}{}", pad(m), pad(d)),
        [m, d, y] if y.len() == 4 => format!("{y}{}{}", pad(m), pad(d)),
        [y, m] if y.len() == 4 => format!("{y}{}00", pad(m)),
        [y] if y.len() == 4 => format!("{y}0000"),
        other => other.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_prepared_by_their_kind() {
        let rows = [
            (Kind::Date, "1980-01-31", "19800131"),
            (Kind::Date, "31.1.1980", "19800131"),
            (Kind::Date, "19800131", "19800131"),
            (Kind::Date, "1980", "19800000"),
            (Kind::Date, "n/a", "na"),
            (Kind::Phone, "+358 40 123 4567", "401234567"),
            (Kind::Phone, "040-123 4567", "401234567"),
            (Kind::PostalCode, "TQ13 8DF", "tq138df"),
            (Kind::Number, "007 b", "7 b"),
            (Kind::Surname, "N/A", ""),
            (Kind::Email, " A@B.fi", "a@b.fi"),
        ];
        for (kind, text, expected) in rows {
            assert_eq!(prepare(Locale::Latin, kind, text, DateOrder::DayFirst), expected, "{text}");
        }
        let american = DateOrder::of(["01/31/1980", "02/03/1981"].into_iter());
        assert_eq!(prepare(Locale::Latin, Kind::Date, "02/03/1981", american), "19810203");
    }
}
