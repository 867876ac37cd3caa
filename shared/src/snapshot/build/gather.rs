//! Rows of a source table, in the order of a shard, as columns of Arrow.

use std::sync::Arc;

use arrow_array::types::{ArrowPrimitiveType, UInt32Type, UInt64Type};
use arrow_array::{
    ArrayRef, Date32Array, Int32Array, ListArray, PrimitiveArray, StringArray, UInt8Array, UInt16Array,
    UInt32Array, UInt64Array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::Field;

use super::names::Names;
use super::table::Table;
use super::values::Lists;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::format::{Column, Kind};
use crate::snapshot::tables::NULL_I32;

/// Rows of a table in the order they are written.
#[derive(Clone, Copy)]
pub(super) struct Gather<'a> {
    pub(super) table: &'a Table,
    pub(super) rows: &'a [u32],
    pub(super) names: &'a Names,
}

impl<'a> Gather<'a> {
    fn each<T>(self, value: impl Fn(usize) -> T) -> Vec<T> {
        self.rows.iter().map(|row| value(*row as usize)).collect()
    }

    /// Codes of a dictionary, as written.
    pub(super) fn codes(self, column: &str, dict: Dict) -> Vec<u32> {
        let (codes, to) = (self.table.codes(column), self.names.dictionaries.to(dict));
        self.each(|row| to[codes[row] as usize])
    }

    pub(super) fn raw(self, column: &str) -> Vec<u32> {
        let values = self.table.codes(column);
        self.each(|row| values[row])
    }

    pub(super) fn ids(self, column: &str) -> Vec<u64> {
        let ids = self.table.ids(column);
        self.each(|row| ids[row])
    }

    pub(super) fn numbers(self, column: &str) -> Vec<i32> {
        let numbers = self.table.numbers(column);
        self.each(|row| numbers[row])
    }

    pub(super) fn small(self, column: &str) -> Vec<u8> {
        let values = self.table.small(column);
        self.each(|row| values[row])
    }

    /// Whole column of the file, ready.
    fn texts(self, column: &str) -> ArrayRef {
        let (codes, texts) = self.table.texts(column);
        let text = |row: &u32| (codes[*row as usize] as usize).checked_sub(1).map(|index| texts.get(index));
        Arc::new(self.rows.iter().map(text).collect::<StringArray>())
    }

    fn id_lists(self, column: &str) -> ArrayRef {
        lists::<UInt64Type>(self.rows, self.table.id_lists(column), |id| id)
    }

    fn code_lists(self, column: &str, dict: Dict) -> ArrayRef {
        let to = self.names.dictionaries.to(dict);
        lists::<UInt32Type>(self.rows, self.table.code_lists(column), |code| to[code as usize])
    }

    /// A column of the format that stands in the source under the same name, taken as its kind says.
    pub(super) fn column(self, column: &Column) -> ArrayRef {
        let name = column.name;
        let dict = self.table.coded().iter().find(|(coded, _)| *coded == name).map(|(_, dict)| *dict);
        match (column.kind, dict) {
            (Kind::U8 | Kind::U16 | Kind::U32, Some(dict)) => integers(column.kind, self.codes(name, dict)),
            (Kind::U8, None) => Arc::new(UInt8Array::from(self.small(name))),
            (Kind::U16 | Kind::U32, None) => integers(column.kind, self.raw(name)),
            (Kind::U64, _) => Arc::new(UInt64Array::from(self.ids(name))),
            (Kind::I32 | Kind::Date, _) => numbers(column, self.numbers(name)),
            (Kind::Text, _) => self.texts(name),
            (Kind::ListU64, _) => self.id_lists(name),
            (Kind::ListU32, dict) => self.code_lists(name, dict.unwrap_or(Dict::Surname)),
        }
    }
}

fn lists<T: ArrowPrimitiveType>(
    rows: &[u32],
    lists: &Lists<T::Native>,
    to: impl Fn(T::Native) -> T::Native,
) -> ArrayRef {
    let lists = rows.iter().map(|row| lists.get(*row as usize));
    let offsets = OffsetBuffer::from_lengths(lists.clone().map(<[_]>::len));
    let items: ScalarBuffer<_> = lists.flatten().map(|item| to(*item)).collect();
    list_array::<T>(offsets, items)
}

/// Lists of numbers, none of them null.
pub(super) fn list_array<T: ArrowPrimitiveType>(
    offsets: OffsetBuffer<i32>,
    items: ScalarBuffer<T::Native>,
) -> ArrayRef {
    let field = Arc::new(Field::new_list_field(T::DATA_TYPE, false));
    Arc::new(ListArray::new(field, offsets, Arc::new(PrimitiveArray::<T>::new(items, None)), None))
}

/// Numbers of the width of a kind. Dictionaries fit the columns that refer to them; that was checked.
pub(super) fn integers(kind: Kind, values: Vec<u32>) -> ArrayRef {
    if kind == Kind::U8 {
        Arc::new(values.into_iter().map(|value| u8::try_from(value).ok()).collect::<UInt8Array>())
    } else if kind == Kind::U16 {
        Arc::new(values.into_iter().map(|value| u16::try_from(value).ok()).collect::<UInt16Array>())
    } else {
        Arc::new(UInt32Array::from(values))
    }
}

/// Dates or numbers; the sentinel is null where the column may be.
pub(super) fn numbers(column: &Column, values: Vec<i32>) -> ArrayRef {
    let nulls =
        column.nullable.then(|| values.iter().map(|value| *value != NULL_I32).collect::<NullBuffer>());
    let values = ScalarBuffer::from(values);
    if column.kind == Kind::Date {
        Arc::new(Date32Array::new(values, nulls))
    } else {
        Arc::new(Int32Array::new(values, nulls))
    }
}
