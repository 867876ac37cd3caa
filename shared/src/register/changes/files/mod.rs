//! The change files of a folder: every `*.ndjson`, one change to a line, taken in the order of their keys.
//!
//! A first reading finds where each key stands; lines are then read again by key, one at a time. So changes
//! may arrive in any order and in any number of files, and memory holds 40 bytes for each.

mod lines;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::ops::RangeInclusive;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use self::lines::Found;
use super::{Field, LeftOut, Reason, dvv};

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index of its file.
    pub file: u32,
    /// From 1.
    pub line: u32,
    /// Its key, if it has one.
    pub key: Option<u64>,
}

/// Something that is left out, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What and why.
    pub left_out: LeftOut,
}

/// A line that will be applied.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Where it stands.
    pub place: Place,
    start: u64,
    length: u32,
    digest: u64,
}

/// What was applied before.
#[derive(Debug, Clone, Default)]
pub struct Before {
    /// The highest key; `None`: any key may be the first.
    pub last_key: Option<u64>,
    /// Keys below it that never came.
    pub missing: Vec<RangeInclusive<u64>>,
}

/// The files of a folder, read once.
#[derive(Debug, Default)]
pub struct ChangeFiles {
    folder: PathBuf,
    /// Names of the files, in their order.
    pub names: Vec<String>,
    /// Lines to be applied, by key.
    pub lines: Vec<Line>,
    /// What is to be told of lines: why they are left out, and notes; by place.
    pub faults: Vec<Fault>,
    /// Lines with something in them.
    pub read: u64,
    /// Lines told before, word for word, or applied before.
    pub repeated: u64,
    /// Lines that stand after one with a higher key.
    pub out_of_order: u64,
    /// Keys between the others that did not come.
    pub missing: Vec<RangeInclusive<u64>>,
    handles: RefCell<Vec<(u32, File)>>,
}

/// Why change files cannot be read. Names files only.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The folder or a file cannot be read.
    #[error("{} cannot be read", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// There is nothing to apply.
    #[error("{} has no files *.ndjson", .0.display())]
    None(PathBuf),
    /// A file has more lines than can be numbered.
    #[error("{} has too many lines", .0.display())]
    TooMany(PathBuf),
    /// A file is another than it was before.
    #[error("{} changed while it was read", .0.display())]
    Changed(PathBuf),
}

/// Files held open at a time.
const HANDLES: usize = 64;

const KEY: Field = Field { group: "", name: "kirjausavain" };

impl ChangeFiles {
    /// Reads the files of a folder once.
    ///
    /// # Errors
    /// [`FilesError`]; faults of lines are in the answer.
    pub fn read(folder: &Path, before: &Before) -> Result<Self, FilesError> {
        let mut files = Self { folder: folder.to_owned(), names: names(folder)?, ..Self::default() };
        let mut highest = None;
        for file in 0..files.names.len() {
            files.scan(file, &mut highest)?;
        }
        files.put_in_order(before);
        files.faults.sort_unstable();
        Ok(files)
    }

    fn path(&self, file: u32) -> PathBuf {
        self.folder.join(self.names.get(file as usize).map_or("", String::as_str))
    }

    fn scan(&mut self, file: usize, highest: &mut Option<u64>) -> Result<(), FilesError> {
        let file = u32::try_from(file).unwrap_or(u32::MAX);
        let path = self.path(file);
        let failed = |error| FilesError::Read(path.clone(), error);
        let mut lines = lines::Lines::open(&path).map_err(failed)?;
        while let Some(Found { number, start, length, text }) = lines.next().map_err(failed)? {
            let line = number.ok_or_else(|| FilesError::TooMany(path.clone()))?;
            let fault = |left_out| Fault { place: Place { file, line, key: None }, left_out };
            self.read += 1;
            let key = match text.map(dvv::key) {
                Some(Ok(key)) => key,
                Some(Err(left_out)) => {
                    self.faults.push(fault(left_out));
                    continue;
                }
                None => {
                    let field = Field { group: "", name: "" };
                    self.faults.push(fault(LeftOut { field, reason: Reason::TooLong }));
                    continue;
                }
            };
            if *highest > Some(key) {
                self.out_of_order += 1;
                let place = Place { file, line, key: Some(key) };
                let left_out = LeftOut { field: KEY, reason: Reason::OutOfOrder };
                self.faults.push(Fault { place, left_out });
            }
            *highest = (*highest).max(Some(key));
            let digest = text.map_or(0, xxh3_64);
            self.lines.push(Line { place: Place { file, line, key: Some(key) }, start, length, digest });
        }
        Ok(())
    }

    /// Sorts the lines, and takes out what was told before.
    fn put_in_order(&mut self, before: &Before) {
        let mut lines = std::mem::take(&mut self.lines);
        lines.sort_unstable_by_key(|line| (line.place.key, line.place.file, line.place.line));
        let mut last = before.last_key;
        let mut first_of_key: Option<Line> = None;
        for line in lines {
            let Some(key) = line.place.key else { continue };
            let mut fault = |reason| {
                self.faults.push(Fault { place: line.place, left_out: LeftOut { field: KEY, reason } });
            };
            if before.last_key.is_some_and(|last| key <= last) {
                if before.missing.iter().any(|keys| keys.contains(&key)) {
                    fault(Reason::Late);
                } else {
                    fault(Reason::ToldBefore);
                    self.repeated += 1;
                }
            } else if let Some(same) = first_of_key.filter(|first| first.place.key == Some(key)) {
                if same.digest == line.digest {
                    fault(Reason::ToldBefore);
                    self.repeated += 1;
                } else {
                    fault(Reason::KeyTwice);
                }
            } else {
                if let Some(next) = last.and_then(|last| last.checked_add(1)).filter(|next| *next < key) {
                    fault(Reason::KeysMissing);
                    self.missing.push(next..=key - 1);
                }
                last = Some(key);
                first_of_key = Some(line);
                self.lines.push(line);
            }
        }
    }

    /// The bytes of a line.
    ///
    /// # Errors
    /// [`FilesError`] if its file cannot be read or is another by now.
    pub fn bytes(&self, line: &Line) -> Result<Vec<u8>, FilesError> {
        let file = line.place.file;
        let path = || self.path(file);
        let mut handles = self.handles.borrow_mut();
        if !handles.iter().any(|(open, _)| *open == file) {
            if handles.len() == HANDLES {
                handles.clear();
            }
            handles.push((file, File::open(path()).map_err(|error| FilesError::Read(path(), error))?));
        }
        let mut bytes = vec![0; line.length as usize];
        if let Some((_, handle)) = handles.iter().find(|(open, _)| *open == file) {
            handle.read_exact_at(&mut bytes, line.start).map_err(|error| FilesError::Read(path(), error))?;
        }
        if xxh3_64(&bytes) == line.digest { Ok(bytes) } else { Err(FilesError::Changed(path())) }
    }
}

/// Names of the change files of a folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>, FilesError> {
    let failed = |error| FilesError::Read(folder.to_owned(), error);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let is_changes = path.extension().is_some_and(|extension| extension == "ndjson");
        names.extend(name.filter(|_| is_changes).map(str::to_owned));
    }
    names.sort_unstable();
    if names.is_empty() { Err(FilesError::None(folder.to_owned())) } else { Ok(names) }
}
