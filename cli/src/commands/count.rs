//! `count`: the size of a target group, straight from the snapshot.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use poimuri_shared::ids::SnapshotId;

use crate::answer::Answer;
use crate::args::Global;
use crate::failure::{Failure, Outcome};

const EXAMPLES: &str = "Examples:
  poimuri count deploy/examples/oil-heated-houses.toml
  poimuri count criteria.json --snapshot latest --reference-date 2026-11-01 --json";

/// Count a target group at once, without an order
///
/// Exact numbers for an operator: how many match, how many are excluded and why, how many remain.
/// All five exclusions apply. Nothing is stored and nothing is delivered.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Count {
    /// Criteria or a whole order, as TOML or JSON
    file: PathBuf,
    /// The snapshot to count in
    #[arg(long, value_name = "ID", default_value = "latest")]
    snapshot: SnapshotId,
    /// The date ages and prohibitions go by. Default: the order's, else the snapshot's date
    #[arg(long, value_name = "DATE")]
    reference_date: Option<Date>,
}

impl Count {
    pub(crate) fn run(self, _global: &Global) -> Outcome<Answer> {
        Err(Failure::failed("not built in"))
    }
}
