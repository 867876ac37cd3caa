//! Characters made alike: case, blanks, apostrophes, hyphens, accents.

use std::borrow::Cow;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// What becomes of a character before case is folded.
enum Class {
    Dropped,
    Blank,
    Hyphen,
    Kept(char),
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '‛' | 'ʼ' | 'ʹ' | 'ʻ' | '´' | '`' | '′' | '＇')
}

const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' | '\u{fe63}' | '\u{ff0d}')
}

/// Characters without width or meaning of their own.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

fn class(c: char) -> Class {
    if c.is_ascii_alphanumeric() || ('\u{c0}'..'\u{250}').contains(&c) {
        Class::Kept(c)
    } else if c.is_whitespace() {
        Class::Blank
    } else if is_apostrophe(c) || is_invisible(c) || c.is_control() {
        Class::Dropped
    } else if is_hyphen(c) {
        Class::Hyphen
    } else {
        Class::Kept(c)
    }
}

/// First bytes of characters from U+0300 on, the first that may have to be composed.
const COMPOSABLE: u8 = 0xcc;

/// Composed text (NFC); most text is so already and is not copied.
fn composed(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte < COMPOSABLE) {
        Cow::Borrowed(text)
    } else {
        ComposingNormalizerBorrowed::new_nfc().normalize(text)
    }
}

/// Whether a byte is of a letter or digit that is kept: plain ASCII, or one of two bytes up to U+023F, the first or the second.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, 0x80..=0xbf | 0xc3..=0xc8)
}

/// Composed, hyphens and blanks of one form, no apostrophes; case as it was.
pub(super) fn tidied(text: &str) -> String {
    let composed = composed(text);
    let mut rest = composed.as_ref();
    let mut out = String::with_capacity(rest.len());
    let mut is_blank_due = false;
    loop {
        // Plain letters are taken in one piece.
        let length = rest.bytes().position(|byte| !is_plain(byte)).unwrap_or(rest.len());
        let (plain, after) = rest.split_at(length);
        if !plain.is_empty() {
            put(&mut out, &mut is_blank_due, plain);
        }
        let Some(c) = after.chars().next() else { return out };
        rest = &after[c.len_utf8()..];
        match class(c) {
            Class::Dropped => {}
            Class::Blank => is_blank_due = !out.is_empty() && !out.ends_with('-'),
            // No blank stands beside a hyphen.
            Class::Hyphen => {
                is_blank_due = false;
                out.push('-');
            }
            Class::Kept(c) => put(&mut out, &mut is_blank_due, c.encode_utf8(&mut [0; 4])),
        }
    }
}

/// Puts letters behind others, and the blank between them if it is due.
fn put(out: &mut String, is_blank_due: &mut bool, letters: &str) {
    if std::mem::take(is_blank_due) {
        out.push(' ');
    }
    out.push_str(letters);
}

/// First byte of À to ÿ: no letter of the first 256 characters has a greater one.
const ACCENTED: u8 = 0xc3;

/// In small letters.
pub(super) fn lower(mut text: String) -> String {
    if text.is_ascii() {
        text.make_ascii_lowercase();
        return text;
    }
    if text.bytes().any(|byte| byte > ACCENTED) {
        return text.to_lowercase();
    }
    let mut bytes = text.into_bytes();
    bytes.make_ascii_lowercase();
    for at in 1..bytes.len() {
        // À to Þ, but ×, which is no letter.
        let is_capital = bytes[at - 1] == ACCENTED && matches!(bytes[at], 0x80..=0x96 | 0x98..=0x9e);
        bytes[at] += if is_capital { 0x20 } else { 0 };
    }
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The primary key of a text: å, ä and ö are letters of their own; case, blanks, apostrophes, forms of the
/// hyphen, and how a letter is composed make no difference.
#[must_use]
pub fn primary(text: &str) -> String {
    let lower = lower(tidied(text));
    // What was kept apart by a sign that is dropped, or by its case, may be one letter now.
    let again = if let Cow::Owned(again) = composed(&lower) { Some(again) } else { None };
    let lower = again.unwrap_or(lower);
    let trimmed = lower.trim_matches('-');
    if trimmed.len() == lower.len() { lower } else { trimmed.to_owned() }
}

/// The secondary key: the primary one without accents, dots and rings, in base letters.
#[must_use]
pub fn secondary(text: &str) -> String {
    folded(primary(text), &[])
}

/// The primary key with every accent folded but those of å, ä and ö, which are letters of their own in Finnish and Swedish.
#[must_use]
pub fn lettered(text: &str) -> String {
    folded(primary(text), &['å', 'ä', 'ö'])
}

/// A primary key in base letters but for the ones that are kept.
fn folded(primary: String, kept: &[char]) -> String {
    if primary.is_ascii() {
        return primary;
    }
    let mut out = String::with_capacity(primary.len());
    for part in primary.split_inclusive(kept) {
        let rest = part.trim_end_matches(kept);
        fold(rest, &mut out);
        out.push_str(&part[rest.len()..]);
    }
    out
}

/// Puts a text in base letters behind another.
fn fold(text: &str, out: &mut String) {
    for c in DecomposingNormalizerBorrowed::new_nfkd().normalize(text).chars() {
        match c {
            '\u{300}'..='\u{36f}' => {}
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ħ' => out.push('h'),
            'ŧ' => out.push('t'),
            'ŋ' => out.push('n'),
            'ı' => out.push('i'),
            c => out.push(c),
        }
    }
}

/// The secondary key with `ae` and `oe` as `a` and `o`: Maekinen, Mäkinen and Makinen alike.
#[must_use]
pub fn transcribed(text: &str) -> String {
    secondary(text).replace("ae", "a").replace("oe", "o")
}

#[cfg(test)]
mod tests;
