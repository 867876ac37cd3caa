//! `snapshot diff`: how many people differ between two snapshots, by kind of change.

use std::collections::BTreeMap;

use clap::Args;
use poimuri_shared::audit::Action;
use poimuri_shared::ids::SnapshotId;
use poimuri_shared::snapshot::diff::diff;
use serde_json::json;

use super::{failure, open};
use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::context::Context;
use crate::failure::Outcome;
use crate::progress::Phase;

const EXAMPLES: &str = "Examples:
  poimuri snapshot diff s-2025-12-31-3f2a9c51d0aa latest
  poimuri snapshot diff s-2025-12-31-3f2a9c51d0aa s-2026-01-01-77e0b1c4d2f3 --json";

/// Count the people who differ between two snapshots, by kind of change
///
/// People are followed through their identity codes. Somebody may differ in several ways: the kinds add up to more
/// than the people. The counts are exact, and the look at them is noted in the audit log.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Diff {
    /// The older snapshot, or `latest`
    #[arg(value_name = "A")]
    from: SnapshotId,
    /// The newer snapshot, or `latest`
    #[arg(value_name = "B")]
    to: SnapshotId,
}

impl Diff {
    pub(super) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = Context::new(global)?;
        let (old, new) = (open(&context, &self.from)?, open(&context, &self.to)?);
        let phase = Phase::start(global.show(), "comparing", 0);
        let differences = diff(&old, &new).map_err(|error| failure(&error))?;
        let (changed, same) = (differences.len(), differences.same());
        phase.done(&format!("{} people differ", thousands(u64::try_from(changed).unwrap_or(u64::MAX))));
        context.log_look(Action::ExactNumbersSeen, new.id().as_str())?;
        let counts = differences.counts();
        let kinds: BTreeMap<&str, u64> = counts.iter().map(|(kind, count)| (kind.name(), *count)).collect();
        let cells: Vec<[String; 2]> = counts
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| [kind.name().to_owned(), thousands(*count)])
            .collect();
        let text = format!(
            "from {} to {}: {} people differ, {} are the same\n\n{}",
            old.id(),
            new.id(),
            thousands(u64::try_from(changed).unwrap_or(u64::MAX)),
            thousands(same),
            table(["kind", "people"], &cells)
        );
        let document =
            json!({ "from": old.id(), "to": new.id(), "changed": changed, "same": same, "kinds": kinds });
        Answer::new(&document, text)
    }
}
