//! Measures of how alike two texts are, and bounds that save measuring.

use rapidfuzz::distance::{jaro_winkler, osa};

use super::super::fold::base;
use super::super::numbers::size;

/// Whether an edit distance with swaps of neighbours is at most `most`.
pub(super) fn within(a: &[u8], b: &[u8], most: usize) -> bool {
    if a.len().abs_diff(b.len()) > most {
        return false;
    }
    if most == 1 {
        return is_one_off(a, b);
    }
    osa::distance_with_args(a.iter(), b.iter(), &osa::Args::default().score_cutoff(most)).is_some()
}

/// Whether one sign is another, is missing, or is swapped with its neighbour; or none is.
pub(super) fn is_one_off(a: &[u8], b: &[u8]) -> bool {
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let begin = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let end = a[begin..].iter().rev().zip(b[begin..].iter().rev()).take_while(|(x, y)| x == y).count();
    match (&a[begin..a.len() - end], &b[begin..b.len() - end]) {
        ([] | [_], [] | [_]) => true,
        ([x, y], [u, v]) => x == v && y == u,
        _ => false,
    }
}

/// Whether two texts are the same but for å, ä and ö, written as their base letters, or with an e behind.
pub(super) fn is_respelled(a: &[u8], b: &[u8]) -> bool {
    spelled(a).eq(spelled(b))
}

fn spelled(text: &[u8]) -> impl Iterator<Item = u8> {
    let mut last = 0;
    text.iter().filter_map(move |byte| {
        let letter = base(*byte);
        let is_mark = letter == b'e' && matches!(last, b'a' | b'o');
        last = letter;
        (!is_mark).then_some(letter)
    })
}

/// What the Jaro-Winkler similarity is at most, from lengths, the letters both begin with, and counts of letters.
pub(super) fn similarity_bound(lengths: [usize; 2], prefix: usize, gap: u32) -> f64 {
    let [a, b] = lengths.map(size);
    let common = (a + b - f64::from(gap)) / 2.0;
    let jaro = ((common / a + common / b + 1.0) / 3.0).min(1.0);
    jaro + size(prefix) * 0.1 * (1.0 - jaro)
}

/// The letters that both begin with, as far as they count.
pub(super) fn prefix(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count()
}

/// The similarity of Jaro and Winkler.
pub(super) fn similarity(a: &[u8], b: &[u8]) -> f64 {
    jaro_winkler::similarity(a.iter(), b.iter())
}
