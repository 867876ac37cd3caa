//! `demo`: everything in one process, from a register to opened deliveries.

use std::path::PathBuf;

use clap::Args;

use crate::answer::Answer;
use crate::args::Global;
use crate::failure::{Failure, Outcome};

const EXAMPLES: &str = "Examples:
  poimuri demo
  poimuri demo --population 1000000 --dir /tmp/demo";

/// Try everything in one process: register, snapshot, three orders, deliveries
///
/// Makes a synthetic register and a snapshot of it, registers recipients and permits, runs three different
/// extraction orders, delivers them, and says what was delivered where. Running it again uses what is there.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Demo {
    /// People in the register; the whole country is 5634472
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    population: u64,
    /// The folder to work in; made if missing
    #[arg(long, value_name = "DIR", default_value = "poimuri-demo")]
    dir: PathBuf,
}

impl Demo {
    pub(crate) fn run(self, _global: &Global) -> Outcome<Answer> {
        Err(Failure::failed("not built in"))
    }
}
