//! Names by example.

use proptest::prelude::*;

use super::*;

/// Text, key, key without particles, parts.
type Row<'a> = (&'a str, &'a str, &'a str, &'a [&'a str]);

#[test]
fn surnames_have_parts_and_particles() {
    let rows: [Row<'_>; 14] = [
        ("Virtanen", "virtanen", "virtanen", &["virtanen"]),
        ("Mäkinen-Virtanen", "mäkinen-virtanen", "mäkinen-virtanen", &["mäkinen", "virtanen"]),
        ("Mäkinen Virtanen", "mäkinen virtanen", "mäkinen virtanen", &["mäkinen", "virtanen"]),
        ("VON ESSEN", "von essen", "essen", &["essen"]),
        ("af Ursin", "af ursin", "ursin", &["ursin"]),
        ("de la Chapelle", "de la chapelle", "chapelle", &["chapelle"]),
        ("al-Hassan", "al-hassan", "al-hassan", &["al", "hassan"]),
        ("van", "van", "van", &["van"]),
        ("O'Neill", "oneill", "oneill", &["oneill"]),
        ("tri Virtanen", "virtanen", "virtanen", &["virtanen"]),
        ("Virtanen DI", "virtanen", "virtanen", &["virtanen"]),
        ("DI MARIA", "di maria", "maria", &["maria"]),
        ("Leski", "leski", "leski", &["leski"]),
        ("", "", "", &[]),
    ];
    for (text, key, without_particles, parts) in rows {
        let surname = Surname::parse(text, Locale::Finnish);
        assert_eq!(surname.key, key, "{text}");
        assert_eq!(surname.without_particles, without_particles, "{text}");
        assert_eq!(surname.parts, parts, "{text}");
        assert_eq!(surname.former, None, "{text}");
    }
}

#[test]
fn former_names_are_set_apart() {
    let rows = [
        ("Virtanen o.s. Korhonen", "virtanen", Some("korhonen")),
        ("Virtanen os. Korhonen", "virtanen", Some("korhonen")),
        ("Virtanen (o.s. Korhonen)", "virtanen", Some("korhonen")),
        ("Virtanen s. von Essen", "virtanen", Some("von essen")),
        ("Virtanen née Korhonen", "virtanen", Some("korhonen")),
        ("Lindqvist f. Öhman", "lindqvist", Some("öhman")),
        ("Virtanen ent. Korhonen-Laine", "virtanen", Some("korhonen-laine")),
        ("Virtanen o.s.", "virtanen", None),
        ("os", "os", None),
    ];
    for (text, key, former) in rows {
        let surname = Surname::parse(text, Locale::Finnish);
        assert_eq!((surname.key.as_str(), surname.former.as_deref()), (key, former), "{text}");
    }
}

#[test]
fn given_names_are_a_set_with_initials() {
    let rows: [(&str, &[&str], &str); 9] = [
        ("Matti Juhani", &["matti", "juhani"], ""),
        ("Anna-Maija Kaarina", &["anna-maija", "kaarina"], ""),
        ("Anna - Maija", &["anna-maija"], ""),
        ("Matti J.", &["matti"], "j"),
        ("J.P.", &[], "jp"),
        ("J-P Olavi", &["olavi"], "jp"),
        ("M Juhani", &["juhani"], "m"),
        ("tri Matti", &["matti"], ""),
        ("", &[], ""),
    ];
    for (text, names, initials) in rows {
        let given = GivenNames::parse(text, Locale::Finnish);
        assert_eq!(given.names, names, "{text}");
        assert_eq!(given.initials.iter().collect::<String>(), initials, "{text}");
    }
    let variants: Vec<String> = GivenNames::parse("Anna-Maija Liisa", Locale::Finnish).variants().collect();
    assert_eq!(variants, ["anna", "maija", "annamaija"]);
}

#[test]
fn whole_names_are_read_either_way() {
    let rows = [
        ("Virtanen, Matti Juhani", "virtanen", "matti juhani"),
        ("Matti Juhani Virtanen", "virtanen", "matti juhani"),
        ("Carl Gustaf von Essen", "von essen", "carl gustaf"),
        ("prof. Maria de la Chapelle", "de la chapelle", "maria"),
        ("Liisa Virtanen o.s. Korhonen", "virtanen", "liisa"),
        ("Virtanen", "virtanen", ""),
        ("", "", ""),
    ];
    for (text, surname, given) in rows {
        let name = FullName::parse(text, Locale::Finnish);
        assert_eq!((name.surname.key.as_str(), name.given.key().as_str()), (surname, given), "{text}");
    }
}

#[test]
fn the_fallback_leaves_words_as_they_are() {
    let surname = Surname::parse("Leski Tri", Locale::Latin);
    assert_eq!(surname.key, "leski tri");
    assert_eq!(Surname::parse("Smith née Jones", Locale::Latin).former.as_deref(), Some("jones"));
}

#[test]
fn words_that_stand_alone_are_the_names_they_are_among_others() {
    let alone = |word: &str| GivenNames::alone(word, Locale::Finnish);
    let rows = [
        ("Anna-Maija", Some("anna-maija")),
        ("ÅKE", Some("åke")),
        ("D'Arcy", Some("darcy")),
        ("Tri", None),
        ("DI", None),
        ("J", None),
        ("J.", None),
        ("J-P", None),
        ("-Maija", None),
        ("Anna-", None),
        ("Anna,Maija", None),
        ("\u{308}Anna", None),
        ("", None),
    ];
    for (word, expected) in rows {
        assert_eq!(alone(word).as_deref(), expected, "{word}");
    }
}

proptest! {
    #[test]
    fn names_of_words_that_stand_alone_are_read_word_by_word(
        words in proptest::collection::vec("[A-Za-zÄäö'’.,-]{1,6}|DI|Tri|Anna-Maija|\\PC{1,4}", 0..5),
    ) {
        let words: Vec<&str> = words.iter().flat_map(|word| word.split(' ')).collect();
        let alone: Option<Vec<String>> =
            words.iter().filter(|word| !word.is_empty()).map(|word| GivenNames::alone(word, Locale::Finnish)).collect();
        if let Some(names) = alone {
            let whole = GivenNames::parse(&words.join(" "), Locale::Finnish);
            prop_assert_eq!(whole, GivenNames { names, initials: Vec::new() });
        }
    }
}

proptest! {
    #[test]
    fn surnames_of_one_word_are_what_they_are_read_as(word in "[A-Za-zÀ-ɏ]{1,8}") {
        let key = Surname::one_word(&word);
        prop_assume!(key.is_some());
        let key = key.unwrap();
        let words = words(&word, Locale::Finnish);
        prop_assert_eq!(words.as_slice(), std::slice::from_ref(&key));
        let own = Surname::of(&words);
        prop_assert_eq!(&own, &Surname::parse(&word, Locale::Finnish));
        prop_assert_eq!((own.key, own.parts), (key.clone(), vec![key]));
    }
}
