//! What has become of a person that was found: status and change flags, beside what the row says.

use poimuri_shared::snapshot::tables::{NULL_I32, Persons, flag};
use serde::{Deserialize, Serialize};

use super::agree::{Former, Person, is_same_place};
use super::decide::FoundBy;
use super::places::Home;
use super::row::{AddressKey, RowKeys};
use super::seen::Seen;

/// Change flags and their letters, in the order they are written.
pub(crate) const FLAGS: [(u16, char); 12] = [
    (NAME, 'N'),
    (FORMER, 'F'),
    (ADDRESS, 'A'),
    (MUNICIPALITY, 'M'),
    (LANGUAGE, 'L'),
    (SEX, 'S'),
    (CODE, 'H'),
    (DEATH, 'D'),
    (EMIGRATED, 'E'),
    (IMMIGRATED, 'I'),
    (POSTAL_CODE, 'P'),
    (NEWER, 'C'),
];

/// Surname or given names.
pub(crate) const NAME: u16 = 1;
/// Found by a former name.
pub(crate) const FORMER: u16 = 1 << 1;
/// Address.
pub(crate) const ADDRESS: u16 = 1 << 2;
/// Municipality of domicile.
pub(crate) const MUNICIPALITY: u16 = 1 << 3;
/// Mother tongue.
pub(crate) const LANGUAGE: u16 = 1 << 4;
/// Sex.
pub(crate) const SEX: u16 = 1 << 5;
/// Identity code.
pub(crate) const CODE: u16 = 1 << 6;
/// Death.
pub(crate) const DEATH: u16 = 1 << 7;
/// Moved abroad.
pub(crate) const EMIGRATED: u16 = 1 << 8;
/// Another postal code without a move.
pub(crate) const POSTAL_CODE: u16 = 1 << 9;
/// What differs is newer at the customer: a conflict, not a change.
pub(crate) const NEWER: u16 = 1 << 10;
/// Back from abroad.
pub(crate) const IMMIGRATED: u16 = 1 << 11;

/// The municipality of those who live abroad, as [`RowKeys::municipality`].
const ABROAD: u32 = 201;

/// What a found person's row comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// 10 to 14.
    pub(crate) status: u8,
    /// Bits of the flags.
    pub(crate) flags: u16,
}

impl Facts {
    /// The facts and the key the person was found by as one number.
    #[inline]
    pub(super) const fn with(self, by: FoundBy) -> u32 {
        (self.flags as u32) << u16::BITS | (self.status as u32) << u8::BITS | by as u32
    }
}

/// The facts of a person that was looked at, beside a row with its address line. `by` is the key it was found by, `names` how
/// the names agree where that was compared before.
pub(crate) fn facts(
    person: &Person<'_>,
    seen: &Seen,
    (row, line): (&RowKeys<'_>, &str),
    (by, names): (FoundBy, Option<Former>),
) -> Facts {
    let has_home = seen.has(flag::HAS_ADDRESS);
    let mut flags = if by == FoundBy::PreviousCode { CODE } else { 0 };
    if seen.has(flag::DEAD) {
        return Facts { status: 12, flags: flags | DEATH };
    }
    if !has_home && person.tables.persons.emigrated_on[person.row] != NULL_I32 {
        return Facts { status: 13, flags: flags | EMIGRATED };
    }
    flags |= names.map_or_else(|| compared(person, row), |names| of_names(names, by));
    flags |= register_flags(person, row);
    if !has_home {
        return Facts { status: 14, flags };
    }
    flags |= seen.home.as_ref().map_or(0, |home| address(person, home, (row, line)));
    flags |= returned(person, row, flags);
    flags = newer(person, row, flags);
    let status = if flags & !NEWER == 0 { 10 } else { 11 };
    Facts { status, flags }
}

fn compared(person: &Person<'_>, row: &RowKeys<'_>) -> u16 {
    let Some(names) = row.names else { return 0 };
    let surname = (names.surname.bare != 0).then(|| person.has_surname(names.surname));
    let given = (!names.given.is_empty()).then(|| person.has_given_names(names));
    let told = [surname, given].into_iter().flatten();
    told.map(|agrees| agrees.map_or(NAME, |names| of_names(names, FoundBy::Code)))
        .fold(0, |flags, more| flags | more)
}

/// The flags of names that agree, of a person found by a key.
pub(super) const fn of_names(Former(is_former): Former, by: FoundBy) -> u16 {
    match (is_former, by.tells_names()) {
        (true, true) => NAME | FORMER,
        (true, false) => FORMER,
        (false, _) => 0,
    }
}

fn register_flags(person: &Person<'_>, row: &RowKeys<'_>) -> u16 {
    let (persons, at, register) = (person.tables.persons, person.row, person.register);
    let differs = |is_given: bool, is_equal: &dyn Fn() -> bool, flag: u16| {
        if is_given && !is_equal() { flag } else { 0 }
    };
    let municipality = || row.municipality == register.municipality(persons.municipality[at]);
    let language = || row.language == register.language(persons.mother_tongue[at]);
    let sex = || persons.sex[at] == 0 || row.sex == persons.sex[at];
    differs(row.municipality != 0, &municipality, MUNICIPALITY)
        | differs(row.language != [0; 2], &language, LANGUAGE)
        | differs(row.sex != 0, &sex, SEX)
}

fn address(person: &Person<'_>, home: &Home, (row, line): (&RowKeys<'_>, &str)) -> u16 {
    let places = &person.register.places;
    let is_place = |address: &AddressKey| is_same_place(address, &places.place(home));
    let is_same = match row.address {
        _ if places.is_written(home, line) => Some(true),
        Some(address) => Some(is_place(address)),
        // Where it is no key it was not taken apart before: few are left to be.
        None if !row.has_address_key() => places.key(line).as_ref().map(is_place),
        None => None,
    };
    let other_code = row.postal_code != 0 && row.postal_code != places.postal_code(home);
    match is_same {
        Some(false) => ADDRESS,
        Some(true) if other_code => POSTAL_CODE,
        Some(true) | None => 0,
    }
}

/// Whether the person has come back from abroad since the customer's data: those are of a life abroad, or of another
/// address than the one moved to after the emigration.
fn returned(person: &Person<'_>, row: &RowKeys<'_>, flags: u16) -> u16 {
    let is_back = || is_back(person.tables.persons, person.row);
    if row.municipality == ABROAD || flags & ADDRESS != 0 && is_back() { IMMIGRATED } else { 0 }
}

/// Whether a person has moved in after an emigration.
pub(super) fn is_back(persons: &Persons, row: usize) -> bool {
    let (left, came) = (persons.emigrated_on[row], persons.moved_in[row]);
    left != NULL_I32 && came != NULL_I32 && came > left
}

/// Takes back what is newer at the customer.
fn newer(person: &Person<'_>, row: &RowKeys<'_>, flags: u16) -> u16 {
    if row.value_date == NULL_I32 {
        return flags;
    }
    let persons = person.tables.persons;
    let since = [
        (ADDRESS | POSTAL_CODE | MUNICIPALITY | IMMIGRATED, persons.moved_in[person.row]),
        (NAME | FORMER, persons.names_since[person.row]),
    ];
    let is_newer = |since: i32| since != NULL_I32 && row.value_date > since;
    since
        .into_iter()
        .filter(|(changed, since)| flags & changed != 0 && is_newer(*since))
        .fold(flags, |flags, (changed, _)| flags & !changed | NEWER)
}

/// Writes the letters of flags.
pub(crate) fn write_letters(flags: u16, out: &mut Vec<u8>) {
    if flags == 0 {
        return;
    }
    let letters = FLAGS.iter().filter(|(bit, _)| flags & bit != 0);
    out.extend(letters.filter_map(|(_, letter)| u8::try_from(*letter).ok()));
}
