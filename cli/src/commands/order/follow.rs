//! `order watch`, and how far an order is, on standard error.

use poimuri_shared::ids::OrderId;
use poimuri_shared::lifecycle::OrderState;
use poimuri_shared::progress::Progress;

use super::{Which, receipt_text};
use crate::answer::Answer;
use crate::args::Global;
use crate::context::{Context, block_on};
use crate::desk::Desk;
use crate::failure::{Failure, Outcome};
use crate::progress::{Phase, Show};

/// Tells of an order while it runs: one phase, by thousandths.
#[derive(Debug)]
pub(crate) struct Telling {
    phase: Phase,
}

impl Telling {
    pub(crate) fn start(show: Show, name: &str) -> Self {
        Self { phase: Phase::start(show, name, 1000) }
    }

    /// The stage that runs, and how far all of them are.
    pub(crate) fn tell(&self, progress: &Progress) {
        let running = progress.stages.iter().find(|stage| stage.done < stage.total);
        if let Some(stage) = running {
            self.phase.now(&format!("{} {}/{}", stage.stage, stage.done, stage.total));
        }
        self.phase.at(u64::from(progress.permille()), 1000);
    }

    pub(crate) fn done(self, result: &str) -> std::time::Duration {
        self.phase.done(result)
    }
}

/// Follows an order to its end.
pub(super) fn watch(global: &Global, which: &Which) -> Outcome<Answer> {
    let context = which.reach.context(global)?;
    block_on(async {
        let desk = Desk::open(&context).await?;
        to_receipt(global, &context, &desk, &which.id).await
    })
}

/// Follows an order to its receipt.
pub(super) async fn to_receipt(
    global: &Global,
    context: &Context,
    desk: &Desk,
    id: &OrderId,
) -> Outcome<Answer> {
    let telling = Telling::start(global.show(), "order");
    let progress = desk.follow(id, |progress| telling.tell(progress)).await?;
    delivered(&progress)?;
    telling.done("delivered");
    let receipt = desk.receipt(context, id).await?;
    let text = receipt_text(&receipt);
    Answer::new(&receipt, text)
}

/// An order that settled otherwise is a failure.
///
/// # Errors
/// Why it was refused, failed or cancelled.
pub(crate) fn delivered(progress: &Progress) -> Outcome<()> {
    let id = &progress.id;
    let reason = progress.reason.clone().unwrap_or_else(|| "no reason was given".to_owned());
    match progress.state {
        OrderState::Refused => Err(Failure::refused(format!("order {id} was refused: {reason}"))),
        OrderState::Cancelled => Err(Failure::failed(format!("order {id} was cancelled"))),
        OrderState::Failed => Err(Failure::failed(format!("order {id} failed: {reason}"))
            .hint(format!("poimuri order explain {id}"))
            .hint(format!("poimuri order retry {id}"))),
        OrderState::Accepted
        | OrderState::Planned
        | OrderState::Running
        | OrderState::Merging
        | OrderState::Delivered => Ok(()),
    }
}
