//! Streets and postal codes as keys.

use super::Locale;
use super::text::primary;

/// Endings of street names and their abbreviations; all of a line have one key.
const ENDINGS: &[(&str, &[&str])] = &[
    ("katu", &["katu", "k."]),
    ("tie", &["tie", "t."]),
    ("polku", &["polku", "p."]),
    ("kuja", &["kuja", "kj."]),
    ("gatan", &["gatan", "gata", "g."]),
    ("vägen", &["vägen", "väg", "v."]),
    ("stigen", &["stigen", "stig", "st."]),
    ("gränden", &["gränden", "gränd", "gr."]),
    ("aukio", &["aukio", "auk."]),
    ("esplanadi", &["esplanadi", "esplanaadi", "espl."]),
];

/// Bytes that an ending takes more when it is written out, at most.
const LONGEST: usize = 8;

/// The key of a street: letters and digits, abbreviations written out, no blanks or hyphens.
pub(super) fn key(street: &str, locale: Locale) -> String {
    key_of_words(&[&primary(street)], locale)
}

/// The key of a street of words that are primary keys.
pub(super) fn key_of_words(words: &[&str], locale: Locale) -> String {
    let mut street = String::with_capacity(words.iter().map(|word| word.len()).sum::<usize>() + LONGEST);
    words.iter().flat_map(|word| word.split([' ', '-', ','])).for_each(|part| street.push_str(part));
    if locale == Locale::Finnish {
        write_out(&mut street);
    }
    if street.contains('.') {
        street.retain(|c| c != '.');
    }
    street
}

fn write_out(street: &mut String) {
    let Some(last) = street.bytes().next_back() else { return };
    let forms = ENDINGS.iter().flat_map(|(full, endings)| endings.iter().map(move |ending| (full, ending)));
    let stem = |(full, ending): (&&'static str, &&str)| {
        let stem = street.strip_suffix(*ending).filter(|stem| !stem.is_empty())?;
        Some((stem.len(), *full))
    };
    // The longest ending counts: `st.` is no `t.`.
    let shortest = forms.filter(|(_, ending)| ending.bytes().next_back() == Some(last)).filter_map(stem);
    if let Some((length, full)) = shortest.min_by_key(|(length, _)| *length) {
        street.truncate(length);
        street.push_str(full);
    }
}

/// A postal code of five digits. Prefixes of countries (`FI-`, `AX-`) go, zeros that a spreadsheet took come back,
/// and a post office behind the code is left out; none if there is no code.
#[must_use]
pub fn postal_code(text: &str) -> Option<String> {
    let primary = primary(text);
    let rest = ["fi", "ax", "fin", "sf"].iter().find_map(|prefix| {
        let rest = primary.strip_prefix(prefix)?;
        let rest = rest.trim_start_matches(['-', ' ']);
        rest.starts_with(|c: char| c.is_ascii_digit()).then_some(rest)
    });
    let rest = rest.unwrap_or(&primary);
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (code, office) = rest.split_at(digits);
    let is_apart = office.is_empty() || office.starts_with([' ', ',']);
    (is_apart && (3..=5).contains(&code.len())).then(|| format!("{code:0>5}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streets_are_alike_whether_abbreviated_or_not() {
        let rows = [
            ("Hämeenkatu", "hämeenkatu"),
            ("HÄMEENK.", "hämeenkatu"),
            ("Hämeen k.", "hämeenkatu"),
            ("Iso Roobertinkatu", "isoroobertinkatu"),
            ("Iso-Roobertinkatu", "isoroobertinkatu"),
            ("Koivut.", "koivutie"),
            ("Kotip.", "kotipolku"),
            ("Lehtokj.", "lehtokuja"),
            ("Storgata", "storgatan"),
            ("Storg.", "storgatan"),
            ("Strandv.", "strandvägen"),
            ("Skogsst.", "skogsstigen"),
            ("Norra Esplanaden", "norraesplanaden"),
            ("Pohjoisespl.", "pohjoisesplanadi"),
            ("3. linja", "3linja"),
            ("Tie", "tie"),
            ("", ""),
        ];
        for (street, expected) in rows {
            assert_eq!(key(street, Locale::Finnish), expected, "{street}");
        }
        assert_eq!(key("High St.", Locale::Latin), "highst");
    }

    #[test]
    fn postal_codes_have_five_digits() {
        let rows = [
            ("00100", Some("00100")),
            ("100", Some("00100")),
            ("FI-00100", Some("00100")),
            ("FIN 00100", Some("00100")),
            ("AX-22100", Some("22100")),
            ("ax22100 MARIEHAMN", Some("22100")),
            ("33100 TAMPERE", Some("33100")),
            (" 33100\u{a0}", Some("33100")),
            ("10", None),
            ("331000", None),
            ("SW1A", None),
            ("33100X", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(postal_code(text).as_deref(), expected, "{text}");
        }
    }
}
