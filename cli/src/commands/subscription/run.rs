//! `subscription run`: what a subscription needs now, in this process.

use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;
use poimuri_scheduler::continuous::Moved;
use poimuri_shared::clock::FixedClock;
use poimuri_shared::ids::{OrderId, SubscriptionId};
use poimuri_shared::lifecycle::OrderState;
use poimuri_shared::orders::Orders;
use poimuri_shared::queue::{MemoryQueue, Queue};
use poimuri_shared::receipt::Receipt;
use poimuri_shared::subscriptions::{Move, Prompt, Subscriptions};
use serde_json::json;

use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::commands::order::{Telling, delivered};
use crate::context::{Context, block_on};
use crate::desk::{errors, store};
use crate::failure::{Failure, Outcome};
use crate::house::{Follow, House};
use crate::progress::Show;

const EXAMPLES: &str = "Examples:
  poimuri subscription run u-01kbt6v8q5z3f9x2m7c4n1h0ds
  poimuri subscription run u-01kbt6v8q5z3f9x2m7c4n1h0ds --due --json
  poimuri subscription run u-01kbt6v8q5z3f9x2m7c4n1h0ds --now 2099-01-01T04:00:00Z";

/// Orders that one call carries out at most: a load and a run, and what newer snapshots overtook.
const ORDERS_MAX: usize = 20;

/// Carry out in this process what a subscription needs now, whatever its rhythm
///
/// What is under way is finished first; then a run brings the customer up to the newest snapshot, if that is newer than
/// the last. A scheduler does the same by itself when the rhythm says so.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Run {
    /// The subscription
    id: SubscriptionId,
    /// Begin a run only if the rhythm says that one is due
    #[arg(long)]
    due: bool,
    /// Take this moment as the present, to simulate; never an earlier one than the present
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
    /// Workers with one thread each. Default: one with as many threads as the setting worker.threads
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    workers: Option<u32>,
}

impl Run {
    pub(super) fn run(self, global: &Global) -> Outcome<Answer> {
        let mut context = Context::new(global)?;
        context.must_exist()?;
        if let Some(now) = self.now {
            if now < context.clock.now() {
                // A permit that is over would be valid again.
                return Err(Failure::usage("--now must not be before the present"));
            }
            context.clock = Arc::new(FixedClock(now));
        }
        let (receipts, why) = block_on(self.carry_out(&context, global.show()))?;
        let cells: Vec<[String; 3]> = receipts.iter().map(cells).collect();
        let mut text =
            if cells.is_empty() { String::new() } else { table(["delivery", "rows", "up to"], &cells) };
        text.push_str(&why);
        let rows: Vec<_> = receipts
            .iter()
            .map(|receipt| {
                json!({ "order": receipt.order, "rows": receipt.delivered, "snapshot": receipt.snapshot,
                    "digest": receipt.digest, "update": receipt.update })
            })
            .collect();
        Answer::new(&json!({ "id": self.id, "deliveries": rows, "state": why }), text)
    }

    async fn carry_out(&self, context: &Context, show: Show) -> Outcome<(Vec<Receipt>, String)> {
        context.probe().await?;
        let queue: Arc<dyn Queue> = Arc::new(MemoryQueue::embedded());
        let mut house = House::open(context, &queue, self.workers, Follow::Orders)?;
        let finished = self.orders(context, &mut house, show).await;
        house.close().await;
        finished
    }

    async fn orders(
        &self,
        context: &Context,
        house: &mut House,
        show: Show,
    ) -> Outcome<(Vec<Receipt>, String)> {
        let subscriptions = Subscriptions::new(Orders::new(Arc::clone(&context.store)));
        let prompt = if self.due { Prompt::Rhythm } else { Prompt::Hand };
        let mut receipts = Vec::new();
        for _ in 0..ORDERS_MAX {
            let scheduler = Arc::clone(&house.scheduler);
            let moved = scheduler.move_along(&subscriptions, &self.id, prompt).await;
            match moved.map_err(|error| errors::service(&error))? {
                Moved::Order(order) => receipts.extend(follow(house, show, &order).await?),
                Moved::Nothing(why) => return Ok((receipts, told(&why))),
                Moved::Ended(reason) => return ended(receipts, &reason),
                Moved::Refused(reasons) => {
                    return Err(Failure::refused("the run is refused").details(reasons));
                }
            }
        }
        Err(Failure::failed("newer snapshots came faster than runs".to_owned()))
    }
}

/// Follows an order; its receipt, or none if a newer snapshot overtook it.
async fn follow(house: &mut House, show: Show, order: &OrderId) -> Outcome<Option<Receipt>> {
    let scheduler = Arc::clone(&house.scheduler);
    let telling = Telling::start(show, "run");
    let followed = tokio::select! {
        progress = store::follow(&scheduler, order, |progress| telling.tell(progress)) => progress?,
        failure = house.watch() => return Err(failure),
    };
    let is_overtaken = followed.state == OrderState::Refused
        && followed.reason.as_deref().is_some_and(|reason| reason == poimuri_worker::stages::OVERTAKEN);
    if is_overtaken {
        telling.done("overtaken");
        return Ok(None);
    }
    delivered(&followed)?;
    let receipt = scheduler.receipt(order).await.map_err(|error| errors::service(&error))?;
    telling.done(&format!("{} delivered", receipt.delivered));
    Ok(Some(receipt))
}

fn ended(receipts: Vec<Receipt>, reason: &str) -> Outcome<(Vec<Receipt>, String)> {
    let why = format!("the subscription has ended: {reason}");
    if receipts.is_empty() { Err(Failure::refused(why)) } else { Ok((receipts, why)) }
}

fn told(why: &Move) -> String {
    match why {
        Move::Paused => "the subscription is paused".to_owned(),
        Move::NoMembers => "the subscription has no members".to_owned(),
        Move::NotDue(Some(next)) => format!("the next run is due at {next}"),
        Move::UpToDate | Move::NotDue(None) | Move::Wait(..) | Move::Begin(..) => {
            "the customer is up to date".to_owned()
        }
        Move::Ended(reason) | Move::End(reason) => format!("the subscription has ended: {reason}"),
    }
}

fn cells(receipt: &Receipt) -> [String; 3] {
    [receipt.order.to_string(), thousands(receipt.delivered), receipt.snapshot.to_string()]
}
