//! The next generation: a snapshot and the changes since it become a snapshot.
//!
//! ```text
//! base ────► decode ──► register ──► edit ──► publish
//! changes ─► files ───► dvv ────────► one by one, by key
//! ```
//!
//! From the register in memory on it is the road of a build, so the result is that of building from source files with
//! the same changes in them. A change that cannot be applied is left out whole and reported by file and line; with too
//! many of them nothing is published.

mod account;
mod decode;
pub(crate) mod edit;
mod error;
mod report;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;

use self::account::Account;
use self::edit::Editor;
pub use self::error::ApplyError;
use super::build::publish::{NewGeneration, Publishing, publish};
use super::build::{BuildError, BuildProgress, Built, check_limits, folder, rejects, share};
use super::format::CHANGE_REJECTS_FILE;
use super::generation::Generation;
use super::{Snapshot, Verify};
use crate::clock::helsinki_date;
use crate::register::changes::LeftOut;
use crate::register::changes::dvv::{self, Taken};
use crate::register::changes::files::{ChangeFiles, Line};

/// Lines read at a time.
const PIECE: usize = 4_096;

/// What to apply to what.
#[derive(Debug, Clone)]
pub struct ApplyOptions {
    /// Folder of the snapshot the changes follow.
    pub base: PathBuf,
    /// Folder with files `*.ndjson` in the shape of DVV's change interface.
    pub changes: PathBuf,
    /// Date of the result; changes dated after it are left for the next generation.
    pub as_of: Date,
    /// The most shards, 1 to 9,999; `None`: one for about 98,000 persons.
    pub shards: Option<u32>,
    /// Percent of lines that may be left out, missing keys counted as such.
    pub max_rejects: f64,
    /// Folder of the published snapshots.
    pub snapshots: PathBuf,
    /// For the manifest.
    pub built: Timestamp,
}

/// A generation that is published.
#[derive(Debug)]
pub struct Applied {
    /// The snapshot.
    pub built: Built,
    /// What became of these changes, also if the same content was published before.
    pub generation: Generation,
    /// The report of what was left out.
    pub report: PathBuf,
}

/// Applies changes to a snapshot and publishes the result.
///
/// # Errors
/// [`ApplyError`]; nothing is published then. The report of too many lines left out stays in the folder
/// `refused-<as_of>` beside the snapshots.
pub fn apply(
    options: &ApplyOptions,
    progress: &(dyn Fn(BuildProgress) + Sync),
) -> Result<Applied, ApplyError> {
    check_limits(options.shards, options.max_rejects)?;
    let base = Snapshot::open_with(&options.base, Verify::OnFirstMap).map_err(ApplyError::Base)?;
    let base_date = base.manifest().as_of;
    if options.as_of < base_date {
        return Err(ApplyError::Earlier { as_of: options.as_of, base: base_date });
    }
    progress(BuildProgress { step: "reading changes", done: 0, all: 1 });
    let mut account = Account::new(base.manifest());
    let files = ChangeFiles::read(&options.changes, account.before())?;
    account.take(&files);
    progress(BuildProgress { step: "reading the base", done: 0, all: 1 });
    let (base_id, register) = (base.id().clone(), decode::decode(&base).map_err(ApplyError::Base)?);
    // All of it is in memory by now: its mapped files need not be there too.
    drop(base);
    let mut editor = Editor::new(register);
    change(&mut editor, &files, options.as_of, &mut account, progress)?;
    let (generation, faults) = account.finish(base_id, &files);
    let report = report::encode(&files, &faults).map_err(BuildError::Report)?;
    judge(options, &files, &generation, &report)?;
    let publishing = Publishing {
        as_of: options.as_of,
        shards: options.shards,
        snapshots: &options.snapshots,
        built: options.built,
        rejects: rejects::encode(&mut [])?,
        generation: Some(NewGeneration { generation: generation.clone(), report: report.clone() }),
    };
    let built = publish(editor.finish(), publishing, progress)?;
    let mut path = built.folder.join(CHANGE_REJECTS_FILE);
    if built.existed && !faults.is_empty() {
        path = keep(&options.snapshots.join(format!("repeated-{}", options.as_of)), &report)?;
    }
    // What was published knows the size of its report.
    let published = built.manifest.generation.clone().filter(|_| !built.existed);
    Ok(Applied { generation: published.unwrap_or(generation), built, report: path })
}

/// Applies all lines by key, up to the first of a later date.
fn change(
    editor: &mut Editor,
    files: &ChangeFiles,
    as_of: Date,
    account: &mut Account,
    progress: &(dyn Fn(BuildProgress) + Sync),
) -> Result<(), ApplyError> {
    let count = |lines: usize| u64::try_from(lines).unwrap_or(u64::MAX);
    for (piece, lines) in files.lines.chunks(PIECE).enumerate() {
        let done = count(piece * PIECE);
        progress(BuildProgress { step: "applying changes", done, all: count(files.lines.len()) });
        let texts: Vec<Vec<u8>> = lines.iter().map(|line| files.bytes(line)).collect::<Result<_, _>>()?;
        let taken: Vec<Result<Taken, LeftOut>> = texts.par_iter().map(|text| dvv::read(text)).collect();
        for (index, (line, taken)) in lines.iter().zip(taken).enumerate() {
            let is_later = |taken: &Taken| helsinki_date(taken.change.at) > as_of;
            if taken.as_ref().is_ok_and(is_later) {
                account.leave_later(line, count(files.lines.len()) - done - count(index));
                return Ok(());
            }
            one(editor, line, taken, account);
        }
    }
    Ok(())
}

fn one(editor: &mut Editor, line: &Line, taken: Result<Taken, LeftOut>, account: &mut Account) {
    let applied = taken.and_then(|taken| editor.apply(&taken.change).map(|_| taken));
    account.line(line, applied);
}

/// Refuses a generation of which too much is left out.
fn judge(
    options: &ApplyOptions,
    files: &ChangeFiles,
    generation: &Generation,
    report: &[u8],
) -> Result<(), ApplyError> {
    let missing = files.missing.iter().filter(|keys| *keys.end() <= generation.last_key);
    let missing = missing.map(|keys| keys.end() - keys.start() + 1).fold(0, u64::saturating_add);
    let wrong = generation.left_out.saturating_add(missing);
    let lines = generation.lines.saturating_add(missing);
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    if share(size(wrong), size(lines)) <= options.max_rejects {
        return Ok(());
    }
    let report = keep(&options.snapshots.join(format!("refused-{}", options.as_of)), report)?;
    Err(ApplyError::TooMany { left_out: wrong, lines, limit: options.max_rejects, report })
}

/// Keeps a report in a folder of its own beside the snapshots.
fn keep(folder: &Path, report: &[u8]) -> Result<PathBuf, BuildError> {
    let path = folder.join(CHANGE_REJECTS_FILE);
    let written = std::fs::create_dir_all(folder).and_then(|()| folder::write_durably(&path, report));
    written.map_err(|error| BuildError::Write(path.clone(), error))?;
    Ok(path)
}
