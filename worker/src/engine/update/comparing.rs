//! Pairs of a row and a person who stands where it looks, compared field by field.
//!
//! Bearers and briefs settle most; what they leave open is looked at in the columns, with the same outcome.

use super::Updating;
use super::agree::{Former, Person, may_be};
use super::ask::{shard_of, unpacked};
use super::bearers::{Bearer, Bearers};
use super::candidates::{Candidate, Key};
use super::dates::is_slip;
use super::in_brief::{Brief, Everybody};
use super::names::{NameKey, NameKeys};
use super::places::Home;
use super::rows::Rows;
use crate::engine::{EngineError, Tables};

/// Pairs whose persons are read at once: many cache misses are then on their way at once.
const PAIRS: usize = 256;

/// Rows of a part, and everybody.
pub(super) struct Comparing<'a> {
    pub(super) updating: &'a Updating,
    pub(super) rows: &'a Rows,
    pub(super) bearers: &'a Bearers,
    /// Where rows are compared by their addresses.
    pub(super) briefs: Option<&'a Everybody>,
    pub(super) shards: &'a [Tables<'a>],
    /// The first positions of the shards.
    pub(super) bounds: &'a [u32],
}

/// A person with all names of a row.
struct Named {
    row: u32,
    position: u32,
    bearer: Bearer,
    /// Whether one of the names is a former one.
    is_former: bool,
    /// Whether they can agree by the address.
    is_placed: bool,
}

impl Comparing<'_> {
    /// Those of pairs of a row and a position, packed, in which the person may be who the row stands for.
    pub(super) fn candidates(&self, pairs: &[u64]) -> Result<Vec<Candidate>, EngineError> {
        let mut found = Vec::with_capacity(pairs.len());
        let (mut bearers, mut surnames, mut named, mut briefs) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for pairs in pairs.chunks(PAIRS) {
            bearers.clear();
            bearers.extend(pairs.iter().map(|pair| self.bearers.at(unpacked(*pair).1)));
            surnames.clear();
            surnames.extend(bearers.iter().map(|bearer: &Bearer| bearer.surname(&self.updating.register)));
            named.clear();
            for ((pair, bearer), surname) in pairs.iter().zip(&bearers).zip(&surnames) {
                named.extend(self.named(unpacked(*pair), bearer, *surname)?);
            }
            briefs.clear();
            let brief = |of: &Named| self.briefs.filter(|_| of.is_placed).map(|all| all.at(of.position));
            briefs.extend(named.iter().map(brief));
            for (named, brief) in named.iter().zip(&briefs) {
                self.by_keys(named, *brief, &mut found)?;
            }
        }
        Ok(found)
    }

    /// The person if all names of the row are its own.
    fn named(
        &self,
        (row, position): (u32, u32),
        bearer: &Bearer,
        surname: NameKey,
    ) -> Result<Option<Named>, EngineError> {
        let keys = self.rows.row(row as usize);
        let Some(names) = keys.names else { return Ok(None) };
        let surname = match bearer.has_surname(surname, names.surname) {
            Some(is_present) => is_present.then_some(Former(false)),
            None => self.person(position)?.has_surname(names.surname),
        };
        let Some(Former(surname)) = surname else { return Ok(None) };
        let Some(Former(given)) = self.given_names(position, bearer, names)? else { return Ok(None) };
        let is_placed = keys.address.is_some() && is_slip(keys.birth, bearer.birth);
        Ok(Some(Named { row, position, bearer: *bearer, is_former: surname || given, is_placed }))
    }

    fn given_names(
        &self,
        position: u32,
        of: &Bearer,
        names: &NameKeys,
    ) -> Result<Option<Former>, EngineError> {
        match of.has_given_names(&self.updating.register, names) {
            Some(are_present) => Ok(are_present.then_some(Former(false))),
            None => Ok(self.person(position)?.has_given_names(names)),
        }
    }

    /// A person with the names of a row as a candidate of it, by each key that agrees.
    fn by_keys(
        &self,
        named: &Named,
        brief: Option<Brief>,
        found: &mut Vec<Candidate>,
    ) -> Result<(), EngineError> {
        let Named { row, position, bearer, is_former, is_placed } = named;
        let keys = self.rows.row(*row as usize);
        let allowed = self.updating.keys_of(&keys);
        let by_birth = allowed.birth_date && keys.birth == bearer.birth;
        let by_address = allowed.address && *is_placed && self.has_address(named, brief)?;
        if !by_birth && !by_address {
            return Ok(());
        }
        let is_barred = match self.updating.is_barred_by(bearer.marks) {
            Some(is_barred) => is_barred,
            None => self.person(*position)?.is_barred(self.updating),
        };
        let agreeing = [(by_birth, Key::BirthDate), (by_address, Key::Address)].into_iter();
        found.extend(agreeing.filter(|(agrees, _)| *agrees).map(|(_, key)| Candidate {
            row: *row,
            key,
            position: *position,
            is_barred,
            is_former: *is_former,
        }));
        Ok(())
    }

    /// Whether the row's address is the person's home, or where the person lived before.
    fn has_address(&self, of: &Named, brief: Option<Brief>) -> Result<bool, EngineError> {
        let (row, places) = (&self.rows.row(of.row as usize), &self.updating.register.places);
        let is = |home: &Home| may_be(row, &places.place(home));
        let both = |(home, _): (Home, bool)| Home { streets: of.bearer.streets(home.streets[0]), ..home };
        let home = brief.and_then(Brief::home).map(both);
        if home.is_some_and(|home| is(&home)) {
            return Ok(true);
        }
        let person = self.person(of.position)?;
        // Not all homes are told.
        let home = if home.is_some() { None } else { person.home()? };
        let Some(mut entries) = of.bearer.previous() else { return person.has_address(row, home.as_ref()) };
        let previous = person.tables.previous()?;
        Ok(home.is_some_and(|home| is(&home)) || entries.any(|entry| is(&Home::before(previous, entry))))
    }

    fn person(&self, position: u32) -> Result<Person<'_>, EngineError> {
        let tables = &self.shards[shard_of(position, self.bounds)];
        self.updating.person(tables, position)
    }
}
