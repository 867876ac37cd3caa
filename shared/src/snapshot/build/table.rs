//! A source file in memory: columns by name, and which rows stay.

use rayon::prelude::*;

use super::columns::read;
use super::error::BuildError;
use super::intern::{Interners, Texts};
use super::rejects::Verdicts;
use super::source::Source;
use super::values::{Lists, Take, Values};
use crate::register::source::SourceFile;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::manifest::SourceEntry;

/// A source file in memory.
#[derive(Debug)]
pub(super) struct Table {
    file: SourceFile,
    ignored: Vec<String>,
    pub(super) verdicts: Verdicts,
    columns: Vec<(&'static str, Values)>,
    coded: Vec<(&'static str, Dict)>,
}

/// Columns and kinds are fixed by the plans of `load`; another request is a defect of the program.
macro_rules! columns {
    ($($name:ident: $variant:ident($value:ident) -> $kind:ty;)*) => {
        impl Table {$(
            pub(super) fn $name(&self, column: &str) -> &$kind {
                let Values::$variant($value) = self.column(column) else {
                    unreachable!("column {column} is of another kind")
                };
                $value
            }
        )*}
    };
}

columns! {
    ids: Ids(values) -> [u64];
    codes: Codes(values) -> [u32];
    numbers: Numbers(values) -> [i32];
    small: Small(values) -> [u8];
    id_lists: IdLists(values) -> Lists<u64>;
    code_lists: CodeLists(values) -> Lists<u32>;
}

impl Table {
    /// Reads columns, several at a time, and judges each row by each of them.
    pub(super) fn read(
        folder: &std::path::Path,
        file: SourceFile,
        plan: &[(&'static str, Take<'_>)],
        interners: &Interners,
    ) -> Result<Self, BuildError> {
        let source = Source::open(folder, file)?;
        let nullable = |name| file.columns().iter().any(|column| column.name == name && column.nullable);
        let taken: Vec<_> = plan
            .par_iter()
            .with_max_len(1)
            .map(|(name, take)| read(&source, name, nullable(*name), *take, interners))
            .collect::<Result<_, _>>()?;
        let mut verdicts = Verdicts::new(file, source.rows);
        let mut columns = Vec::with_capacity(plan.len());
        for ((name, _), (values, broken)) in plan.iter().zip(taken) {
            verdicts.reject(name, broken);
            columns.push((*name, values));
        }
        let coded = plan.iter().filter_map(|(name, take)| match take {
            Take::Code(dict, _) | Take::CodeList(dict) => Some((*name, *dict)),
            Take::Text(_) | Take::Sex | Take::Hetu | Take::Building | Take::Dwelling(_) => None,
            Take::Date | Take::Int | Take::Flag | Take::HetuList => None,
        });
        Ok(Self { file, ignored: source.ignored, verdicts, columns, coded: coded.collect() })
    }

    pub(super) fn rows(&self) -> usize {
        self.verdicts.kept.len()
    }

    pub(super) const fn rejected(&self) -> usize {
        self.verdicts.rejected()
    }

    /// What the manifest says of the file.
    pub(super) fn entry(&self) -> SourceEntry {
        let count = |rows| u64::try_from(rows).unwrap_or(u64::MAX);
        SourceEntry {
            file: self.file.file_name().to_owned(),
            rows: count(self.rows()),
            rejected: count(self.rejected()),
            ignored_columns: self.ignored.clone(),
        }
    }

    pub(super) fn kept(&self) -> &[bool] {
        &self.verdicts.kept
    }

    /// Numbers of the rows that stay, in the order of the file.
    pub(super) fn kept_rows(&self) -> impl Iterator<Item = u32> + Clone {
        (0..).zip(self.kept()).filter(|(_, kept)| **kept).map(|(row, _)| row)
    }

    fn column(&self, name: &str) -> &Values {
        let found = self.columns.iter().find(|(other, _)| *other == name);
        found.map_or_else(|| unreachable!("column {name} is not taken"), |(_, values)| values)
    }

    /// Columns of codes and lists of codes, with their dictionaries.
    pub(super) fn coded(&self) -> &[(&'static str, Dict)] {
        &self.coded
    }

    /// A column of codes, or one of lists of codes.
    pub(super) fn code_or_lists(&self, name: &str) -> Result<&[u32], &Lists<u32>> {
        if let Values::CodeLists(lists) = self.column(name) { Err(lists) } else { Ok(self.codes(name)) }
    }

    /// A column of texts as numbers from 1 and the texts.
    pub(super) fn texts(&self, name: &str) -> (&[u32], &Texts) {
        let Values::Texts(codes, texts) = self.column(name) else {
            unreachable!("column {name} is of another kind")
        };
        (codes, texts)
    }

    /// Takes a column of texts away.
    pub(super) fn take_texts(&mut self, name: &str) -> (Vec<u32>, Texts) {
        let place = self.columns.iter().position(|(other, _)| *other == name);
        match place.map(|place| self.columns.swap_remove(place).1) {
            Some(Values::Texts(codes, texts)) => (codes, texts),
            _ => unreachable!("column {name} is of another kind"),
        }
    }

    /// Adds a column derived from others.
    pub(super) fn add(&mut self, name: &'static str, values: Values) {
        self.columns.push((name, values));
    }
}
