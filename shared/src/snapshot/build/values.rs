//! What a column of a source file becomes.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array as _, ArrayRef};
use arrow_schema::DataType;

use super::intern::Texts;
use super::keys::DwellingIds;
use super::rules::Shape;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::tables::NULL_I32;

/// How a column is taken.
#[derive(Clone, Copy)]
pub(crate) enum Take<'a> {
    /// Text to code of a dictionary.
    Code(Dict, Shape),
    /// Text as it is.
    Text(Shape),
    /// `1`, `2` or empty to 1, 2, 0.
    Sex,
    /// Identity code, packed; 0 is null.
    Hetu,
    /// Number of a building identifier.
    Building,
    /// Identifier of a dwelling to its row in the source file.
    Dwelling(&'a DwellingIds),
    Date,
    Int,
    Flag,
    HetuList,
    CodeList(Dict),
}

/// Lists one after another: list `r` is `items[starts[r]..starts[r + 1]]`.
#[derive(Debug)]
pub(crate) struct Lists<T> {
    pub(crate) starts: Vec<u32>,
    pub(crate) items: Vec<T>,
}

impl<T> Lists<T> {
    pub(crate) fn get(&self, row: usize) -> &[T] {
        &self.items[self.starts[row] as usize..self.starts[row + 1] as usize]
    }
}

impl<T: Copy> Lists<T> {
    /// Adds an empty list.
    fn push_empty(&mut self) {
        self.starts.push(self.starts.last().copied().unwrap_or(0));
    }

    /// The same lists, those of some rows replaced.
    pub(crate) fn replaced(&self, changed: &BTreeMap<u32, Vec<T>>) -> Self {
        let rows = self.starts.len() - 1;
        let mut all =
            Self { starts: Vec::with_capacity(rows + 1), items: Vec::with_capacity(self.items.len()) };
        all.starts.push(0);
        let mut next = changed.iter().peekable();
        for row in 0..rows {
            let new = next.next_if(|(changed, _)| **changed as usize == row);
            all.items.extend_from_slice(new.map_or_else(|| self.get(row), |(_, list)| list));
            all.starts.push(u32::try_from(all.items.len()).unwrap_or(u32::MAX));
        }
        all
    }
}

/// Values of a whole column.
#[derive(Debug)]
pub(crate) enum Values {
    /// Packed identity codes; 0 is null.
    Ids(Vec<u64>),
    /// Codes as met, building numbers, or rows of another file.
    Codes(Vec<u32>),
    /// Dates or numbers; null is `NULL_I32`.
    Numbers(Vec<i32>),
    /// 0 or 1; of sex 0 to 2.
    Small(Vec<u8>),
    /// Per row 0 or the number of the text, from 1.
    Texts(Vec<u32>, Texts),
    IdLists(Lists<u64>),
    CodeLists(Lists<u32>),
}

impl Values {
    /// Adds a null; codes of other rows have a null of their own, to be set.
    pub(crate) fn push_null(&mut self) {
        match self {
            Self::Ids(values) => values.push(0),
            Self::Codes(values) | Self::Texts(values, _) => values.push(0),
            Self::Numbers(values) => values.push(NULL_I32),
            Self::Small(values) => values.push(0),
            Self::IdLists(lists) => lists.push_empty(),
            Self::CodeLists(lists) => lists.push_empty(),
        }
    }
}

/// A whole number or date of any width; one beyond 63 bits is the largest there is.
pub(crate) fn number(array: &ArrayRef, slot: usize) -> Option<i64> {
    macro_rules! of {
        ($($kind:ident),*) => {
            match array.data_type() {
                DataType::UInt64 => {
                    Some(i64::try_from(array.as_primitive::<UInt64Type>().value(slot)).unwrap_or(i64::MAX))
                }
                $(kind if *kind == $kind::DATA_TYPE => {
                    Some(i64::from(array.as_primitive::<$kind>().value(slot)))
                })*
                _ => None,
            }
        };
    }
    of!(Date32Type, Int32Type, Int64Type, Int8Type, Int16Type, UInt8Type, UInt16Type, UInt32Type)
}
