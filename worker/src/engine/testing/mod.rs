//! Small random registers for tests, as people with texts; the tables of a shard are made from them.

pub(super) mod before;
mod criteria;
mod crowded;
mod flow;
mod households;
mod naive;
mod persons;
pub(super) mod registers;
pub(super) mod tables;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use poimuri_shared::register::hetu::Hetu;

use super::days::day_of;

/// Numbers that follow from a seed (`SplitMix64`).
#[derive(Debug, Clone)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// One of these, or nothing.
    pub(super) fn maybe<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        self.chance(80).then(|| self.pick(from))
    }

    pub(super) fn number(&mut self, low: i32, high: i32) -> i32 {
        low + i32::try_from(self.below(usize::try_from(high - low + 1).unwrap())).unwrap()
    }

    fn maybe_number(&mut self, low: i32, high: i32) -> Option<i32> {
        self.chance(80).then(|| self.number(low, high))
    }
}

pub(super) const TODAY: Date = date(2026, 11, 1);
/// Days from today up to which an address is secret; none is until further notice.
const SECRET_UNTIL: [Option<i32>; 4] = [Some(-1), Some(0), Some(1), None];
/// The day of 9999-12-31.
const FOR_EVER: i32 = 2_932_896;
pub(super) const CODES: [&str; 5] = ["011", "021", "022", "039", "041"];
pub(super) const SURNAMES: [&str; 8] =
    ["Virtanen", "VIRTANEN", "Mäkinen", "Virtanen-Mäkinen", "von Essen", "Öhman", "Korhonen", "de la Laine"];
pub(super) const FIRST_NAMES: [&str; 6] =
    ["Anna Maria", "anna-liisa", "Matti Juhani", "Juhani", "Åke", "Maria Anna Åke"];
pub(super) const GIVEN_NAMES: [&str; 7] = ["Anna", "anna-liisa", "Juhani", "Maria", "Matti", "Åke", "Unused"];
pub(super) const LANGUAGES: [&str; 4] = ["fi", "sv", "ru", "98"];
pub(super) const OCCUPATIONS: [&str; 4] = ["Sairaanhoitaja", "HOITAJA", "kirvesmies", "Ö, \"x\""];
pub(super) const POSTAL_CODES: [&str; 5] = ["00100", "00120", "02100", "33100", "99800"];
pub(super) const STREETS: [&str; 4] = ["Kirkkokatu", "Kyrkogatan", "Tie, \"vanha\"", "Åvägen"];

#[derive(Debug, Clone, Default)]
pub(super) struct Building {
    pub(super) use_1994: Option<&'static str>,
    pub(super) heating_source: Option<&'static str>,
    pub(super) permit_action: Option<&'static str>,
    pub(super) connections: u8,
    pub(super) completed: Option<i32>,
    pub(super) floors: Option<i32>,
    pub(super) north: Option<i32>,
    pub(super) east: Option<i32>,
    pub(super) street_fi: &'static str,
    pub(super) street_sv: Option<&'static str>,
    pub(super) postal_code: &'static str,
}

#[derive(Debug, Clone)]
pub(super) struct Dwelling {
    pub(super) building: usize,
    pub(super) has_address: bool,
    pub(super) rooms: Option<i32>,
    pub(super) apartment: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: u64,
    pub(super) dwelling: Option<usize>,
    pub(super) sex: &'static str,
    pub(super) birth: i32,
    pub(super) dead: bool,
    pub(super) security_until: Option<i32>,
    pub(super) no_marketing: bool,
    pub(super) moved_in: Option<i32>,
    pub(super) mother_tongue: &'static str,
    pub(super) service_language: Option<&'static str>,
    pub(super) region: Option<&'static str>,
    pub(super) surname: &'static str,
    pub(super) first_names: &'static str,
    pub(super) call_name: Option<&'static str>,
    pub(super) occupation: Option<&'static str>,
    pub(super) owns: Vec<Building>,
    pub(super) no_register_update: bool,
}

/// A register of one or more shards, in global order.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub(super) buildings: Vec<Building>,
    pub(super) dwellings: Vec<Dwelling>,
    pub(super) people: Vec<Person>,
}

fn building(dice: &mut Dice) -> Building {
    Building {
        use_1994: dice.maybe(&CODES),
        heating_source: dice.maybe(&["01", "02", "04"]),
        permit_action: dice.maybe(&["new", "extension"]),
        connections: u8::try_from(dice.below(32)).unwrap(),
        completed: dice.maybe_number(-20_000, 20_000),
        floors: dice.maybe_number(0, 4),
        north: dice.maybe_number(0, 20),
        east: dice.maybe_number(0, 20),
        street_fi: dice.pick(&STREETS),
        street_sv: dice.maybe(&STREETS),
        postal_code: dice.pick(&POSTAL_CODES),
    }
}

/// The packed identity code of the person of a number: 898 of each day from 1 January 1980.
fn code(serial: usize) -> u64 {
    let day = date(1980, 1, 1) + i64::try_from(serial / 898).unwrap().days();
    Hetu::new(day, b'-', u16::try_from(serial % 898 + 2).unwrap()).unwrap().packed()
}

fn person(dice: &mut Dice, serial: usize, dwelling: Option<usize>) -> Person {
    let is_leap_child = dice.chance(5);
    let birth = if is_leap_child { day_of(date(2008, 2, 29)) } else { dice.number(-20_000, 21_000) };
    Person {
        id: code(serial),
        dwelling,
        sex: dice.pick(&["", "1", "2"]),
        birth,
        dead: dice.chance(10),
        security_until: dice
            .chance(20)
            .then(|| dice.pick(&SECRET_UNTIL).map_or(FOR_EVER, |days| day_of(TODAY) + days)),
        no_marketing: dice.chance(10),
        moved_in: dice.maybe_number(0, 20_000),
        mother_tongue: dice.pick(&LANGUAGES),
        service_language: dice.maybe(&["fi", "sv"]),
        region: dice.maybe(&["01", "21"]),
        surname: dice.pick(&SURNAMES),
        first_names: dice.pick(&FIRST_NAMES),
        call_name: dice.maybe(&GIVEN_NAMES),
        occupation: dice.maybe(&OCCUPATIONS),
        owns: (0..dice.below(4).saturating_sub(1)).map(|_| building(dice)).collect(),
        no_register_update: dice.chance(10),
    }
}

impl World {
    pub(super) fn random(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let mut world = Self::default();
        for at in 0..dice.below(40) {
            world.buildings.push(building(&mut dice));
            for _ in 0..dice.below(4) {
                let dwelling = world.dwellings.len();
                world.dwellings.push(Dwelling {
                    building: at,
                    has_address: dice.chance(95),
                    rooms: dice.maybe_number(1, 5),
                    apartment: dice.maybe(&["001", "012", "000"]),
                });
                let residents = if dice.chance(5) { 16 } else { dice.below(6) };
                for _ in 0..residents {
                    let serial = world.people.len();
                    world.people.push(person(&mut dice, serial, Some(dwelling)));
                }
            }
        }
        for _ in 0..dice.below(10) {
            let serial = world.people.len();
            world.people.push(person(&mut dice, serial, None));
        }
        world
    }

    /// Who lives in a dwelling: neighbours in the register.
    pub(super) fn residents(&self, dwelling: usize) -> &[Person] {
        let before = |end| self.people.partition_point(|p| p.dwelling.is_some_and(|home| home < end));
        &self.people[before(dwelling)..before(dwelling + 1)]
    }

    /// The world cut into shards between buildings; people without a dwelling go to the last.
    pub(super) fn shards(&self, count: usize) -> Vec<Self> {
        let cut = |shard: usize| self.buildings.len() * shard / count;
        (0..count).map(|shard| self.slice(cut(shard)..cut(shard + 1), shard + 1 == count)).collect()
    }

    fn slice(&self, buildings: std::ops::Range<usize>, is_last: bool) -> Self {
        let mut part = Self { buildings: self.buildings[buildings.clone()].to_vec(), ..Self::default() };
        for (at, dwelling) in
            self.dwellings.iter().enumerate().filter(|(_, d)| buildings.contains(&d.building))
        {
            let here = part.dwellings.len();
            part.dwellings
                .push(Dwelling { building: dwelling.building - buildings.start, ..dwelling.clone() });
            let moved = |person: &Person| Person { dwelling: Some(here), ..person.clone() };
            part.people.extend(self.residents(at).iter().map(moved));
        }
        if is_last {
            part.people.extend(self.people.iter().filter(|person| person.dwelling.is_none()).cloned());
        }
        part
    }
}
