//! From a folder of source files to a published snapshot.
//!
//! ```text
//! source ──► columns ──► load ──► order ──► cut ──► shard ──► write ──► folder
//! Parquet    values      rows     global    shards  columns   files     publish
//!                        judged   order
//! ```
//!
//! Columns are read one after another over a whole file, texts become numbers at once, and everything after that is
//! sorting and gathering of numbers. The same files and date give the same bytes, whatever the number of
//! threads; only the manifest says when it was built.

mod columns;
mod cut;
mod error;
pub(crate) mod folder;
mod gather;
mod home_columns;
pub(crate) mod intern;
pub(crate) mod keys;
pub(crate) mod load;
mod names;
mod order;
mod person_columns;
pub(crate) mod plans;
pub(crate) mod publish;
pub(crate) mod rejects;
mod rows;
pub(crate) mod rules;
mod shard;
mod source;
pub(crate) mod table;
pub(crate) mod values;
mod write;

#[cfg(test)]
pub(crate) mod tests;

use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;

pub use self::error::BuildError;
use self::load::Register;
use self::publish::{Publishing, publish};
use super::format::REJECTS_FILE;
use super::manifest::Manifest;

/// Persons of a shard if nobody says how many shards there shall be.
const SHARD_PERSONS: u32 = 98_304;

/// What to build.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// Folder with the six source files.
    pub from: PathBuf,
    /// Date of the data.
    pub as_of: Date,
    /// The most shards, 1 to 9,999; `None`: one for about 98,000 persons.
    pub shards: Option<u32>,
    /// Percent of all rows that may break a rule.
    pub max_rejects: f64,
    /// Folder of the published snapshots; made if it is missing.
    pub snapshots: PathBuf,
    /// For the manifest.
    pub built: Timestamp,
}

/// How far a build is: which step, and how much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildProgress {
    /// What is being done, in a word or two.
    pub step: &'static str,
    /// Parts done.
    pub done: u64,
    /// Parts of the step.
    pub all: u64,
}

/// A snapshot that is published.
#[derive(Debug, Clone)]
pub struct Built {
    /// What it is.
    pub manifest: Manifest,
    /// Its folder.
    pub folder: PathBuf,
    /// Whether the same content was published before; nothing was written then.
    pub existed: bool,
}

/// Builds and publishes a snapshot.
///
/// # Errors
/// [`BuildError`]; nothing is published then. The report of too many rejects stays in the folder
/// `refused-<as_of>` beside the snapshots.
pub fn build(options: &BuildOptions, progress: &(dyn Fn(BuildProgress) + Sync)) -> Result<Built, BuildError> {
    check_limits(options.shards, options.max_rejects)?;
    let files_read = std::cell::Cell::new(0);
    let mut register = Register::read(&options.from, &|| {
        files_read.set(files_read.get() + 1);
        progress(BuildProgress { step: "reading", done: files_read.get(), all: 6 });
    })?;
    let rejects = judge(&mut register, options)?;
    let publishing = Publishing {
        as_of: options.as_of,
        shards: options.shards,
        snapshots: &options.snapshots,
        built: options.built,
        rejects,
        generation: None,
    };
    publish(register, publishing, progress)
}

/// The report of rejected rows, if they are few enough.
fn judge(register: &mut Register, options: &BuildOptions) -> Result<Vec<u8>, BuildError> {
    let report = {
        let mut verdicts = register.tables_mut().map(|table| &mut table.verdicts);
        rejects::encode(&mut verdicts)?
    };
    let rows: usize = register.tables().iter().map(|table| table.rows()).sum();
    let rejected: usize = register.tables().iter().map(|table| table.rejected()).sum();
    if share(rejected, rows) <= options.max_rejects {
        return Ok(report);
    }
    let folder = options.snapshots.join(format!("refused-{}", options.as_of));
    let path = folder.join(REJECTS_FILE);
    let written = fs::create_dir_all(&folder).and_then(|()| folder::write_durably(&path, &report));
    written.map_err(|error| BuildError::Write(path.clone(), error))?;
    let count = |rows| u64::try_from(rows).unwrap_or(u64::MAX);
    let (rejected, rows, limit) = (count(rejected), count(rows), options.max_rejects);
    Err(BuildError::TooManyRejects { rejected, rows, limit, report: path })
}

/// Refuses numbers no snapshot can have.
pub(crate) fn check_limits(shards: Option<u32>, max_rejects: f64) -> Result<(), BuildError> {
    if let Some(shards) = shards.filter(|shards| !(1..=9_999).contains(shards)) {
        return Err(BuildError::Shards(shards));
    }
    if (0.0..=100.0).contains(&max_rejects) { Ok(()) } else { Err(BuildError::Limit) }
}

/// Percent, for comparison with the limit alone.
pub(crate) fn share(rejected: usize, rows: usize) -> f64 {
    let float = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    if rejected == 0 { 0.0 } else { float(rejected) * 100.0 / float(rows) }
}
