//! What happens to a register from day to day: moves, deaths, births, names, codes, prohibitions and the rest.
//!
//! ```text
//! source ──► register ──► each day: events ──► facts ──► register ──► source
//! files      in memory                          └──────► change records, a file for each day
//! ```
//!
//! Every event is told as the change record it would be, and applied as that record would be: what is written and
//! what the records lead to cannot part. Same register, days and seed, same bytes.

mod bonds;
mod border;
mod codes;
mod error;
mod export;
mod homes;
mod journal;
mod life;
mod moves;
mod notices;
mod rates;
#[cfg(test)]
mod tests;
mod world;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

pub use self::error::EvolveError;
use self::journal::{Journal, Standing};
use self::world::World;
use super::{AS_OF, RowCounts};
use crate::snapshot::apply::edit::Editor;
use crate::snapshot::build::load::Register;

/// The most days of one run: a hundred years.
pub const DAYS_MOST: u32 = 36_525;

/// What is to happen.
#[derive(Debug, Clone)]
pub struct EvolveOptions {
    /// Folder with the source files of the register.
    pub from: PathBuf,
    /// Folder of the source files afterwards; made if it is missing.
    pub to: PathBuf,
    /// Days that pass, 1 to [`DAYS_MOST`].
    pub days: u32,
    /// Equal seeds give equal bytes.
    pub seed: u64,
    /// Folder of the change records, a file `changes-<date>.ndjson` for each day.
    pub changes: Option<PathBuf>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evolved {
    /// Rows of the source files afterwards.
    pub rows: RowCounts,
    /// The date of the register afterwards.
    pub as_of: Date,
    /// Key of the first change; 0 if there is none.
    pub first_key: u64,
    /// Key of the last change; 0 if there never was one.
    pub last_key: u64,
    /// Changes by what happened.
    pub events: BTreeMap<&'static str, u64>,
}

/// The date of the register in a folder: the one it was evolved to, else that of a synthetic register.
///
/// # Errors
/// [`EvolveError`] if the folder says something that cannot be read.
pub fn date_of(folder: &Path) -> Result<Date, EvolveError> {
    Ok(Standing::read(folder)?.map_or(AS_OF, |standing| standing.as_of))
}

/// Lets days pass. `progress` is told the days done and all there are.
///
/// # Errors
/// [`EvolveError`]; the source files are complete or not there.
pub fn evolve(options: &EvolveOptions, progress: &dyn Fn(u64, u64)) -> Result<Evolved, EvolveError> {
    if !(1..=DAYS_MOST).contains(&options.days) {
        return Err(EvolveError::Days(options.days));
    }
    let standing = Standing::read(&options.from)?.unwrap_or(Standing { as_of: AS_OF, last_key: 0 });
    let create = |folder: &Path| {
        std::fs::create_dir_all(folder).map_err(|error| EvolveError::Write(folder.to_owned(), error))
    };
    create(&options.to)?;
    let same = |folder: &Path| folder.canonicalize().ok();
    if same(&options.from) == same(&options.to) {
        return Err(EvolveError::SameFolder);
    }
    if let Some(changes) = &options.changes {
        create(changes)?;
    }
    progress(0, u64::from(options.days));
    let register = Register::read(&options.from, &|| ())?;
    let journal = Journal::new(options.changes.as_deref(), standing.last_key);
    let mut world = World::new(Editor::new(register), journal);
    let mut as_of = standing.as_of;
    for day in 1..=options.days {
        as_of = as_of.checked_add(1.day()).map_err(|_error| EvolveError::Days(options.days))?;
        world.pass_day(options.seed, as_of)?;
        progress(u64::from(day), u64::from(options.days));
    }
    let World { editor, journal, events, .. } = world;
    let last_key = journal.last_key();
    let rows = export::write(&editor.finish(), &options.to)?;
    Standing { as_of, last_key }.write(&options.to)?;
    let first_key = if last_key > standing.last_key { standing.last_key + 1 } else { 0 };
    Ok(Evolved { rows, as_of, first_key, last_key, events })
}
