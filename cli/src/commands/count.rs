//! `count`: the size of a target group, straight from the snapshot.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use poimuri_shared::audit::Action;
use poimuri_shared::ids::SnapshotId;
use poimuri_shared::order::criteria::Criteria;
use poimuri_shared::order::extraction::{Dedup, DedupPer, ExtractionSpec, Keep, Purpose, Sample};
use poimuri_shared::order::parse::{self, Countable};
use poimuri_shared::partial::{Account, Reason, total};
use poimuri_shared::snapshot::Snapshot;
use poimuri_worker::engine::Compiled;
use poimuri_worker::reading::{Texts, select};
use poimuri_worker::stages::StageError;
use serde_json::{Map, Value, json};

use super::snapshot::open;
use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::input;

const EXAMPLES: &str = "Examples:
  poimuri count deploy/examples/oil-heated-houses.toml
  poimuri count criteria.json --snapshot latest --reference-date 2026-11-01 --json";

/// Count a target group at once, without an order
///
/// Exact numbers for an operator: how many match, how many are excluded and why, how many remain. All five
/// exclusions apply. Of an order only the criteria and the reference date count. Nothing is delivered; the look is
/// logged.
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
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = Context::new(global)?;
        let (criteria, date) = self.criteria(global)?;
        let snapshot = open(&context, &self.snapshot)?;
        let manifest = snapshot.manifest();
        let date = self.reference_date.or(date).unwrap_or(manifest.as_of);
        let spec = spec(criteria, date, context.settings.policy.minimum_age);
        let account = account(&snapshot, &spec).map_err(|error| failure(&error))?;
        context.log_look(Action::ExactNumbersSeen, snapshot.id().as_str())?;
        answer(&snapshot, &account)
    }

    /// The criteria of the file, and the reference date if it is an order that names one.
    fn criteria(&self, global: &Global) -> Outcome<(Criteria, Option<Date>)> {
        let (bytes, format) = input::document(&self.file)?;
        let parsed =
            parse::countable(&bytes, format).map_err(|refused| input::refused(&self.file, &refused))?;
        input::warn(global.show(), &self.file, &parsed.warnings);
        match parsed.value {
            Countable::Criteria(criteria) => Ok((criteria, None)),
            Countable::Order(order) => {
                let none = || Failure::refused(format!("{} holds no criteria", self.file.display()));
                Ok((order.criteria.ok_or_else(none)?, order.reference_date))
            }
        }
    }
}

/// Everybody who meets the criteria and may be addressed.
fn spec(criteria: Criteria, reference_date: Date, minimum_age: u8) -> ExtractionSpec {
    ExtractionSpec {
        criteria,
        purpose: Purpose::DirectMarketing,
        register: None,
        dedup: Dedup { per: DedupPer::None, keep: Keep::Random },
        sample: Sample::ALL,
        seed: [0; 32],
        reference_date,
        fields: Vec::new(),
        minimum_age,
    }
}

fn account(snapshot: &Snapshot, spec: &ExtractionSpec) -> Result<Account, StageError> {
    let compiled = Compiled::new(spec, &Texts(snapshot))?;
    let selections = select(&compiled, snapshot, 0..snapshot.shard_count(), None, || Ok(()))?;
    total(&selections).map_err(|error| StageError::Engine(error.into()))
}

fn answer(snapshot: &Snapshot, account: &Account) -> Outcome<Answer> {
    let excluded: Map<String, Value> = Reason::ALL
        .iter()
        .map(|reason| (reason.name().to_owned(), json!(account.excluded.of(*reason))))
        .collect();
    let eligible = account.matched - account.excluded.total();
    let mut rows = vec![
        ["population".to_owned(), thousands(account.read)],
        ["matched".to_owned(), thousands(account.matched)],
    ];
    rows.extend(
        Reason::ALL.iter().map(|reason| [reason.step().to_owned(), thousands(account.excluded.of(*reason))]),
    );
    rows.push(["eligible".to_owned(), thousands(eligible)]);
    let document = json!({
        "snapshot": snapshot.id(),
        "population": account.read,
        "matched": account.matched,
        "excluded": excluded,
        "eligible": eligible,
    });
    Answer::new(&document, format!("snapshot {}\n\n{}", snapshot.id(), table(["step", "people"], &rows)))
}

fn failure(error: &StageError) -> Failure {
    if let StageError::Snapshot(error) = error {
        return super::snapshot::failure(error);
    }
    Failure::caused(Exit::Failed, "count", error)
}
