//! Who lives in which dwelling, and where dwellings stand.

use crate::register::building_id::BuildingId;
use crate::register::changes::Address;
use crate::snapshot::build::load::Register;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::tables::NO_ROW;

/// Residents of dwellings as chains, and addresses of buildings.
pub(super) struct Homes {
    /// By dwelling: its first resident.
    head: Vec<u32>,
    /// By person: the next resident of the same dwelling.
    next: Vec<u32>,
    /// By person: the dwelling.
    home: Vec<u32>,
    /// Building and number, row of the address; ascending.
    addresses: Vec<(u64, u32)>,
}

fn place(building: u32, address_no: i32) -> u64 {
    u64::from(building) << 32 | u64::from(address_no.cast_unsigned())
}

impl Homes {
    pub(super) fn new(register: &Register) -> Self {
        let rows = register.persons.rows();
        let table = &register.addresses;
        let (buildings, numbers) = (table.codes("building"), table.numbers("address_no"));
        let at = |row: u32| (place(buildings[row as usize], numbers[row as usize]), row);
        let mut addresses: Vec<(u64, u32)> = table.kept_rows().map(at).collect();
        addresses.sort_unstable();
        let head = vec![NO_ROW; register.dwellings.rows()];
        let mut homes = Self { head, next: vec![NO_ROW; rows], home: vec![NO_ROW; rows], addresses };
        let dwellings = register.persons.codes("dwelling_id");
        for row in register.persons.kept_rows() {
            homes.settle(row, dwellings[row as usize]);
        }
        homes
    }

    /// Puts a person into a dwelling, [`NO_ROW`] for none.
    pub(super) fn settle(&mut self, person: u32, dwelling: u32) {
        let at = person as usize;
        if at >= self.home.len() {
            self.home.resize(at + 1, NO_ROW);
            self.next.resize(at + 1, NO_ROW);
        }
        let before = self.home[at];
        if before == dwelling {
            return;
        }
        if before != NO_ROW {
            self.unlink(person, before);
        }
        self.home[at] = dwelling;
        if dwelling != NO_ROW {
            self.next[at] = std::mem::replace(&mut self.head[dwelling as usize], person);
        }
    }

    fn unlink(&mut self, person: u32, dwelling: u32) {
        let after = std::mem::replace(&mut self.next[person as usize], NO_ROW);
        let mut at = self.head[dwelling as usize];
        if at == person {
            self.head[dwelling as usize] = after;
            return;
        }
        while at != NO_ROW {
            if self.next[at as usize] == person {
                self.next[at as usize] = after;
                return;
            }
            at = self.next[at as usize];
        }
    }

    /// Everybody recorded in a dwelling, the dead included.
    pub(super) fn residents(&self, dwelling: u32) -> impl Iterator<Item = u32> + '_ {
        let first = self.head.get(dwelling as usize).copied().filter(|first| *first != NO_ROW);
        std::iter::successors(first, |person| {
            Some(self.next[*person as usize]).filter(|next| *next != NO_ROW)
        })
    }

    pub(super) fn is_empty(&self, dwelling: u32) -> bool {
        self.head.get(dwelling as usize) == Some(&NO_ROW)
    }

    /// The address of a dwelling in words; `None` if its building has none of that number.
    pub(super) fn address(&self, register: &Register, dwelling: u32) -> Option<Address> {
        let (dwellings, at) = (&register.dwellings, dwelling as usize);
        let (building, number) = (dwellings.codes("building")[at], dwellings.numbers("address_no")[at]);
        let found =
            self.addresses.binary_search_by_key(&place(building, number), |(place, _)| *place).ok()?;
        let row = self.addresses[found].1 as usize;
        let text = |dict, code: u32| (code != 0).then(|| register.interners.lock(dict).text(code).to_owned());
        let of_address = |dict, column| text(dict, register.addresses.codes(column)[row]);
        let of_dwelling = |dict, column| text(dict, dwellings.codes(column)[at]);
        Some(Address {
            street_fi: of_address(Dict::Street, "street_fi")?,
            street_sv: of_address(Dict::Street, "street_sv"),
            house_number: of_address(Dict::HouseNumber, "house_number"),
            stair: of_dwelling(Dict::Stair, "stair"),
            apartment: of_dwelling(Dict::Apartment, "apartment"),
            divider: of_dwelling(Dict::Divider, "divider"),
            postal_code: of_address(Dict::PostalCode, "postal_code")?,
            post_office_fi: of_address(Dict::PostOffice, "post_office_fi"),
            post_office_sv: of_address(Dict::PostOffice, "post_office_sv"),
            building: BuildingId::new(register.buildings.codes("building_id")[building as usize]),
            address_no: Some(number),
        })
    }
}
