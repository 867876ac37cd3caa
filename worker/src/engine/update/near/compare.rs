//! A row and a person who share the parts of a key: whether the rest is nearly the same.

use hashbrown::HashMap;
use poimuri_shared::normalise::{Address, Locale};
use poimuri_shared::snapshot::dictionary::{Dict, Dictionary};

use super::approximations::Alike;
use super::batch::{Batch, BatchRow, likeness_of_day};
use super::blocks::Block;
use crate::engine::link::{Kind, Likeness};
use crate::engine::update::agree::{Person, may_be_in_a_street};
use crate::engine::update::dates::is_slip;
use crate::engine::update::names::NameKeys;
use crate::engine::update::places::Home;
use crate::engine::update::{RowKeys, Updating};
use crate::engine::{Dictionaries, EngineError, Tables};

/// The texts of names and streets as they are compared, each prepared when it is first asked for.
pub(super) struct Names {
    surnames: Prepared,
    given: Prepared,
    streets: Prepared,
}

struct Prepared {
    dictionary: Dictionary,
    of: fn(&str) -> Likeness,
    made: HashMap<u32, Likeness>,
}

impl Prepared {
    fn at(&mut self, code: u32) -> &Likeness {
        let Self { dictionary, of, made } = self;
        made.entry(code).or_insert_with(|| of(dictionary.text(code).unwrap_or_default()))
    }
}

impl Names {
    pub(super) fn new(texts: &dyn Dictionaries) -> Result<Self, EngineError> {
        let prepared = |dict, of: fn(&str) -> Likeness| {
            Ok::<_, EngineError>(Prepared {
                dictionary: texts.dictionary(dict)?.clone(),
                of,
                made: HashMap::new(),
            })
        };
        Ok(Self {
            surnames: prepared(Dict::Surname, |name| Likeness::of(Kind::Surname, name))?,
            given: prepared(Dict::GivenName, |name| Likeness::of(Kind::GivenName, name))?,
            streets: prepared(Dict::Street, |name| {
                Likeness::of(Kind::Street, &Address::street_key(name, Locale::Finnish))
            })?,
        })
    }
}

/// Compares rows of a batch with persons of a shard.
pub(super) struct Pairs<'a> {
    updating: &'a Updating,
    batch: &'a Batch,
    names: Names,
    tables: &'a Tables<'a>,
}

impl<'a> Pairs<'a> {
    pub(super) const fn new(
        updating: &'a Updating,
        batch: &'a Batch,
        names: Names,
        tables: &'a Tables<'a>,
    ) -> Self {
        Self { updating, batch, names, tables }
    }

    /// What a row and a person with the same key come to; nothing if the rest of them differs.
    pub(super) fn compare(&mut self, row: u32, tag: u32) -> Result<Option<Alike>, EngineError> {
        let (at, batch) = (row as usize, self.batch);
        let (Some(row), Some((block, person))) = (batch.rows.get(at), Block::untag(tag)) else {
            return Ok(None);
        };
        let tables = self.tables;
        let person = Person::of(self.updating, tables, person).named();
        if !self.agrees(block, (row, &batch.keys.row(at)), &person)? {
            return Ok(None);
        }
        let id = tables.persons.id[person.row];
        let alike = Alike { part: row.part, row: row.row, ..Alike::default() };
        Ok(Some(match block {
            Block::PostalCode => Alike { named: 1, named_id: id, ..alike },
            Block::Namesakes => Alike { namesakes: 1, ..alike },
            Block::Birth
            | Block::GivenBirth
            | Block::Year
            | Block::Day
            | Block::Home
            | Block::GivenHome
            | Block::Number => Alike { near_id: id, ..alike },
        }))
    }

    fn agrees(
        &mut self,
        block: Block,
        (row, keys): (&BatchRow, &RowKeys<'_>),
        person: &Person<'_>,
    ) -> Result<bool, EngineError> {
        let Some(names) = keys.names else { return Ok(false) };
        let birth = self.tables.persons.birth_date[person.row];
        // Cheapest first: most pairs end at the names or the date.
        if block != Block::GivenBirth
            && block != Block::GivenHome
            && person.has_surname(names.surname).is_none()
        {
            return Ok(false);
        }
        let differs_in_given = matches!(block, Block::Birth | Block::Home | Block::Namesakes);
        if !differs_in_given && person.has_given_names(names).is_none() {
            return Ok(false);
        }
        Ok(match block {
            Block::Birth => keys.birth == birth && self.has_near_given((row, names), person),
            Block::GivenBirth => keys.birth == birth && self.has_near_surname(row, person),
            Block::Year | Block::Day => {
                is_slip(keys.birth, birth) && row.birth.is_near(&likeness_of_day(birth))
            }
            Block::Home => {
                is_slip(keys.birth, birth)
                    && person.has_address(keys, person.home()?.as_ref())?
                    && self.has_near_given((row, names), person)
            }
            Block::GivenHome => {
                is_slip(keys.birth, birth)
                    && person.has_address(keys, person.home()?.as_ref())?
                    && self.has_near_surname(row, person)
            }
            Block::Number => is_slip(keys.birth, birth) && self.has_near_street((row, keys), person)?,
            Block::PostalCode => is_slip(keys.birth, birth) && lives_at_code(keys, person)?,
            Block::Namesakes => lives_at_code(keys, person)?,
        })
    }

    fn has_near_surname(&mut self, row: &BatchRow, person: &Person<'_>) -> bool {
        person.surnames().any(|code| row.surname.is_near(self.names.surnames.at(code)))
    }

    /// Whether every given name of the row is nearly one of the person's, of one time.
    fn has_near_given(&mut self, (row, names): (&BatchRow, &NameKeys), person: &Person<'_>) -> bool {
        let (register, given) = (person.register, &mut self.names.given);
        person.sets_of_given_names().any(|(codes, call_name)| {
            let all = || codes.iter().copied().chain(call_name);
            let begins = |letter: &char| all().any(|code| register.given(code).initial == Some(*letter));
            names.initials.iter().all(begins)
                && row.given.iter().all(|name| all().any(|code| name.is_near(given.at(code))))
        })
    }

    /// Whether the person lives or lived in a street of nearly the row's name, and the rest of the address may be this one.
    fn has_near_street(
        &mut self,
        (row, keys): (&BatchRow, &RowKeys<'_>),
        person: &Person<'_>,
    ) -> Result<bool, EngineError> {
        let (places, streets) = (&person.register.places, &mut self.names.streets);
        let number = u32::try_from(person.row).unwrap_or(u32::MAX);
        let mut homes = person.home()?.into_iter().chain(Home::all_before(person.tables.previous()?, number));
        Ok(homes.any(|home| {
            may_be_in_a_street(keys, &places.place(&home))
                && home.streets().iter().any(|street| row.street.is_near(streets.at(*street)))
        }))
    }
}

fn lives_at_code(keys: &RowKeys<'_>, person: &Person<'_>) -> Result<bool, EngineError> {
    let code = person.home()?.map_or(0, |home| person.register.places.postal_code(&home));
    Ok(code != 0 && code == keys.postal_code)
}
