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
pub(crate) struct Table {
    file: SourceFile,
    ignored: Vec<String>,
    pub(crate) verdicts: Verdicts,
    columns: Vec<(&'static str, Values)>,
    coded: Vec<(&'static str, Dict)>,
}

/// Columns and kinds are fixed by the plans of `load`; another request is a defect of the program.
macro_rules! columns {
    ($($name:ident: $variant:ident($value:ident) -> $kind:ty;)*) => {
        impl Table {$(
            pub(crate) fn $name(&self, column: &str) -> &$kind {
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

/// Columns of codes of a plan, with their dictionaries.
pub(crate) fn coded(plan: &[(&'static str, Take<'_>)]) -> Vec<(&'static str, Dict)> {
    let coded = plan.iter().filter_map(|(name, take)| match take {
        Take::Code(dict, _) | Take::CodeList(dict) => Some((*name, *dict)),
        Take::Text(_) | Take::Sex | Take::Hetu | Take::Building | Take::Dwelling(_) => None,
        Take::Date | Take::Int | Take::Flag | Take::HetuList => None,
    });
    coded.collect()
}

impl Table {
    /// Reads columns, several at a time, and judges each row by each of them.
    pub(crate) fn read(
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
        Ok(Self { file, ignored: source.ignored, verdicts, columns, coded: coded(plan) })
    }

    /// A table that comes from somewhere else than a source file; `coded` as a plan of its columns.
    pub(crate) fn made(
        file: SourceFile,
        rows: usize,
        columns: Vec<(&'static str, Values)>,
        coded: Vec<(&'static str, Dict)>,
    ) -> Self {
        Self { file, ignored: Vec::new(), verdicts: Verdicts::new(file, rows), columns, coded }
    }

    pub(crate) fn rows(&self) -> usize {
        self.verdicts.kept.len()
    }

    pub(crate) const fn rejected(&self) -> usize {
        self.verdicts.rejected()
    }

    /// What the manifest says of the file.
    pub(crate) fn entry(&self) -> SourceEntry {
        let count = |rows| u64::try_from(rows).unwrap_or(u64::MAX);
        SourceEntry {
            file: self.file.file_name().to_owned(),
            rows: count(self.kept_rows().count() + self.rejected()),
            rejected: count(self.rejected()),
            ignored_columns: self.ignored.clone(),
        }
    }

    pub(crate) fn kept(&self) -> &[bool] {
        &self.verdicts.kept
    }

    /// Numbers of the rows that stay, in the order of the file.
    pub(crate) fn kept_rows(&self) -> impl Iterator<Item = u32> + Clone {
        (0..).zip(self.kept()).filter(|(_, kept)| **kept).map(|(row, _)| row)
    }

    fn column(&self, name: &str) -> &Values {
        let found = self.columns.iter().find(|(other, _)| *other == name);
        found.map_or_else(|| unreachable!("column {name} is not taken"), |(_, values)| values)
    }

    /// Columns of codes and lists of codes, with their dictionaries.
    pub(crate) fn coded(&self) -> &[(&'static str, Dict)] {
        &self.coded
    }

    /// A column of codes, or one of lists of codes.
    pub(crate) fn code_or_lists(&self, name: &str) -> Result<&[u32], &Lists<u32>> {
        if let Values::CodeLists(lists) = self.column(name) { Err(lists) } else { Ok(self.codes(name)) }
    }

    /// A column of texts as numbers from 1 and the texts.
    pub(crate) fn texts(&self, name: &str) -> (&[u32], &Texts) {
        let Values::Texts(codes, texts) = self.column(name) else {
            unreachable!("column {name} is of another kind")
        };
        (codes, texts)
    }

    /// Takes a column of texts away.
    pub(crate) fn take_texts(&mut self, name: &str) -> (Vec<u32>, Texts) {
        let Some(Values::Texts(codes, texts)) = self.take(name) else {
            unreachable!("column {name} is of another kind")
        };
        (codes, texts)
    }

    /// Takes a column away.
    pub(crate) fn take(&mut self, name: &str) -> Option<Values> {
        let place = self.columns.iter().position(|(other, _)| *other == name);
        place.map(|place| self.columns.swap_remove(place).1)
    }

    /// A column to be changed.
    pub(crate) fn column_mut(&mut self, name: &str) -> &mut Values {
        let found = self.columns.iter_mut().find(|(other, _)| *other == name);
        found.map_or_else(|| unreachable!("column {name} is not taken"), |(_, values)| values)
    }

    /// Adds a row of nulls that stays; its number.
    pub(crate) fn push(&mut self) -> u32 {
        for (_, values) in &mut self.columns {
            values.push_null();
        }
        self.verdicts.kept.push(true);
        u32::try_from(self.verdicts.kept.len() - 1).unwrap_or(u32::MAX)
    }

    /// Takes a row out without calling it wrong.
    pub(crate) fn remove(&mut self, row: u32) {
        self.verdicts.kept[row as usize] = false;
    }

    /// Adds a column derived from others.
    pub(crate) fn add(&mut self, name: &'static str, values: Values) {
        self.columns.push((name, values));
    }
}
