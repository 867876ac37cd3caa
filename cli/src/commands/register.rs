//! `register synth`: the source files of a synthetic register.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::answer::Answer;
use crate::args::Global;
use crate::failure::{Failure, Outcome};

const SYNTH_EXAMPLES: &str = "Examples:
  poimuri register synth --population 200000 --out register
  poimuri register synth --seed 7 --out whole-country --json";

/// Source files of a register.
#[derive(Debug, Subcommand)]
pub(crate) enum Register {
    /// Write the source files of a synthetic register: test identities only, the same bytes for the same seed
    Synth(Synth),
}

#[derive(Debug, Args)]
#[command(after_help = SYNTH_EXAMPLES)]
pub(crate) struct Synth {
    /// People living in the country; those abroad and the dead come in addition
    #[arg(long, value_name = "N", default_value_t = 5_634_472)]
    population: u64,
    /// A whole number; another seed gives other people
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The folder to write into; made if missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Register {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        match self {
            Self::Synth(synth) => synth.run(global),
        }
    }
}

impl Synth {
    fn run(self, _global: &Global) -> Outcome<Answer> {
        Err(Failure::failed("not built in"))
    }
}
