//! `snapshot`: builds, applies changes to, compares, lists, shows and verifies snapshots.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use poimuri_shared::ids::SnapshotId;
use poimuri_shared::snapshot::catalog;
use poimuri_shared::snapshot::manifest::Manifest;
use poimuri_shared::snapshot::{Snapshot as Opened, SnapshotError};

use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

mod apply;
mod build;
mod diff;
mod verify;

pub(crate) use build::build;

const LIST_EXAMPLES: &str = "Examples:
  poimuri snapshot list
  poimuri snapshot list --json --store store";
const SHOW_EXAMPLES: &str = "Examples:
  poimuri snapshot show latest
  poimuri snapshot show s-2026-11-01-3f2a9c51d0aa --json";
const VERIFY_EXAMPLES: &str = "Examples:
  poimuri snapshot verify latest
  poimuri snapshot verify s-2026-11-01-3f2a9c51d0aa --store store";

/// Build, bring forward, compare, list, show and verify snapshots.
#[derive(Debug, Subcommand)]
pub(crate) enum Snapshot {
    /// Check the source files of a register and publish them as a snapshot
    Build(build::Build),
    Apply(apply::Apply),
    Diff(diff::Diff),
    /// List the published snapshots, the latest first
    #[command(after_help = LIST_EXAMPLES)]
    List,
    /// Show the manifest of a snapshot
    #[command(after_help = SHOW_EXAMPLES)]
    Show(Which),
    /// Read every file of a snapshot and compare its checksum
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(Which),
}

#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The snapshot, or `latest`
    #[arg(value_name = "ID")]
    id: SnapshotId,
}

/// What is said of every snapshot that is made.
#[derive(Debug, Clone, Copy, Args)]
struct Made {
    /// The date of its data
    #[arg(long, value_name = "DATE")]
    as_of: Date,
    /// Number of shards, at most. Default: one for about 98 000 people
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=9999))]
    shards: Option<u32>,
    /// Percent of rows, or of changes, that may be left out or missing; above it nothing is published
    #[arg(long, value_name = "PERCENT", default_value_t = 0.1, value_parser = percent)]
    max_rejects: f64,
}

fn percent(text: &str) -> Result<f64, &'static str> {
    text.parse().ok().filter(|share| (0.0..=100.0).contains(share)).ok_or("it must be 0 to 100 percent")
}

impl Snapshot {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        match self {
            Self::Build(build) => build.run(global),
            Self::Apply(apply) => apply.run(global),
            Self::Diff(diff) => diff.run(global),
            Self::List => list(&Context::new(global)?),
            Self::Show(which) => show(&Context::new(global)?, &which),
            Self::Verify(which) => verify::verify(global, &Context::new(global)?, &which),
        }
    }
}

/// The manifest of a snapshot, by id or `latest`.
///
/// # Errors
/// If there is none, or it cannot be read.
fn find(context: &Context, id: &SnapshotId) -> Outcome<Manifest> {
    let folder = context.snapshots();
    let found = match id.as_str() {
        "latest" => catalog::latest(&folder),
        _ => catalog::find(&folder, id),
    };
    found.map_err(|error| failure(&error))?.ok_or_else(|| {
        let message = match id.as_str() {
            "latest" => format!("there is no snapshot in {}", folder.display()),
            id => format!("there is no snapshot {id} in {}", folder.display()),
        };
        Failure::not_found(message).hint("poimuri snapshot build --from DIR --as-of DATE")
    })
}

/// Opens a snapshot, by id or `latest`.
///
/// # Errors
/// If there is none, or it cannot be read.
pub(crate) fn open(context: &Context, id: &SnapshotId) -> Outcome<Opened> {
    let manifest = find(context, id)?;
    Opened::open(&context.snapshots().join(manifest.id.as_str())).map_err(|error| failure(&error))
}

/// A snapshot that cannot be read, by the file that is wrong.
pub(crate) fn failure(error: &SnapshotError) -> Failure {
    let exit = match error {
        SnapshotError::Unknown(_) | SnapshotError::None(_) => Exit::NotFound,
        SnapshotError::Read(..) => Exit::Unreachable,
        SnapshotError::Missing(_)
        | SnapshotError::Size { .. }
        | SnapshotError::Checksum(_)
        | SnapshotError::Damaged { .. }
        | SnapshotError::Manifest(..)
        | SnapshotError::NewerFormat { .. }
        | SnapshotError::NoShard(_) => Exit::Failed,
    };
    Failure::caused(exit, "read the snapshot", error)
}

fn list(context: &Context) -> Outcome<Answer> {
    let mut manifests = catalog::list(&context.snapshots()).map_err(|error| failure(&error))?;
    manifests.reverse();
    let cells: Vec<_> = manifests.iter().map(cells).collect();
    let text = if manifests.is_empty() {
        format!("no snapshots in {}", context.snapshots().display())
    } else {
        table(["snapshot", "date", "people", "shards", "MiB", "built"], &cells)
    };
    Answer::new(&manifests, text)
}

fn cells(manifest: &Manifest) -> [String; 6] {
    [
        manifest.id.to_string(),
        manifest.as_of.to_string(),
        thousands(manifest.totals.population),
        manifest.shard_count().to_string(),
        thousands(manifest.totals.bytes >> 20),
        manifest.built.strftime("%Y-%m-%d %H:%M").to_string(),
    ]
}

fn show(context: &Context, which: &Which) -> Outcome<Answer> {
    let manifest = find(context, &which.id)?;
    Answer::new(&manifest, manifest_text(&manifest))
}

/// A manifest for people.
fn manifest_text(manifest: &Manifest) -> String {
    let totals = &manifest.totals;
    let rows = [
        ("people", totals.population),
        ("dwellings", totals.dwellings),
        ("buildings", totals.buildings),
        ("addresses", totals.addresses),
        ("owned buildings", totals.owned),
        ("previous addresses", totals.previous_addresses),
        ("shards", u64::from(manifest.shard_count())),
        ("MiB", totals.bytes >> 20),
        ("rejected rows", manifest.rejected.iter().map(|reject| reject.rows).sum()),
    ];
    let cells = rows.map(|(name, number)| [name.to_owned(), thousands(number)]);
    let mut text =
        format!("snapshot {} of {}\n\n{}", manifest.id, manifest.as_of, table(["", "rows"], &cells));
    for reject in &manifest.rejected {
        let told = format!("  {} {}: {} ({})\n", reject.file, reject.column, reject.reason, reject.rows);
        text.push_str(&told);
    }
    for source in manifest.sources.iter().filter(|source| !source.ignored_columns.is_empty()) {
        text.push_str(&format!("{}: ignored columns {}\n", source.file, source.ignored_columns.join(", ")));
    }
    if let Some(generation) = &manifest.generation {
        text.push_str(&format!("\nfrom {}\n\n{}", generation.base, apply::account(generation)));
    }
    text
}
