//! One person as a row.

use super::dice::Dice;
use super::identity::Identity;
use super::languages::Culture;
use super::table::Table;

/// Prohibitions a person has set: marketing, register update, contact information, directory, genealogy.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Prohibitions([bool; 5]);

impl Prohibitions {
    /// After the rates of 2025 (an estimate): 8, 5, 6, 3 and 2.5 %. Some households set them far more often;
    /// seven in ten of those who forbid updates forbid marketing too.
    pub(super) fn draw(dice: &mut Dice, minded_household: bool) -> Self {
        let marketing = dice.chance(if minded_household { 500_000 } else { 22_700 });
        let with_marketing: [u32; 4] =
            if marketing { [437_500, 450_000, 250_000, 200_000] } else { [16_300, 26_100, 10_900, 9_800] };
        let [update, contact, directory, genealogy] = with_marketing.map(|rate| dice.chance(rate));
        Self([marketing, update, contact, directory, genealogy])
    }

    /// Whether a household is minded to forbid: 12 % are.
    pub(super) fn minded(dice: &mut Dice) -> bool {
        dice.chance(120_000)
    }
}

/// Everything the register holds of a person.
pub(super) struct Person {
    pub(super) identity: Identity,
    pub(super) previous: Option<Identity>,
    pub(super) male: bool,
    pub(super) age: i32,
    pub(super) first_names: String,
    pub(super) call_name: &'static str,
    pub(super) surname: String,
    pub(super) former_surname: Option<String>,
    pub(super) former_first_names: Option<String>,
    pub(super) names_since: Option<i32>,
    pub(super) death_day: Option<i32>,
    pub(super) mother_tongue: &'static str,
    pub(super) culture: Culture,
    pub(super) municipality: &'static str,
    pub(super) moved_in: Option<i32>,
    pub(super) abroad: Option<Abroad>,
    pub(super) care_of: Option<String>,
    pub(super) guardians: [Option<Identity>; 2],
    pub(super) spouse: Option<Identity>,
    pub(super) security_until: Option<i32>,
    pub(super) prohibitions: Prohibitions,
}

/// Where a person went.
pub(super) struct Abroad {
    pub(super) since: i32,
    pub(super) country: &'static str,
    pub(super) address: Option<String>,
}

/// Occupations as people write them; the register knows no codes.
const OCCUPATIONS: &[&str] = &[
    "sairaanhoitaja",
    "lähihoitaja",
    "opettaja",
    "luokanopettaja",
    "myyjä",
    "maanviljelijä",
    "insinööri",
    "diplomi-insinööri",
    "kuljettaja",
    "linja-autonkuljettaja",
    "sähköasentaja",
    "putkiasentaja",
    "rakennusmies",
    "kirvesmies",
    "siivooja",
    "laitoshuoltaja",
    "kirjanpitäjä",
    "toimistosihteeri",
    "sihteeri",
    "toimitusjohtaja",
    "yrittäjä",
    "kokki",
    "tarjoilija",
    "lääkäri",
    "hammaslääkäri",
    "farmaseutti",
    "lastentarhanopettaja",
    "lastenhoitaja",
    "poliisi",
    "palomies",
    "upseeri",
    "vartija",
    "talonmies",
    "kiinteistönhoitaja",
    "metsuri",
    "metsätalousinsinööri",
    "puuseppä",
    "koneistaja",
    "hitsaaja",
    "levyseppä",
    "automekaanikko",
    "varastomies",
    "postinkantaja",
    "toimittaja",
    "graafikko",
    "muusikko",
    "pappi",
    "kanttori",
    "juristi",
    "asianajaja",
    "agronomi",
    "eläinlääkäri",
    "psykologi",
    "sosiaalityöntekijä",
    "fysioterapeutti",
    "hieroja",
    "parturi-kampaaja",
    "ompelija",
    "leipuri",
    "kondiittori",
    "keittiöapulainen",
    "kalastaja",
    "merimies",
    "konemestari",
    "ohjelmistosuunnittelija",
    "järjestelmäasiantuntija",
    "tutkija",
    "professori",
    "kirjastonhoitaja",
    "myyntiedustaja",
    "myyntipäällikkö",
    "projektipäällikkö",
    "tuotantopäällikkö",
    "työnjohtaja",
    "laborantti",
    "maalari",
    "muurari",
    "nosturinkuljettaja",
    "eläkeläinen",
    "opiskelija",
    "kotiäiti",
    "Sairaanhoitaja",
    "MYYJÄ",
    "sjukskötare",
    "lärare",
    "jordbrukare",
    "försäljare",
    "ingenjör",
    "företagare",
    "pensionär",
    "software developer",
    "cleaner",
    "bus driver",
];

fn occupation(dice: &mut Dice, age: i32) -> Option<&'static str> {
    ((18..101).contains(&age) && dice.chance(240_000)).then(|| any_occupation(dice))
}

/// One of the occupations.
pub(super) fn any_occupation(dice: &mut Dice) -> &'static str {
    dice.pick(OCCUPATIONS)
}

fn service_language(dice: &mut Dice, mother_tongue: &str) -> Option<&'static str> {
    let draw = dice.below(100);
    match mother_tongue {
        "sv" => (draw < 97).then_some(if draw < 94 { "sv" } else { "fi" }),
        "fi" => (draw < 70).then_some("fi"),
        _ => (draw < 85).then_some(if draw < 81 { "fi" } else { "sv" }),
    }
}

fn sex(dice: &mut Dice, male: bool) -> &'static str {
    match (male, dice.chance(30)) {
        (_, true) => "",
        (true, false) => "1",
        (false, false) => "2",
    }
}

fn text(identity: Identity) -> String {
    identity.code.to_text().iter().map(|byte| char::from(*byte)).collect()
}

impl Person {
    /// Writes the row; what depends on nothing else is drawn here.
    pub(super) fn write(&self, dice: &mut Dice, table: &mut Table, dwelling_id: Option<&str>) {
        let id = text(self.identity);
        let others =
            |identities: &[Option<Identity>]| identities.iter().flatten().map(|id| text(*id)).collect();
        let (previous, guardians): (Vec<String>, Vec<String>) =
            (others(&[self.previous]), others(&self.guardians));
        let spouse = self.spouse.map(text);
        let call_name = dice.chance(940_000).then_some(self.call_name);
        let abroad = self.abroad.as_ref();
        let [marketing, update, contact, directory, genealogy] = self.prohibitions.0;
        let mut row = table.row();
        row.text(&id)
            .list(previous.iter().map(String::as_str))
            .text(&self.first_names)
            .maybe(call_name)
            .text(&self.surname)
            .list(self.former_surname.as_deref())
            .list(self.former_first_names.as_deref())
            .date(self.names_since)
            .text(sex(dice, self.male))
            .date(Some(self.identity.birth_day))
            .date(self.death_day)
            .text(self.mother_tongue)
            .maybe(service_language(dice, self.mother_tongue))
            .text(self.municipality)
            .maybe(dwelling_id)
            .date(self.moved_in)
            .date(abroad.map(|abroad| abroad.since))
            .maybe(abroad.map(|abroad| abroad.country))
            .maybe(abroad.and_then(|abroad| abroad.address.as_deref()))
            .maybe(self.care_of.as_deref())
            .maybe(occupation(dice, self.age))
            .list(guardians.iter().map(String::as_str))
            .maybe(spouse.as_deref())
            .date(self.security_until)
            .flag(marketing)
            .flag(update)
            .flag(contact)
            .flag(directory)
            .flag(genealogy);
    }
}
