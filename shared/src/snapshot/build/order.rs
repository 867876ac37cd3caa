//! The global order: buildings, then dwellings within them, then persons within those.

use rayon::prelude::*;

use super::load::Register;
use crate::register::codes::region_of;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::tables::NO_ROW;

/// Rows of the source files in the order of the snapshot; a *place* is an index in it.
pub(super) struct Order {
    /// Rows of buildings by place.
    pub(super) buildings: Vec<u32>,
    pub(super) dwellings: Vec<u32>,
    pub(super) addresses: Vec<u32>,
    /// Rows of persons by position.
    pub(super) persons: Vec<u32>,
    /// By place of building: its first dwelling's place; one entry more for the end.
    pub(super) dwelling_starts: Vec<u32>,
    /// By place of building: its first address's place; one entry more.
    pub(super) address_starts: Vec<u32>,
    /// By place of dwelling: its first resident's position; one entry more: how many live somewhere.
    pub(super) person_starts: Vec<u32>,
    /// By row.
    pub(super) building_places: Vec<u32>,
    pub(super) dwelling_places: Vec<u32>,
    pub(super) positions: Vec<u32>,
    /// By place of dwelling: place of its address or [`NO_ROW`].
    pub(super) dwelling_addresses: Vec<u32>,
}

/// Rows grouped by place, in the order given within each; where each group starts.
fn group(rows: impl Iterator<Item = (u32, u32)> + Clone, groups: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; groups + 1];
    for (place, _) in rows.clone() {
        starts[place as usize + 1] += 1;
    }
    for place in 0..groups {
        starts[place + 1] += starts[place];
    }
    let mut next = starts.clone();
    let mut grouped = vec![0; starts[groups] as usize];
    for (place, row) in rows {
        grouped[next[place as usize] as usize] = row;
        next[place as usize] += 1;
    }
    (grouped, starts)
}

/// For each row its place; [`NO_ROW`] for rows that are left out.
fn places(order: &[u32], rows: usize) -> Vec<u32> {
    let mut places = vec![NO_ROW; rows];
    for (row, place) in order.iter().zip(0..) {
        places[*row as usize] = place;
    }
    places
}

/// Where an address or dwelling goes: the number of its address, kept rows have one.
fn number(address_no: i32) -> u32 {
    u32::try_from(address_no).unwrap_or(u32::MAX)
}

impl Order {
    pub(super) fn new(register: &Register) -> Self {
        let by_number = addresses_by_number(register);
        let buildings = order_buildings(register, &by_number);
        let building_places = places(&buildings, register.buildings.rows());
        let place_of = |row: &u32| building_places[*row as usize];

        let building = register.addresses.codes("building");
        let rows = by_number.iter().map(|(_, row)| (place_of(&building[*row as usize]), *row));
        let (addresses, address_starts) = group(rows, buildings.len());

        let building = register.dwellings.codes("building");
        let rows = register.dwellings.kept_rows().map(|row| (place_of(&building[row as usize]), row));
        let (mut dwellings, dwelling_starts) = group(rows, buildings.len());
        for range in dwelling_starts.windows(2) {
            let within = &mut dwellings[range[0] as usize..range[1] as usize];
            within
                .sort_unstable_by(|a, b| register.dwelling_ids.text(*a).cmp(register.dwelling_ids.text(*b)));
        }
        let dwelling_places = places(&dwellings, register.dwellings.rows());

        let (persons, person_starts) = order_persons(register, &dwelling_places, dwellings.len());
        let positions = places(&persons, register.persons.rows());
        let mut order = Self {
            buildings,
            dwellings,
            addresses,
            persons,
            dwelling_starts,
            address_starts,
            person_starts,
            building_places,
            dwelling_places,
            positions,
            dwelling_addresses: Vec::new(),
        };
        order.dwelling_addresses = order.addresses_of_dwellings(register);
        order
    }

    /// Position of the first resident of a building, by place; also for the place after the last.
    pub(super) fn building_start(&self, place: usize) -> u32 {
        self.person_starts[self.dwelling_starts[place] as usize]
    }

    /// How many persons live in a dwelling; the others follow them.
    pub(super) fn housed(&self) -> u32 {
        self.person_starts.last().copied().unwrap_or(0)
    }

    fn addresses_of_dwellings(&self, register: &Register) -> Vec<u32> {
        let wanted = register.dwellings.numbers("address_no");
        let building = register.dwellings.codes("building");
        let numbers = register.addresses.numbers("address_no");
        let address = |row: &u32| {
            let place = self.building_places[building[*row as usize] as usize] as usize;
            let mut range = self.address_starts[place]..self.address_starts[place + 1];
            let number = |place: u32| numbers[self.addresses[place as usize] as usize];
            range.find(|place| number(*place) == wanted[*row as usize]).unwrap_or(NO_ROW)
        };
        self.dwellings.par_iter().map(address).collect()
    }
}

/// Kept rows of addresses by row of building and number.
fn addresses_by_number(register: &Register) -> Vec<(u64, u32)> {
    let (building, numbers) =
        (register.addresses.codes("building"), register.addresses.numbers("address_no"));
    let key = |row: u32| {
        let (building, number) = (building[row as usize], number(numbers[row as usize]));
        (u64::from(building) << 32 | u64::from(number), row)
    };
    let mut rows: Vec<_> = register.addresses.kept_rows().map(key).collect();
    rows.par_sort_unstable();
    rows
}

/// Region, municipality, postal code, street, house number, building, each as its rank by bytes:
///
/// ```text
/// bits 126..119 region  118..99 municipality  98..82 postal code  81..55 street  54..28 house  27..0 building
/// ```
fn order_buildings(register: &Register, by_number: &[(u64, u32)]) -> Vec<u32> {
    let (regions, municipalities) = municipality_ranks(register);
    let [postal_codes, streets, houses] = [Dict::PostalCode, Dict::Street, Dict::HouseNumber]
        .map(|dict| register.interners.lock(dict).byte_ranks());
    let addresses = &register.addresses;
    let column = |name| addresses.codes(name);
    let (postal_code, street, house) = (column("postal_code"), column("street_fi"), column("house_number"));
    let building = addresses.codes("building");
    let mut first = vec![NO_ROW; register.buildings.rows()];
    for (_, row) in by_number.iter().rev() {
        first[building[*row as usize] as usize] = *row;
    }
    let (ids, municipality) =
        (register.buildings.codes("building_id"), register.buildings.codes("municipality"));
    let key = |row: u32| {
        let at = row as usize;
        let address = first[at] as usize;
        let rank = |ranks: &[u32], codes: &[u32]| codes.get(address).map_or(0, |code| ranks[*code as usize]);
        let mut key = u128::from(regions[municipality[at] as usize]);
        key = key << 20 | u128::from(municipalities[municipality[at] as usize]);
        key = key << 17 | u128::from(rank(&postal_codes, postal_code));
        key = key << 27 | u128::from(rank(&streets, street));
        key = key << 27 | u128::from(rank(&houses, house));
        (key << 28 | u128::from(ids[at]), row)
    };
    let mut rows: Vec<(u128, u32)> = register.buildings.kept_rows().map(key).collect();
    rows.par_sort_unstable();
    rows.into_iter().map(|(_, row)| row).collect()
}

/// For each municipality as met: its region as a number, 0 for none, and its own rank.
fn municipality_ranks(register: &Register) -> (Vec<u8>, Vec<u32>) {
    let interner = register.interners.lock(Dict::Municipality);
    let region = |code| region_of(interner.text(code)).and_then(|region| region.parse().ok()).unwrap_or(0);
    let codes = 0..=u32::try_from(interner.len()).unwrap_or(u32::MAX);
    (codes.map(region).collect(), interner.byte_ranks())
}

/// Residents by place of dwelling, birth date and code; then those without a dwelling, by code.
fn order_persons(register: &Register, dwelling_places: &[u32], dwellings: usize) -> (Vec<u32>, Vec<u32>) {
    let persons = &register.persons;
    let (dwelling, births, ids) =
        (persons.codes("dwelling_id"), persons.numbers("birth_date"), persons.ids("person_id"));
    let place = |row: u32| dwelling_places.get(dwelling[row as usize] as usize).copied();
    let rows = persons.kept_rows().filter_map(|row| Some((place(row)?, row)));
    let (mut order, starts) = group(rows, dwellings);
    for range in starts.windows(2) {
        let within = &mut order[range[0] as usize..range[1] as usize];
        within.sort_unstable_by_key(|row| (births[*row as usize], ids[*row as usize]));
    }
    let homeless = persons.kept_rows().filter(|row| place(*row).is_none());
    let mut rest: Vec<_> = homeless.map(|row| (ids[row as usize], row)).collect();
    rest.par_sort_unstable();
    order.extend(rest.into_iter().map(|(_, row)| row));
    (order, starts)
}
