//! `snapshot build`: source files of a register into a published snapshot.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use poimuri_shared::audit::Action;
use poimuri_shared::snapshot::build::{self, BuildError, BuildOptions, Built};

use super::{Made, manifest_text};
use crate::answer::{Answer, thousands};
use crate::args::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::progress::{Phase, Show};

const EXAMPLES: &str = "Examples:
  poimuri snapshot build --from register --as-of 2025-12-31 --store store
  poimuri snapshot build --from register --as-of 2025-12-31 --shards 64 --max-rejects 0.5";

/// Check the source files of a register and publish them as a snapshot
///
/// A row that breaks a rule is left out, counted, and listed in rejects.parquet; with too many of them nothing is
/// published. The files lie beside the store's orders, in plain: keep them on an encrypted disk.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Build {
    /// The folder with the source files (persons.parquet, dwellings.parquet, ...)
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    #[command(flatten)]
    made: Made,
}

/// A snapshot that was built, and how long it took.
#[derive(Debug)]
pub(crate) struct Building {
    pub(crate) built: Built,
    pub(crate) took: Duration,
}

impl Build {
    pub(super) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = Context::new(global)?;
        let options = BuildOptions {
            from: self.from,
            as_of: self.made.as_of,
            shards: self.made.shards,
            max_rejects: self.made.max_rejects,
            snapshots: context.snapshots(),
            built: context.clock.now(),
        };
        let Building { built, .. } = build(&context, &options, global.show())?;
        let found =
            if built.existed { "\nThe same content was published before; nothing was written." } else { "" };
        let text = format!(
            "{}{found}\nNext:\n  poimuri count deploy/examples/oil-heated-houses.toml",
            manifest_text(&built.manifest)
        );
        Answer::new(&built.manifest, text)
    }
}

/// Builds a snapshot and notes it in the audit log.
///
/// # Errors
/// If the source files are refused or the snapshot cannot be written.
pub(crate) fn build(context: &Context, options: &BuildOptions, show: Show) -> Outcome<Building> {
    let phase = Phase::start(show, "building the snapshot", 0);
    let built = build::build(options, &|progress| {
        phase.now(progress.step);
        phase.at(progress.done, progress.all);
    })
    .map_err(|error| failure(&error))?;
    if !built.existed {
        context.log(Action::SnapshotPublished, built.manifest.id.as_str())?;
    }
    let took = phase.done(&format!("{} people", thousands(built.manifest.totals.population)));
    Ok(Building { built, took })
}

fn failure(error: &BuildError) -> Failure {
    if let BuildError::Open { source, .. } = error
        && source.kind() == std::io::ErrorKind::NotFound
    {
        return Failure::caused(Exit::NotFound, "build the snapshot", error)
            .hint("poimuri register synth --out DIR writes source files");
    }
    if let BuildError::Write(..) = error {
        return Failure::caused(Exit::Unreachable, "build the snapshot", error);
    }
    Failure::from_disposed(error, "build the snapshot")
}
