//! `snapshot apply`: a snapshot and the changes since it become the next snapshot.

use std::path::PathBuf;

use clap::Args;
use poimuri_shared::audit::Action;
use poimuri_shared::ids::SnapshotId;
use poimuri_shared::register::changes::files::FilesError;
use poimuri_shared::snapshot::apply::{self, Applied, ApplyError, ApplyOptions};
use poimuri_shared::snapshot::build::BuildError;
use poimuri_shared::snapshot::generation::Generation;
use serde_json::json;

use super::{Made, failure as unreadable, find};
use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::progress::Phase;

const EXAMPLES: &str = "Examples:
  poimuri snapshot apply --base latest --changes changes/2026-01-01 --as-of 2026-01-01
  poimuri snapshot apply --base s-2025-12-31-3f2a9c51d0aa --changes changes --as-of 2026-01-31 --shards 64";

/// Apply change records to a snapshot and publish the result as the next one
///
/// Changes are lines of JSON (*.ndjson) in the shape of DVV's change interface, each with its key (kirjausavain). They
/// are applied by key, whatever the order they come in; what was told before is passed over; what is dated after
/// --as-of waits for the next generation. The result is the same, byte for byte, as building from source files
/// with the changes in them. A line that cannot be applied is left out whole and listed in change-rejects.parquet;
/// with too many of them, or too many keys missing in between, nothing is published.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Apply {
    /// The snapshot the changes follow, or `latest`
    #[arg(long, value_name = "ID")]
    base: SnapshotId,
    /// The folder with the changes (*.ndjson)
    #[arg(long, value_name = "DIR")]
    changes: PathBuf,
    #[command(flatten)]
    made: Made,
}

impl Apply {
    pub(super) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = Context::new(global)?;
        let base = find(&context, &self.base)?;
        let options = ApplyOptions {
            base: context.snapshots().join(base.id.as_str()),
            changes: self.changes,
            as_of: self.made.as_of,
            shards: self.made.shards,
            max_rejects: self.made.max_rejects,
            snapshots: context.snapshots(),
            built: context.clock.now(),
        };
        let phase = Phase::start(global.show(), "applying the changes", 0);
        let applied = apply::apply(&options, &|progress| {
            phase.now(progress.step);
            phase.at(progress.done, progress.all);
        })
        .map_err(|error| failure(&error))?;
        let manifest = &applied.built.manifest;
        if !applied.built.existed {
            context.log(Action::SnapshotPublished, manifest.id.as_str())?;
        }
        phase.done(&format!("{} changes", thousands(applied.generation.applied)));
        let mut document = json!(manifest);
        document["generation"] = json!(applied.generation);
        document["existed"] = json!(applied.built.existed);
        document["report"] = json!(applied.report.display().to_string());
        Answer::new(&document, text(&applied))
    }
}

fn text(applied: &Applied) -> String {
    let (manifest, generation) = (&applied.built.manifest, &applied.generation);
    let found = if applied.built.existed {
        "The same content was published before; nothing was written.\n"
    } else {
        ""
    };
    let mut text = format!(
        "snapshot {} of {}, from {}\n{found}\n{}",
        manifest.id,
        manifest.as_of,
        generation.base,
        account(generation)
    );
    if generation.report.rows > 0 {
        text.push_str(&format!("listed in {}\n", applied.report.display()));
    }
    text.push_str(&format!("\nNext:\n  poimuri snapshot diff {} {}", generation.base, manifest.id));
    text
}

/// What became of the changes, for people.
pub(super) fn account(generation: &Generation) -> String {
    let missing = generation.missing.iter().map(|keys| keys.last - keys.first + 1).sum();
    let rows = [
        ("lines", generation.lines),
        ("applied", generation.applied),
        ("told before", generation.repeated),
        ("out of order", generation.out_of_order),
        ("for the next generation", generation.later),
        ("groups not held", generation.passed_over),
        ("left out", generation.left_out),
        ("keys missing", missing),
        ("last key", generation.last_key),
    ];
    let cells = rows.map(|(name, number)| [name.to_owned(), thousands(number)]);
    let mut text = table(["changes", ""], &cells);
    for reject in &generation.rejected {
        let told = format!("  {} {}: {} ({})\n", reject.file, reject.column, reject.reason, reject.rows);
        text.push_str(&told);
    }
    text
}

fn failure(error: &ApplyError) -> Failure {
    const DOING: &str = "apply the changes";
    match error {
        ApplyError::Base(error) => unreadable(error),
        ApplyError::Files(FilesError::Read(_, source)) if source.kind() == std::io::ErrorKind::NotFound => {
            Failure::caused(Exit::NotFound, DOING, error)
        }
        ApplyError::Build(BuildError::Write(..)) => Failure::caused(Exit::Unreachable, DOING, error),
        ApplyError::TooMany { .. } => Failure::from_disposed(error, DOING).hint(
            "ask for the missing changes and apply all of them to the same base, or --max-rejects PERCENT",
        ),
        ApplyError::Earlier { .. } | ApplyError::Files(_) | ApplyError::Build(_) => {
            Failure::from_disposed(error, DOING)
        }
    }
}
