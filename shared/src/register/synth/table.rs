//! Rows of a source file, collected column by column after `register::source`.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Date32Builder, Int32Builder, ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;

use crate::register::source::{Kind, SourceFile};

enum Slot {
    Text(StringBuilder),
    TextList(ListBuilder<StringBuilder>),
    Date(Date32Builder),
    Int(Int32Builder),
    Bool(BooleanBuilder),
}

/// Rows of one file.
pub(super) struct Table {
    file: SourceFile,
    slots: Vec<Slot>,
}

impl Table {
    pub(super) fn new(file: SourceFile) -> Self {
        let slot = |kind| match kind {
            Kind::Text => Slot::Text(StringBuilder::new()),
            Kind::TextList => Slot::TextList(ListBuilder::new(StringBuilder::new())),
            Kind::Date => Slot::Date(Date32Builder::new()),
            Kind::Int => Slot::Int(Int32Builder::new()),
            Kind::Bool => Slot::Bool(BooleanBuilder::new()),
        };
        Self { file, slots: file.columns().iter().map(|column| slot(column.kind)).collect() }
    }

    /// Begins a row; its values follow in the order of the columns.
    pub(super) fn row(&mut self) -> Row<'_> {
        Row(self.slots.iter_mut())
    }

    /// The rows as Arrow columns.
    pub(super) fn finish(self) -> Result<RecordBatch, ArrowError> {
        let column = |slot: Slot| -> ArrayRef {
            match slot {
                Slot::Text(mut builder) => Arc::new(builder.finish()),
                Slot::TextList(mut builder) => Arc::new(builder.finish()),
                Slot::Date(mut builder) => Arc::new(builder.finish()),
                Slot::Int(mut builder) => Arc::new(builder.finish()),
                Slot::Bool(mut builder) => Arc::new(builder.finish()),
            }
        };
        RecordBatch::try_new(self.file.schema(), self.slots.into_iter().map(column).collect())
    }
}

/// The rows of some blocks, one table for each source file.
pub(super) struct Tables {
    pub(super) persons: Table,
    pub(super) dwellings: Table,
    pub(super) buildings: Table,
    pub(super) addresses: Table,
    pub(super) owners: Table,
    pub(super) previous: Table,
}

impl Tables {
    pub(super) fn new() -> Self {
        Self {
            persons: Table::new(SourceFile::Persons),
            dwellings: Table::new(SourceFile::Dwellings),
            buildings: Table::new(SourceFile::Buildings),
            addresses: Table::new(SourceFile::Addresses),
            owners: Table::new(SourceFile::Owners),
            previous: Table::new(SourceFile::PreviousAddresses),
        }
    }
}

/// A row being written. A value of the wrong kind, or one too many, is a defect of the writer.
pub(super) struct Row<'a>(std::slice::IterMut<'a, Slot>);

impl Row<'_> {
    pub(super) fn text(&mut self, value: &str) -> &mut Self {
        self.maybe(Some(value))
    }

    pub(super) fn maybe(&mut self, value: Option<&str>) -> &mut Self {
        match self.0.next() {
            Some(Slot::Text(builder)) => builder.append_option(value),
            _ => misplaced(),
        }
        self
    }

    /// An empty list is written as null.
    pub(super) fn list<'t>(&mut self, values: impl IntoIterator<Item = &'t str>) -> &mut Self {
        let Some(Slot::TextList(builder)) = self.0.next() else { misplaced() };
        let mut any = false;
        for value in values {
            builder.values().append_value(value);
            any = true;
        }
        builder.append(any);
        self
    }

    pub(super) fn date(&mut self, value: Option<i32>) -> &mut Self {
        match self.0.next() {
            Some(Slot::Date(builder)) => builder.append_option(value),
            _ => misplaced(),
        }
        self
    }

    pub(super) fn int(&mut self, value: Option<i32>) -> &mut Self {
        match self.0.next() {
            Some(Slot::Int(builder)) => builder.append_option(value),
            _ => misplaced(),
        }
        self
    }

    pub(super) fn flag(&mut self, value: bool) -> &mut Self {
        match self.0.next() {
            Some(Slot::Bool(builder)) => builder.append_value(value),
            _ => misplaced(),
        }
        self
    }
}

fn misplaced() -> ! {
    unreachable!("a row follows the columns of its file")
}
