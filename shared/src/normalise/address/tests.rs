//! Addresses by example.

use super::*;

/// What a line is written as in the rows below: number, letter, stair, apartment, divider.
fn told(address: &Address) -> String {
    let letter = |letter: Option<char>| letter.map_or("-".to_owned(), String::from);
    format!(
        "{}|{}|{}{}|{}|{}|{}",
        address.street,
        address.number,
        letter(address.letter),
        if address.is_letter_attached { "+" } else { "" },
        letter(address.stair),
        address.apartment,
        letter(address.divider),
    )
}

#[test]
fn lines_are_taken_apart() {
    let rows = [
        ("Mannerheimintie 5 A 12", "mannerheimintie|5|a|-|12|-"),
        ("MANNERHEIMINTIE 5 a 012", "mannerheimintie|5|a|-|12|-"),
        ("Mannerheimintie 5 A12", "mannerheimintie|5|a|-|12|-"),
        ("Mannerheimintie 5A12", "mannerheimintie|5|a+|-|12|-"),
        ("Kirkkokatu 1 as. 1", "kirkkokatu|1|-|-|1|-"),
        ("Kirkkok. 1 as 1", "kirkkokatu|1|-|-|1|-"),
        ("Storgatan 3 bost. 4", "storgatan|3|-|-|4|-"),
        ("Storg. 3 B bost.4", "storgatan|3|b|-|4|-"),
        ("Teikäläistentie 2a B 12", "teikäläistentie|2|a+|b|12|-"),
        ("Teikäläistentie 2 a B 12b", "teikäläistentie|2|a|b|12|b"),
        ("Hämeenkatu 10-12 C 3", "hämeenkatu|10-12|c|-|3|-"),
        ("Hämeenkatu 10 – 12 C 3", "hämeenkatu|10-12|c|-|3|-"),
        ("Hämeenkatu 10/12 C 3", "hämeenkatu|10-12|c|-|3|-"),
        ("Rantatie 10h5", "rantatie|10h5|-|-|0|-"),
        ("Rantatie 15 b", "rantatie|15|b|-|0|-"),
        ("Rantatie 15b", "rantatie|15|b+|-|0|-"),
        ("Rantatie 15 rappu B as. 7", "rantatie|15|-|b|7|-"),
        ("Rantatie", "rantatie||-|-|0|-"),
        ("3. linja 12 A 4", "3linja|12|a|-|4|-"),
        ("Iso Roobertinkatu 7, as 3", "isoroobertinkatu|7|-|-|3|-"),
        ("Kylätie 8 Rantala", "kylätie|8|-|-|0|-"),
        ("Mannerheimintie\u{a0}5 A 12", "mannerheimintie|5|a|-|12|-"),
    ];
    for (text, expected) in rows {
        let address = Address::parse(text, Locale::Finnish);
        assert_eq!(told(&address), expected, "{text}");
        assert_eq!(address.kind, Kind::Residence, "{text}");
    }
}

#[test]
fn what_is_no_residence_is_told() {
    let rows = [
        ("PL 55", Kind::PoBox, "55", None),
        ("pb 55", Kind::PoBox, "55", None),
        ("P.O. Box 55", Kind::PoBox, "55", None),
        ("Poste restante", Kind::PosteRestante, "", None),
        ("c/o Mikko Meikäläinen", Kind::CareOf, "", Some("mikko meikäläinen")),
        ("c/o Mikko Meikäläinen, Kirkkokatu 1", Kind::Residence, "kirkkokatu", Some("mikko meikäläinen")),
        ("Kirkkokatu 1, c/o Meikäläinen", Kind::Residence, "kirkkokatu", Some("meikäläinen")),
        ("Plommonvägen 3", Kind::Residence, "plommonvägen", None),
        ("", Kind::Empty, "", None),
        (" \u{a0} ", Kind::Empty, "", None),
    ];
    for (text, kind, street, care_of) in rows {
        let address = Address::parse(text, Locale::Finnish);
        assert_eq!(address.kind, kind, "{text}");
        assert_eq!((address.street.as_str(), address.care_of.as_deref()), (street, care_of), "{text}");
    }
}

/// Numbers and stairs, the likelier reading first.
type Readings = &'static [(&'static str, Option<char>)];

#[test]
fn a_letter_may_be_of_the_house_or_a_stair() {
    let rows: [(&str, Readings); 5] = [
        ("Rantatie 15 b", &[("15", Some('b')), ("15b", None)]),
        ("Rantatie 15b", &[("15b", None), ("15", Some('b'))]),
        ("Rantatie 15", &[("15", None)]),
        ("Teikäläistentie 2a B 12", &[("2a", Some('b'))]),
        ("Rantatie 15 rappu B", &[("15", Some('b'))]),
    ];
    for (text, expected) in rows {
        let readings = Address::parse(text, Locale::Finnish).readings();
        let found: Vec<(&str, Option<char>)> =
            readings.iter().map(|reading| (reading.number.as_str(), reading.stair)).collect();
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(Address::number_key("12 B"), "12b");
    assert_eq!(Address::number_key("10 – 12"), "10-12");
}

#[test]
fn no_line_is_too_odd() {
    for text in ["1", "1 2 3", "-", ",,,", "c/o", "c/o,", "PL", "5A12B7C9", "katu 999999999999", "ä 1 öö 2"]
    {
        for locale in [Locale::Finnish, Locale::Latin] {
            assert!(!Address::parse(text, locale).readings().is_empty(), "{text}");
        }
    }
}
