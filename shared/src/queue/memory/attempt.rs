//! What a worker may tell of a task it holds.

use std::collections::BTreeMap;

use super::order::{Events, Order, lease_end};
use super::stage::Stage;
use crate::ids::OrderId;
use crate::queue::steps::Standing;
use crate::queue::{
    Beat, Cause, Claim, Commit, Event, Failed, Failure, MAX_ERRORS, MAX_TIMEOUTS, Revocation,
};

impl Order {
    /// The stage of a claim whose lease still holds.
    fn held(&mut self, claim: &Claim) -> Option<&mut Stage> {
        let stage = self.stages.get_mut(&claim.stage).filter(|_| self.fence == claim.token.epoch)?;
        let lease = stage.leases.get(&claim.task)?;
        (lease.counter == claim.token.counter && lease.worker == claim.worker).then_some(stage)
    }

    pub(super) fn beat(&mut self, beats: &[&Beat], now: u64, events: &mut Events) -> Vec<Option<Revocation>> {
        let before: BTreeMap<u8, u16> = self.stages.iter().map(|(n, stage)| (*n, stage.permille())).collect();
        let cancelled = self.cancelled;
        let mut answers = Vec::with_capacity(beats.len());
        for Beat { claim, permille } in beats {
            let Some(stage) = self.held(claim) else {
                answers.push(Some(Revocation::Lost));
                continue;
            };
            if let Some(lease) = stage.leases.get_mut(&claim.task) {
                lease.until_ms = lease_end(now);
                stage.permilles = stage.permilles + u64::from(*permille) - u64::from(lease.permille);
                lease.permille = *permille;
            }
            answers.push(cancelled.then_some(Revocation::Cancelled));
        }
        if let Some(Beat { claim, .. }) = beats.first() {
            for (number, stage) in &self.stages {
                if before.get(number) != Some(&stage.permille()) {
                    events.push(progress(&claim.order, *number, stage));
                }
            }
        }
        answers
    }

    pub(super) fn commit(&mut self, claim: &Claim, events: &mut Events) -> Commit {
        let Some(stage) = self.held(claim) else { return Commit::Stale };
        let before = stage.permille();
        stage.finish(claim.task);
        if stage.permille() != before {
            events.push(progress(&claim.order, claim.stage, stage));
        }
        let stage_done = stage.done == stage.total();
        if stage_done {
            events.push(Event::StageDone { order: claim.order.clone(), stage: claim.stage });
        }
        Commit::Done { stage_done }
    }

    pub(super) fn fail(
        &mut self,
        claim: &Claim,
        failure: &Failure,
        pause_ms: u64,
        now: u64,
        events: &mut Events,
    ) -> Failed {
        let Some(stage) = self.held(claim) else { return Failed::Stale };
        stage.end_lease(claim.task);
        let past = stage.past.entry(claim.task).or_default();
        past.fingerprint = Some(failure.fingerprint.clone());
        past.cause = Some(failure.cause);
        let dead = match failure.cause {
            Cause::Error => {
                past.errors += 1;
                past.errors >= MAX_ERRORS
            }
            Cause::TimedOut => {
                past.timeouts += 1;
                past.timeouts >= MAX_TIMEOUTS
            }
            Cause::Aborted | Cause::Refused => true,
        };
        if dead {
            stage.bury(claim.task, now);
            events.push(dead_event(claim));
            return Failed::Dead;
        }
        stage.pause(claim.task, now + pause_ms);
        Failed::Retrying { after_ms: pause_ms }
    }

    pub(super) fn release(&mut self, claim: &Claim) -> Option<Standing> {
        let stage = self.held(claim)?;
        stage.end_lease(claim.task);
        stage.past.entry(claim.task).or_default().drained += 1;
        stage.give_back(claim.task);
        self.version += 1;
        Some(self.standing(Some(claim.stage)))
    }
}

fn progress(order: &OrderId, number: u8, stage: &Stage) -> Event {
    Event::Progress {
        order: order.clone(),
        stage: number,
        done: stage.done,
        total: stage.total(),
        permille: stage.permille(),
    }
}

fn dead_event(claim: &Claim) -> Event {
    Event::TaskDead { order: claim.order.clone(), stage: claim.stage, task: claim.task }
}
