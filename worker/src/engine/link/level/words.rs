//! Levels of words: one, several, and whole names.

use super::DIFFERENT;
use super::alike::{prefix, similarity, similarity_bound, within};

/// The least similarity of words that are not different.
pub(super) const SIMILAR: f64 = 0.78;

pub(super) fn words(a: &[u8], b: &[u8], gap: u32) -> u8 {
    if a.len() == 1 || b.len() == 1 {
        return if a[0] == b[0] { 2 } else { DIFFERENT };
    }
    let has_gap = a.contains(&b' ') || b.contains(&b' ');
    if has_gap && let Some(level) = parts(a, b) {
        return level;
    }
    if similarity_bound([a.len(), b.len()], prefix(a, b), gap) < SIMILAR {
        return DIFFERENT;
    }
    let alike = similarity(a, b);
    let shorter = a.len().min(b.len());
    if (shorter >= 4 && gap <= 2 && within(a, b, 1)) || (shorter >= 3 && alike >= 0.94) {
        6
    } else if alike >= 0.86 {
        4
    } else if alike >= SIMILAR {
        3
    } else {
        DIFFERENT
    }
}

/// Whole names: people of one family have a word in common, however alike the rest looks.
pub(super) fn full_name(a: &[u8], b: &[u8], gap: u32) -> u8 {
    let level = words(a, b, gap);
    if level > 4 || level == 2 {
        return level;
    }
    let in_common = |text: &[u8], other: &[u8]| {
        tokens(text).filter(|word| word.len() > 1 && tokens(other).any(|other| other == *word)).count()
    };
    match (in_common(a, b), tokens(a).count().min(tokens(b).count())) {
        (0, _) => level,
        (common, all) if common * 2 > all => 4,
        _ => 2,
    }
}

fn tokens(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b' ')
}

/// Several words on a side: the same ones, joined ones, or some of the other's.
fn parts(a: &[u8], b: &[u8]) -> Option<u8> {
    if letters(a).eq(letters(b)) {
        return Some(6);
    }
    let [a, b] = [a, b].map(|text| tokens(text).collect::<Vec<_>>());
    let (few, many) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let found = few.iter().filter(|word| many.iter().any(|other| is_same(word, other))).count();
    if found == few.len() {
        return Some(if few.len() == many.len() { 6 } else { 5 });
    }
    let is_near = |word: &&[u8]| many.iter().any(|other| close(word, other));
    let is_most_of_it = found > 0 && few.iter().all(is_near);
    is_most_of_it.then_some(if few.len() == many.len() { 5 } else { 4 })
}

/// Whether two words are equal; most are told apart by length and first letter.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.first() == b.first() && a == b
}

fn letters(text: &[u8]) -> impl Iterator<Item = &u8> {
    text.iter().filter(|byte| **byte != b' ')
}

/// The same word with a slip, or its initial.
fn close(a: &[u8], b: &[u8]) -> bool {
    is_same(a, b)
        || (a.len().min(b.len()) == 1 && a.first() == b.first())
        || (a.len().min(b.len()) >= 4 && within(a, b, 1))
}
