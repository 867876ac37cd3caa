//! How alike two values of a field are: a level from 1, different, to 7, equal; 0 where one is missing.

mod alike;
#[cfg(test)]
mod tests;
mod words;

use alike::{is_respelled, prefix, similarity, similarity_bound, within};
use words::{SIMILAR, full_name, words};

use super::values::{Brief, Shape, Values};
use super::written::NUMBERS;

/// Bits of a level in a pattern.
pub(crate) const BITS: u32 = 3;
/// Number of levels, the missing one included.
pub(crate) const LEVELS: usize = 8;
/// A value is missing on one side.
pub(crate) const MISSING: u8 = 0;
/// The lowest level of a comparison.
pub(crate) const DIFFERENT: u8 = 1;
/// The least level of words that are alike.
pub(crate) const ALIKE: u8 = 4;
/// The level of the same name in another name's place: as far as one with a slip.
pub(crate) const CROSSED: u8 = 6;
/// The highest.
pub(crate) const EQUAL: u8 = 7;

/// The name of a level in reports.
pub(crate) const fn name(shape: Shape, level: u8) -> &'static str {
    match (shape, level) {
        (_, MISSING) => "missing",
        (_, EQUAL) => "equal",
        (_, DIFFERENT) => "different",
        (Shape::Words, 2) => "initial",
        (Shape::FullName, 2) => "one name in common",
        (Shape::Words | Shape::FullName, 3) => "somewhat similar",
        (Shape::Words | Shape::FullName, 4) => "similar",
        (Shape::Words | Shape::FullName, 5) => "one is a part of the other",
        (Shape::Words | Shape::FullName, _) => "one letter off",
        (Shape::Date, 2) => "same day, another year",
        (Shape::Date, 3) => "close years",
        (Shape::Date, 4) => "same year",
        (Shape::Date, 5) => "a part is missing",
        (Shape::Date, _) => "one digit off or swapped",
        (Shape::Code, 3) => "same beginning",
        (Shape::Code, 5) => "two signs off",
        (Shape::Code, _) => "one sign off",
        (Shape::Email, 4) => "similar",
        (Shape::Email, 5) => "two signs off",
        (Shape::Email, _) => "same before the @",
        (Shape::Street, 2) => "same number",
        (Shape::Street, 3) => "similar street",
        (Shape::Street, 4) => "same street, another number",
        (Shape::Street, 5) => "same street, no number",
        (Shape::Street, _) => "similar street, same number",
        (Shape::Number, 4) => "near",
        (Shape::Number, _) => "one off",
        (Shape::Same, _) => "different",
    }
}

/// The level of two different codes.
pub(crate) fn of(values: &Values, a: u32, b: u32) -> u8 {
    let (brief_a, brief_b) = (values.brief(a), values.brief(b));
    let is_plain = !(brief_a.may_have_dots() || brief_b.may_have_dots());
    if values.shape == Shape::Words && is_plain && is_far(brief_a, brief_b, brief_a.apart(brief_b)) {
        return DIFFERENT;
    }
    between(values.shape, (values.text(a), brief_a), (values.text(b), brief_b))
}

/// The level of two different texts.
#[inline]
pub(crate) fn between(shape: Shape, (a, brief_a): (&[u8], &Brief), (b, brief_b): (&[u8], &Brief)) -> u8 {
    let gap = brief_a.apart(brief_b);
    let has_words = matches!(shape, Shape::Words | Shape::FullName | Shape::Street);
    if has_words && (brief_a.may_have_dots() || brief_b.may_have_dots()) && is_respelled(a, b) {
        return 6;
    }
    match shape {
        Shape::Words => words(a, b, gap),
        Shape::FullName => full_name(a, b, gap),
        Shape::Date => date(a, b),
        Shape::Code => code(a, b, gap),
        Shape::Email => email(a, b, gap),
        Shape::Street => street(a, b, gap),
        Shape::Number => number(a, b),
        Shape::Same => DIFFERENT,
    }
}

/// Whether two single words are seen to be different without a look at all of their letters.
fn is_far(a: &Brief, b: &Brief, gap: u32) -> bool {
    let lengths = [a.length(), b.length()];
    let is_word = !(a.may_have_space() || b.may_have_space()) && lengths.iter().all(|length| *length > 1);
    is_word && similarity_bound(lengths, a.prefix(b), gap) < SIMILAR
}

fn date(a: &[u8], b: &[u8]) -> u8 {
    if a.len() != 8 || b.len() != 8 {
        return if within(a, b, 1) { 6 } else { DIFFERENT };
    }
    let is_year_equal = a[..4] == b[..4];
    let is_blank = |text: &[u8]| text[4..] == *b"0000" || text[4..] == *b"0101";
    let swapped = is_year_equal && a[4..6] == b[6..] && a[6..] == b[4..6];
    if swapped || within(a, b, 1) {
        6
    } else if is_year_equal && (is_blank(a) || is_blank(b) || (a[4..6] == b[4..6] && a[6..] == *b"00")) {
        5
    } else if is_year_equal {
        4
    } else if a[4..] == b[4..] && a[4..] != *b"0101" {
        2
    } else if year(a).abs_diff(year(b)) <= 2 {
        3
    } else {
        DIFFERENT
    }
}

fn year(date: &[u8]) -> u32 {
    date[..4].iter().fold(0, |year, byte| year * 10 + u32::from(byte.wrapping_sub(b'0')))
}

fn code(a: &[u8], b: &[u8], gap: u32) -> u8 {
    let shorter = a.len().min(b.len());
    if gap <= 2 && shorter >= 3 && within(a, b, 1) {
        6
    } else if gap <= 4 && shorter >= 6 && within(a, b, 2) {
        5
    } else if shorter >= 4 && a[..shorter / 2] == b[..shorter / 2] {
        3
    } else {
        DIFFERENT
    }
}

fn digits(text: &[u8]) -> impl Iterator<Item = &u8> {
    text.iter().filter(|byte| byte.is_ascii_digit())
}

fn email(a: &[u8], b: &[u8], gap: u32) -> u8 {
    let local = |text: &'_ [u8]| text.iter().position(|b| *b == b'@').unwrap_or(text.len());
    let (x, y) = (&a[..local(a)], &b[..local(b)]);
    if x.len() >= 3 && x == y {
        return 6;
    }
    // Numbers tell namesakes apart: the letters of both are their name, which has a weight of its own.
    if !digits(x).eq(digits(y)) {
        return DIFFERENT;
    }
    if gap <= 4 && within(a, b, 2) {
        5
    } else if x.len().min(y.len()) >= 3
        && similarity_bound([a.len(), b.len()], prefix(a, b), gap) > 0.8
        && similarity(x, y) >= 0.9
    {
        4
    } else {
        DIFFERENT
    }
}

/// The least similarity of streets that are similar.
const LIKE: f64 = 0.84;

/// `gap` is of the names of the streets.
fn street(a: &[u8], b: &[u8], gap: u32) -> u8 {
    let split = |text: &'_ [u8]| text.iter().position(|byte| *byte == NUMBERS).unwrap_or(text.len());
    let (end_a, end_b) = (split(a), split(b));
    let (street_a, street_b) = (&a[..end_a], &b[..end_b]);
    let (number_a, number_b) = (&a[end_a..], &b[end_b..]);
    let is_equal = street_a == street_b && !street_a.is_empty();
    let bound = || similarity_bound([street_a.len(), street_b.len()], prefix(street_a, street_b), gap);
    let alike = if is_equal {
        1.0
    } else if bound() < LIKE {
        0.0
    } else {
        similarity(street_a, street_b)
    };
    let is_slip = || gap <= 4 && street_a.len().min(street_b.len()) >= 4 && within(street_a, street_b, 2);
    let is_near = alike >= 0.9 || is_slip();
    let is_similar = alike >= LIKE;
    let both = !number_a.is_empty() && !number_b.is_empty();
    let neither = number_a.is_empty() && number_b.is_empty();
    match (is_equal, is_near) {
        (_, true) if (both || neither) && number_a == number_b => 6,
        (true, _) if !both => 5,
        (true, _) => 4,
        (_, true) => 3,
        _ if is_similar => 3,
        _ if both && number_a == number_b => 2,
        _ => DIFFERENT,
    }
}

fn number(a: &[u8], b: &[u8]) -> u8 {
    let value = |text: &[u8]| str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok());
    match (value(a), value(b)) {
        (Some(x), Some(y)) if (x - y).abs() <= 1.0 => 6,
        (Some(_), Some(_)) if a.len() >= 2 && within(a, b, 1) => 6,
        (Some(x), Some(y)) if (x - y).abs() <= 0.02 * x.abs().max(y.abs()) => 4,
        (Some(_), Some(_)) => DIFFERENT,
        _ if within(a, b, 1) => 6,
        _ => DIFFERENT,
    }
}
