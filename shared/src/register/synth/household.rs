//! The people of a household: names, languages, bonds and prohibitions that go together.

use super::calendar::{FOREVER, LAST_DAY, THIS_YEAR};
use super::country::Area;
use super::dice::Dice;
use super::identity::Identity;
use super::languages::{Culture, other_language};
use super::names::{form, given_names, surname};
use super::person::{Person, Prohibitions};
use super::skeleton::{Kind, Member};

/// A member with the codes given.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) member: Member,
    pub(super) identity: Identity,
    pub(super) previous: Option<Identity>,
}

impl Known {
    fn age(self) -> i32 {
        i32::from(THIS_YEAR - self.member.year)
    }
}

/// The language of a household in an area; `None` for people abroad.
pub(super) fn language(dice: &mut Dice, area: Option<&Area>) -> (&'static str, Culture) {
    let Some(area) = area else {
        return dice.among(&[
            (("fi", Culture::Finnish), 78),
            (("sv", Culture::Swedish), 16),
            (("en", Culture::Western), 6),
        ]);
    };
    let draw = dice.below(10_000);
    // The shares of two decades add up to slightly more Swedish-speakers than there are.
    let swedish = area.municipality.swedish_per_10000 * 987 / 1000;
    if draw < swedish {
        ("sv", Culture::Swedish)
    } else if draw < swedish + area.foreign {
        other_language(dice, area.municipality.code)
    } else {
        ("fi", Culture::Finnish)
    }
}

/// A security prohibition: 0.22 % are in force, some have ended, some are until further notice.
fn security(dice: &mut Dice) -> Option<i32> {
    match dice.below(1_000_000) {
        0..600 => Some(FOREVER),
        600..2_200 => Some(LAST_DAY + dice.between(1, 5 * 365)),
        2_200..2_800 => Some(LAST_DAY - dice.between(0, 3 * 365)),
        _ => None,
    }
}

/// Days since the last move, by the age of whoever moved.
fn moved_in(dice: &mut Dice, age: i32) -> i32 {
    let mean_years = match age {
        ..30 => 3,
        30..45 => 6,
        45..65 => 12,
        _ => 19,
    };
    LAST_DAY - dice.exponential(mean_years * 365)
}

/// A person who belongs to nobody yet.
pub(super) fn alone(
    dice: &mut Dice,
    known: Known,
    language: (&'static str, Culture),
    municipality: &'static str,
) -> Person {
    let (mother_tongue, culture) = language;
    let (first_names, call_name) = given_names(dice, culture, known.member.male);
    let surname = form(&surname(dice, culture), culture, known.member.male);
    let minded = Prohibitions::minded(dice);
    let mut person = Person {
        identity: known.identity,
        previous: known.previous,
        male: known.member.male,
        age: known.age(),
        first_names,
        call_name,
        surname,
        former_surname: None,
        former_first_names: None,
        names_since: dice.chance(400_000).then_some(known.identity.birth_day),
        death_day: None,
        mother_tongue,
        culture,
        municipality,
        moved_in: None,
        abroad: None,
        care_of: None,
        guardians: [None; 2],
        spouse: None,
        security_until: None,
        prohibitions: Prohibitions::draw(dice, minded),
    };
    let renamed = if known.member.male { 15_000 } else { 230_000 };
    if person.age >= 25 && dice.chance(renamed) {
        person.rename_from(dice);
    }
    if dice.chance(4_000) {
        person.former_first_names = Some(given_names(dice, culture, known.member.male).0);
    }
    person
}

impl Person {
    /// Gives the person a former surname and the date it was given up.
    fn rename_from(&mut self, dice: &mut Dice) {
        let former = form(&surname(dice, self.culture), self.culture, self.male);
        self.change_surname(dice, former);
    }

    fn change_surname(&mut self, dice: &mut Dice, former: String) {
        let adult = self.identity.birth_day + 18 * 365 + 5;
        self.names_since = Some(dice.between(adult, LAST_DAY.max(adult)).min(LAST_DAY));
        self.former_surname = Some(former);
    }

    /// Marries two people: codes of each other, and mostly one surname.
    fn marry(dice: &mut Dice, man: &mut Self, woman: &mut Self) {
        (man.spouse, woman.spouse) = (Some(woman.identity), Some(man.identity));
        let (his, hers) = (man.surname.clone(), woman.surname.clone());
        match dice.below(100) {
            0..62 => {
                woman.surname = form(&his, woman.culture, false);
                woman.change_surname(dice, hers);
            }
            62..67 if !his.contains('-') && !hers.contains('-') => {
                woman.surname = format!("{his}-{hers}");
                woman.change_surname(dice, hers);
            }
            67..70 => {
                man.surname.clone_from(&hers);
                man.change_surname(dice, his);
            }
            _ => {}
        }
    }
}

/// The people of a household, in the order of its members.
pub(super) fn people(dice: &mut Dice, kind: Kind, members: &[Known], area: &Area) -> Vec<Person> {
    let together = matches!(kind, Kind::Couple | Kind::Family(_));
    let common = language(dice, Some(area));
    let mut people: Vec<Person> = Vec::with_capacity(members.len());
    for known in members {
        let spoken = if together || people.is_empty() { common } else { language(dice, Some(area)) };
        people.push(alone(dice, *known, spoken, area.municipality.code));
    }
    if together {
        bind(dice, kind, &mut people);
    }
    house(dice, kind, &mut people);
    people
}

/// Marriages, the children's surname and guardians, and what a family shares.
fn bind(dice: &mut Dice, kind: Kind, people: &mut [Person]) {
    let parents = if let Kind::Family(parents) = kind { parents } else { people.len() };
    if let [man, woman] = &mut people[..parents.min(2)] {
        let rate = if man.age < 35 { 520_000 } else { 780_000 };
        if man.age >= 18 && woman.age >= 18 && dice.chance(rate) {
            Person::marry(dice, man, woman);
        }
    }
    let minded = Prohibitions::minded(dice);
    let (adults, children) = people.split_at_mut(parents);
    for adult in adults.iter_mut() {
        adult.prohibitions = Prohibitions::draw(dice, minded);
    }
    let guardians = [0, 1].map(|index| adults.get(index).map(|adult| adult.identity));
    for child in children {
        child.prohibitions = Prohibitions::draw(dice, minded);
        if let Some(parent) = adults.first() {
            // A woman's form becomes the family's again before a son bears it.
            let family = parent
                .surname
                .strip_suffix('a')
                .filter(|_| parent.culture == Culture::Slavic && !parent.male);
            child.surname = form(family.unwrap_or(&parent.surname), child.culture, child.male);
            child.former_surname = None;
        }
        if child.age < 18 && !dice.chance(8_000) {
            child.guardians = guardians;
        }
    }
}

/// When they moved in, whom the security prohibition covers, and whose post goes by whom.
fn house(dice: &mut Dice, kind: Kind, people: &mut [Person]) {
    let together = matches!(kind, Kind::Couple | Kind::Family(_));
    let security_until = if kind == Kind::Institution { None } else { security(dice) };
    let common = people.first().map_or(LAST_DAY, |first| moved_in(dice, first.age));
    for person in people {
        let moved = if together && !dice.chance(120_000) { common } else { moved_in(dice, person.age) };
        person.moved_in = dice.chance(970_000).then_some(moved.max(person.identity.birth_day));
        person.security_until = security_until;
        if dice.chance(2_500) {
            person.care_of = Some(care_of(dice, person.culture));
        }
    }
}

/// A line such as `c/o Maija Virtanen`.
pub(super) fn care_of(dice: &mut Dice, culture: Culture) -> String {
    let male = dice.chance(500_000);
    let (_, call_name) = given_names(dice, culture, male);
    format!("c/o {call_name} {}", form(&surname(dice, culture), culture, male))
}
