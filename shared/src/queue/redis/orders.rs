//! The steps of one order as calls of their scripts.

use redis::Value;

use super::reply::{Reply, number, unexpected};
use super::{Core, Redis, SCRIPTS, millis, past, view};
use crate::ids::{OrderId, WorkerId};
use crate::queue::steps::{
    Change, Entry, LIMIT, Laid, LaidOut, OrderSteps, SEARCH, Standing, Step, Swept, Taken, Tally,
};
use crate::queue::{
    Beat, Claim, Commit, Failed, Failure, LEASE, LostLease, MAX_ERRORS, MAX_TIMEOUTS, MAX_WORKERS_LOST,
    OrderState, Revocation, TaskState,
};

impl OrderSteps for Redis {
    async fn lay(&self, laid: &Laid) -> Step<LaidOut> {
        let done = laid.tasks.iter().filter(|byte| **byte == TaskState::Done as u8).count();
        let mut script = self.core.on_order(&SCRIPTS.lay, &laid.entry.order);
        script.arg(laid.entry.stage).arg(laid.memory).arg(laid.fence).arg(laid.tenant.as_str());
        script.arg(laid.priority).arg(u8::from(laid.paused)).arg(laid.tasks.as_slice());
        script.arg(laid.tasks.len()).arg(done).arg(u8::from(laid.carries_on)).arg(laid.past.len());
        for (task, exception) in &laid.past {
            script.arg(*task).arg(past::write(exception));
        }
        for task in &laid.done {
            script.arg(*task);
        }
        let mut reply = Reply::new("plan", self.core.run("plan", &script).await?)?;
        let (fresh, done, total): (u8, u32, u32) = (reply.parse()?, reply.parse()?, reply.parse()?);
        let standing = standing(&mut reply.list()?)?;
        Ok(LaidOut { fresh: fresh == 1, stage_done: done == total, total, standing })
    }

    async fn take(&self, entry: &Entry, worker: &WorkerId) -> Step<Taken> {
        let mut script = self.core.on_order(&SCRIPTS.take, &entry.order);
        script.arg(entry.stage).arg(worker.as_str()).arg(millis(LEASE)).arg(SEARCH);
        let mut reply = Reply::new("claim", self.core.run("claim", &script).await?)?;
        match reply.text()?.as_str() {
            "gone" => Ok(Taken::Gone),
            "again" => Ok(Taken::Again),
            "empty" => Ok(Taken::Empty { version: reply.parse()? }),
            task => Ok(Taken::Task {
                task: task.parse().ok().ok_or(unexpected("claim"))?,
                fence: reply.parse()?,
                counter: reply.parse()?,
                attempt: reply.parse()?,
            }),
        }
    }

    async fn beat(&self, order: &OrderId, beats: &[&Beat]) -> Step<Vec<Option<Revocation>>> {
        let mut script = self.core.on_order(&SCRIPTS.beat, order);
        script.arg(millis(LEASE));
        for Beat { claim, permille } in beats {
            script.arg(claim.stage).arg(claim.task).arg(claim.token.epoch).arg(claim.token.counter);
            script.arg(claim.worker.as_str()).arg(*permille);
        }
        let reply = Reply::new("heartbeat", self.core.run("heartbeat", &script).await?)?;
        reply.each(|reply| match reply.parse::<u8>()? {
            0 => Ok(None),
            1 => Ok(Some(Revocation::Lost)),
            _ => Ok(Some(Revocation::Cancelled)),
        })
    }

    async fn commit(&self, claim: &Claim) -> Step<Commit> {
        let script = on_claim(&self.core, &SCRIPTS.commit, claim);
        match number("commit", self.core.run("commit", &script).await?)? {
            0 => Ok(Commit::Stale),
            answer => Ok(Commit::Done { stage_done: answer == 2 }),
        }
    }

    async fn fail(&self, claim: &Claim, failure: &Failure, pause_ms: u64) -> Step<Failed> {
        let mut script = on_claim(&self.core, &SCRIPTS.fail, claim);
        script.arg(past::letter(failure.cause)).arg(failure.fingerprint.as_str()).arg(pause_ms);
        script.arg(MAX_ERRORS).arg(MAX_TIMEOUTS);
        match number("fail", self.core.run("fail", &script).await?)? {
            0 => Ok(Failed::Stale),
            1 => Ok(Failed::Retrying { after_ms: pause_ms }),
            _ => Ok(Failed::Dead),
        }
    }

    async fn release(&self, claim: &Claim) -> Step<Option<Standing>> {
        let script = on_claim(&self.core, &SCRIPTS.release, claim);
        known("release", self.core.run("release", &script).await?, standing)
    }

    async fn change(&self, order: &OrderId, change: Change) -> Step<Option<Standing>> {
        let (field, value) = match change {
            Change::Cancel => ("cancelled", 1),
            Change::Pause => ("paused", 1),
            Change::Resume => ("paused", 0),
            Change::Priority(priority) => ("priority", priority),
        };
        let mut script = self.core.on_order(&SCRIPTS.change, order);
        script.arg(field).arg(value);
        known("change", self.core.run("change", &script).await?, standing)
    }

    async fn erase(&self, order: &OrderId) -> Step<Vec<u8>> {
        let script = self.core.on_order(&SCRIPTS.erase, order);
        Reply::new("forget", self.core.run("forget", &script).await?)?.each(Reply::parse)
    }

    async fn revive(&self, order: &OrderId) -> Step<Option<(u32, Standing)>> {
        let mut script = self.core.on_order(&SCRIPTS.revive, order);
        script.arg(LIMIT);
        known("requeue", self.core.run("requeue", &script).await?, |reply| {
            Ok((reply.parse()?, standing(&mut reply.list()?)?))
        })
    }

    async fn sweep(&self, order: &OrderId) -> Step<Option<Swept>> {
        let mut script = self.core.on_order(&SCRIPTS.sweep, order);
        script.arg(LIMIT).arg(MAX_WORKERS_LOST);
        known("sweep", self.core.run("sweep", &script).await?, |reply| {
            let lost = reply.list()?.each(|lost| {
                Ok(LostLease {
                    order: order.clone(),
                    stage: lost.parse()?,
                    task: lost.parse()?,
                    worker: lost.parse()?,
                    dead: lost.parse::<u8>()? == 1,
                })
            })?;
            Ok(Swept {
                lost,
                promoted: reply.parse()?,
                idle: reply.parse::<u8>()? == 1,
                more: reply.parse::<u8>()? == 1,
                standing: standing(&mut reply.list()?)?,
            })
        })
    }

    async fn read(&self, order: &OrderId) -> Step<Option<OrderState>> {
        let mut script = self.core.on_order(&SCRIPTS.read, order);
        script.arg(LIMIT);
        known("read", self.core.run("read", &script).await?, view::order)
    }

    async fn tally(&self, order: &OrderId) -> Step<Tally> {
        let script = self.core.on_order(&SCRIPTS.tally, order);
        let mut reply = Reply::new("tally", self.core.run("tally", &script).await?)?;
        Ok(Tally {
            waiting: reply.parse()?,
            running: reply.parse()?,
            retrying: reply.parse()?,
            done: reply.parse()?,
            dead: reply.parse()?,
        })
    }
}

fn standing(reply: &mut Reply) -> Step<Standing> {
    let (tenant, priority, version) = (reply.parse()?, reply.parse()?, reply.parse()?);
    let mut stages = Vec::new();
    while !reply.is_empty() {
        stages.push((reply.parse()?, reply.parse::<u8>()? == 1));
    }
    Ok(Standing { tenant, priority, version, stages })
}

fn on_claim<'a>(core: &Core, script: &'a redis::Script, claim: &Claim) -> redis::ScriptInvocation<'a> {
    let mut script = core.on_order(script, &claim.order);
    script.arg(claim.stage).arg(claim.task).arg(claim.token.epoch).arg(claim.token.counter);
    script.arg(claim.worker.as_str());
    script
}

/// An empty answer means that there is no such thing.
fn known<T>(call: &'static str, answer: Value, read: impl Fn(&mut Reply) -> Step<T>) -> Step<Option<T>> {
    let mut reply = Reply::new(call, answer)?;
    if reply.is_empty() { Ok(None) } else { read(&mut reply).map(Some) }
}
