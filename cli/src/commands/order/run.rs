//! `order run`: a whole order in this process, with the queue in memory.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use poimuri_shared::orders::Orders;
use poimuri_shared::queue::{MemoryQueue, Queue};
use poimuri_shared::receipt::Receipt;

use super::{OrderFile, Telling, follow, receipt_text};
use crate::answer::Answer;
use crate::args::Global;
use crate::context::{Context, block_on, store_failed};
use crate::desk::{Handed, errors, store};
use crate::failure::{Failure, Outcome};
use crate::house::{Follow, House};
use crate::progress::Show;

const EXAMPLES: &str = "Examples:
  poimuri order run deploy/examples/oil-heated-houses.toml
  poimuri order run order.toml --workers 4 --json";

/// Carry out a whole order in this process, without a scheduler
///
/// The same bytes as with any number of workers. A `file` of a register in the order is relative to the order file.
/// Other orders that are open in the store are left as they are: `poimuri scheduler` carries them out.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Run {
    /// The order as TOML or JSON
    file: PathBuf,
    /// Seed of the sample, 64 hexadecimal digits. Default: drawn by the system. Recorded in the receipt
    #[arg(long, value_name = "HEX64")]
    seed: Option<String>,
    /// Workers with one thread each. Default: one with as many threads as the setting worker.threads
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    workers: Option<u32>,
}

impl Run {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = Context::new(global)?;
        let show = global.show();
        let file = OrderFile::read(&self.file, show)?;
        context.must_exist()?;
        let finished = block_on(run_order(&context, show, "order", file, self.seed, self.workers))?;
        let receipt = serde_json::to_value(&finished.receipt)
            .map_err(|error| Failure::failed(format!("make the receipt: {error}")))?;
        let mut text = receipt_text(&receipt);
        if let Some(recipient) = &finished.receipt.recipient {
            let id = &finished.receipt.order;
            text.push_str(&format!(
                "\n{recipient} opens it with:\n  poimuri delivery open {id} --identity {recipient}.key --out opened\n"
            ));
        }
        tell_of_others(&context, show)?;
        Answer::new(&receipt, text)
    }
}

/// Says how many other orders wait for somebody to carry them out.
fn tell_of_others(context: &Context, show: Show) -> Outcome<()> {
    let open = Orders::new(Arc::clone(&context.store)).open().map_err(|error| store_failed(&error))?;
    let (what, left) = match open.len() {
        0 => return Ok(()),
        1 => ("1 other order is".to_owned(), "was left as it is"),
        count => (format!("{count} other orders are"), "were left as they are"),
    };
    show.say(&format!("{what} open and {left}; without a running scheduler: poimuri scheduler"));
    Ok(())
}

/// An order that was carried out.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) receipt: Receipt,
    pub(crate) took: std::time::Duration,
}

/// Carries out an order with a scheduler and workers of its own in this process.
///
/// # Errors
/// If it is refused or fails.
pub(crate) async fn run_order(
    context: &Context,
    show: Show,
    name: &str,
    file: OrderFile,
    seed: Option<String>,
    workers: Option<u32>,
) -> Outcome<Finished> {
    context.probe().await?;
    let queue: Arc<dyn Queue> = Arc::new(MemoryQueue::embedded());
    let mut house = House::open(context, &queue, workers, Follow::Own)?;
    let finished = carry_out(context, &mut house, show, name, file, seed).await;
    house.close().await;
    finished
}

async fn carry_out(
    context: &Context,
    house: &mut House,
    show: Show,
    name: &str,
    file: OrderFile,
    seed: Option<String>,
) -> Outcome<Finished> {
    let registers = file
        .registers()
        .map(|register| store::upload_unnamed(context, &file.customer, &register))
        .collect::<Outcome<_>>()?;
    let handed = Handed { registers, ..file.handed(seed) };
    let accepted = store::submit(&house.scheduler, handed).await?;
    let telling = Telling::start(show, name);
    let scheduler = Arc::clone(&house.scheduler);
    let followed = tokio::select! {
        progress = store::follow(&scheduler, &accepted.id, |progress| telling.tell(progress)) => progress?,
        failure = house.watch() => return Err(failure),
    };
    follow::delivered(&followed)?;
    let receipt = scheduler.receipt(&accepted.id).await.map_err(|error| errors::service(&error))?;
    let took = telling.done(&format!("{} delivered", receipt.delivered));
    Ok(Finished { receipt, took })
}
