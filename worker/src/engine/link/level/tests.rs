//! Shortcuts of comparisons against the measures themselves.

use proptest::prelude::*;
use rapidfuzz::distance::osa;

use super::super::texts::Coding;
use super::alike::is_one_off;
use super::*;

/// Two texts that are often near each other.
fn near() -> impl Strategy<Value = (String, String)> {
    let edit = (0_usize..12, "[a-c]{0,2}", 0_usize..3);
    ("[a-cä]{0,9}", prop::collection::vec(edit, 0..3)).prop_map(|(text, edits)| {
        let mut other: Vec<char> = text.chars().collect();
        for (at, more, less) in edits {
            let at = at.min(other.len());
            other.splice(at..(at + less).min(other.len()), more.chars());
        }
        (text, other.into_iter().collect())
    })
}

fn values(shape: Shape, texts: &[&str]) -> Values {
    let mut coding = Coding::default();
    coding.codes(texts, |_| ());
    Values::new(shape, coding.texts())
}

proptest! {
    #[test]
    fn one_off_is_an_edit_distance_of_one((a, b) in near()) {
        let (a, b) = (a.as_bytes(), b.as_bytes());
        prop_assert_eq!(is_one_off(a, b), osa::distance(a.iter(), b.iter()) <= 1);
    }

    #[test]
    fn words_that_are_seen_to_be_far_are_different((a, b) in near()) {
        prop_assume!(a != b && !a.is_empty() && !b.is_empty());
        let values = values(Shape::Words, &[&a, &b]);
        prop_assert_eq!(values.text(1), a.as_bytes());
        let gap = values.brief(1).apart(values.brief(2));
        prop_assert_eq!(of(&values, 1, 2), words(a.as_bytes(), b.as_bytes(), gap));
    }

    #[test]
    fn streets_that_are_seen_to_be_far_are_different((a, b) in near(), x in 0..3, y in 0..3) {
        let (a, b) = (format!("{a}#{x}"), format!("{b}#{y}"));
        prop_assume!(a != b);
        let values = values(Shape::Street, &[&a, &b]);
        let gap = values.brief(1).apart(values.brief(2));
        let sure = street(a.as_bytes(), b.as_bytes(), gap);
        prop_assert_eq!(of(&values, 1, 2), sure);
        let (name_a, name_b) = (a.split('#').next().unwrap(), b.split('#').next().unwrap());
        let alike = similarity(name_a.as_bytes(), name_b.as_bytes());
        let is_slip = name_a.len().min(name_b.len()) >= 4
            && osa::distance(name_a.bytes(), name_b.bytes()) <= 2;
        prop_assert_eq!(sure >= 3, alike >= LIKE || is_slip || name_a == name_b && !name_a.is_empty());
    }
}
