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
mod folder;
mod gather;
mod home_columns;
mod intern;
mod keys;
mod load;
mod names;
mod order;
mod person_columns;
mod rejects;
mod rows;
mod rules;
mod shard;
mod source;
mod table;
mod values;
mod write;

#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

pub use self::error::BuildError;
use self::folder::Folder;
use self::load::Register;
use self::names::Names;
use self::order::Order;
use self::rows::Rows;
use self::shard::Whole;
use super::format::{FORMAT_VERSION, MANIFEST_FILE, REJECTS_FILE};
use super::manifest::{FileEntry, Manifest, ShardEntry, Totals, content_digest};
use crate::ids::SnapshotId;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::format::Table;

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
    if let Some(shards) = options.shards.filter(|shards| !(1..=9_999).contains(shards)) {
        return Err(BuildError::Shards(shards));
    }
    if !(0.0..=100.0).contains(&options.max_rejects) {
        return Err(BuildError::Limit);
    }
    let files_read = std::cell::Cell::new(0);
    let mut register = Register::read(&options.from, &|| {
        files_read.set(files_read.get() + 1);
        progress(BuildProgress { step: "reading", done: files_read.get(), all: 6 });
    })?;
    let report = judge(&mut register, options)?;
    progress(BuildProgress { step: "ordering", done: 0, all: 1 });
    let order = Order::new(&register);
    let rows = Rows::new(&register, &order);
    let names = Names::new(&mut register)?;
    progress(BuildProgress { step: "ordering", done: 1, all: 1 });
    let whole = Whole { register: &register, order: &order, names: &names, rows: &rows };
    let folder = Folder::create(&options.snapshots)?;
    let rejected =
        u64::try_from(register.tables().iter().map(|table| table.rejected()).sum::<usize>()).unwrap_or(0);
    let rejects = folder.write(REJECTS_FILE, &report, rejected)?;
    let files = write_files(&folder, whole, options, progress)?;
    let manifest = describe(whole, options, files, rejects)?;
    publish(folder, manifest, &options.snapshots)
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

/// Percent, for comparison with the limit alone.
fn share(rejected: usize, rows: usize) -> f64 {
    let float = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    if rejected == 0 { 0.0 } else { float(rejected) * 100.0 / float(rows) }
}

struct Files {
    shards: Vec<ShardEntry>,
    dictionaries: Vec<FileEntry>,
    identity: FileEntry,
}

fn write_files(
    folder: &Folder,
    whole: Whole<'_>,
    options: &BuildOptions,
    progress: &(dyn Fn(BuildProgress) + Sync),
) -> Result<Files, BuildError> {
    let persons = u32::try_from(whole.order.persons.len()).unwrap_or(u32::MAX);
    let shards = options.shards.unwrap_or_else(|| persons.div_ceil(SHARD_PERSONS).clamp(1, 9_999));
    let cuts = cut::cut(whole.order, shards);
    let all = u64::try_from(cuts.len()).unwrap_or(u64::MAX);
    let written = |done| progress(BuildProgress { step: "writing shards", done, all });
    let (dictionaries, identity) =
        rayon::join(|| write::dictionaries(folder, whole.names), || write::identity(folder, whole));
    let shards = write::shards(folder, whole, &cuts, &written)?;
    Ok(Files { shards, dictionaries: dictionaries?, identity: identity? })
}

fn describe(
    whole: Whole<'_>,
    options: &BuildOptions,
    files: Files,
    rejects: FileEntry,
) -> Result<Manifest, BuildError> {
    let register = whole.register;
    let placeholder = "s".parse::<SnapshotId>().map_err(BuildError::Name)?;
    let mut manifest = Manifest {
        format: FORMAT_VERSION,
        id: placeholder,
        as_of: options.as_of,
        content: String::new(),
        built: options.built,
        region_division: "Statistics Finland 2026".to_owned(),
        code_versions: whole.names.dictionaries.texts(Dict::CodeVersion).map(str::to_owned).collect(),
        totals: Totals::default(),
        shards: files.shards,
        dictionaries: files.dictionaries,
        identity: files.identity,
        rejects,
        rejected: rejects::counts(&register.tables().map(|table| &table.verdicts)),
        sources: register.tables().map(table::Table::entry).to_vec(),
    };
    manifest.totals = totals(&manifest);
    manifest.content = content_digest(manifest.as_of, manifest.files());
    let id = format!("s-{}-{}", manifest.as_of, manifest.content.get(..12).unwrap_or_default());
    manifest.id = id.parse().map_err(BuildError::Name)?;
    Ok(manifest)
}

fn totals(manifest: &Manifest) -> Totals {
    let rows = |table: Table| {
        let files = manifest.shards.iter().filter_map(|shard| {
            let place = Table::ALL.iter().position(|other| *other == table)?;
            shard.tables.get(place)
        });
        files.map(|file| file.rows).sum()
    };
    Totals {
        population: rows(Table::Persons),
        dwellings: rows(Table::Dwellings),
        buildings: rows(Table::Buildings),
        addresses: rows(Table::Addresses),
        owned: rows(Table::Owned),
        other_owners: rows(Table::OtherOwners),
        previous_addresses: rows(Table::PreviousAddresses),
        bytes: manifest.files().map(|file| file.bytes).sum(),
    }
}

fn publish(folder: Folder, manifest: Manifest, snapshots: &Path) -> Result<Built, BuildError> {
    let target = snapshots.join(manifest.id.as_str());
    if target.join(MANIFEST_FILE).exists() {
        let manifest = Manifest::read(&target).map_err(BuildError::Published)?;
        return Ok(Built { manifest, folder: target, existed: true });
    }
    let json = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| BuildError::Write(target.join(MANIFEST_FILE), error.into()))?;
    folder.write(MANIFEST_FILE, &json, 0)?;
    folder.publish(&target)?;
    Ok(Built { manifest, folder: target, existed: false })
}
