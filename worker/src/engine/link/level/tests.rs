//! Shortcuts of comparisons against the measures themselves.

use proptest::prelude::*;
use rapidfuzz::distance::osa;

use super::super::kind::Kind;
use super::super::locale::Locale;
use super::super::texts::Coding;
use super::super::written::{DateOrder, prepare};
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

/// The level of two values of a kind as lists hold them.
fn level(locale: Locale, kind: Kind, a: &str, b: &str) -> u8 {
    let [a, b] = [a, b].map(|text| prepare(locale, kind, text, DateOrder::DayFirst));
    if a == b { EQUAL } else { of(&values(Shape::of(kind), &[&a, &b]), 1, 2) }
}

#[test]
fn values_have_the_level_of_their_kind() {
    let rows = [
        (Kind::Email, "matti@posti.fi", " Matti@Posti.fi", 7),
        (Kind::Email, "matti@posti.fi", "matti@mail.fi", 6),
        (Kind::Email, "matti.v@posti.fi", "mati.w@posti.fi", 5),
        (Kind::Email, "matti.virtanen@posti.fi", "matti.virtane@mail.se", 4),
        (Kind::Email, "matti@posti.fi", "liisa@posti.fi", 1),
        (Kind::Email, "matti.virtanen7@posti.fi", "mati.virtanen7@posti.fi", 5),
        (Kind::Email, "matti.virtanen7@posti.fi", "matti.virtanen8@posti.fi", 1),
        (Kind::Email, "matti.virtanen7@posti.fi", "matti.virtanen@posti.fi", 1),
        (Kind::Phone, "040 123 4567", "+358 40 1234567", 7),
        (Kind::Phone, "040 123 4567", "040 123 4576", 6),
        (Kind::Phone, "040 123 4567", "040 128 4561", 5),
        (Kind::Phone, "040 123 4567", "040 123 9999", 3),
        (Kind::Phone, "040 123 4567", "050 765 4321", 1),
        (Kind::PostalCode, "00100", "00120", 6),
        (Kind::PostalCode, "33100", "33720", 3),
        (Kind::PostalCode, "33100", "90570", 1),
        (Kind::Number, "41", "42", 6),
        (Kind::Number, "41", "91", 6),
        (Kind::Number, "1000", "1015", 4),
        (Kind::Number, "1", "9", 1),
        (Kind::Date, "1970-01-02", "2.1.1970", 7),
        (Kind::Date, "1970-01-02", "1970-02-01", 6),
        (Kind::Date, "1970-01-02", "1970-01-03", 6),
        (Kind::Date, "1970-01-02", "1971-01-02", 6),
        (Kind::Date, "1970", "1970-05-12", 5),
        (Kind::Date, "1970-01-02", "1970-05-12", 4),
        (Kind::Date, "1970-03-12", "1972-08-27", 3),
        (Kind::Date, "1970-03-12", "1985-03-12", 2),
        (Kind::Date, "1970-03-12", "1985-08-27", 1),
        (Kind::GivenName, "Matti", "M.", 2),
        (Kind::GivenName, "Matti", "L.", 1),
        (Kind::GivenName, "Matti Juhani", "Matti", 5),
        (Kind::GivenName, "Anna-Maija", "Annamaija", 6),
        (Kind::GivenName, "Matti", "Martti", 6),
        (Kind::FullName, "Matti Virtanen", "Virtanen, Matti", 6),
        (Kind::FullName, "Matti Virtanen", "Liisa Virtanen", 2),
        (Kind::Street, "Rantatie 15", "Rantatie 15", 7),
        (Kind::Street, "Rantatie 15", "Rantati 15", 6),
        (Kind::Street, "Rantatie 15", "Rantatie", 5),
        (Kind::Street, "Rantatie 15", "Rantatie 17", 4),
        (Kind::Street, "Rantatie 15", "Koivukuja 15", 2),
        (Kind::Street, "Rantatie 15", "Koivukuja 3", 1),
        (Kind::Category, "m", "f", 1),
    ];
    for (kind, a, b, expected) in rows {
        assert_eq!(level(Locale::Latin, kind, a, b), expected, "{kind:?} {a} {b}");
        assert_eq!(level(Locale::Latin, kind, b, a), expected, "{kind:?} {b} {a}");
    }
}

#[test]
fn dots_and_rings_are_letters_in_finland() {
    let rows = [
        (Kind::Surname, "Mäki", "MÄKI", 7),
        (Kind::Surname, "Mäki", "Maki", 6),
        (Kind::Surname, "Määttä", "Maatta", 6),
        (Kind::Surname, "Mäkinen", "Maekinen", 6),
        (Kind::Surname, "Öhman", "Oehman", 6),
        (Kind::Surname, "Åberg", "Aberg", 6),
        (Kind::Surname, "Šestak", "Sestak", 7),
        (Kind::FullName, "Åke Öhman", "Öhman, Åke", 7),
        (Kind::FullName, "Åke Öhman", "Ake Ohman", 6),
        (Kind::Street, "Mäkitie 5", "Makitie 5", 6),
        (Kind::Place, "Jyväskylä", "Jyvaskyla", 6),
    ];
    for (kind, a, b, expected) in rows {
        assert_eq!(level(Locale::Fi, kind, a, b), expected, "{kind:?} {a} {b}");
        assert_eq!(level(Locale::Fi, kind, b, a), expected, "{kind:?} {b} {a}");
    }
    assert_eq!(level(Locale::Latin, Kind::Surname, "Mäki", "Maki"), EQUAL);
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
