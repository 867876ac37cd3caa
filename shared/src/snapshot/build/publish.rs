//! A register in memory becomes a published snapshot, whatever it came from.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;

use super::cut;
use super::error::BuildError;
use super::folder::Folder;
use super::load::Register;
use super::names::Names;
use super::order::Order;
use super::rows::Rows;
use super::shard::Whole;
use super::{BuildProgress, Built, SHARD_PERSONS, rejects, write};
use crate::ids::SnapshotId;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::format::{CHANGE_REJECTS_FILE, FORMAT_VERSION, MANIFEST_FILE, REJECTS_FILE, Table};
use crate::snapshot::generation::Generation;
use crate::snapshot::manifest::{FileEntry, Manifest, ShardEntry, Totals, content_digest};

/// What is said of a snapshot besides its register.
pub(crate) struct Publishing<'a> {
    pub(crate) as_of: Date,
    /// As in the options of a build.
    pub(crate) shards: Option<u32>,
    pub(crate) snapshots: &'a Path,
    pub(crate) built: Timestamp,
    /// The report of rejected source rows.
    pub(crate) rejects: Vec<u8>,
    pub(crate) generation: Option<NewGeneration>,
}

/// Where a generation comes from, and the report of what was left out of its changes.
pub(crate) struct NewGeneration {
    /// Its report's entry is filled in here.
    pub(crate) generation: Generation,
    pub(crate) report: Vec<u8>,
}

/// Orders, writes and publishes a register.
pub(crate) fn publish(
    mut register: Register,
    mut publishing: Publishing<'_>,
    progress: &(dyn Fn(BuildProgress) + Sync),
) -> Result<Built, BuildError> {
    progress(BuildProgress { step: "ordering", done: 0, all: 1 });
    let order = Order::new(&register);
    let rows = Rows::new(&register, &order);
    let names = Names::new(&mut register)?;
    progress(BuildProgress { step: "ordering", done: 1, all: 1 });
    let whole = Whole { register: &register, order: &order, names: &names, rows: &rows };
    let folder = Folder::create(publishing.snapshots)?;
    let rejected =
        u64::try_from(register.tables().iter().map(|table| table.rejected()).sum::<usize>()).unwrap_or(0);
    let rejects = folder.write(REJECTS_FILE, &publishing.rejects, rejected)?;
    let generation = publishing.generation.take().map(|new| {
        let report = folder.write(CHANGE_REJECTS_FILE, &new.report, new.generation.report.rows)?;
        Ok(Generation { report, ..new.generation })
    });
    let generation = generation.transpose()?;
    let files = write_files(&folder, whole, publishing.shards, progress)?;
    let manifest = describe(whole, &publishing, files, rejects, generation)?;
    give_name(folder, manifest, publishing.snapshots)
}

struct Files {
    shards: Vec<ShardEntry>,
    dictionaries: Vec<FileEntry>,
    identity: FileEntry,
}

fn write_files(
    folder: &Folder,
    whole: Whole<'_>,
    shards: Option<u32>,
    progress: &(dyn Fn(BuildProgress) + Sync),
) -> Result<Files, BuildError> {
    let persons = u32::try_from(whole.order.persons.len()).unwrap_or(u32::MAX);
    let shards = shards.unwrap_or_else(|| persons.div_ceil(SHARD_PERSONS).clamp(1, 9_999));
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
    publishing: &Publishing<'_>,
    files: Files,
    rejects: FileEntry,
    generation: Option<Generation>,
) -> Result<Manifest, BuildError> {
    let register = whole.register;
    let placeholder = "s".parse::<SnapshotId>().map_err(BuildError::Name)?;
    let mut manifest = Manifest {
        format: FORMAT_VERSION,
        id: placeholder,
        as_of: publishing.as_of,
        content: String::new(),
        built: publishing.built,
        region_division: "Statistics Finland 2026".to_owned(),
        code_versions: whole.names.dictionaries.texts(Dict::CodeVersion).map(str::to_owned).collect(),
        totals: Totals::default(),
        shards: files.shards,
        dictionaries: files.dictionaries,
        identity: files.identity,
        rejects,
        rejected: rejects::counts(&register.tables().map(|table| &table.verdicts)),
        sources: register.tables().map(super::table::Table::entry).to_vec(),
        generation,
    };
    manifest.totals = totals(&manifest);
    manifest.content = content_digest(manifest.as_of, manifest.content_files());
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
        bytes: manifest.content_files().map(|file| file.bytes).sum(),
    }
}

fn give_name(folder: Folder, manifest: Manifest, snapshots: &Path) -> Result<Built, BuildError> {
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
