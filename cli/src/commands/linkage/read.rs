//! Lists of records, read as the customer registers they are: CSV of any usual form, Parquet, a sheet of a workbook.
//!
//! The first row holds the headings. A faulty list is refused with its line; no value appears in a message.

mod records;

use std::fs::File;
use std::io::Read;
use std::mem;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;

use poimuri_shared::customer_register::lists::{Column, common};
use poimuri_shared::customer_register::{Input, Reading, RegisterError, Row, Table as Register};
use poimuri_worker::engine::link::{Batch, Lists, Table};

use self::records::Records;
use crate::failure::{Failure, Outcome};

/// A list and its headings, before its rows are read.
struct Opened<'p> {
    path: &'p Path,
    register: Register<Box<dyn Read>>,
    /// Where the identifier is.
    id: usize,
}

/// Lists, and the columns that they are compared by.
pub(super) struct Met<'p> {
    lists: Vec<Opened<'p>>,
    /// Of each name once.
    columns: Vec<Column>,
}

/// Opens one list, or two to be linked, each with the column of its identifiers. Of two the columns that both have are
/// compared, whatever their language. `sheet` is the sheet to read of workbooks.
///
/// # Errors
/// A file cannot be read or is no table, has no such column, or two have no column in common.
pub(super) fn open<'p>(lists: &[(&'p Path, &str)], sheet: Option<&str>) -> Outcome<Met<'p>> {
    let opened: Outcome<Vec<Opened<'_>>> = lists.iter().map(|(path, id)| open_one(path, id, sheet)).collect();
    let lists = opened?;
    let forms: Vec<_> = lists.iter().map(|list| list.register.form()).collect();
    let ids: Vec<usize> = lists.iter().map(|list| list.id).collect();
    let mut columns: Vec<Column> = Vec::new();
    for column in common(&forms, &ids).into_iter().filter(|column| column.is_compared) {
        if columns.iter().all(|other| other.name != column.name) {
            columns.push(column);
        }
    }
    if lists.len() > 1 && columns.is_empty() {
        let reason = "the lists have no column in common besides their identifiers: columns meet by what usual headings \
                      (Finnish, Swedish, English) mean, others by equal headings";
        return Err(Failure::refused(reason).hint("give columns that hold the same the same heading"));
    }
    Ok(Met { lists, columns })
}

impl Met<'_> {
    /// The headings of the compared columns, list by list.
    pub(super) fn headings(&self) -> impl Iterator<Item = &str> {
        self.lists.iter().enumerate().flat_map(move |(index, list)| {
            let places = self.columns.iter().filter_map(move |column| column.places[index]);
            places.map(move |place| list.register.form().columns[place].as_str())
        })
    }

    /// Reads the lists.
    ///
    /// # Errors
    /// A row is faulty, or an identifier is missing or repeated.
    pub(super) fn read(self) -> Outcome<Table> {
        let mut lists = Lists::new(self.columns.iter().map(|column| column.name.clone()));
        for (index, list) in self.lists.into_iter().enumerate() {
            let places = self.columns.iter().filter_map(|column| column.places[index]);
            read(list, &places.collect::<Vec<_>>(), &mut lists)?;
        }
        Ok(lists.finish())
    }
}

fn open_one<'p>(path: &'p Path, id: &str, sheet: Option<&str>) -> Outcome<Opened<'p>> {
    let file = File::open(path).and_then(Input::of_file);
    let file = file.map_err(|error| Failure::file("read", path, &error))?;
    let register = Register::open_as(file, &Reading { sheet, is_headed: true });
    let register = register.map_err(|error| fault(path, &error))?;
    let headings = &register.form().columns;
    let folded = |name: &str| name.trim().to_lowercase();
    let exact = headings.iter().position(|name| name == id);
    let place = exact.or_else(|| headings.iter().position(|name| folded(name) == folded(id)));
    let Some(id) = place else {
        // Not which they are: the first line of a file without headings is somebody's.
        let told = format!("its first line has {} headings, none of them this one", headings.len());
        return Err(Failure::refused(format!("{} has no column {id}", path.display())).details([told]).hint(
            "--id names the column of identifiers, --id-b that of the second list where it is another",
        ));
    };
    Ok(Opened { path, register, id })
}

/// Why reading ends early.
pub(super) enum Stop {
    Faulty(RegisterError),
    Refused(Failure),
}

impl From<RegisterError> for Stop {
    fn from(error: RegisterError) -> Self {
        Self::Faulty(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl Stop {
    /// What is told of it.
    pub(super) fn failure(self, path: &Path) -> Failure {
        match self {
            Self::Faulty(error) => fault(path, &error),
            Self::Refused(failure) => failure,
        }
    }
}

/// Reads the records. While rows are cut from the file, those before them are encoded.
fn read(list: Opened<'_>, places: &[usize], lists: &mut Lists) -> Outcome<()> {
    let (path, encoding) = (list.path, list.register.form().encoding);
    let records = Records::after(lists.ids());
    let records = thread::scope(|scope| {
        let (hand_over, batches) = sync_channel::<Batch>(2);
        let (hand_back, used) = sync_channel::<Batch>(2);
        let lists = &mut *lists;
        scope.spawn(move || {
            for mut batch in batches {
                lists.encode(&batch, encoding);
                batch.clear();
                // Whoever cuts rows may have enough of them.
                _ = hand_back.try_send(batch);
            }
        });
        // It takes batches until there are no more; should it panic, so does the scope.
        cut(list, records, places, |batch| {
            _ = hand_over.send(batch);
            used.try_recv().unwrap_or_else(|_| Batch::new(places.len()))
        })
    })?;
    lists.end(records.told_once(path)?);
    Ok(())
}

/// Cuts the records from the file; `take` gets the cells of the places and gives an empty batch for the next.
fn cut(
    list: Opened<'_>,
    mut records: Records,
    places: &[usize],
    mut take: impl FnMut(Batch) -> Batch,
) -> Outcome<Records> {
    let Opened { path, register, id } = list;
    let columns = register.form().columns.clone();
    let refused = |row: &Row<'_>, reason: String| {
        Stop::Refused(Failure::refused(format!("{} line {}: {reason}", path.display(), row.line)))
    };
    let mut batch = Batch::new(places.len());
    let stopped = register.each(|row| {
        if row.len() != columns.len() {
            let reason = format!("{} cells, the heading has {}", row.len(), columns.len());
            return Err(refused(row, reason));
        }
        let text = row.cell(id);
        let text = text.trim();
        if text.is_empty() {
            return Err(refused(row, format!("no value in the column {}", columns[id])));
        }
        records.push(text, row.line);
        batch.push(places.iter().map(|place| row.bytes(*place)));
        if batch.is_full() {
            batch = take(mem::replace(&mut batch, Batch::new(0)));
        }
        Ok(())
    });
    stopped.map_err(|stop| stop.failure(path))?;
    take(batch);
    Ok(records)
}

pub(super) fn fault(path: &Path, error: &RegisterError) -> Failure {
    let name = path.display();
    if let RegisterError::Io(error) = error {
        return Failure::file("read", path, error);
    }
    if matches!(error, RegisterError::Empty) {
        return Failure::refused(format!("{name} is empty: a list begins with its headings"));
    }
    Failure::refused(format!("{name}: {error}"))
}

#[cfg(test)]
mod tests;
