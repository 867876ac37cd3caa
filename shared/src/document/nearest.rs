//! What somebody may have meant by a word.

/// Words longer than this are not compared.
const LETTERS_MAX: usize = 48;

/// The nearest of some words, if it is near enough to be a slip.
pub(super) fn nearest<'w>(word: &str, words: &[&'w str]) -> Option<&'w str> {
    if word.len() > LETTERS_MAX {
        return None;
    }
    let limit = (word.len() / 3).clamp(1, 3);
    let distances = words.iter().map(|other| (distance(word, other), *other));
    distances.filter(|(distance, _)| *distance <= limit).min_by_key(|(distance, _)| *distance).map(|(_, w)| w)
}

/// Letters to insert, remove or replace.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter_a) in a.bytes().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, letter_b) in b.bytes().enumerate() {
            let replace = diagonal + usize::from(letter_a != letter_b);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_other_words_are_not() {
        let words = ["criteria", "customer", "delivery", "person.age"];
        let rows = [
            ("critera", Some("criteria")),
            ("costumer", Some("customer")),
            ("Delivery", Some("delivery")),
            ("person.agee", Some("person.age")),
            ("harvest", None),
            ("", None),
        ];
        for (word, expected) in rows {
            assert_eq!(nearest(word, &words), expected, "{word}");
        }
    }
}
