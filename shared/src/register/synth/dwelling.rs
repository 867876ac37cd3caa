//! Dwellings within a building: stairs, apartments, sizes, identifiers.

use super::building::Site;
use super::dice::Dice;
use super::table::Table;
use crate::register::building_id::BuildingId;

/// A dwelling before it is written.
pub(super) struct Dwelling {
    /// Index of the household; `None` if it is empty.
    pub(super) household: Option<usize>,
    pub(super) area_m2: i32,
    rooms: i32,
    stair: Option<String>,
    apartment: Option<String>,
    divider: Option<&'static str>,
    address_no: i32,
}

/// The dwellings of a building for the given households (index and number of people).
pub(super) fn lay_out(
    dice: &mut Dice,
    site: Site,
    households: &[Option<(usize, usize)>],
    addresses: i32,
) -> Vec<Dwelling> {
    let per_stair = households.len().div_ceil(households.len().div_ceil(14).min(26)).max(1);
    let lettered = households.len() > 1 && (site == Site::Row || households.len() > 8);
    let mut dwellings = Vec::with_capacity(households.len());
    for (index, household) in households.iter().enumerate() {
        let stair_index = if site == Site::Row { index % 26 } else { index / per_stair };
        let letter = char::from(b'A' + u8::try_from(stair_index.min(25)).unwrap_or(0));
        let rooms = rooms(dice, site, household.map_or(2, |(_, people)| people));
        let address = i32::try_from(stair_index).unwrap_or(0) % addresses.max(1) + 1;
        dwellings.push(Dwelling {
            household: household.map(|(household, _)| household),
            area_m2: area(dice, site, rooms, household.map_or(1, |(_, people)| people)),
            rooms,
            stair: lettered.then(|| letter.to_string()),
            apartment: (households.len() > 1).then(|| format!("{:03}", index + 1)),
            divider: (households.len() > 1 && dice.chance(4_000)).then(|| ["a", "b"][dice.index(2)]),
            address_no: address,
        });
    }
    dwellings
}

fn rooms(dice: &mut Dice, site: Site, people: usize) -> i32 {
    let people = i32::try_from(people.min(6)).unwrap_or(2);
    match site {
        Site::House => (2 + people / 2 + dice.between(0, 2)).min(9),
        Site::Row => (1 + people.min(3) + dice.between(0, 1)).min(6),
        Site::Flats => (people.midpoint(1) + dice.between(0, 1) + i32::from(people > 1)).clamp(1, 5),
        Site::Cottage | Site::Outbuilding | Site::Institution | Site::Other => dice.between(1, 4),
    }
}

fn area(dice: &mut Dice, site: Site, rooms: i32, people: usize) -> i32 {
    match site {
        Site::House => 30 + rooms * 22 + dice.between(0, 30),
        Site::Row => 18 + rooms * 19 + dice.between(0, 14),
        Site::Institution => i32::try_from(people).unwrap_or(20) * 22,
        Site::Flats | Site::Cottage | Site::Outbuilding | Site::Other => {
            12 + rooms * 18 + dice.between(0, 12)
        }
    }
}

impl Dwelling {
    /// The identifier: building, address number, stair, apartment, divider; `0` for a letter that is missing.
    pub(super) fn id(&self, building: BuildingId) -> String {
        let mut id = building.to_string();
        id.push_str(&self.address_no.to_string());
        id.push_str(self.stair.as_deref().unwrap_or("0"));
        id.push_str(self.apartment.as_deref().unwrap_or("000"));
        id.push_str(self.divider.unwrap_or("0"));
        id
    }

    /// Writes the row.
    pub(super) fn write(&self, dice: &mut Dice, table: &mut Table, id: &str, building: &str) {
        table
            .row()
            .text(id)
            .text(building)
            .int(Some(self.address_no))
            .maybe(self.stair.as_deref())
            .maybe(self.apartment.as_deref())
            .maybe(self.divider)
            .int((!dice.chance(25_000)).then_some(self.rooms))
            .int((!dice.chance(15_000)).then_some(self.area_m2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_sixteen_characters_and_differ() {
        let mut dice = Dice::new(1, 0, 0);
        let building = BuildingId::new(12_345).unwrap();
        for (site, count) in
            [(Site::House, 1), (Site::House, 2), (Site::Row, 9), (Site::Flats, 70), (Site::Flats, 400)]
        {
            let dwellings = lay_out(&mut dice, site, &vec![None; count], 2);
            let mut ids: Vec<String> = dwellings.iter().map(|dwelling| dwelling.id(building)).collect();
            assert!(ids.iter().all(|id| id.chars().count() == 16), "{ids:?}");
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), count);
        }
    }
}
