//! Everybody in brief: of each person the identity code, a hash of the address line, a few marks and the codes of the home,
//! 32 bytes by position.
//!
//! Most rows of a register say nothing new, and of most others it is plain what does. A brief settles them and tells the
//! present address: memory is waited for once, where the columns of the shards would be asked for ten times, and no text is
//! laid beside another. Whatever a brief leaves open is looked at in the columns, with the same outcome.

use poimuri_shared::snapshot::tables::{NO_ROW, NULL_I32, flag};
use xxhash_rust::xxh3::xxh3_64;

use super::Updating;
use super::agree::{Former, is_same_place};
use super::by_position::by_position;
use super::decide::FoundBy;
use super::facts::{self, Facts, of_names};
use super::marks::{ForEver, Marks};
use super::place_texts::Texts;
use super::places::Home;
use super::row::RowKeys;
use crate::engine::render::{Residence, swedish};
use crate::engine::{Dictionaries, EngineError, Needs, Tables};

/// Bits of an identity code.
const CODE_BITS: u32 = 34;
/// Bits of an identity code and a postal code.
const PLACE_BITS: u32 = CODE_BITS + u16::BITS;
/// Bits of an identity code, a postal code and the marks; a divider's are behind them.
const MARKED_BITS: u32 = PLACE_BITS + Marks::BITS;
/// Dividers that fit: next to all are a letter.
const DIVIDERS: u16 = 1 << 7;

/// Everybody of a snapshot in brief, by position.
#[derive(Debug)]
pub struct Everybody(Vec<Brief>);

/// A person in brief.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Brief {
    /// [`line_hash`] of the address.
    line: u64,
    /// From the lowest bit: identity code, postal code, marks, divider.
    rest: u64,
    /// As of a [`Residence`], and so are the others.
    street: u32,
    house_number: u32,
    stair: u16,
    apartment: u16,
    post_office: u16,
    municipality: u16,
}

/// The hash of an address line; 0 of none. Not under a seed: it is made before any order. Who chose a line that collides with
/// somebody's would learn that nothing has changed there, which takes the address itself to know.
fn line_hash(line: &str) -> u64 {
    if line.is_empty() { 0 } else { xxh3_64(line.as_bytes()).max(1) }
}

impl Everybody {
    /// Tables besides persons that they are made of.
    pub const NEEDS: Needs =
        Needs { dwellings: true, addresses: true, buildings: false, owned: false, previous: false };

    /// Of all shards of a snapshot.
    ///
    /// # Errors
    /// A dictionary cannot be read, or a table is missing.
    pub fn new(texts: &dyn Dictionaries, shards: &[Tables<'_>]) -> Result<Self, EngineError> {
        let (texts, swedish) = (Texts::new(texts)?, swedish(texts)?);
        by_position(shards, |tables, briefs| of_shard(&texts, swedish, tables, briefs)).map(Self)
    }

    /// The person at a position.
    #[inline]
    pub(super) fn at(&self, position: u32) -> Brief {
        self.0.get(position as usize).copied().unwrap_or_default()
    }
}

fn of_shard(
    texts: &Texts,
    swedish: Option<u32>,
    tables: &Tables<'_>,
    briefs: &mut [Brief],
) -> Result<(), EngineError> {
    let persons = tables.persons;
    let for_ever = ForEver::default();
    let mut line = String::new();
    let (mut dwelling, mut home, mut hash) = (NO_ROW, None, 0);
    for (row, brief) in briefs.iter_mut().enumerate() {
        // Who lives together are neighbours.
        if persons.dwelling[row] != dwelling {
            dwelling = persons.dwelling[row];
            home = Home::in_dwelling(tables, dwelling)?;
            line.clear();
            home.iter().for_each(|home| texts.write(home, &mut line));
            hash = line_hash(&line);
        }
        let has = |bit| persons.flags[row] & bit != 0;
        let postal_code = home.as_ref().map_or(0, Home::postal_code);
        let residence = Residence::of(tables, row, swedish)?.filter(|residence| {
            has(flag::HAS_ADDRESS) && residence.postal_code == postal_code && residence.divider < DIVIDERS
        });
        let marks = [
            (residence.is_some(), Marks::HOME),
            (has(flag::DEAD), Marks::DEAD),
            (home.as_ref().is_some_and(Home::has_one_street), Marks::ONE_STREET),
            (facts::is_back(persons, row), Marks::BACK),
        ];
        let marks = Marks::of(marks.into_iter().chain(Marks::prohibitions(persons, row, for_ever)));
        *brief = Brief::new(hash, persons.id[row], marks, &residence.unwrap_or_default());
    }
    Ok(())
}

impl Brief {
    fn new(line: u64, id: u64, marks: Marks, residence: &Residence) -> Self {
        let Residence { street, house_number, stair, apartment, post_office, municipality, .. } = *residence;
        let [postal_code, divider] = [residence.postal_code, residence.divider].map(u64::from);
        let rest =
            id | postal_code << CODE_BITS | u64::from(marks.bits()) << PLACE_BITS | divider << MARKED_BITS;
        Self { line, rest, street, house_number, stair, apartment, post_office, municipality }
    }

    /// Where the person lives, if a permanent address is marked.
    pub(super) fn residence(self) -> Residence {
        let Self { line: _, rest, street, house_number, stair, apartment, post_office, municipality } = self;
        let divider = u16::try_from(rest >> MARKED_BITS).unwrap_or(0);
        let postal_code = self.postal_code();
        Residence { street, house_number, stair, apartment, divider, postal_code, post_office, municipality }
    }

    fn postal_code(self) -> u16 {
        u16::try_from(self.rest >> CODE_BITS & u64::from(u16::MAX)).unwrap_or(0)
    }

    /// The packed identity code.
    pub(super) const fn id(self) -> u64 {
        self.rest & ((1 << CODE_BITS) - 1)
    }

    pub(super) const fn marks(self) -> Marks {
        Marks::of_bits(self.rest >> PLACE_BITS)
    }

    /// The permanent address by the name of the street that is told, and whether it has no other; none if not all is marked.
    pub(super) fn home(self) -> Option<(Home, bool)> {
        let marks = self.marks();
        marks.has(Marks::HOME).then(|| (Home::told(&self.residence()), marks.has(Marks::ONE_STREET)))
    }
}

impl Updating {
    /// The facts of a person who may be told of, beside a row with its address line, as [`facts::facts`] finds them by the active
    /// code, a date of birth or an address. `by` is that key, `names` how the names agree, where they were compared; none if it takes a closer look.
    pub(super) fn facts_in_brief(
        &self,
        brief: Brief,
        (row, line): (&RowKeys<'_>, &str),
        (by, names): (FoundBy, Option<Former>),
    ) -> Option<Facts> {
        let marks = brief.marks();
        if marks.has(Marks::DEAD) {
            return Some(Facts { status: 12, flags: facts::DEATH });
        }
        let asks_more = row.municipality != 0 || row.language != [0; 2] || row.sex != 0;
        if asks_more || !marks.has(Marks::HOME) {
            return None;
        }
        let mut flags = names.map_or(0, |names| of_names(names, by));
        if !line.is_empty() {
            flags |= self.compared_in_brief(brief, (row, line))?;
        }
        let is_dated = flags != 0 && row.value_date != NULL_I32;
        (!is_dated).then_some(Facts { status: if flags == 0 { 10 } else { 11 }, flags })
    }

    /// The flags of an address, as [`facts::facts`] finds them.
    fn compared_in_brief(&self, brief: Brief, (row, line): (&RowKeys<'_>, &str)) -> Option<u16> {
        if line_hash(line) == brief.line {
            return Some(self.other_code(brief, row));
        }
        let (home, is_all) = brief.home()?;
        let Some(address) = row.address else { return (is_all && row.has_address_key()).then_some(0) };
        if is_same_place(address, &self.register.places.place(&home)) {
            return Some(self.other_code(brief, row));
        }
        let back = if brief.marks().has(Marks::BACK) { facts::IMMIGRATED } else { 0 };
        is_all.then_some(facts::ADDRESS | back)
    }

    fn other_code(&self, brief: Brief, row: &RowKeys<'_>) -> u16 {
        if row.postal_code == 0 {
            return 0;
        }
        let code = self.register.places.postal_code_of(brief.postal_code());
        if row.postal_code == code { 0 } else { facts::POSTAL_CODE }
    }
}
