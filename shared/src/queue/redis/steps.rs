//! Each step as a call of its script.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use redis::{Cmd, Value};
use tokio::sync::{broadcast, watch};

use crate::ids::{CustomerId, OrderId, WorkerId};
use crate::queue::memory::{FIRST_ESTIMATE_MS, REMEMBER_MS};
use crate::queue::steps::{
    Account, Census, Change, Chosen, Entry, LIMIT, Laid, LaidOut, SEARCH, Standing, Step, Steps, Swept,
    Taken, Tally,
};
use crate::queue::{
    Beat, Claim, Commit, Event, Failed, Failure, LEASE, Lease, LostLease, MAX_ERRORS, MAX_ORDERS,
    MAX_TIMEOUTS, MAX_WORKERS_LOST, OrderState, QueueError, Revocation, StageState, TaskState,
};

use super::link::Link;
use super::reply::Reply;
use super::{Core, Redis, SCRIPTS, past};

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn unexpected(call: &'static str) -> QueueError {
    QueueError::Answer { call, source: None }
}

fn number(call: &'static str, answer: Value) -> Step<u64> {
    Reply::new(call, Value::Array(vec![answer]))?.parse()
}

fn standing(reply: &mut Reply) -> Step<Standing> {
    let (tenant, priority, version) = (reply.parse()?, reply.parse()?, reply.parse()?);
    let mut stages = Vec::new();
    while !reply.is_empty() {
        stages.push((reply.parse()?, reply.parse::<u8>()? == 1));
    }
    Ok(Standing { tenant, priority, version, stages })
}

fn pair<A: std::str::FromStr>(reply: &mut Reply) -> Step<(A, u64)> {
    Ok((reply.parse()?, reply.moment()?))
}

impl Core {
    async fn list(&self, call: &'static str, command: &Cmd) -> Step<Reply> {
        Reply::new(
            call,
            self.link.ask(call, |mut to| async move { command.query_async(&mut to).await }).await?,
        )
    }

    fn page(&self, kind: &str, offset: u32) -> Cmd {
        let last = offset.saturating_add(LIMIT - 1);
        let mut command = redis::cmd("ZRANGE");
        command.arg(format!("{}:{kind}", self.names.index)).arg(offset).arg(last);
        command
    }
}

impl Steps for Redis {
    async fn admit(&self, order: &OrderId) -> Step<bool> {
        let mut script = self.core.on_index(&SCRIPTS.admit);
        script.arg(order.as_str()).arg(MAX_ORDERS);
        Ok(number("admit", self.core.run("admit", &script).await?)? == 1)
    }

    async fn ready(&self, entry: &Entry, tenant: &CustomerId, priority: u8, version: u64) -> Step<()> {
        let mut script = self.core.on_index(&SCRIPTS.ready);
        script.arg(entry.order.as_str()).arg(entry.stage).arg(tenant.as_str());
        script.arg(format!("{:03}", 255 - priority)).arg(version);
        self.core.run("ready", &script).await.map(drop)
    }

    async fn unready(&self, entry: &Entry, version: u64, tenant: &CustomerId, refund_ms: u64) -> Step<()> {
        let mut script = self.core.on_index(&SCRIPTS.unready);
        script.arg(entry.order.as_str()).arg(entry.stage).arg(tenant.as_str()).arg(refund_ms).arg(version);
        self.core.run("unready", &script).await.map(drop)
    }

    async fn choose(&self, accounts: &[Account]) -> Step<Option<Chosen>> {
        let mut script = self.core.on_index(&SCRIPTS.choose);
        script.arg(FIRST_ESTIMATE_MS);
        add_accounts(&mut script, accounts);
        let mut reply = Reply::new("choose", self.core.run("choose", &script).await?)?;
        if reply.is_empty() {
            return Ok(None);
        }
        let entry = Entry { order: reply.parse()?, stage: reply.parse()? };
        Ok(Some(Chosen { entry, tenant: reply.parse()?, charged_ms: reply.parse()? }))
    }

    async fn settle(&self, accounts: &[Account]) -> Step<()> {
        let mut script = self.core.on_index(&SCRIPTS.settle);
        script.arg(FIRST_ESTIMATE_MS);
        add_accounts(&mut script, accounts);
        self.core.run("settle", &script).await.map(drop)
    }

    async fn unlist(&self, order: &OrderId, stages: &[u8]) -> Step<()> {
        let mut script = self.core.on_index(&SCRIPTS.unlist);
        script.arg(order.as_str());
        for stage in stages {
            script.arg(*stage);
        }
        self.core.run("unlist", &script).await.map(drop)
    }

    async fn busy(&self, offset: u32) -> Step<Vec<(OrderId, u64)>> {
        let mut command = self.core.page("busy", offset);
        command.arg("WITHSCORES");
        self.core.list("busy", &command).await?.each(pair)
    }

    async fn unbusy(&self, order: &OrderId, since: u64, known: bool) -> Step<bool> {
        let mut script = self.core.on_index(&SCRIPTS.unbusy);
        script.arg(order.as_str()).arg(since).arg(u8::from(known)).arg(REMEMBER_MS);
        Ok(number("unbusy", self.core.run("unbusy", &script).await?)? == 1)
    }

    async fn orders(&self, offset: u32) -> Step<Vec<OrderId>> {
        self.core.list("orders", &self.core.page("orders", offset)).await?.each(Reply::parse)
    }

    async fn heard(&self, worker: &WorkerId) -> Step<()> {
        let mut script = self.core.on_index(&SCRIPTS.heard);
        script.arg(worker.as_str()).arg(REMEMBER_MS);
        self.core.run("heard", &script).await.map(drop)
    }

    async fn census(&self) -> Step<Census> {
        let mut census = Census::default();
        for kind in ["active", "idle", "workers"] {
            let mut command = self.core.page(kind, 0);
            command.arg("WITHSCORES");
            let reply = self.core.list("census", &command).await?;
            if kind == "workers" {
                census.workers.extend(reply.each(pair)?);
            } else {
                census.accounts.extend(reply.each(pair)?);
            }
        }
        Ok(census)
    }

    async fn lead(&self, holder: &str, ttl: Duration) -> Step<bool> {
        let mut script = self.core.on_index(&SCRIPTS.lead);
        script.arg(holder).arg(millis(ttl).max(1));
        Ok(number("lead", self.core.run("lead", &script).await?)? == 1)
    }

    async fn step_down(&self, holder: &str) -> Step<()> {
        let mut script = self.core.on_index(&SCRIPTS.lead);
        script.arg(holder).arg(0);
        self.core.run("lead", &script).await.map(drop)
    }

    async fn epoch(&self) -> Step<u64> {
        self.core.renew_epoch().await
    }

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
        known("read", self.core.run("read", &script).await?, |reply| {
            let mut state = OrderState {
                tenant: reply.parse()?,
                priority: reply.parse()?,
                paused: reply.parse::<u8>()? == 1,
                cancelled: reply.parse::<u8>()? == 1,
                stages: std::collections::BTreeMap::new(),
            };
            while !reply.is_empty() {
                state.stages.insert(reply.parse()?, stage(reply)?);
            }
            Ok(state)
        })
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

    fn events(&self) -> broadcast::Receiver<Event> {
        self.core.events.subscribe()
    }

    fn work(&self) -> watch::Receiver<u64> {
        self.core.work.subscribe()
    }

    fn draw(&self) -> u64 {
        self.core.draw.next()
    }

    fn detached(&self) -> Self {
        let Core { link, names, now, draw, events, work, epoch: _ } = &*self.core;
        let core = Core {
            link: Link::new(link.client.clone()),
            names: names.clone(),
            now: now.clone(),
            draw: draw.clone(),
            events: events.clone(),
            work: work.clone(),
            epoch: AtomicU64::new(0),
        };
        Self { core: Arc::new(core), listener: None }
    }
}

fn add_accounts(script: &mut redis::ScriptInvocation<'_>, accounts: &[Account]) {
    for Account { tenant, charged_ms, took_ms } in accounts {
        script.arg(tenant.as_str()).arg(*charged_ms);
        script.arg(took_ms.map_or_else(String::new, |ms| ms.to_string()));
    }
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

/// One stage, as `read.lua` answers.
fn stage(reply: &mut Reply) -> Step<StageState> {
    let tasks = reply.bytes()?.into_iter().map(|byte| TaskState::from_byte(byte).ok_or(unexpected("read")));
    let tasks = tasks.collect::<Step<Vec<_>>>()?;
    let (done, permille, dead): (u32, u16, u32) = (reply.parse()?, reply.parse()?, reply.parse()?);
    let (running, retrying): (u32, u32) = (reply.parse()?, reply.parse()?);
    let ends: Vec<(u32, u64)> = reply.list()?.each(pair)?;
    let owners = reply.list()?.each(Reply::text)?;
    let leases = ends.into_iter().zip(owners).map(|((task, until_ms), owner)| {
        let lease = lease(&owner, until_ms).ok_or(unexpected("read"))?;
        Ok((task, lease))
    });
    let leases = leases.collect::<Step<_>>()?;
    let due = reply.list()?.each(pair)?.into_iter().collect();
    let past = reply.list()?.each(|reply| {
        let (task, text) = (reply.parse()?, reply.text()?);
        Ok((task, past::read(&text).ok_or(unexpected("read"))?))
    })?;
    let total = u32::try_from(tasks.len()).unwrap_or(u32::MAX);
    Ok(StageState {
        tasks,
        leases,
        past: past.into_iter().collect(),
        due,
        waiting: total.saturating_sub(running + retrying + done + dead),
        running,
        retrying,
        done,
        dead,
        permille,
    })
}

/// `counter|since|permille|worker`
fn lease(owner: &str, until_ms: u64) -> Option<Lease> {
    let mut parts = owner.splitn(4, '|');
    Some(Lease {
        counter: parts.next()?.parse().ok()?,
        since_ms: parts.next()?.parse().ok()?,
        permille: parts.next()?.parse().ok()?,
        worker: parts.next()?.parse().ok()?,
        until_ms,
    })
}
