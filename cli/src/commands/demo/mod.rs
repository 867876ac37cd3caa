//! `demo`: everything in one process, from a register to opened deliveries.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::delivery;
use super::order::{Finished, OrderFile, run_order};
use crate::answer::Answer;
use crate::args::Global;
use crate::context::{Context, block_on};
use crate::failure::Outcome;
use crate::progress::Show;

mod examples;
mod prepare;
mod tell;

use prepare::Folders;

const EXAMPLES: &str = "Examples:
  poimuri demo
  poimuri demo --population 1000000 --dir /tmp/demo";

/// Try everything in one process: register, snapshot, three orders, deliveries
///
/// Makes a synthetic register and a snapshot of it, registers recipients and permits, carries out three different
/// extraction orders, delivers them, and says what was delivered where. Running it again uses what is there.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Demo {
    /// People in the register, at least 100000; the whole country is 5634472
    #[arg(long, value_name = "N", default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(100_000..))]
    population: u64,
    /// The folder to work in; made if missing
    #[arg(long, value_name = "DIR", default_value = "poimuri-demo")]
    dir: PathBuf,
}

/// An order of the demo.
#[derive(Debug)]
struct Done {
    about: &'static str,
    finished: Finished,
    opened: PathBuf,
}

impl Demo {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        let started = Instant::now();
        let folders = Folders { whole: self.dir };
        folders.make()?;
        let own = Global { store: Some(folders.store()), ..global.clone() };
        let context = Context::new(&own)?;
        let show = global.show();
        let prepared = prepare::data(&context, &folders, self.population, show)?;
        prepare::parties(&context, &folders)?;
        examples::write(&folders.orders())?;
        let mut done = Vec::new();
        for (name, about) in examples::SHOWN {
            done.push(carry_out(&context, &folders, show, name, about)?);
        }
        let whole = started.elapsed();
        let orders: Vec<_> = done
            .iter()
            .map(|done| {
                json!({
                    "about": done.about,
                    "receipt": done.finished.receipt,
                    "seconds": done.finished.took.as_secs_f64(),
                    "opened": done.opened.display().to_string(),
                })
            })
            .collect();
        let document = json!({
            "dir": folders.whole.display().to_string(),
            "snapshot": prepared.snapshot,
            "population": prepared.people,
            "orders": orders,
            "seconds": whole.as_secs_f64(),
        });
        Ok(Answer::with(document, tell::report(&folders, &prepared, &done, whole)))
    }
}

/// Runs an order to its delivery and opens that with the recipient's key.
fn carry_out(
    context: &Context,
    folders: &Folders,
    show: Show,
    name: &'static str,
    about: &'static str,
) -> Outcome<Done> {
    let file = OrderFile::read(&examples::path(&folders.orders(), name), show)?;
    let finished = block_on(run_order(context, show, about, file, None, None))?;
    let receipt = &finished.receipt;
    let opened = folders.opened().join(receipt.order.as_str());
    if let Some(recipient) = &receipt.recipient {
        let key = folders.key(recipient.as_str());
        delivery::open(context, receipt.order.as_str().as_ref(), &key, &opened)?;
    }
    Ok(Done { about, finished, opened })
}
