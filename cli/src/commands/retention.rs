//! `retention`: erases what has outlived its time, for stores that no scheduler looks after.

use std::sync::Arc;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use poimuri_shared::error::chain;
use poimuri_shared::retention::{Certificate, Erasure, Outcome, Round, keep_all};
use serde_json::{Value, json};

use crate::answer::{Answer, table};
use crate::args::Global;
use crate::context::{Context, store_failed};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome as Done};

const DUE_EXAMPLES: &str = "Examples:
  poimuri retention due
  poimuri retention due --as-of 2026-12-31 --json";
const RUN_EXAMPLES: &str = "Examples:
  poimuri retention run
  poimuri retention run --all --json
  poimuri retention run --as-of 2026-12-31";

/// Erase what has outlived its time.
///
/// An order's partials and key, its delivery, and registers customers uploaded are kept for the days that the
/// settings retention.* say. A scheduler erases them by itself; this is for stores without one.
#[derive(Debug, Subcommand)]
pub(crate) enum Retention {
    /// List what is due, and erase nothing
    #[command(after_help = DUE_EXAMPLES)]
    Due(When),
    /// Erase what is due: for good, with a certificate for each
    #[command(after_help = RUN_EXAMPLES)]
    Run(When),
}

#[derive(Debug, Args)]
pub(crate) struct When {
    /// What is due by the end of this day in Finland. Default: what is due now. A later day erases early
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Look through every order and register first, as after a restore; without it only through the dates
    #[arg(long)]
    all: bool,
}

impl Retention {
    pub(crate) fn run(self, global: &Global) -> Done<Answer> {
        let context = Context::new(global)?;
        context.must_exist()?;
        match self {
            Self::Due(when) => due(&context, &when),
            Self::Run(when) => run(&context, &when),
        }
    }
}

impl When {
    fn round(&self, context: &Context) -> Done<Round> {
        if self.all {
            keep_all(&*context.store).map_err(|error| store_failed(&error))?;
        }
        let now = context.clock.now();
        let as_of = self.as_of.map_or(Ok(now), end_of_day)?;
        Ok(Round::new(Arc::clone(&context.store), context.settings.retention, now, as_of))
    }
}

fn end_of_day(day: Date) -> Done<Timestamp> {
    let zone = TimeZone::get("Europe/Helsinki");
    let end = zone.and_then(|zone| day.tomorrow()?.to_zoned_datetime(zone));
    let end = end.map_err(|error| Failure::caused(Exit::Usage, "--as-of", &error))?;
    Ok(end.timestamp())
}

fn due(context: &Context, when: &When) -> Done<Answer> {
    let mut round = when.round(context)?;
    let mut found = Vec::new();
    while let Some(page) = round.next_due().map_err(|error| store_failed(&error))? {
        found.extend(page);
    }
    let document: Vec<Value> = found
        .iter()
        .map(|due| json!({ "kind": due.kept.kind(), "id": due.kept.id(), "since": due.since }))
        .collect();
    let cells: Vec<_> = found.iter().map(|due| [due.kept.to_string(), due.since.to_string()]).collect();
    Answer::new(&document, table(["due", "kept since"], &cells))
}

fn run(context: &Context, when: &When) -> Done<Answer> {
    let mut round = when.round(context)?;
    let mut all = Vec::new();
    while let Some(step) = round.step().map_err(|error| store_failed(&error))? {
        all.extend(step);
    }
    let failed: Vec<String> = all.iter().filter_map(failure).collect();
    if !failed.is_empty() {
        let exit = all.iter().find_map(|erasure| erasure.outcome.as_ref().err());
        let exit =
            exit.map_or(Exit::Failed, |error| Exit::of(poimuri_shared::error::Disposed::disposition(error)));
        return Err(Failure::new(exit, "not everything that is due could be erased")
            .details(failed)
            .details(damaged(&round))
            .hint("poimuri retention run does the rest"));
    }
    if !round.damaged().is_empty() {
        let message = "everything that is due was erased or is held, but open orders are damaged: what they need is not known";
        let told = all.iter().map(|erasure| format!("{}: {}", erasure.kept, told(erasure)));
        return Err(Failure::failed(message)
            .details(damaged(&round))
            .details(told)
            .hint("bring their objects back from a backup: they neither go on nor end as they are"));
    }
    let cells: Vec<_> = all.iter().map(|erasure| [erasure.kept.to_string(), told(erasure)]).collect();
    let erased: Vec<&Certificate> = all.iter().filter_map(certificate).collect();
    let held: Vec<Value> = all
        .iter()
        .filter_map(|erasure| match &erasure.outcome {
            Ok(Outcome::Held(reason)) => {
                Some(json!({ "kind": erasure.kept.kind(), "id": erasure.kept.id(), "reason": reason }))
            }
            Ok(Outcome::Erased(_)) | Err(_) => None,
        })
        .collect();
    let text = if cells.is_empty() { "nothing is due".to_owned() } else { table(["due", "outcome"], &cells) };
    Answer::new(&json!({ "erased": erased, "held": held }), text)
}

fn certificate(erasure: &Erasure) -> Option<&Certificate> {
    match &erasure.outcome {
        Ok(Outcome::Erased(certificate)) => Some(certificate),
        Ok(Outcome::Held(_)) | Err(_) => None,
    }
}

fn failure(erasure: &Erasure) -> Option<String> {
    erasure.outcome.as_ref().err().map(|error| format!("{}: {}", erasure.kept, chain(error)))
}

fn damaged(round: &Round) -> Vec<String> {
    round.damaged().iter().map(|(order, error)| format!("order {order}: {}", chain(error))).collect()
}

fn told(erasure: &Erasure) -> String {
    match &erasure.outcome {
        Ok(Outcome::Erased(certificate)) => format!("erased, {} objects", certificate.begun.objects),
        Ok(Outcome::Held(reason)) => format!("held: {reason}"),
        Err(error) => chain(error),
    }
}
