//! An order, as `read.lua` answers.

use std::collections::BTreeMap;

use super::past;
use super::reply::{Reply, unexpected};
use crate::queue::steps::Step;
use crate::queue::{Lease, OrderState, StageState, TaskState};

pub(super) fn order(reply: &mut Reply) -> Step<OrderState> {
    let mut state = OrderState {
        tenant: reply.parse()?,
        priority: reply.parse()?,
        paused: reply.parse::<u8>()? == 1,
        cancelled: reply.parse::<u8>()? == 1,
        stages: BTreeMap::new(),
    };
    while !reply.is_empty() {
        state.stages.insert(reply.parse()?, stage(reply)?);
    }
    Ok(state)
}

fn stage(reply: &mut Reply) -> Step<StageState> {
    let tasks = reply.bytes()?.into_iter().map(|byte| TaskState::from_byte(byte).ok_or(unexpected("read")));
    let tasks = tasks.collect::<Step<Vec<_>>>()?;
    let (done, permille, dead): (u32, u16, u32) = (reply.parse()?, reply.parse()?, reply.parse()?);
    let (running, retrying): (u32, u32) = (reply.parse()?, reply.parse()?);
    let ends: Vec<(u32, u64)> = reply.list()?.each(Reply::pair)?;
    let owners = reply.list()?.each(Reply::text)?;
    let leases = ends.into_iter().zip(owners).map(|((task, until_ms), owner)| {
        let lease = lease(&owner, until_ms).ok_or(unexpected("read"))?;
        Ok((task, lease))
    });
    let leases = leases.collect::<Step<_>>()?;
    let due = reply.list()?.each(Reply::pair)?.into_iter().collect();
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
