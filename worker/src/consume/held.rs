//! A claim on its way from the queue to its settlement: lost on the way, it is given back.

use poimuri_shared::queue::Claim;
use tokio::runtime::Handle;

use super::settle::Desk;

/// apalis may drop a task wherever a shutdown meets it: in a channel, in a buffer, before a slot.
/// Unless it was [`settled`](Self::settled), dropping it releases its lease.
#[derive(Debug)]
pub(super) struct Held {
    claim: Claim,
    desk: Option<Desk>,
}

impl Held {
    pub(super) const fn new(claim: Claim, desk: Desk) -> Self {
        Self { claim, desk: Some(desk) }
    }

    pub(super) const fn claim(&self) -> &Claim {
        &self.claim
    }

    /// The queue has been told; nothing is left to give back.
    pub(super) fn settled(mut self) {
        self.desk = None;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let (Some(desk), Ok(runtime)) = (self.desk.take(), Handle::try_current()) {
            let claim = self.claim.clone();
            runtime.spawn(async move { desk.give_back(&claim).await });
        }
    }
}
