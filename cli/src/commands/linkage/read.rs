//! Lists of records, read as the customer registers they are: CSV of any usual form, Parquet, a sheet of a workbook.
//!
//! The first row holds the headings. A faulty list is refused with its line; no value appears in a message.

use std::fs::File;
use std::io::Read;
use std::mem;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;

use poimuri_shared::customer_register::{Reading, RegisterError, Row, Table as Register};
use poimuri_worker::engine::link::{Batch, Decode, Lists, Table};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use crate::failure::{Failure, Outcome};

/// Lines told of one fault.
const LINES_TOLD: usize = 5;

/// A list and its headings, before its rows are read.
struct Opened<'p> {
    path: &'p Path,
    register: Register<Box<dyn Read>>,
    /// Where the identifier is.
    id: usize,
}

/// Reads one list, or two to be linked. Of two only the columns that both have are compared. `sheet` is the sheet to
/// read of workbooks.
///
/// # Errors
/// A file cannot be read or is no table, has no such column, or an identifier is missing or repeated.
pub(super) fn table(paths: &[&Path], id: &str, sheet: Option<&str>) -> Outcome<Table> {
    let opened: Outcome<Vec<Opened<'_>>> = paths.iter().map(|path| open(path, id, sheet)).collect();
    let opened = opened?;
    let headings: Vec<&[String]> =
        opened.iter().map(|list| list.register.form().columns.as_slice()).collect();
    let mut lists = Lists::new(&headings, id);
    for list in opened {
        let (path, from) = (list.path, lists.ids().len());
        let lines = read(list, &mut lists)?;
        told_once(path, &lists.ids()[from..], &lines)?;
    }
    Ok(lists.finish())
}

fn open<'p>(path: &'p Path, id: &str, sheet: Option<&str>) -> Outcome<Opened<'p>> {
    let file = File::open(path).map_err(|error| Failure::file("read", path, &error))?;
    let register = Register::open_as(file, &Reading { sheet, is_headed: true });
    let register = register.map_err(|error| fault(path, &error))?;
    let headings = &register.form().columns;
    let Some(id) = headings.iter().position(|name| name == id) else {
        let told = format!("its headings are: {}", headings.join(", "));
        return Err(Failure::refused(format!("{} has no column {id}", path.display())).details([told]));
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

/// Reads the records; returns the line of each. While rows are cut from the file, those before them are encoded.
fn read(list: Opened<'_>, lists: &mut Lists) -> Outcome<Vec<u64>> {
    let encoding = list.register.form().encoding;
    let places = lists.places(&list.register.form().columns);
    let decode: &Decode = &move |cell| encoding.text(cell).0;
    let cut = thread::scope(|scope| {
        let (hand_over, batches) = sync_channel::<Batch>(1);
        let lists = &mut *lists;
        scope.spawn(move || batches.iter().for_each(|batch| lists.encode(&batch, decode)));
        // It takes batches until there are no more; should it panic, so does the scope.
        cut(list, &places, |batch| _ = hand_over.send(batch))
    });
    let Cut { ids, lines } = cut?;
    lists.end(ids);
    Ok(lines)
}

/// The records of a list, their cells aside.
#[derive(Default)]
struct Cut {
    ids: Vec<String>,
    lines: Vec<u64>,
}

/// Cuts the records from the file; `take` gets the cells of the places.
fn cut(list: Opened<'_>, places: &[usize], mut take: impl FnMut(Batch)) -> Outcome<Cut> {
    let Opened { path, register, id } = list;
    let columns = register.form().columns.clone();
    let refused = |row: &Row<'_>, reason: String| {
        Stop::Refused(Failure::refused(format!("{} line {}: {reason}", path.display(), row.line)))
    };
    let (mut cut, mut batch) = (Cut::default(), Batch::default());
    let stopped = register.each(|row| {
        if row.len() != columns.len() {
            let reason = format!("{} cells, the heading has {}", row.len(), columns.len());
            return Err(refused(row, reason));
        }
        let text = row.cell(id).trim().to_owned();
        if text.is_empty() {
            return Err(refused(row, format!("no value in the column {}", columns[id])));
        }
        cut.ids.push(text);
        cut.lines.push(row.line);
        batch.push(places.iter().map(|place| row.bytes(*place)));
        if batch.is_full() {
            take(mem::take(&mut batch));
        }
        Ok(())
    });
    stopped.map_err(|stop| stop.failure(path))?;
    take(batch);
    Ok(cut)
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

/// Identifiers are told apart by their text: each stands once in its list.
fn told_once(path: &Path, ids: &[String], lines: &[u64]) -> Outcome<()> {
    let mut order: Vec<(u64, usize)> =
        ids.par_iter().enumerate().map(|(row, id)| (xxh3_64(id.as_bytes()), row)).collect();
    order.par_sort_unstable_by(|(a, row_a), (b, row_b)| {
        a.cmp(b).then_with(|| ids[*row_a].cmp(&ids[*row_b])).then(row_a.cmp(row_b))
    });
    let is_again = |pair: &&[(u64, usize)]| pair[0].0 == pair[1].0 && ids[pair[0].1] == ids[pair[1].1];
    let mut again: Vec<u64> = order.windows(2).filter(is_again).map(|pair| lines[pair[1].1]).collect();
    if again.is_empty() {
        return Ok(());
    }
    again.sort_unstable();
    let told: Vec<String> = again.iter().take(LINES_TOLD).map(|line| format!("line {line}")).collect();
    let message = format!("{}: {} identifiers stand in an earlier row too", path.display(), again.len());
    Err(Failure::refused(message)
        .details(told)
        .hint("name a column whose values are all different with --id"))
}

#[cfg(test)]
mod tests;
