//! `register`: the source files of a synthetic register, and how they change.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use poimuri_shared::register::synth::{self, SynthError, SynthOptions};

use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::progress::{Phase, seconds};

mod evolve;

const SYNTH_EXAMPLES: &str = "Examples:
  poimuri register synth --population 200000 --out register
  poimuri register synth --seed 7 --out whole-country --json";

/// Source files of a register.
#[derive(Debug, Subcommand)]
pub(crate) enum Register {
    /// Write the source files of a synthetic register: test identities only, the same bytes for the same seed
    Synth(Synth),
    Evolve(evolve::Evolve),
}

#[derive(Debug, Args)]
#[command(after_help = SYNTH_EXAMPLES)]
pub(crate) struct Synth {
    /// People living in the country; those abroad and the dead come in addition
    #[arg(long, value_name = "N", default_value_t = synth::POPULATION)]
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
            Self::Evolve(evolve) => evolve.run(global),
        }
    }
}

impl Synth {
    fn run(self, global: &Global) -> Outcome<Answer> {
        let out_dir = self.out.clone();
        let options = SynthOptions { population: self.population, seed: self.seed, out_dir: self.out };
        let phase = Phase::start(global.show(), "making the register", self.population);
        let rows =
            synth::write(&options, &|done, total| phase.at(done, total)).map_err(|error| failure(&error))?;
        let took = phase.done(&format!("{} people", thousands(rows.persons)));
        let counts = [
            ("persons", rows.persons),
            ("dwellings", rows.dwellings),
            ("buildings", rows.buildings),
            ("addresses", rows.addresses),
            ("owners", rows.owners),
            ("previous_addresses", rows.previous_addresses),
        ];
        let cells = counts.map(|(file, rows)| [format!("{file}.parquet"), thousands(rows)]);
        let text = format!(
            "{}\nin {}, {}. Next:\n  poimuri snapshot build --from {} --as-of {}",
            table(["file", "rows"], &cells),
            out_dir.display(),
            seconds(took),
            out_dir.display(),
            synth::AS_OF
        );
        Answer::new(&rows, text)
    }
}

pub(super) fn failure(error: &SynthError) -> Failure {
    let exit = match error {
        SynthError::Empty
        | SynthError::Identities { .. }
        | SynthError::Buildings { .. }
        | SynthError::Folder(_)
        | SynthError::Create { .. } => Exit::Refused,
        SynthError::Write { .. } | SynthError::Columns(_) => Exit::Failed,
    };
    Failure::caused(exit, "make the register", error)
}
