//! One block written out: its homes with their people, its cottages and other buildings, its dead.

use super::building::{Building, Site};
use super::calendar::LAST_DAY;
use super::country::{Area, COUNTRY};
use super::dice::Dice;
use super::dwelling::{Dwelling, lay_out};
use super::history;
use super::household::{Known, alone, care_of, language, people};
use super::housing::{Lot, lots};
use super::identity::{Cohorts, Identity, identity};
use super::person::Person;
use super::places::{Point, town};
use super::plan::Block;
use super::skeleton::{Dead, Skeleton};
use super::streets::{Street, house_number, street};
use super::table::Tables;
use crate::register::building_id::BuildingId;
use crate::register::codes::Language;

/// A block being written.
pub(super) struct Writing<'a> {
    pub(super) dice: Dice,
    block: &'a Block,
    pub(super) skeleton: Skeleton,
    pub(super) known: Vec<Known>,
    /// The dead still recorded in a household, sorted by it.
    mourned: Vec<Dead>,
    buildings: u32,
    others_left: u64,
    pub(super) tables: &'a mut Tables,
}

/// Writes a block; `taken` are the identity codes of each cohort given before it.
pub(super) fn write(seed: u64, block: &Block, taken: &mut Cohorts, tables: &mut Tables) {
    let skeleton = Skeleton::draw(seed, block);
    let mut code = |member: &super::skeleton::Member| {
        identity(seed, member.male, member.year, taken.take(member.male, member.year))
    };
    let known = skeleton
        .members
        .iter()
        .map(|member| Known {
            member: *member,
            identity: code(member),
            previous: member.changed.then(|| code(member)),
        })
        .collect();
    let mut mourned: Vec<Dead> =
        skeleton.dead.iter().filter(|dead| dead.household.is_some()).copied().collect();
    mourned.sort_by_key(|dead| dead.household);
    let dice = Dice::new(seed, 5, block.index);
    let mut writing =
        Writing { dice, block, skeleton, known, mourned, buildings: 0, others_left: block.others, tables };
    match block.area {
        Some(area) => writing.area(area),
        None => super::abroad::write(&mut writing.dice, &writing.known, writing.tables),
    }
}

impl Writing<'_> {
    fn area(&mut self, area: &'static Area) {
        for (site, homes) in lots(&mut self.dice, &self.skeleton.households, area, self.block.others > 0) {
            self.home(area, &(site, homes));
        }
        for _ in 0..self.block.cottages {
            let (place, point) = COUNTRY.cottage_place(&mut self.dice);
            let owners = self.any_owners();
            self.empty_building(place, Site::Cottage, point, &owners);
            if self.dice.chance(300_000) {
                self.empty_building(place, Site::Outbuilding, point, &owners);
            }
        }
        for _ in 0..self.others_left {
            let point = town(&mut self.dice, area.centre, area.spread);
            self.empty_building(area, Site::Other, point, &[]);
        }
        self.roofless(area);
        self.buried(area);
    }

    fn next_building(&mut self) -> BuildingId {
        self.buildings += 1;
        self.block.building_id(self.buildings - 1)
    }

    /// A building people live in, with everything that hangs on it.
    fn home(&mut self, area: &Area, (site, households): &Lot) {
        let id = self.next_building();
        let spread = if *site == Site::Flats { area.spread * 3 / 5 } else { area.spread };
        let point = town(&mut self.dice, area.centre, spread);
        let many = matches!(site, Site::Flats | Site::Row | Site::Other);
        let addresses = match self.dice.below(1000) {
            0..100 if many => 2,
            100..108 if many => 3,
            108..110 if many => 4,
            110..118 => 2,
            _ => 1,
        };
        let dwellings = lay_out(&mut self.dice, *site, households, addresses);
        let living_area = dwellings.iter().map(|dwelling| dwelling.area_m2).sum();
        let building = Building::draw(&mut self.dice, *site, area, dwellings.len(), living_area);
        building.write(&mut self.dice, &mut self.tables.buildings, id, area.municipality.code, point);
        self.addresses(area, id, addresses);
        let mut owners = Vec::new();
        for dwelling in &dwellings {
            let adults = self.dwelling(area, id, dwelling, building.completed);
            if *site == Site::House {
                owners.extend(adults);
            }
        }
        self.owners_of_home(id, *site, &owners);
        if *site == Site::Other {
            self.others_left = self.others_left.saturating_sub(1);
        }
        if *site == Site::House && self.dice.chance(250_000) {
            self.empty_building(area, Site::Outbuilding, point, &owners);
        }
    }

    /// A dwelling and its people; gives back the adults.
    fn dwelling(
        &mut self,
        area: &Area,
        building: BuildingId,
        dwelling: &Dwelling,
        built: Option<i32>,
    ) -> Vec<Identity> {
        let id = dwelling.id(building);
        dwelling.write(&mut self.dice, &mut self.tables.dwellings, &id, &building.to_string());
        let Some(index) = dwelling.household else { return Vec::new() };
        let household = self.skeleton.households[index];
        let members = &self.known[household.first..household.first + household.count];
        let mut people = people(&mut self.dice, household.kind, members, area);
        for person in &mut people {
            person.moved_in = person.moved_in.map(|day| day.max(built.unwrap_or(day)));
            person.write(&mut self.dice, &mut self.tables.persons, Some(&id));
        }
        if let Some(until) = people.first().and_then(|person| person.moved_in) {
            history::write(&mut self.dice, &mut self.tables.previous, &people, Some(area), until);
        }
        self.mourn(area, index, &people, &id);
        people.iter().filter(|person| person.age >= 18).map(|person| person.identity).collect()
    }

    /// The dead still recorded in a household's dwelling.
    fn mourn(&mut self, area: &Area, household: usize, people: &[Person], dwelling_id: &str) {
        let first = self.mourned.partition_point(|dead| dead.household < Some(household));
        let of_household = |dead: &&Dead| dead.household == Some(household);
        let dead: Vec<Dead> = self.mourned[first..].iter().take_while(of_household).copied().collect();
        for dead in dead {
            let mut person = self.dead(area, dead);
            if let Some(survivor) = people.first() {
                person.surname = super::names::form(&survivor.surname, person.culture, person.male);
                let birth_day = person.identity.birth_day;
                person.moved_in =
                    survivor.moved_in.map(|day| day.max(birth_day)).filter(|day| *day <= dead.death_day);
            }
            person.write(&mut self.dice, &mut self.tables.persons, Some(dwelling_id));
        }
    }

    fn dead(&mut self, area: &Area, dead: Dead) -> Person {
        let spoken = language(&mut self.dice, Some(area));
        let mut person = alone(&mut self.dice, self.known[dead.member], spoken, area.municipality.code);
        person.death_day = Some(dead.death_day.max(person.identity.birth_day));
        person.names_since = person.names_since.filter(|day| *day <= dead.death_day);
        person
    }

    fn buried(&mut self, area: &Area) {
        let unrecorded: Vec<Dead> =
            self.skeleton.dead.iter().filter(|dead| dead.household.is_none()).copied().collect();
        for dead in unrecorded {
            let person = self.dead(area, dead);
            person.write(&mut self.dice, &mut self.tables.persons, None);
            let until = dead.death_day.max(person.identity.birth_day);
            history::write(&mut self.dice, &mut self.tables.previous, &[person], Some(area), until);
        }
    }

    fn roofless(&mut self, area: &Area) {
        for index in self.skeleton.roofless.clone() {
            let spoken = language(&mut self.dice, Some(area));
            let mut person = alone(&mut self.dice, self.known[index], spoken, area.municipality.code);
            person.care_of = self.dice.chance(200_000).then(|| care_of(&mut self.dice, person.culture));
            person.write(&mut self.dice, &mut self.tables.persons, None);
            let until = LAST_DAY - self.dice.exponential(3 * 365);
            history::write(&mut self.dice, &mut self.tables.previous, &[person], Some(area), until);
        }
    }

    /// A building nobody lives in.
    fn empty_building(&mut self, area: &Area, site: Site, point: Point, owners: &[Identity]) {
        let id = self.next_building();
        let building = Building::draw(&mut self.dice, site, area, 0, 0);
        building.write(&mut self.dice, &mut self.tables.buildings, id, area.municipality.code, point);
        let addresses = 1 + i32::from(site == Site::Other && self.dice.chance(80_000));
        self.addresses(area, id, addresses);
        if owners.is_empty() {
            let companies = [
                ("05", 40),
                ("10", 25),
                ("04", 14),
                ("11", 5),
                ("13", 9),
                ("06", 3),
                ("07", 3),
                ("09", 1),
                ("14", 2),
            ];
            let owner_type = self.dice.among(&companies);
            let farmer = if self.dice.chance(180_000) { self.any_owners() } else { Vec::new() };
            self.owners(id, &farmer, "01", owner_type);
        } else {
            self.owners(id, owners, "02", "02");
        }
    }

    /// The addresses of a building; a few buildings have none.
    fn addresses(&mut self, area: &Area, id: BuildingId, count: i32) {
        if self.dice.chance(400) {
            return;
        }
        let town = area.municipality;
        let (office_fi, office_sv) = match town.language {
            Language::Finnish => (town.name_fi, None),
            Language::Swedish => (town.name_sv, Some(town.name_sv)),
            Language::FinnishSwedish | Language::SwedishFinnish => (town.name_fi, Some(town.name_sv)),
        };
        let (office_fi, office_sv) = (office_fi.to_uppercase(), office_sv.map(str::to_uppercase));
        let id = id.to_string();
        for number in 1..=count {
            let Street { fi, sv } = street(area, self.dice.below(area.streets));
            let house = (!self.dice.chance(8_000)).then(|| house_number(&mut self.dice));
            self.tables
                .addresses
                .row()
                .text(&id)
                .int(Some(number))
                .text(&fi)
                .maybe(sv.as_deref())
                .maybe(house.as_deref())
                .text(area.postal_code)
                .text(&office_fi)
                .maybe(office_sv.as_deref());
        }
    }
}
