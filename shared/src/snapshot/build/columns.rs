//! One column of a source file as plain values, and the rows in it that break a rule.

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int32Type;
use arrow_array::{Array as _, StringArray};

use super::error::BuildError;
use super::intern::{Interner, Interners, Texts};
use super::rules::{DAYS, Reason, Shape};
use super::source::Source;
use super::values::{Lists, Take, Values, number};
use crate::register::building_id::BuildingId;
use crate::register::hetu::Hetu;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::tables::{NO_ROW, NULL_I32};

/// Rows of one column that break a rule.
pub(crate) type Broken = Vec<(u32, Reason)>;

/// Reads a column. `nullable` as in the contract.
pub(crate) fn read(
    source: &Source,
    column: &str,
    nullable: bool,
    take: Take<'_>,
    interners: &Interners,
) -> Result<(Values, Broken), BuildError> {
    let mut reading = Reading { broken: Vec::new(), row: 0, nullable };
    let values = reading.take(source, column, take, interners)?;
    Ok((values, reading.broken))
}

struct Reading {
    broken: Broken,
    row: u32,
    nullable: bool,
}

impl Reading {
    fn take(
        &mut self,
        source: &Source,
        column: &str,
        take: Take<'_>,
        interners: &Interners,
    ) -> Result<Values, BuildError> {
        match take {
            Take::Code(dict, shape) => self.codes(source, column, shape, dict, interners),
            Take::Text(shape) => {
                let mut texts = Texts::default();
                let values = self.each_text(source, column, 0, |text| {
                    texts.push(text);
                    shape.broken(text).map_or_else(|| Ok(u32::try_from(texts.len()).unwrap_or(0)), Err)
                })?;
                Ok(Values::Texts(values, texts))
            }
            Take::Sex => self
                .each_text(source, column, 0_u8, |text| {
                    Shape::Sex
                        .broken(text)
                        .map_or_else(|| Ok(text.bytes().next().map_or(0, |b| b - b'0')), Err)
                })
                .map(Values::Small),
            Take::Hetu => self
                .each_text(source, column, 0, |text| {
                    Hetu::parse(text).map(Hetu::packed).map_err(Reason::Identity)
                })
                .map(Values::Ids),
            Take::Building => self
                .each_text(source, column, NO_ROW, |text| {
                    BuildingId::parse(text).map(BuildingId::number).map_err(Reason::Building)
                })
                .map(Values::Codes),
            Take::Dwelling(ids) => self
                .each_text(source, column, NO_ROW, |text| ids.find(text).ok_or(Reason::UnknownDwelling))
                .map(Values::Codes),
            Take::Date => self.numbers(source, column, |day| {
                i32::try_from(day).ok().filter(|day| DAYS.contains(day)).ok_or(Reason::ImpossibleDate)
            }),
            Take::Int => self.numbers(source, column, |number| {
                if number < 0 {
                    Err(Reason::Negative)
                } else {
                    i32::try_from(number).ok().ok_or(Reason::TooLarge)
                }
            }),
            Take::Flag => self.flags(source, column),
            Take::HetuList => self
                .lists(source, column, |text| Hetu::parse(text).map(Hetu::packed).map_err(Reason::Identity))
                .map(Values::IdLists),
            Take::CodeList(dict) => {
                let mut interner = interners.lock(dict);
                self.lists(source, column, |text| Ok(interner.intern(text))).map(Values::CodeLists)
            }
        }
    }

    fn break_rule(&mut self, reason: Reason) {
        self.broken.push((self.row, reason));
    }

    /// A null slot: allowed, or a rule broken.
    fn null<T>(&mut self, value: T) -> T {
        if !self.nullable {
            self.break_rule(Reason::Null);
        }
        value
    }

    fn each_text<T: Copy>(
        &mut self,
        source: &Source,
        column: &str,
        null: T,
        mut read: impl FnMut(&str) -> Result<T, Reason>,
    ) -> Result<Vec<T>, BuildError> {
        let mut values = Vec::with_capacity(source.rows);
        source.scan(column, false, |array| {
            let texts = array.as_string_opt::<i32>();
            for slot in 0..array.len() {
                let text = texts.filter(|texts| texts.is_valid(slot)).map(|texts| texts.value(slot));
                values.push(match text.map(&mut read) {
                    Some(Ok(value)) => value,
                    Some(Err(reason)) => {
                        self.break_rule(reason);
                        null
                    }
                    None => self.null(null),
                });
                self.row += 1;
            }
        })?;
        Ok(values)
    }

    fn codes(
        &mut self,
        source: &Source,
        column: &str,
        shape: Shape,
        dict: Dict,
        interners: &Interners,
    ) -> Result<Values, BuildError> {
        let mut values = Vec::with_capacity(source.rows);
        source.scan(column, true, |array| {
            let mut interner = interners.lock(dict);
            let coded = array.as_dictionary_opt::<Int32Type>();
            let entries = coded.and_then(|coded| coded.values().as_string_opt::<i32>());
            let (Some(coded), Some(entries)) = (coded, entries) else {
                // No value at all: the column has no type.
                for _ in 0..array.len() {
                    values.push(self.null(0));
                    self.row += 1;
                }
                return;
            };
            let mut memo = vec![None; entries.len()];
            for key in coded.keys() {
                let entry = key.and_then(|key| usize::try_from(key).ok());
                let code = entry.map(|entry| {
                    *memo[entry].get_or_insert_with(|| code(&mut interner, entries, entry, shape))
                });
                values.push(match code {
                    Some(Ok(code)) => code,
                    Some(Err(reason)) => {
                        self.break_rule(reason);
                        0
                    }
                    None => self.null(0),
                });
                self.row += 1;
            }
        })?;
        Ok(Values::Codes(values))
    }

    fn numbers(
        &mut self,
        source: &Source,
        column: &str,
        check: impl Fn(i64) -> Result<i32, Reason>,
    ) -> Result<Values, BuildError> {
        let mut values = Vec::with_capacity(source.rows);
        source.scan(column, false, |array| {
            for slot in 0..array.len() {
                let number = if array.is_valid(slot) { number(array, slot) } else { None };
                values.push(match number.map(&check) {
                    Some(Ok(number)) => number,
                    Some(Err(reason)) => {
                        self.break_rule(reason);
                        NULL_I32
                    }
                    None => self.null(NULL_I32),
                });
                self.row += 1;
            }
        })?;
        Ok(Values::Numbers(values))
    }

    fn flags(&mut self, source: &Source, column: &str) -> Result<Values, BuildError> {
        let mut values = Vec::with_capacity(source.rows);
        source.scan(column, false, |array| {
            let flags = array.as_boolean_opt();
            for slot in 0..array.len() {
                let flag = flags.filter(|flags| flags.is_valid(slot)).map(|flags| flags.value(slot));
                values.push(flag.map_or_else(|| self.null(0), u8::from));
                self.row += 1;
            }
        })?;
        Ok(Values::Small(values))
    }

    fn lists<T>(
        &mut self,
        source: &Source,
        column: &str,
        mut read: impl FnMut(&str) -> Result<T, Reason>,
    ) -> Result<Lists<T>, BuildError> {
        let mut lists = Lists { starts: Vec::with_capacity(source.rows + 1), items: Vec::new() };
        lists.starts.push(0);
        source.scan(column, false, |array| {
            let found = array.as_list_opt::<i32>();
            for slot in 0..array.len() {
                let items = found.filter(|found| found.is_valid(slot)).map(|found| found.value(slot));
                for text in items.iter().filter_map(|items| items.as_string_opt::<i32>()).flatten() {
                    match text.map_or(Err(Reason::Null), &mut read) {
                        Ok(item) => lists.items.push(item),
                        Err(reason) => self.break_rule(reason),
                    }
                }
                lists.starts.push(u32::try_from(lists.items.len()).unwrap_or(u32::MAX));
                self.row += 1;
            }
        })?;
        Ok(lists)
    }
}

fn code(interner: &mut Interner, entries: &StringArray, entry: usize, shape: Shape) -> Result<u32, Reason> {
    let text = entries.value(entry);
    shape.broken(text).map_or_else(|| Ok(interner.intern(text)), Err)
}
