//! A register in memory being changed, one change after another, each whole or not at all.

mod codes;
mod facts;
mod merge;
pub(crate) mod people;
pub(crate) mod row;

use self::codes::About;
use self::facts::{Codes, LeftRow, check_new, left_out};
use self::merge::Merges;
use self::people::{People, Whose};
use self::row::{ChangedLists, PersonRow, set_code, set_day};
use crate::register::changes::{Change, Fact, LeftOut, Reason};
use crate::snapshot::build::load::Register;

/// A register that changes are applied to.
pub(crate) struct Editor {
    pub(crate) register: Register,
    pub(crate) people: People,
    lists: ChangedLists,
    merges: Merges,
}

impl Editor {
    pub(crate) fn new(register: Register) -> Self {
        let people = People::new(&register.persons);
        Self { register, people, lists: ChangedLists::default(), merges: Merges::default() }
    }

    /// A person as it stands.
    pub(crate) fn row(&self, row: u32) -> PersonRow {
        PersonRow::read(&self.register.persons, &self.lists, row)
    }

    /// Applies a change; gives the person's row.
    ///
    /// # Errors
    /// The first rule it breaks; nothing is changed then.
    pub(crate) fn apply(&mut self, change: &Change) -> Result<u32, LeftOut> {
        let registered = change.facts.iter().any(|fact| matches!(fact, Fact::Registered(_)));
        match self.about(change)? {
            Some(_) if registered => Err(left_out("person_id", Reason::KnownPerson)),
            Some(about) => self.change(change, &about),
            None if registered => self.register(change),
            None => Err(left_out("person_id", Reason::UnknownPerson)),
        }
    }

    fn change(&mut self, change: &Change, about: &About) -> Result<u32, LeftOut> {
        let before = self.row(about.row);
        let mut after = before.clone();
        let codes = Codes(&self.register);
        codes.tell_all(change, &mut after)?;
        let left = left(codes, change, &after)?;
        self.rename(change, about, &mut after);
        if let Some(merged) = about.merged {
            self.merge(merged, about.row);
        }
        self.index(about.row, &before, &after);
        after.write(&before, &mut self.register.persons, &mut self.lists, about.row);
        self.leave(about.row, left);
        Ok(about.row)
    }

    fn register(&mut self, change: &Change) -> Result<u32, LeftOut> {
        let nobody = PersonRow::new(change.person.packed());
        let mut person = nobody.clone();
        let codes = Codes(&self.register);
        codes.tell_all(change, &mut person)?;
        check_new(&person)?;
        let left = left(codes, change, &person)?;
        let row = self.register.persons.push();
        self.people.set(person.id, Some(Whose { row, previous: false }));
        person.write(&nobody, &mut self.register.persons, &mut self.lists, row);
        self.leave(row, left);
        Ok(row)
    }

    /// Adds addresses that were left.
    fn leave(&mut self, person: u32, left: Vec<LeftRow>) {
        let table = &mut self.register.previous;
        for left in left {
            let row = table.push() as usize;
            set_code(table, "person", row, person);
            for (column, code) in left.codes {
                set_code(table, column, row, code);
            }
            set_day(table, "since", row, left.since);
            set_day(table, "until", row, left.until);
        }
    }

    /// Takes a person out; what belongs to them goes to somebody else at the end.
    fn merge(&mut self, from: u32, to: u32) {
        let row = self.row(from);
        for code in row.previous_ids.iter().chain([&row.id]) {
            self.people.set(*code, Some(Whose { row: to, previous: true }));
        }
        self.register.persons.remove(from);
        self.merges.add(from, to);
    }

    /// The register with all changes in it.
    pub(crate) fn finish(mut self) -> Register {
        self.lists.finish(&mut self.register.persons);
        self.merges.finish(&mut self.register);
        self.register
    }
}

/// Addresses left, in codes.
fn left(codes: Codes<'_>, change: &Change, person: &PersonRow) -> Result<Vec<LeftRow>, LeftOut> {
    let mut all = Vec::new();
    for fact in &change.facts {
        if let Fact::Left(left) = fact {
            all.push(codes.left(left, person.birth_date)?);
        }
    }
    Ok(all)
}
