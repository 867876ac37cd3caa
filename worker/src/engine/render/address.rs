//! Street address and post office in postal form, in Swedish where the service language is Swedish
//! and a Swedish name exists.

use poimuri_shared::snapshot::dictionary::{Dict, Dictionary};
use poimuri_shared::snapshot::tables::NO_ROW;

use crate::engine::EngineError;
use crate::engine::tables::{Dictionaries, Tables};

use super::cells::text;

/// Parts of a street address.
const PARTS: usize = 5;

/// The parts of a street address; empty where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Address<'a> {
    street: &'a str,
    house_number: &'a str,
    stair: &'a str,
    apartment: &'a str,
    divider: &'a str,
}

impl<'a> Address<'a> {
    /// Of codes; `texts` are streets, house numbers, stairs, apartments, dividers.
    pub(super) fn of(texts: &'a [Dictionary], codes: [u32; PARTS]) -> Self {
        let word = |at: usize| texts.get(at).map_or("", |texts| text(texts, codes[at]));
        let [street, house_number, stair, apartment, divider] = [0, 1, 2, 3, 4].map(word);
        Self { street, house_number, stair, apartment, divider }
    }

    /// Street, house number, stair, apartment without leading zeros with its divider:
    /// `Teikäläistentie 2a B 12`.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let Self { street, house_number, stair, apartment, divider } = self;
        let begin = out.len();
        let mut word = |text: &str| {
            if !text.is_empty() {
                if out.len() > begin {
                    out.push(b' ');
                }
                out.extend_from_slice(text.as_bytes());
            }
        };
        word(street);
        word(house_number);
        word(stair);
        let apartment = apartment.trim_start_matches('0');
        word(apartment);
        if apartment.is_empty() {
            word(divider);
        } else {
            out.extend_from_slice(divider.as_bytes());
        }
    }
}

/// Rows of dwelling and address of each person; both [`NO_ROW`] where there is no address.
fn homes(tables: &Tables<'_>, rows: &[u32]) -> Result<Vec<(u32, u32)>, EngineError> {
    let addresses = &tables.dwellings()?.address;
    let dwellings: Vec<u32> = rows.iter().map(|row| tables.persons.dwelling[*row as usize]).collect();
    let home = |dwelling: u32| match addresses.get(dwelling as usize) {
        None | Some(&NO_ROW) => (NO_ROW, NO_ROW),
        Some(address) => (dwelling, *address),
    };
    Ok(dwellings.into_iter().map(home).collect())
}

/// The code of Swedish.
pub(crate) fn swedish(texts: &dyn Dictionaries) -> Result<Option<u32>, EngineError> {
    Ok(texts.dictionary(Dict::MotherTongue)?.code("sv"))
}

/// The code of a name: the Swedish one, if there is one, of who is served in Swedish.
pub(super) fn in_language([finnish, swedish]: [u32; 2], is_swedish: impl FnOnce() -> bool) -> u32 {
    if swedish != 0 && is_swedish() { swedish } else { finnish }
}

/// Whether a person is served in Swedish.
pub(super) fn is_swedish(tables: &Tables<'_>, row: usize, swedish: Option<u32>) -> bool {
    Some(u32::from(tables.persons.service_language[row])) == swedish
}

/// The street addresses of a block. `texts` are streets, house numbers, stairs, apartments, dividers. Column by column: many
/// cache misses are then on their way at once.
pub(super) fn addresses<'a>(
    texts: &'a [Dictionary],
    swedish: Option<u32>,
    tables: &Tables<'a>,
    rows: &[u32],
) -> Result<Vec<Address<'a>>, EngineError> {
    if texts.len() != PARTS {
        return Err(EngineError::Unfit("street_address"));
    }
    let (dwellings, table) = (tables.dwellings()?, tables.addresses()?);
    let homes = homes(tables, rows)?;
    let of_dwellings = |codes: &[u16]| -> Vec<u16> {
        homes.iter().map(|(dwelling, _)| codes.get(*dwelling as usize).copied().unwrap_or(0)).collect()
    };
    let of_addresses = |codes: &[u32]| -> Vec<u32> {
        homes.iter().map(|(_, address)| codes.get(*address as usize).copied().unwrap_or(0)).collect()
    };
    let street = |((row, fi), sv): ((&u32, u32), &u32)| {
        in_language([fi, *sv], || is_swedish(tables, *row as usize, swedish))
    };
    let (in_finnish, in_swedish) = (of_addresses(&table.street_fi), of_addresses(&table.street_sv));
    let of_streets: Vec<u32> = rows.iter().zip(in_finnish).zip(&in_swedish).map(street).collect();
    let of_numbers = of_addresses(&table.house_number);
    let of_apartments = of_dwellings(&dwellings.apartment);
    let (of_stairs, of_dividers) = (of_dwellings(&dwellings.stair), of_dwellings(&dwellings.divider));
    let address = |at: usize| {
        let [stair, apartment, divider] = [of_stairs[at], of_apartments[at], of_dividers[at]].map(u32::from);
        Address::of(texts, [of_streets[at], of_numbers[at], stair, apartment, divider])
    };
    Ok((0..rows.len()).map(address).collect())
}

/// The post offices of a block.
pub(super) fn post_offices<'a>(
    texts: &'a [Dictionary],
    swedish: Option<u32>,
    tables: &Tables<'a>,
    rows: &[u32],
) -> Result<Vec<&'a str>, EngineError> {
    let [offices] = texts else { return Err(EngineError::Unfit("post_office")) };
    let table = tables.addresses()?;
    let homes = homes(tables, rows)?;
    let office = |(row, (_, address)): (&u32, &(u32, u32))| {
        if *address == NO_ROW {
            return "";
        }
        let address = *address as usize;
        let names = [table.post_office_fi[address], table.post_office_sv[address]].map(u32::from);
        text(offices, in_language(names, || is_swedish(tables, *row as usize, swedish)))
    };
    Ok(rows.iter().zip(&homes).map(office).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_the_postal_form() {
        let rows = [
            (["Teikäläistentie", "2a", "B", "012", ""], "Teikäläistentie 2a B 12"),
            (["Teikäläistentie", "2a", "B", "012", "b"], "Teikäläistentie 2a B 12b"),
            (["Kirkkokatu", "1", "", "001", ""], "Kirkkokatu 1 1"),
            (["Kirkkokatu", "10-12", "C", "", ""], "Kirkkokatu 10-12 C"),
            (["Rantatie", "", "", "000", ""], "Rantatie"),
            (["Rantatie", "3", "", "000", "a"], "Rantatie 3 a"),
            (["", "", "", "", ""], ""),
        ];
        for ([street, house_number, stair, apartment, divider], expected) in rows {
            let mut out = b"x,".to_vec();
            Address { street, house_number, stair, apartment, divider }.write(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), format!("x,{expected}"));
        }
    }
}
