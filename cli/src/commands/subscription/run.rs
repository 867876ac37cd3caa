//! `subscription run`: what a subscription needs now, in this process or by a scheduler and its workers.

use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;
use poimuri_shared::clock::FixedClock;
use poimuri_shared::ids::{OrderId, SubscriptionId};
use poimuri_shared::lifecycle::OrderState;
use poimuri_shared::queue::{MemoryQueue, Queue};
use serde_json::{Value, json};

use crate::answer::{Answer, table};
use crate::args::Global;
use crate::commands::order::{Reach, Telling, delivered, plain};
use crate::context::{Context, block_on};
use crate::desk::Desk;
use crate::failure::{Failure, Outcome};
use crate::house::{Follow, House};
use crate::progress::Show;

const EXAMPLES: &str = "Examples:
  poimuri subscription run u-01kbt6v8q5z3f9x2m7c4n1h0ds
  poimuri subscription run u-01kbt6v8q5z3f9x2m7c4n1h0ds --due --json
  poimuri subscription run u-01kbt6v8q5z3f9x2m7c4n1h0ds --now 2035-01-01T04:00:00Z
  poimuri subscription run u-01kbt6v8q5z3f9x2m7c4n1h0ds --scheduler http://127.0.0.1:8480";

/// Orders that one call carries out at most: a load and a run, and what newer snapshots overtook.
const ORDERS_MAX: usize = 20;

/// Carry out what a subscription needs now, whatever its rhythm
///
/// What is under way is finished first; then a run brings the customer up to the newest snapshot, if that is newer than
/// the last. In this process, or where a scheduler is named by that one and its workers; it does the same by itself when
/// the rhythm says so.
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
    #[command(flatten)]
    reach: Reach,
}

/// What a subscription came to: the receipt of each delivery, and why there is no further one.
type Ran = (Vec<Value>, String);

impl Run {
    pub(super) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = self.reach.context(global)?;
        let show = global.show();
        let (receipts, why) = if context.settings.client.scheduler.is_some() {
            block_on(self.through_scheduler(&context, show))?
        } else {
            block_on(self.carry_out(&self.at_its_time(context)?, show))?
        };
        let cells: Vec<[String; 3]> = receipts.iter().map(cells).collect();
        let mut text =
            if cells.is_empty() { String::new() } else { table(["delivery", "rows", "up to"], &cells) };
        text.push_str(&why);
        let row = |receipt: &Value| {
            json!({ "order": receipt["order"], "rows": receipt["delivered"], "snapshot": receipt["snapshot"],
                "digest": receipt["digest"], "update": receipt["update"] })
        };
        let rows: Vec<Value> = receipts.iter().map(row).collect();
        Answer::new(&json!({ "id": self.id, "deliveries": rows, "state": why }), text)
    }

    async fn through_scheduler(&self, context: &Context, show: Show) -> Outcome<Ran> {
        for (is_given, option) in [(self.now.is_some(), "--now"), (self.workers.is_some(), "--workers")] {
            if is_given {
                return Err(Failure::usage(format!(
                    "{option} is for a run in this process, and a scheduler is named"
                )));
            }
        }
        self.orders(context, &Desk::open(context).await?, None, show).await
    }

    /// The same context at the moment that is taken as the present.
    fn at_its_time(&self, mut context: Context) -> Outcome<Context> {
        context.must_exist()?;
        if let Some(now) = self.now {
            if now < context.clock.now() {
                // A permit that is over would be valid again.
                return Err(Failure::usage("--now must not be before the present"));
            }
            context.clock = Arc::new(FixedClock(now));
        }
        Ok(context)
    }

    async fn carry_out(&self, context: &Context, show: Show) -> Outcome<Ran> {
        context.probe().await?;
        let queue: Arc<dyn Queue> = Arc::new(MemoryQueue::embedded());
        let mut house = House::open(context, &queue, self.workers, Follow::Own)?;
        let desk = Desk::Store(Arc::clone(&house.scheduler));
        let finished = self.orders(context, &desk, Some(&mut house), show).await;
        house.close().await;
        finished
    }

    async fn orders(
        &self,
        context: &Context,
        desk: &Desk,
        mut house: Option<&mut House>,
        show: Show,
    ) -> Outcome<Ran> {
        let mut receipts = Vec::new();
        for _ in 0..ORDERS_MAX {
            let went = desk.move_on(&self.id, self.due).await?;
            let Some(order) = went.order else {
                // Nobody asks for a run of what is over.
                let is_refused = went.is_over && receipts.is_empty();
                return if is_refused {
                    Err(Failure::refused(went.state))
                } else {
                    Ok((receipts, went.state))
                };
            };
            if follow(desk, house.as_deref_mut(), show, &order).await? {
                receipts.push(desk.receipt(context, &order).await?);
            }
        }
        Err(Failure::failed("newer snapshots came faster than runs".to_owned()))
    }
}

/// Follows an order to its delivery; false if a newer snapshot overtook it.
async fn follow(desk: &Desk, house: Option<&mut House>, show: Show, order: &OrderId) -> Outcome<bool> {
    let telling = Telling::start(show, "run");
    let fallen = async {
        match house {
            Some(house) => house.watch().await,
            None => std::future::pending().await,
        }
    };
    let followed = tokio::select! {
        progress = desk.follow(order, |progress| telling.tell(progress)) => progress?,
        failure = fallen => return Err(failure),
    };
    let is_overtaken = followed.state == OrderState::Refused
        && followed.reason.as_deref().is_some_and(|reason| reason == poimuri_worker::stages::OVERTAKEN);
    if is_overtaken {
        telling.done("overtaken");
        return Ok(false);
    }
    delivered(&followed)?;
    telling.done("delivered");
    Ok(true)
}

fn cells(receipt: &Value) -> [String; 3] {
    ["order", "delivered", "snapshot"].map(|name| plain(receipt.get(name)))
}
