//! One test over one column: the loops are generic over the column's type and the number of ranges,
//! so that the compiler turns each into vector instructions.

use poimuri_shared::order::criteria::{BuildingField, DwellingField, PersonField};
use poimuri_shared::snapshot::tables::{BuildingColumns, Persons};

use crate::engine::EngineError;
use crate::engine::bits;
use crate::engine::tables::Tables;

use super::area::Region;
use super::evaluate::is_known;
use super::node::Column;
use super::set::{Codes, Numbers, Set};

/// The longest mask of numbers that is made for a lookup: 32 KiB, all days of seven centuries.
const NUMBERS_LOOKED_UP_MAX: usize = 1 << 18;

/// A column as plain values.
#[derive(Clone, Copy)]
enum Values<'a> {
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
    I32(&'a [i32]),
    Points(&'a [i32], &'a [i32]),
}

/// Keeps the rows of a mask whose value is accepted.
pub(super) fn keep_leaf(
    column: Column,
    set: &Set,
    tables: &Tables<'_>,
    building: Option<&BuildingColumns>,
    mask: &mut [u64],
) -> Result<(), EngineError> {
    let values = match column {
        Column::Person(field) => of_person(field, tables.persons),
        Column::Building(field) => of_building(field, building.ok_or(EngineError::TableAbsent("buildings"))?),
        Column::Dwelling(DwellingField::Rooms) => Values::I32(&tables.dwellings()?.rooms),
        Column::Dwelling(DwellingField::AreaM2) => Values::I32(&tables.dwellings()?.area_m2),
        Column::Living => Values::U16(&tables.dwellings()?.living),
    };
    match (values, set) {
        (Values::U8(values), Set::Codes(codes)) => keep_codes(mask, values, codes),
        (Values::U16(values), Set::Codes(codes)) => keep_codes(mask, values, codes),
        (Values::U32(values), Set::Codes(codes)) => keep_codes(mask, values, codes),
        (Values::I32(values), Set::Numbers(numbers)) => keep_numbers(mask, values, numbers),
        (Values::U16(values), Set::Numbers(numbers)) => keep_small_numbers(mask, values, numbers),
        (Values::Points(north, east), Set::Points { region, inside }) => {
            keep_points(mask, north, east, region, *inside);
        }
        _ => return Err(EngineError::Unfit("column")),
    }
    Ok(())
}

fn of_person(field: PersonField, persons: &Persons) -> Values<'_> {
    match field {
        PersonField::Age | PersonField::BirthDate => Values::I32(&persons.birth_date),
        PersonField::Sex => Values::U8(&persons.sex),
        PersonField::MotherTongue => Values::U8(&persons.mother_tongue),
        PersonField::Municipality => Values::U16(&persons.municipality),
        PersonField::Region => Values::U8(&persons.region),
        PersonField::PostalCode => Values::U16(&persons.postal_code),
        PersonField::MovedIn => Values::I32(&persons.moved_in),
        PersonField::Surname => Values::U32(&persons.surname),
        PersonField::CallName => Values::U32(&persons.call_name),
        PersonField::FirstName => Values::U32(&persons.first_names),
        PersonField::Occupation => Values::U32(&persons.occupation),
    }
}

fn of_building(field: BuildingField, columns: &BuildingColumns) -> Values<'_> {
    match field {
        BuildingField::Use1994 => Values::U8(&columns.use_1994),
        BuildingField::Class2018 => Values::U8(&columns.class_2018),
        BuildingField::HeatingMethod => Values::U8(&columns.heating_method),
        BuildingField::HeatingSource => Values::U8(&columns.heating_source),
        BuildingField::CodeVersion => Values::U8(&columns.code_version),
        BuildingField::Connections => Values::U8(&columns.connections),
        BuildingField::PermitAction => Values::U8(&columns.permit_action),
        BuildingField::Completed => Values::I32(&columns.completed),
        BuildingField::PermitDate => Values::I32(&columns.permit_date),
        BuildingField::Floors => Values::I32(&columns.floors),
        BuildingField::FloorAreaM2 => Values::I32(&columns.floor_area_m2),
        BuildingField::Position => Values::Points(&columns.north, &columns.east),
    }
}

/// A value that can be compared with a range by one subtraction and one comparison.
trait Lane: Copy {
    /// Whether `value − low`, wrapped around, is at most `high − low`.
    fn within(self, low: Self, high: Self) -> bool;
}

/// A code of any width.
trait Code: Lane + TryFrom<u32> + Into<u32> {}

macro_rules! lanes {
    ($($code:ty),*) => {$(
        impl Lane for $code {
            #[inline(always)]
            fn within(self, low: Self, high: Self) -> bool {
                self.wrapping_sub(low) <= high.wrapping_sub(low)
            }
        }

        impl Code for $code {}
    )*};
}

lanes!(u8, u16, u32);

impl Lane for i32 {
    #[inline(always)]
    fn within(self, low: Self, high: Self) -> bool {
        self.wrapping_sub(low).cast_unsigned() <= high.wrapping_sub(low).cast_unsigned()
    }
}

fn keep_ranges<T: Lane, const N: usize>(mask: &mut [u64], values: &[T], ranges: [(T, T); N]) {
    bits::keep(mask, values, |value: T| {
        ranges.iter().fold(false, |is_in, (low, high)| is_in | value.within(*low, *high))
    });
}

fn keep_codes<T: Code>(mask: &mut [u64], values: &[T], codes: &Codes) {
    // Codes beyond the column's type cannot occur in it.
    let fit = |(low, high): &(u32, u32)| T::try_from(*low).ok().zip(T::try_from(*high).ok());
    let ranges: Option<Vec<(T, T)>> = codes.ranges().iter().map(fit).collect();
    match ranges.as_deref() {
        Some([]) => mask.fill(0),
        Some([a]) => keep_ranges(mask, values, [*a]),
        Some([a, b]) => keep_ranges(mask, values, [*a, *b]),
        Some([a, b, c]) => keep_ranges(mask, values, [*a, *b, *c]),
        Some([a, b, c, d]) => keep_ranges(mask, values, [*a, *b, *c, *d]),
        Some([a, b, c, d, e]) => keep_ranges(mask, values, [*a, *b, *c, *d, *e]),
        _ => bits::keep(mask, values, |value: T| codes.contains(value.into())),
    }
}

fn keep_numbers(mask: &mut [u64], values: &[i32], numbers: &Numbers) {
    match numbers.ranges() {
        [] => mask.fill(0),
        [a] => keep_ranges(mask, values, [*a]),
        [a, b] => keep_ranges(mask, values, [*a, *b]),
        [a, b, c] => keep_ranges(mask, values, [*a, *b, *c]),
        _ => keep_many_numbers(mask, values, numbers),
    }
}

/// Many ranges: looked up in a mask of the numbers from the least to the greatest, unless they lie far apart.
fn keep_many_numbers(mask: &mut [u64], values: &[i32], numbers: &Numbers) {
    let Some((least, accepted)) = numbers.as_mask(NUMBERS_LOOKED_UP_MAX) else {
        return bits::keep(mask, values, |value: i32| numbers.contains(value));
    };
    bits::keep(mask, values, |value: i32| {
        // A smaller number wraps around to one beyond the mask.
        bits::contains(&accepted, value.wrapping_sub(least).cast_unsigned())
    });
}

/// Numbers of a column that holds none below 0 or beyond its type.
fn keep_small_numbers(mask: &mut [u64], values: &[u16], numbers: &Numbers) {
    let cut = |end: i32| u16::try_from(end.clamp(0, i32::from(u16::MAX))).unwrap_or(u16::MAX);
    let possible = |(low, high): &&(i32, i32)| *high >= 0 && *low <= i32::from(u16::MAX);
    let ranges: Vec<(u16, u16)> =
        numbers.ranges().iter().filter(possible).map(|(low, high)| (cut(*low), cut(*high))).collect();
    match ranges.as_slice() {
        [] => mask.fill(0),
        [a] => keep_ranges(mask, values, [*a]),
        [a, b] => keep_ranges(mask, values, [*a, *b]),
        _ => bits::keep(mask, values, |value: u16| numbers.contains(i32::from(value))),
    }
}

fn keep_points(mask: &mut [u64], north: &[i32], east: &[i32], region: &Region, inside: bool) {
    let mut found = mask.to_vec();
    bits::keep(&mut found, north, |n: i32| n.within(region.north.0, region.north.1));
    bits::keep(&mut found, east, |e: i32| e.within(region.east.0, region.east.1));
    if region.is_empty() {
        found.fill(0);
    }
    let boxed = found.clone();
    bits::for_each(&boxed, |row| {
        if !region.contains_in_box(north[row], east[row]) {
            bits::remove(&mut found, row);
        }
    });
    if inside {
        mask.copy_from_slice(&found);
        return;
    }
    bits::keep(mask, north, is_known);
    bits::keep(mask, east, is_known);
    mask.iter_mut().zip(&found).for_each(|(mask, found)| *mask &= !found);
}
