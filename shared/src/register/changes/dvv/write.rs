//! A change as a line of the interface.

use serde_json::{Map, Value, json};

use crate::register::changes::{
    Abroad, Address, Change, Fact, Home, Identity, Left, NameKind, PartialDate, Prohibition,
};
use crate::register::hetu::Hetu;

/// The line, without line break. Reading it gives the change again.
#[must_use]
pub fn write(change: &Change) -> String {
    let mut groups = Vec::new();
    for fact in &change.facts {
        if let Fact::Home(home) = fact {
            groups.extend(residence(home.as_ref()));
        } else {
            groups.push(group(fact));
        }
    }
    let line = json!({
        "kirjausavain": change.key,
        "muutospv": change.at.to_string(),
        "henkilotunnus": code(change.person),
        "tietoryhmat": groups,
    });
    line.to_string()
}

fn code(code: Hetu) -> String {
    code.to_text().map(char::from).iter().collect()
}

fn date(date: PartialDate) -> Value {
    let precision = match date {
        PartialDate::Day(_) => "PAIVA",
        PartialDate::Month(_) => "KUUKAUSI",
        PartialDate::Year(_) => "VUOSI",
    };
    json!({ "arvo": date.first().to_string(), "tarkkuus": precision })
}

/// A group with its fields; what is null is left out.
fn named(name: &str, act: &str, fields: Value) -> Value {
    let mut group = Map::new();
    group.insert("tietoryhma".to_owned(), name.into());
    group.insert("muutosattribuutti".to_owned(), act.into());
    if let Value::Object(fields) = fields {
        group.extend(fields.into_iter().filter(|(_, value)| !value.is_null()));
    }
    Value::Object(group)
}

/// A group that is changed, or removed when there is nothing in it.
fn optional(name: &str, field: &str, value: Option<&String>) -> Value {
    named(name, if value.is_some() { "MUUTETTU" } else { "POISTETTU" }, json!({ field: value }))
}

const fn validity(valid: bool) -> &'static str {
    if valid { "AKTIIVI" } else { "PASSIIVI" }
}

fn group(fact: &Fact) -> Value {
    match fact {
        Fact::Registered(day) => named("SYNTYMAPAIVA", "LISATTY", json!({ "syntymapv": date(*day) })),
        Fact::BirthDate(day) => named("SYNTYMAPAIVA", "KORJATTU", json!({ "syntymapv": date(*day) })),
        Fact::Sex(sex) => {
            let sex = ["PUUTTUU", "MIES", "NAINEN"].get(usize::from(*sex)).unwrap_or(&"PUUTTUU");
            named("SUKUPUOLI", "MUUTETTU", json!({ "sukupuoli": sex }))
        }
        Fact::Names { first_names, surname, since } => {
            let fields = json!({ "etunimi": first_names, "sukunimi": surname, "alkupv": since.map(date) });
            named("HENKILON_NIMI", "MUUTETTU", fields)
        }
        Fact::CallName(name) => optional("KUTSUMANIMI", "nimi", name.as_ref()),
        Fact::FormerName(kind, name) => {
            let kind = match kind {
                NameKind::FirstNames => "EDELLINEN_ETUNIMI",
                NameKind::Surname => "EDELLINEN_SUKUNIMI",
            };
            named("NIMENMUUTOS", "LISATTY", json!({ "nimilaji": kind, "nimi": name }))
        }
        Fact::Death(Some(day)) => {
            named("KUOLINPAIVA", "LISATTY", json!({ "kuollut": true, "kuolinpv": date(*day) }))
        }
        Fact::Death(None) => named("KUOLINPAIVA", "POISTETTU", json!({ "kuollut": false })),
        Fact::MotherTongue(code) => named("AIDINKIELI", "MUUTETTU", json!({ "kielikoodi": code })),
        Fact::ServiceLanguage(code) => optional("ASIOINTIKIELI", "kielikoodi", code.as_ref()),
        Fact::Municipality(code) => named("KOTIKUNTA", "MUUTETTU", json!({ "kuntakoodi": code })),
        Fact::Home(_) => Value::Null,
        Fact::Left(left) => left_address(left),
        Fact::Abroad(abroad) => address_abroad(abroad.as_ref()),
        Fact::Occupation(text) => optional("AMMATTI", "ammatti", text.as_ref()),
        Fact::Guardian(guardian, is) => {
            let act = if *is { "LISATTY" } else { "POISTETTU" };
            named("HUOLTAJA_SUPPEA", act, json!({ "huoltaja": { "henkilotunnus": code(*guardian) } }))
        }
        Fact::Spouse(spouse) => {
            let spouse_code = spouse.map(|spouse| json!({ "henkilotunnus": code(spouse) }));
            let fields = json!({ "voimassaolo": validity(spouse.is_some()), "puoliso": spouse_code });
            named("AVIOLIITTO", if spouse.is_some() { "LISATTY" } else { "MUUTETTU" }, fields)
        }
        Fact::Security(until) => security(*until),
        Fact::Prohibition(which, set) => prohibition(*which, *set),
        Fact::Identity(identity) => replaced(identity),
    }
}

fn security(until: Option<PartialDate>) -> Value {
    let end = until.filter(|until| until.last() != jiff::civil::Date::MAX);
    let fields = json!({ "turvakieltoAktiivinen": until.is_some(), "turvaLoppuPv": end.map(date) });
    named("TURVAKIELTO", if until.is_some() { "LISATTY" } else { "POISTETTU" }, fields)
}

fn prohibition(which: Prohibition, set: bool) -> Value {
    let name = match which {
        Prohibition::Marketing => "SUORAMARKKINOINTIKIELTO",
        Prohibition::RegisterUpdate => "ASIAKASREKISTERIN_PAIVITYSKIELTO",
        Prohibition::ContactInfo => "YHTEYSTIETOJEN_LUOVUTUSKIELTO",
        Prohibition::Directory => "HENKILOMATRIKKELIKIELTO",
        Prohibition::Genealogy => "SUKUTUTKIMUSKIELTO",
    };
    named(name, if set { "LISATTY" } else { "POISTETTU" }, json!({ "voimassaolo": validity(set) }))
}

fn replaced(identity: &Identity) -> Value {
    let previous: Option<Vec<String>> =
        identity.previous.as_ref().map(|codes| codes.iter().map(|previous| code(*previous)).collect());
    let fields = json!({
        "voimassaolo": "AKTIIVI",
        "muutettuHenkilotunnus": code(identity.replaced),
        "aktiivinenHenkilotunnus": code(identity.active),
        "edellisetHenkilotunnukset": previous,
    });
    named("HENKILOTUNNUS_KORJAUS", "MUUTETTU", fields)
}

/// An address abroad: the last comma parts the street from the place.
fn address_abroad(abroad: Option<&Abroad>) -> Value {
    let Some(abroad) = abroad else { return named("VAKINAINEN_ULKOMAINEN_OSOITE", "POISTETTU", json!({})) };
    let address = abroad.address.as_deref();
    let parts = address.and_then(|address| address.rsplit_once(", "));
    let fields = json!({
        "valtiokoodi": abroad.country,
        "lahiosoite": parts.map_or(address, |(street, _)| Some(street)),
        "paikkakunta": parts.map(|(_, place)| place),
        "alkupv": abroad.since.map(date),
    });
    named("VAKINAINEN_ULKOMAINEN_OSOITE", "LISATTY", fields)
}

fn words(address: &Address) -> Value {
    json!({
        "katunimi": { "fi": address.street_fi, "sv": address.street_sv },
        "katunumero": address.house_number,
        "huoneistokirjain": address.stair,
        "huoneistonumero": address.apartment,
        "jakokirjain": address.divider,
        "postinumero": address.postal_code,
        "postitoimipaikka": { "fi": address.post_office_fi, "sv": address.post_office_sv },
        "rakennustunnus": address.building.map(|building| building.to_string()),
        "osoitenumero": address.address_no,
    })
}

fn left_address(left: &Left) -> Value {
    let mut fields = words(&left.address);
    fields["alkupv"] = left.since.map_or(Value::Null, date);
    fields["loppupv"] = date(left.until);
    named("VAKINAINEN_KOTIMAINEN_OSOITE", "MUUTETTU", fields)
}

/// The group of the dwelling, and that of its address in words.
fn residence(home: Option<&Home>) -> Vec<Value> {
    const DWELLING: &str = "VAKINAINEN_KOTIMAINEN_ASUINPAIKKATUNNUS";
    const ADDRESS: &str = "VAKINAINEN_KOTIMAINEN_OSOITE";
    let Some(home) = home else { return vec![named(DWELLING, "POISTETTU", json!({}))] };
    let Some(dwelling) = &home.dwelling else {
        let fields = [
            "katunimi",
            "katunumero",
            "huoneistokirjain",
            "huoneistonumero",
            "jakokirjain",
            "postinumero",
            "postitoimipaikka",
            "rakennustunnus",
            "osoitenumero",
        ];
        let withheld = |fields: &[&str]| json!({ "turvakiellonAlaisetKentat": fields });
        return vec![
            named(ADDRESS, "MUUTETTU", withheld(&fields)),
            named(DWELLING, "MUUTETTU", withheld(&["asuinpaikantunnus"])),
        ];
    };
    let since = home.since.map(date);
    let words = home.address.as_ref().map(|address| {
        let mut fields = words(address);
        fields["alkupv"] = since.clone().unwrap_or(Value::Null);
        named(ADDRESS, "LISATTY", fields)
    });
    let dwelling = named(DWELLING, "LISATTY", json!({ "asuinpaikantunnus": dwelling, "alkupv": since }));
    words.into_iter().chain([dwelling]).collect()
}
