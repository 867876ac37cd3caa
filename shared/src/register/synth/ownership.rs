//! Who owns a building: those who live there, others of the block, a company.

use super::block::Writing;
use super::building::Site;
use super::calendar::THIS_YEAR;
use super::household::Known;
use super::identity::Identity;
use crate::register::building_id::BuildingId;

impl Writing<'_> {
    pub(super) fn owners_of_home(&mut self, id: BuildingId, site: Site, residents: &[Identity]) {
        match site {
            Site::House if !residents.is_empty() && self.dice.chance(900_000) => {
                let count = if self.dice.chance(620_000) { residents.len().min(2) } else { 1 };
                let kind = if self.dice.chance(30_000) { "01" } else { "02" };
                self.owners(id, &residents[..count], kind, kind);
            }
            Site::House => {
                let elsewhere = if self.dice.chance(850_000) { self.any_owners() } else { Vec::new() };
                self.owners(id, &elsewhere, "02", "14");
            }
            Site::Row | Site::Flats => {
                let company =
                    self.dice.among(&[("03", 78), ("04", 11), ("05", 4), ("10", 4), ("13", 2), ("12", 1)]);
                self.owners(id, &[], company, company);
            }
            Site::Cottage | Site::Outbuilding | Site::Institution | Site::Other => {
                let company = self.dice.among(&[("10", 45), ("05", 35), ("13", 14), ("11", 6)]);
                self.owners(id, &[], company, company);
            }
        }
    }

    /// One row for each person, or one for an owner that is no person known.
    pub(super) fn owners(&mut self, id: BuildingId, people: &[Identity], of_people: &str, otherwise: &str) {
        let id = id.to_string();
        for person in people {
            let person: String = person.code.to_text().map(char::from).iter().collect();
            self.tables.owners.row().text(&id).maybe(Some(&person)).text(of_people);
        }
        if people.is_empty() {
            self.tables.owners.row().text(&id).maybe(None).text(otherwise);
        }
    }

    /// One or two adults of a household of this block, rather the older ones; none if none is found.
    pub(super) fn any_owners(&mut self) -> Vec<Identity> {
        for attempt in 0..12 {
            let index = self.dice.index(self.skeleton.households.len());
            let Some(household) = self.skeleton.households.get(index) else { return Vec::new() };
            let members = &self.known[household.first..household.first + household.count.min(2)];
            let age = |known: &Known| i32::from(THIS_YEAR - known.member.year);
            let wanted = if attempt < 8 { self.dice.between(30, 62) } else { 18 };
            let adults: Vec<Identity> = members
                .iter()
                .filter(|known| age(known) >= wanted.max(18))
                .map(|known| known.identity)
                .collect();
            if !adults.is_empty() {
                let count = if self.dice.chance(550_000) { adults.len() } else { 1 };
                return adults[..count].to_vec();
            }
        }
        Vec::new()
    }
}
