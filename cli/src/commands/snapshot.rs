//! `snapshot`: builds, lists, shows and verifies snapshots.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use poimuri_shared::ids::SnapshotId;

use crate::answer::Answer;
use crate::args::Global;
use crate::failure::{Failure, Outcome};

const BUILD_EXAMPLES: &str = "Examples:
  poimuri snapshot build --from register --as-of 2026-11-01 --store store
  poimuri snapshot build --from register --as-of 2026-11-01 --shards 64 --max-rejects 0.5";
const LIST_EXAMPLES: &str = "Examples:
  poimuri snapshot list
  poimuri snapshot list --json --store store";
const SHOW_EXAMPLES: &str = "Examples:
  poimuri snapshot show latest
  poimuri snapshot show 2026-11-01-3f2a9c --json";
const VERIFY_EXAMPLES: &str = "Examples:
  poimuri snapshot verify latest
  poimuri snapshot verify 2026-11-01-3f2a9c --store store";

/// Build, list, show and verify snapshots.
#[derive(Debug, Subcommand)]
pub(crate) enum Snapshot {
    /// Check the source files of a register and publish them as a snapshot
    Build(Build),
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
#[command(after_help = BUILD_EXAMPLES)]
pub(crate) struct Build {
    /// The folder with the source files (persons.parquet, dwellings.parquet, ...)
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// The date the data are of
    #[arg(long, value_name = "DATE")]
    as_of: Date,
    /// Number of shards. Default: one for about 88 000 people
    #[arg(long, value_name = "N")]
    shards: Option<u32>,
    /// Percent of rows that may break a rule; above it nothing is published
    #[arg(long, value_name = "PERCENT", default_value_t = 0.1)]
    max_rejects: f64,
}

#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The snapshot, or `latest`
    #[arg(value_name = "ID")]
    id: SnapshotId,
}

impl Snapshot {
    pub(crate) fn run(self, _global: &Global) -> Outcome<Answer> {
        Err(Failure::failed("not built in"))
    }
}
