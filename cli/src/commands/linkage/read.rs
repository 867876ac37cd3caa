//! Lists of records, read as the customer registers they are: CSV of any usual form, Parquet, a sheet of a workbook.
//!
//! The first row holds the headings. A faulty list is refused with its line; no value appears in a message.

use std::fs::File;
use std::io::Read;
use std::mem;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;

use poimuri_shared::customer_register::{Input, Reading, RegisterError, Row, Table as Register};
use poimuri_worker::engine::link::{Batch, Ids, Lists, Table};
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
        read(list, &mut lists)?;
    }
    Ok(lists.finish())
}

fn open<'p>(path: &'p Path, id: &str, sheet: Option<&str>) -> Outcome<Opened<'p>> {
    let file = File::open(path).and_then(Input::of_file);
    let file = file.map_err(|error| Failure::file("read", path, &error))?;
    let register = Register::open_as(file, &Reading { sheet, is_headed: true });
    let register = register.map_err(|error| fault(path, &error))?;
    let headings = &register.form().columns;
    let Some(id) = headings.iter().position(|name| name == id) else {
        // Not which they are: the first line of a file without headings is somebody's.
        let told = format!("its first line has {} headings, none of them this one", headings.len());
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

/// Reads the records. While rows are cut from the file, those before them are encoded.
fn read(list: Opened<'_>, lists: &mut Lists) -> Outcome<()> {
    let (path, encoding) = (list.path, list.register.form().encoding);
    let places = lists.places(&list.register.form().columns);
    let records = Records::after(lists.ids());
    let records = thread::scope(|scope| {
        let (hand_over, batches) = sync_channel::<Batch>(1);
        let (hand_back, used) = sync_channel::<Batch>(1);
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
        cut(list, records, &places, |batch| {
            _ = hand_over.send(batch);
            used.try_recv().unwrap_or_else(|_| Batch::new(places.len()))
        })
    })?;
    lists.end(records.told_once(path)?);
    Ok(())
}

/// The records of lists, their cells aside.
struct Records {
    /// Identifiers; those of an earlier list stand first.
    ids: Ids,
    /// Identifiers of an earlier list.
    earlier: usize,
    /// Of the identifiers of this list.
    digests: Vec<u64>,
    /// Rows that are not on the line behind that of the row before, with their lines.
    lines: Vec<(usize, u64)>,
    /// The line behind that of the last row.
    next_line: u64,
}

impl Records {
    const fn after(ids: Ids) -> Self {
        let earlier = ids.len();
        Self { ids, earlier, digests: Vec::new(), lines: Vec::new(), next_line: 0 }
    }

    fn push(&mut self, id: &str, line: u64) {
        if line != self.next_line {
            self.lines.push((self.digests.len(), line));
        }
        self.next_line = line + 1;
        self.digests.push(xxh3_64(id.as_bytes()));
        self.ids.push(id);
    }

    /// The line of a row.
    fn line(&self, row: usize) -> u64 {
        let behind = self.lines.partition_point(|(first, _)| *first <= row);
        let (first, line) = behind.checked_sub(1).map_or((0, 1), |index| self.lines[index]);
        line + (row - first) as u64
    }

    /// All identifiers, if each stands once in its list. They are told apart by their text.
    fn told_once(mut self, path: &Path) -> Outcome<Ids> {
        self.digests.par_sort_unstable();
        if self.digests.windows(2).all(|pair| pair[0] != pair[1]) {
            return Ok(self.ids);
        }
        let ids: Vec<&str> = self.ids.iter().skip(self.earlier).collect();
        let mut order: Vec<usize> = (0..ids.len()).collect();
        order.par_sort_unstable_by(|a, b| ids[*a].cmp(ids[*b]).then(a.cmp(b)));
        let is_again = |pair: &&[usize]| ids[pair[0]] == ids[pair[1]];
        let mut again: Vec<u64> = order.windows(2).filter(is_again).map(|pair| self.line(pair[1])).collect();
        if again.is_empty() {
            return Ok(self.ids);
        }
        again.sort_unstable();
        let told: Vec<String> = again.iter().take(LINES_TOLD).map(|line| format!("line {line}")).collect();
        let message = format!("{}: {} identifiers stand in an earlier row too", path.display(), again.len());
        Err(Failure::refused(message)
            .details(told)
            .hint("name a column whose values are all different with --id"))
    }
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
