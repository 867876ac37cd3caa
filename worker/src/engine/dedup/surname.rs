//! Parts of surnames, as numbers made once per order: two names share a part if they share a number.

use std::collections::HashMap;

use poimuri_shared::snapshot::dictionary::{Dictionary, fold};

/// Particles are no part that could be shared.
const PARTICLES: [&str; 7] = ["von", "af", "de", "da", "la", "van", "al"];

/// The parts of every surname of a dictionary.
#[derive(Debug)]
pub(crate) struct SurnameParts {
    /// Where the parts of each code begin, and one more entry.
    starts: Vec<u32>,
    parts: Vec<u32>,
}

impl SurnameParts {
    pub(crate) fn new(surnames: &Dictionary) -> Self {
        let mut numbers: HashMap<String, u32> = HashMap::new();
        // Code 0, no surname, has no parts.
        let (mut starts, mut parts) = (vec![0, 0], Vec::new());
        for code in 1..=surnames.len() {
            let name = fold(surnames.text(code).unwrap_or_default());
            for part in name.split(['-', ' ']).filter(|part| !part.is_empty() && !PARTICLES.contains(part)) {
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                let number = match numbers.get(part) {
                    Some(number) => *number,
                    None => *numbers.entry(part.to_owned()).or_insert(next),
                };
                parts.push(number);
            }
            starts.push(u32::try_from(parts.len()).unwrap_or(u32::MAX));
        }
        Self { starts, parts }
    }

    fn of(&self, code: u32) -> &[u32] {
        let at =
            |index: u32| self.starts.get(index as usize).map_or(self.parts.len(), |start| *start as usize);
        self.parts.get(at(code)..at(code.saturating_add(1))).unwrap_or_default()
    }

    fn share(&self, one: u32, other: u32) -> bool {
        let other = self.of(other);
        self.of(one).iter().any(|part| other.contains(part))
    }

    /// Calls with each connected component of rows whose surnames share parts, if it has several rows.
    pub(crate) fn for_each_family(
        &self,
        rows: &[u32],
        surname: impl Fn(u32) -> u32,
        mut visit: impl FnMut(&[u32]),
    ) {
        let Some(first) = rows.first().map(|row| surname(*row)) else { return };
        if rows.iter().all(|row| surname(*row) == first) {
            if self.share(first, first) {
                visit(rows);
            }
            return;
        }
        let labels = self.labels(rows, surname);
        let mut family = Vec::with_capacity(rows.len());
        for label in 0..rows.len() {
            family.clear();
            family.extend(
                rows.iter().zip(&labels).filter(|(_, of_row)| **of_row == label).map(|(row, _)| *row),
            );
            if family.len() > 1 {
                visit(&family);
            }
        }
    }

    /// For each row the place of the first row of its component.
    fn labels(&self, rows: &[u32], surname: impl Fn(u32) -> u32) -> Vec<usize> {
        let names: Vec<u32> = rows.iter().map(|row| surname(*row)).collect();
        let mut labels: Vec<usize> = (0..rows.len()).collect();
        for later in 1..names.len() {
            for earlier in 0..later {
                let (one, other) = (labels[earlier], labels[later]);
                if one != other && self.share(names[earlier], names[later]) {
                    let (least, most) = (one.min(other), one.max(other));
                    labels.iter_mut().filter(|label| **label == most).for_each(|label| *label = least);
                }
            }
        }
        labels
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::StringArray;

    use super::*;

    #[test]
    fn families_are_joined_by_shared_parts() {
        let names =
            ["Mäkinen", "Virtanen", "virtanen-MÄKINEN", "von Essen", "von Wright", "de la", "Laine Virtanen"];
        let mut sorted = names;
        sorted.sort_by_key(|name| (fold(name), (*name).to_owned()));
        let dictionary = Dictionary::new(StringArray::from(sorted.to_vec()), None);
        let parts = SurnameParts::new(&dictionary);
        let rows: [(&[u32], &[&[u32]]); 6] = [
            (&[0, 1], &[]),
            (&[0, 1, 2], &[&[0, 1, 2]]),
            (&[0, 6, 2], &[&[0, 6, 2]]),
            (&[3, 4], &[]),
            (&[5, 5], &[]),
            (&[1, 1, 3], &[&[1, 1]]),
        ];
        for (members, expected) in rows {
            let mut families: Vec<Vec<u32>> = Vec::new();
            let surname = |row: u32| dictionary.code(names[row as usize]).unwrap();
            parts.for_each_family(members, surname, |family| families.push(family.to_vec()));
            families.sort();
            assert_eq!(families, expected, "{members:?}");
        }
    }
}
