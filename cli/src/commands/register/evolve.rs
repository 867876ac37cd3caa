//! `register evolve`: days or years pass in a synthetic register.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use poimuri_shared::register::synth::evolve::{self, EvolveError, EvolveOptions};
use poimuri_shared::snapshot::build::BuildError;

use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::progress::{Phase, seconds};

const EXAMPLES: &str = "Examples:
  poimuri register evolve --from register --to day-1 --days 1 --changes changes/day-1
  poimuri register evolve --from register --to later --years 2 --seed 7 --changes changes --json";

/// Let days or years pass in a synthetic register
///
/// Moves, births, deaths, marriages, names, identity codes, prohibitions, and people who come and go, at the rates of
/// the country. Writes the source files as they are afterwards, and the change records that lead there, a file for
/// each day, as `snapshot apply` reads them. The same register and seed give the same bytes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("time").required(true).args(["days", "years"]))]
pub(crate) struct Evolve {
    /// The folder with the source files; it goes on from its date if it was evolved before
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// The folder to write into; made if missing
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Days that pass
    #[arg(long, value_name = "N")]
    days: Option<u32>,
    /// Years of 365 days that pass
    #[arg(long, value_name = "N")]
    years: Option<u32>,
    /// A whole number; another seed lets other things happen
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The folder of the change records; made if missing. Without it none are written
    #[arg(long, value_name = "DIR")]
    changes: Option<PathBuf>,
}

impl Evolve {
    pub(super) fn run(self, global: &Global) -> Outcome<Answer> {
        let days = self.days.or_else(|| self.years?.checked_mul(365)).unwrap_or(0);
        let (from, to, changes) = (self.from, self.to, self.changes);
        let before = evolve::date_of(&from).map_err(|error| failure(&error))?;
        let options = EvolveOptions { from: from.clone(), to: to.clone(), days, seed: self.seed, changes };
        let phase = Phase::start(global.show(), "letting days pass", u64::from(days));
        let evolved =
            evolve::evolve(&options, &|done, all| phase.at(done, all)).map_err(|error| failure(&error))?;
        let took = phase.done(&format!("{} people", thousands(evolved.rows.persons)));
        let cells: Vec<_> =
            evolved.events.iter().map(|(event, count)| [(*event).to_owned(), thousands(*count)]).collect();
        let mut text = format!(
            "from {before} to {}\n\n{}\nin {}, {}. Next:\n  poimuri snapshot build --from {} --as-of {}",
            evolved.as_of,
            table(["event", "people"], &cells),
            to.display(),
            seconds(took),
            to.display(),
            evolved.as_of
        );
        if let Some(changes) = &options.changes {
            text.push_str(&format!(
                "\nor, from a snapshot of {before}:\n  poimuri snapshot apply --base ID --changes {} --as-of {}",
                changes.display(),
                evolved.as_of
            ));
        }
        Answer::new(&evolved, text)
    }
}

fn failure(error: &EvolveError) -> Failure {
    const DOING: &str = "let days pass";
    let exit = match error {
        EvolveError::Register(BuildError::Open { source, .. })
            if source.kind() == std::io::ErrorKind::NotFound =>
        {
            Exit::NotFound
        }
        EvolveError::Register(error) => return Failure::from_disposed(error, DOING),
        EvolveError::Output(error) => return super::failure(error),
        EvolveError::Days(_)
        | EvolveError::SameFolder
        | EvolveError::Standing(..)
        | EvolveError::Write(..) => Exit::Refused,
        EvolveError::Read(..) | EvolveError::Rule(_) => Exit::Failed,
    };
    Failure::caused(exit, DOING, error)
}
