//! One person of a register in memory, taken out to be changed and put back whole.

use std::collections::BTreeMap;

use crate::register::changes::Prohibition;
use crate::snapshot::build::table::Table;
use crate::snapshot::build::values::{Lists, Values};
use crate::snapshot::tables::{NO_ROW, NULL_I32};

/// Lists of the rows that were changed, by the name of their column.
#[derive(Debug, Default)]
pub(crate) struct ChangedLists {
    previous_ids: BTreeMap<u32, Vec<u64>>,
    guardian_ids: BTreeMap<u32, Vec<u64>>,
    former_surnames: BTreeMap<u32, Vec<u32>>,
    former_first_names: BTreeMap<u32, Vec<u32>>,
}

/// What changes can tell of a person, as the columns of the register hold it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PersonRow {
    pub(crate) id: u64,
    pub(crate) previous_ids: Vec<u64>,
    pub(crate) first_names: u32,
    pub(crate) call_name: u32,
    pub(crate) surname: u32,
    pub(crate) former_surnames: Vec<u32>,
    pub(crate) former_first_names: Vec<u32>,
    pub(crate) names_since: i32,
    pub(crate) sex: u8,
    pub(crate) birth_date: i32,
    pub(crate) death_date: i32,
    pub(crate) mother_tongue: u32,
    pub(crate) service_language: u32,
    pub(crate) municipality: u32,
    /// Row of the dwelling or [`NO_ROW`].
    pub(crate) dwelling: u32,
    pub(crate) moved_in: i32,
    pub(crate) emigrated_on: i32,
    pub(crate) foreign_country: u32,
    pub(crate) foreign_address: Option<String>,
    pub(crate) occupation: u32,
    pub(crate) guardian_ids: Vec<u64>,
    pub(crate) spouse_id: u64,
    pub(crate) security_until: i32,
    pub(crate) prohibitions: [bool; 5],
}

fn list<T: Copy>(changed: &BTreeMap<u32, Vec<T>>, lists: &Lists<T>, row: u32) -> Vec<T> {
    changed.get(&row).cloned().unwrap_or_else(|| lists.get(row as usize).to_vec())
}

impl PersonRow {
    /// Nobody yet.
    pub(crate) const fn new(id: u64) -> Self {
        Self {
            id,
            previous_ids: Vec::new(),
            first_names: 0,
            call_name: 0,
            surname: 0,
            former_surnames: Vec::new(),
            former_first_names: Vec::new(),
            names_since: NULL_I32,
            sex: 0,
            birth_date: NULL_I32,
            death_date: NULL_I32,
            mother_tongue: 0,
            service_language: 0,
            municipality: 0,
            dwelling: NO_ROW,
            moved_in: NULL_I32,
            emigrated_on: NULL_I32,
            foreign_country: 0,
            foreign_address: None,
            occupation: 0,
            guardian_ids: Vec::new(),
            spouse_id: 0,
            security_until: NULL_I32,
            prohibitions: [false; 5],
        }
    }

    pub(crate) fn read(persons: &Table, lists: &ChangedLists, row: u32) -> Self {
        let at = row as usize;
        let code = |column| persons.codes(column)[at];
        let day = |column| persons.numbers(column)[at];
        let (texts, all) = persons.texts("foreign_address");
        let address = (texts[at] as usize).checked_sub(1).map(|index| all.get(index).to_owned());
        Self {
            id: persons.ids("person_id")[at],
            previous_ids: list(&lists.previous_ids, persons.id_lists("previous_ids"), row),
            first_names: code("first_names"),
            call_name: code("call_name"),
            surname: code("surname"),
            former_surnames: list(&lists.former_surnames, persons.code_lists("former_surnames"), row),
            former_first_names: list(
                &lists.former_first_names,
                persons.code_lists("former_first_names"),
                row,
            ),
            names_since: day("names_since"),
            sex: persons.small("sex")[at],
            birth_date: day("birth_date"),
            death_date: day("death_date"),
            mother_tongue: code("mother_tongue"),
            service_language: code("service_language"),
            municipality: code("municipality"),
            dwelling: code("dwelling_id"),
            moved_in: day("moved_in"),
            emigrated_on: day("emigrated_on"),
            foreign_country: code("foreign_country"),
            foreign_address: address,
            occupation: code("occupation"),
            guardian_ids: list(&lists.guardian_ids, persons.id_lists("guardian_ids"), row),
            spouse_id: persons.ids("spouse_id")[at],
            security_until: day("security_until"),
            prohibitions: Prohibition::ALL.map(|which| persons.small(which.column())[at] != 0),
        }
    }

    /// Puts the person back; `before` is what stands in the row.
    pub(crate) fn write(self, before: &Self, persons: &mut Table, lists: &mut ChangedLists, row: u32) {
        let at = row as usize;
        for (column, old, new) in [
            ("first_names", before.first_names, self.first_names),
            ("call_name", before.call_name, self.call_name),
            ("surname", before.surname, self.surname),
            ("mother_tongue", before.mother_tongue, self.mother_tongue),
            ("service_language", before.service_language, self.service_language),
            ("municipality", before.municipality, self.municipality),
            ("foreign_country", before.foreign_country, self.foreign_country),
            ("occupation", before.occupation, self.occupation),
        ] {
            if old != new {
                set_code(persons, column, at, new);
            }
        }
        // A new row holds a null of codes here, not of rows.
        set_code(persons, "dwelling_id", at, self.dwelling);
        for (column, old, new) in [
            ("names_since", before.names_since, self.names_since),
            ("birth_date", before.birth_date, self.birth_date),
            ("death_date", before.death_date, self.death_date),
            ("moved_in", before.moved_in, self.moved_in),
            ("emigrated_on", before.emigrated_on, self.emigrated_on),
            ("security_until", before.security_until, self.security_until),
        ] {
            if old != new {
                set_day(persons, column, at, new);
            }
        }
        set_id(persons, "person_id", at, self.id);
        set_id(persons, "spouse_id", at, self.spouse_id);
        set_small(persons, "sex", at, self.sex);
        for (which, set) in Prohibition::ALL.into_iter().zip(self.prohibitions) {
            set_small(persons, which.column(), at, u8::from(set));
        }
        if self.foreign_address != before.foreign_address {
            set_text(persons, "foreign_address", at, self.foreign_address.as_deref());
        }
        replace(&mut lists.previous_ids, row, &before.previous_ids, self.previous_ids);
        replace(&mut lists.guardian_ids, row, &before.guardian_ids, self.guardian_ids);
        replace(&mut lists.former_surnames, row, &before.former_surnames, self.former_surnames);
        replace(&mut lists.former_first_names, row, &before.former_first_names, self.former_first_names);
    }
}

fn replace<T: PartialEq>(lists: &mut BTreeMap<u32, Vec<T>>, row: u32, before: &[T], list: Vec<T>) {
    if before != list {
        lists.insert(row, list);
    }
}

/// Setting a value of the wrong kind is a defect of the program.
macro_rules! setters {
    ($($name:ident: $variant:ident($kind:ty);)*) => {$(
        pub(crate) fn $name(table: &mut Table, column: &str, row: usize, value: $kind) {
            let Values::$variant(values) = table.column_mut(column) else {
                unreachable!("column {column} is of another kind")
            };
            values[row] = value;
        }
    )*};
}

setters! {
    set_code: Codes(u32);
    set_day: Numbers(i32);
    set_id: Ids(u64);
    set_small: Small(u8);
}

fn set_text(table: &mut Table, column: &str, row: usize, text: Option<&str>) {
    let Values::Texts(codes, texts) = table.column_mut(column) else {
        unreachable!("column {column} is of another kind")
    };
    codes[row] = text.map_or(0, |text| {
        texts.push(text);
        u32::try_from(texts.len()).unwrap_or(0)
    });
}

impl ChangedLists {
    /// Puts all changed lists into their columns.
    pub(crate) fn finish(self, persons: &mut Table) {
        for (column, changed) in [("previous_ids", self.previous_ids), ("guardian_ids", self.guardian_ids)] {
            if let Values::IdLists(lists) = persons.column_mut(column) {
                *lists = lists.replaced(&changed);
            }
        }
        for (column, changed) in
            [("former_surnames", self.former_surnames), ("former_first_names", self.former_first_names)]
        {
            if let Values::CodeLists(lists) = persons.column_mut(column) {
                *lists = lists.replaced(&changed);
            }
        }
    }
}
