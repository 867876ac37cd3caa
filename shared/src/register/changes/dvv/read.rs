//! A line of the interface as a change.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::groups::{Act, is_not_held};
use super::object::Object;
use super::residence::{Residence, abroad};
use crate::register::changes::{
    Change, Fact, Field, Identity, LeftOut, NameKind, PartialDate, Prohibition, Reason,
};
use crate::register::codes::UNKNOWN;
use crate::register::hetu::Hetu;

/// A line as it was taken.
#[derive(Debug)]
pub struct Taken {
    /// What it tells.
    pub change: Change,
    /// Groups nobody knows.
    pub left_out: Vec<LeftOut>,
    /// Groups of which the register holds nothing.
    pub passed_over: u64,
}

const fn of_line(name: &'static str, reason: Reason) -> LeftOut {
    LeftOut { field: Field { group: "", name }, reason }
}

/// The key of a line, without the rest of it.
///
/// # Errors
/// [`LeftOut`] if the line is no JSON object or has no key.
pub fn key(line: &[u8]) -> Result<u64, LeftOut> {
    #[derive(Deserialize)]
    struct Head {
        kirjausavain: Option<Value>,
    }
    let head: Head = serde_json::from_slice(line).map_err(|_error| of_line("", Reason::NotJson))?;
    let key = head.kirjausavain.ok_or(of_line("kirjausavain", Reason::Missing))?;
    key.as_u64().ok_or(of_line("kirjausavain", Reason::WrongType))
}

/// A whole line.
///
/// # Errors
/// [`LeftOut`]: the first fault of the line, unknown groups apart.
pub fn read(line: &[u8]) -> Result<Taken, LeftOut> {
    let values: Map<String, Value> =
        serde_json::from_slice(line).map_err(|_error| of_line("", Reason::NotJson))?;
    let line = Object { group: "", values: &values };
    let at = line.sure_text("muutospv")?;
    let mut reading = Reading::default();
    let change = Change {
        key: line.must("kirjausavain", line.number("kirjausavain")?)?,
        at: at.parse().map_err(|_error| line.error("muutospv", Reason::ImpossibleDate))?,
        person: line.must("henkilotunnus", line.code("henkilotunnus")?)?,
        facts: Vec::new(),
    };
    for group in line.must("tietoryhmat", line.list("tietoryhmat")?)? {
        let values = group.as_object().ok_or_else(|| line.error("tietoryhmat", Reason::WrongType))?;
        let name = Object { group: "", values }.sure_text("tietoryhma")?;
        reading.group(name, values)?;
    }
    let Reading { mut facts, left_out, passed_over, residence } = reading;
    facts.extend(residence.finish()?.map(Fact::Home));
    Ok(Taken { change: Change { facts, ..change }, left_out, passed_over })
}

/// The groups of a line, one after another.
#[derive(Default)]
struct Reading {
    facts: Vec<Fact>,
    left_out: Vec<LeftOut>,
    passed_over: u64,
    residence: Residence,
}

type Done = Result<(), LeftOut>;

/// How a group is read, by its name.
type Read = fn(&mut Reading, Object<'_>, Act) -> Done;

const HELD: &[(&str, Read)] = &[
    ("AIDINKIELI", |to, group, _| {
        let code = group.sure_text("kielikoodi")?.to_owned();
        to.tell(Fact::MotherTongue(code))
    }),
    ("AMMATTI", |to, group, act| to.tell(Fact::Occupation(optional(group, act, "ammatti")?))),
    ("ASIAKASREKISTERIN_PAIVITYSKIELTO", |to, group, act| {
        to.prohibition(group, act, Prohibition::RegisterUpdate)
    }),
    ("ASIOINTIKIELI", |to, group, act| to.tell(Fact::ServiceLanguage(optional(group, act, "kielikoodi")?))),
    ("AVIOLIITTO", |to, group, act| {
        let valid = is_valid(group, act)?;
        let spouse = if valid { Some(group.must("puoliso", group.person("puoliso")?)?) } else { None };
        to.tell(Fact::Spouse(spouse))
    }),
    ("HENKILOMATRIKKELIKIELTO", |to, group, act| to.prohibition(group, act, Prohibition::Directory)),
    ("HENKILON_NIMI", |to, group, _| {
        // Letters beyond the register's old character set stand in fields of their own.
        let name = |whole, plain| match group.owned(whole)? {
            Some(name) => Ok(name),
            None => group.sure_text(plain).map(str::to_owned),
        };
        let (first_names, surname) = (name("etunimiUTF8", "etunimi")?, name("sukunimiUTF8", "sukunimi")?);
        to.tell(Fact::Names { first_names, surname, since: group.date("alkupv")? })
    }),
    ("HENKILOTUNNUS_KORJAUS", Reading::identity),
    ("HUOLTAJA", Reading::guardian),
    ("HUOLTAJA_SUPPEA", Reading::guardian),
    ("KOTIKUNTA", |to, group, _| {
        let withheld = group.withholds("kuntakoodi")?;
        let code = if withheld { UNKNOWN } else { group.sure_text("kuntakoodi")? };
        to.tell(Fact::Municipality(code.to_owned()))
    }),
    ("KUOLINPAIVA", |to, group, act| {
        let dead = act != Act::Removed && group.flag("kuollut")?.unwrap_or(true);
        let day = if dead { Some(group.must("kuolinpv", group.date("kuolinpv")?)?) } else { None };
        to.tell(Fact::Death(day))
    }),
    ("KUTSUMANIMI", |to, group, act| to.tell(Fact::CallName(optional(group, act, "nimi")?))),
    ("NIMENMUUTOS", Reading::former_name),
    ("NIMENMUUTOS_LAAJA", Reading::former_name),
    ("SUKUPUOLI", |to, group, _| {
        let sex = match group.sure_text("sukupuoli")? {
            "PUUTTUU" => 0,
            "MIES" => 1,
            "NAINEN" => 2,
            _ => return Err(group.error("sukupuoli", Reason::OffList)),
        };
        to.tell(Fact::Sex(sex))
    }),
    ("SUKUTUTKIMUSKIELTO", |to, group, act| to.prohibition(group, act, Prohibition::Genealogy)),
    ("SUORAMARKKINOINTIKIELTO", |to, group, act| to.prohibition(group, act, Prohibition::Marketing)),
    ("SYNTYMAPAIVA", |to, group, act| {
        let day = group.must("syntymapv", group.date("syntymapv")?)?;
        match act {
            Act::Added => to.tell(Fact::Registered(day)),
            Act::Changed => to.tell(Fact::BirthDate(day)),
            Act::Removed | Act::Aside => Err(group.error("muutosattribuutti", Reason::UnknownAttribute)),
        }
    }),
    ("TURVAKIELTO", Reading::security),
    ("VAKINAINEN_KOTIMAINEN_ASUINPAIKKATUNNUS", |to, group, act| to.residence.dwelling(group, act)),
    ("VAKINAINEN_KOTIMAINEN_OSOITE", |to, group, act| {
        to.facts.extend(to.residence.address(group, act)?.map(Fact::Left));
        Ok(())
    }),
    ("VAKINAINEN_ULKOMAINEN_OSOITE", |to, group, act| to.tell(Fact::Abroad(abroad(group, act)?))),
    ("YHTEYSTIETOJEN_LUOVUTUSKIELTO", |to, group, act| to.prohibition(group, act, Prohibition::ContactInfo)),
];

/// A text that a removed group has no more.
fn optional(group: Object<'_>, act: Act, name: &'static str) -> Result<Option<String>, LeftOut> {
    if act == Act::Removed { Ok(None) } else { group.sure_text(name).map(|text| Some(text.to_owned())) }
}

/// Whether what a group tells holds: by its validity, or else by what happened to it.
fn is_valid(group: Object<'_>, act: Act) -> Result<bool, LeftOut> {
    match group.text("voimassaolo")? {
        Some("AKTIIVI") => Ok(act != Act::Removed),
        Some("PASSIIVI") => Ok(false),
        Some(_) => Err(group.error("voimassaolo", Reason::OffList)),
        None => Ok(act != Act::Removed),
    }
}

impl Reading {
    fn group(&mut self, name: &str, values: &Map<String, Value>) -> Done {
        let Some((group, read)) = HELD.iter().find(|(held, _)| *held == name) else {
            if is_not_held(name) {
                self.passed_over += 1;
            } else {
                self.left_out.push(of_line("tietoryhma", Reason::UnknownGroup));
            }
            return Ok(());
        };
        let group = Object { group, values };
        let act = Act::of(group.sure_text("muutosattribuutti")?);
        let act = act.ok_or_else(|| group.error("muutosattribuutti", Reason::UnknownAttribute))?;
        if act == Act::Aside {
            self.passed_over += 1;
            return Ok(());
        }
        read(self, group, act)
    }

    #[expect(clippy::unnecessary_wraps, reason = "the last step of every reader")]
    fn tell(&mut self, fact: Fact) -> Done {
        self.facts.push(fact);
        Ok(())
    }

    fn prohibition(&mut self, group: Object<'_>, act: Act, which: Prohibition) -> Done {
        let set = is_valid(group, act)?;
        self.tell(Fact::Prohibition(which, set))
    }

    fn security(&mut self, group: Object<'_>, act: Act) -> Done {
        let active = group.must("turvakieltoAktiivinen", group.flag("turvakieltoAktiivinen")?)?;
        let until = group.date("turvaLoppuPv")?;
        let further_notice = PartialDate::Day(jiff::civil::Date::MAX);
        let until = if active { Some(until.unwrap_or(further_notice)) } else { until };
        self.tell(Fact::Security(until.filter(|_| act != Act::Removed)))
    }

    fn former_name(&mut self, group: Object<'_>, act: Act) -> Done {
        let kind = match group.sure_text("nimilaji")? {
            "EDELLINEN_SUKUNIMI" => NameKind::Surname,
            "EDELLINEN_ETUNIMI" => NameKind::FirstNames,
            // Present names stand in their own group; middle and call names of the past are not held.
            _ => {
                self.passed_over += 1;
                return Ok(());
            }
        };
        if act == Act::Removed {
            return Err(group.error("muutosattribuutti", Reason::UnknownAttribute));
        }
        let name = group.sure_text("nimi")?.to_owned();
        self.tell(Fact::FormerName(kind, name))
    }

    fn identity(&mut self, group: Object<'_>, _: Act) -> Done {
        let code = |name| group.must(name, group.code(name)?);
        let (replaced, active) = (code("muutettuHenkilotunnus")?, code("aktiivinenHenkilotunnus")?);
        let name = "edellisetHenkilotunnukset";
        let previous = |code: &Value| {
            let text = code.as_str().ok_or_else(|| group.error(name, Reason::WrongType))?;
            Hetu::parse(text).map_err(|error| group.error(name, Reason::Identity(error)))
        };
        let previous = group.list(name)?.map(|codes| codes.iter().map(previous).collect()).transpose()?;
        self.tell(Fact::Identity(Identity { replaced, active, previous }))
    }

    fn guardian(&mut self, group: Object<'_>, act: Act) -> Done {
        let guardian = group.must("huoltaja", group.person("huoltaja")?)?;
        let ended = act == Act::Removed || group.date("huoltosuhteenLoppupv")?.is_some();
        self.tell(Fact::Guardian(guardian, !ended))
    }
}
