//! `permit`: permits decided by DVV, brought in as files.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::answer::Answer;
use crate::args::Global;
use crate::failure::{Failure, Outcome};

const IMPORT_EXAMPLES: &str = "Examples:
  poimuri permit import deploy/examples/permits/P-2026-0001.toml";
const LIST_EXAMPLES: &str = "Examples:
  poimuri permit list
  poimuri permit list --json";

/// Permits decided by DVV.
#[derive(Debug, Subcommand)]
pub(crate) enum Permit {
    /// Bring in a permit; the same permit again changes nothing
    Import(Import),
    /// List the permits
    #[command(after_help = LIST_EXAMPLES)]
    List,
}

#[derive(Debug, Args)]
#[command(after_help = IMPORT_EXAMPLES)]
pub(crate) struct Import {
    /// The permit as TOML
    file: PathBuf,
}

impl Permit {
    pub(crate) fn run(self, _global: &Global) -> Outcome<Answer> {
        Err(Failure::failed("not built in"))
    }
}
