//! What is written is read again, and every fault is told by its place alone.

use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::register::building_id::BuildingId;
use crate::register::changes::{
    Abroad, Address, Change, Fact, Home, Identity, Left, NameKind, PartialDate, Prohibition, Reason,
};
use crate::register::hetu::Hetu;

fn code(number: u16) -> Hetu {
    Hetu::new(date(1952, 10, 13), b'-', number).unwrap()
}

fn any_date() -> impl Strategy<Value = PartialDate> {
    (1900_i16..2030, 1_i8..=12, 1_i8..=28, 0..3).prop_map(|(year, month, day, kind)| match kind {
        0 => PartialDate::Day(date(year, month, day)),
        1 => PartialDate::Month(date(year, month, 1)),
        _ => PartialDate::Year(date(year, 1, 1)),
    })
}

fn any_address() -> impl Strategy<Value = Address> {
    let text = || proptest::option::of("[a-zåäö0-9 ]{1,8}");
    (text(), text(), text(), text(), text(), text(), proptest::option::of(0..4_i32)).prop_map(
        |(street_sv, house_number, stair, apartment, divider, office, address_no)| Address {
            street_fi: "Kirkkokatu".to_owned(),
            street_sv,
            house_number,
            stair,
            apartment,
            divider,
            postal_code: "00100".to_owned(),
            post_office_fi: office,
            post_office_sv: None,
            building: BuildingId::new(12_345),
            address_no,
        },
    )
}

fn any_home() -> impl Strategy<Value = Option<Home>> {
    let dwelling = proptest::option::of(Just("100012345N1A0010".to_owned()));
    let home = (dwelling, proptest::option::of(any_date()), proptest::option::of(any_address())).prop_map(
        |(dwelling, since, address)| match dwelling {
            Some(dwelling) => Home { dwelling: Some(dwelling), since, address },
            None => Home { dwelling: None, since: None, address: None },
        },
    );
    proptest::option::of(home)
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let text = || "[A-ZÅÄÖa-z \\-]{0,12}";
    prop_oneof![
        any_date().prop_map(Fact::Registered),
        any_date().prop_map(Fact::BirthDate),
        (0_u8..3).prop_map(Fact::Sex),
        (text(), text(), proptest::option::of(any_date()))
            .prop_map(|(first_names, surname, since)| Fact::Names { first_names, surname, since }),
        proptest::option::of(text()).prop_map(Fact::CallName),
        text().prop_map(|name| Fact::FormerName(NameKind::Surname, name)),
        text().prop_map(|name| Fact::FormerName(NameKind::FirstNames, name)),
        proptest::option::of(any_date()).prop_map(Fact::Death),
        text().prop_map(Fact::MotherTongue),
        proptest::option::of(text()).prop_map(Fact::ServiceLanguage),
        text().prop_map(Fact::Municipality),
        (any_address(), proptest::option::of(any_date()), any_date())
            .prop_map(|(address, since, until)| Fact::Left(Left { address, since, until })),
        proptest::option::of((
            proptest::option::of("[a-z]{1,5}(, [a-z]{1,5}){0,2}"),
            proptest::option::of(any_date())
        ))
        .prop_map(|abroad| Fact::Abroad(abroad.map(|(address, since)| Abroad {
            country: "752".to_owned(),
            address,
            since
        }))),
        proptest::option::of(text()).prop_map(Fact::Occupation),
        any::<bool>().prop_map(|is| Fact::Guardian(code(12), is)),
        any::<bool>().prop_map(|is| Fact::Spouse(is.then(|| code(13)))),
        proptest::option::of(any_date()).prop_map(Fact::Security),
        (0_usize..5, any::<bool>()).prop_map(|(which, set)| Fact::Prohibition(Prohibition::ALL[which], set)),
        any::<bool>().prop_map(|told| Fact::Identity(Identity {
            replaced: code(14),
            active: code(15),
            previous: told.then(|| vec![code(14), code(16)]),
        })),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        number in any::<u64>(),
        mut facts in proptest::collection::vec(any_fact(), 0..6),
        home in proptest::option::of(any_home()),
    ) {
        facts.extend(home.map(Fact::Home));
        let at = "2026-01-02T22:30:00Z".parse().unwrap();
        let change = Change { key: number, at, person: code(11), facts };
        let line = write(&change);
        let taken = read(line.as_bytes()).unwrap();
        prop_assert!(taken.left_out.is_empty() && taken.passed_over == 0);
        prop_assert!(taken.change == change, "{}", line);
        prop_assert_eq!(key(line.as_bytes()), Ok(number));
    }
}

proptest! {
    #[test]
    fn damage_is_no_panic_and_tells_nothing(
        facts in proptest::collection::vec(any_fact(), 1..4),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let at = "2026-01-02T22:30:00Z".parse().unwrap();
        let mut line = write(&Change { key: 7, at, person: code(11), facts }).into_bytes();
        for (place, byte) in damage {
            let place = place.index(line.len());
            line[place] = byte;
        }
        let told = [key(&line).map(drop), read(&line).map(drop)];
        for fault in told.into_iter().filter_map(Result::err) {
            let told = format!("{}: {}", fault.field, fault.reason.text());
            prop_assert!(!told.contains("131052") && !told.contains("Kirkkokatu"), "{}", told);
        }
    }
}

#[test]
fn names_are_taken_with_all_their_letters() {
    let names = json!({
        "tietoryhma": "HENKILON_NIMI", "muutosattribuutti": "MUUTETTU", "etunimi": "Ana", "sukunimi": "Novak",
        "sukunimiUTF8": "Novák",
    });
    let taken = read(line(&names).as_bytes()).unwrap();
    let (first_names, surname) = ("Ana".to_owned(), "Novák".to_owned());
    assert_eq!(taken.change.facts, [Fact::Names { first_names, surname, since: None }]);
}

fn line(group: &Value) -> String {
    json!({
        "kirjausavain": 7,
        "muutospv": "2026-01-02T22:30:00Z",
        "henkilotunnus": String::from_utf8(code(11).to_text().to_vec()).unwrap(),
        "tietoryhmat": [group],
    })
    .to_string()
}

#[test]
fn a_fault_is_told_by_its_place() {
    let added = |name: &str, fields: Value| {
        let mut group = json!({ "tietoryhma": name, "muutosattribuutti": "LISATTY" });
        group.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        line(&group)
    };
    let day = |value: &str, precision: &str| json!({ "arvo": value, "tarkkuus": precision });
    let rows = [
        ("{\"kirjausavain\": 1", "", Reason::NotJson),
        ("[1]", "", Reason::NotJson),
        ("{\"kirjausavain\": \"x\"}", "muutospv", Reason::Missing),
        (&line(&json!("KUOLINPAIVA")), "tietoryhmat", Reason::WrongType),
        (&line(&json!({ "tietoryhma": 4 })), "tietoryhma", Reason::WrongType),
        (&line(&json!({ "tietoryhma": "AMMATTI" })), "AMMATTI.muutosattribuutti", Reason::Missing),
        (
            &line(&json!({ "tietoryhma": "AMMATTI", "muutosattribuutti": "X" })),
            "AMMATTI.muutosattribuutti",
            Reason::UnknownAttribute,
        ),
        (&added("AIDINKIELI", json!({ "kielikoodi": 5 })), "AIDINKIELI.kielikoodi", Reason::WrongType),
        (&added("KUOLINPAIVA", json!({ "kuollut": "kyllä" })), "KUOLINPAIVA.kuollut", Reason::WrongType),
        (&added("KUOLINPAIVA", json!({ "kuollut": true })), "KUOLINPAIVA.kuolinpv", Reason::Missing),
        (
            &added("KUOLINPAIVA", json!({ "kuolinpv": day("2026-02-30", "PAIVA") })),
            "KUOLINPAIVA.kuolinpv",
            Reason::ImpossibleDate,
        ),
        (
            &added("KUOLINPAIVA", json!({ "kuolinpv": day("2026-02-03", "TUNTI") })),
            "KUOLINPAIVA.kuolinpv",
            Reason::OffList,
        ),
        (&added("AVIOLIITTO", json!({ "puoliso": {} })), "AVIOLIITTO.puoliso", Reason::Missing),
    ];
    for (line, field, reason) in rows {
        let fault = read(line.as_bytes()).unwrap_err();
        assert_eq!((fault.field.to_string().as_str(), fault.reason), (field, reason), "{line}");
    }
    assert_eq!(key(b"{\"kirjausavain\": \"x\"}").unwrap_err().reason, Reason::WrongType);
    assert_eq!(key(b"{}").unwrap_err().reason, Reason::Missing);
}

#[test]
fn groups_nobody_knows_are_reported_and_others_passed_over() {
    let text = json!({
        "kirjausavain": 7,
        "muutospv": "2026-01-02T22:30:00Z",
        "henkilotunnus": String::from_utf8(code(11).to_text().to_vec()).unwrap(),
        "tietoryhmat": [
            { "tietoryhma": "LAPSI", "muutosattribuutti": "LISATTY" },
            { "tietoryhma": "LEMPIVARI", "muutosattribuutti": "LISATTY" },
            { "tietoryhma": "AMMATTI", "muutosattribuutti": "LISATTY", "ammatti": "opettaja" },
            { "tietoryhma": "AMMATTI", "muutosattribuutti": "LISATIETO" },
        ],
    });
    let taken = read(text.to_string().as_bytes()).unwrap();
    assert_eq!(taken.change.facts, [Fact::Occupation(Some("opettaja".to_owned()))]);
    assert_eq!(taken.passed_over, 2);
    assert_eq!(taken.left_out.len(), 1);
    assert_eq!(taken.left_out[0].reason, Reason::UnknownGroup);
}

#[test]
fn an_address_in_words_names_its_dwelling_and_a_masked_one_none() {
    let words = json!({
        "tietoryhma": "VAKINAINEN_KOTIMAINEN_OSOITE", "muutosattribuutti": "LISATTY",
        "katunimi": { "fi": "Kirkkokatu", "sv": null }, "postinumero": "00100",
        "rakennustunnus": "100012345N", "osoitenumero": 1, "huoneistokirjain": "A",
        "alkupv": { "arvo": "2026-01", "tarkkuus": "KUUKAUSI" },
    });
    let taken = read(line(&words).as_bytes()).unwrap();
    let [Fact::Home(Some(home))] = &taken.change.facts[..] else { panic!("no home") };
    assert_eq!(home.dwelling.as_deref(), Some("100012345N1A0000"));
    assert_eq!(home.since, Some(PartialDate::Month(date(2026, 1, 1))));
    let masked = json!({
        "tietoryhma": "VAKINAINEN_KOTIMAINEN_OSOITE", "muutosattribuutti": "MUUTETTU",
        "turvakiellonAlaisetKentat": ["katunimi", "katunumero", "postinumero"],
    });
    let taken = read(line(&masked).as_bytes()).unwrap();
    let withheld = Home { dwelling: None, since: None, address: None };
    assert_eq!(taken.change.facts, [Fact::Home(Some(withheld))]);
    let mut nowhere = words;
    nowhere.as_object_mut().unwrap().remove("rakennustunnus");
    assert_eq!(read(line(&nowhere).as_bytes()).unwrap_err().reason, Reason::Missing);
}
