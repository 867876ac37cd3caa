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

    /// The connected components of rows whose surnames share parts, by their first row.
    pub(crate) fn families(&self, rows: &[usize], surname: impl Fn(&usize) -> u32) -> Vec<Vec<usize>> {
        let mut families: Vec<Vec<usize>> = Vec::new();
        for row in rows {
            let name = surname(row);
            let is_kin = |family: &Vec<usize>| family.iter().any(|other| self.share(surname(other), name));
            let (kin, mut others): (Vec<_>, Vec<_>) = families.into_iter().partition(is_kin);
            let mut family: Vec<usize> = kin.into_iter().flatten().collect();
            family.push(*row);
            others.push(family);
            families = others;
        }
        families
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
        let rows: [(&[usize], &[&[usize]]); 6] = [
            (&[0, 1], &[&[0], &[1]]),
            (&[0, 1, 2], &[&[0, 1, 2]]),
            (&[0, 6, 2], &[&[0, 2, 6]]),
            (&[3, 4], &[&[3], &[4]]),
            (&[5, 5], &[&[5], &[5]]),
            (&[1, 1, 3], &[&[1, 1], &[3]]),
        ];
        for (members, expected) in rows {
            let mut families = parts.families(members, |row| dictionary.code(names[*row]).unwrap());
            families.iter_mut().for_each(|family| family.sort_unstable());
            families.sort();
            assert_eq!(families, expected, "{members:?}");
        }
    }
}
