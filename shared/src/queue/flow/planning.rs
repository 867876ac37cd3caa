//! How a stage is put in, step by step.

use std::collections::BTreeMap;

use super::Flow;
use crate::queue::steps::{Entry, FINISH, LIMIT, Laid, Step, Steps};
use crate::queue::{MAX_TASKS, Planned, QueueError, StagePlan, TaskState};

#[expect(private_bounds, reason = "the steps are our own business")]
impl<S: Steps> Flow<S> {
    pub(super) async fn lay_out(&self, plan: StagePlan) -> Step<Planned> {
        let tasks = first_bytes(&plan)?;
        if !self.steps.admit(&plan.order).await? {
            return Err(QueueError::Full("too many orders are open"));
        }
        let memory = self.steps.epoch().await?;
        let StagePlan { order, stage, task_count, done, past, tenant, priority, paused } = plan;
        let entry = Entry { order, stage };
        let fence = self.steps.draw();
        let mut laid = Laid {
            entry,
            memory,
            fence,
            tenant,
            priority,
            paused,
            tasks,
            past,
            carries_on: false,
            done: Vec::new(),
        };
        let mut rest = laid.past.split_off(&nth_key(&laid.past));
        let first = self.steps.lay(&laid).await?;
        if first.total != task_count {
            return Err(QueueError::Plan("the stage is known with another number of tasks"));
        }
        laid.tasks = Vec::new();
        let mut last = first.clone();
        // What did not fit into one step: more of the past of a stage just put in, or
        // further finished tasks of a known one.
        while first.fresh && !rest.is_empty() {
            let next = rest.split_off(&nth_key(&rest));
            laid.past = std::mem::replace(&mut rest, next);
            laid.carries_on = true;
            last = self.steps.lay(&laid).await?;
        }
        if !first.fresh {
            laid.past.clear();
            for chunk in done.chunks(FINISH) {
                laid.done = chunk.to_vec();
                last = self.steps.lay(&laid).await?;
            }
        }
        self.list(&laid.entry.order, &last.standing).await?;
        Ok(Planned { fresh: first.fresh, stage_done: last.stage_done })
    }
}

/// The key before which a step's worth of items lie.
fn nth_key<T>(map: &BTreeMap<u32, T>) -> u32 {
    map.keys().nth(LIMIT as usize).copied().unwrap_or(u32::MAX)
}

/// One byte for each task, as a stage begins.
fn first_bytes(plan: &StagePlan) -> Step<Vec<u8>> {
    if plan.task_count == 0 || plan.task_count > MAX_TASKS {
        return Err(QueueError::Plan("number of tasks is out of bounds"));
    }
    let mut bytes = vec![TaskState::Waiting as u8; plan.task_count as usize];
    let dead = plan.past.iter().filter(|(_, past)| past.dead).map(|(task, _)| (*task, TaskState::Dead));
    let done = plan.done.iter().map(|task| (*task, TaskState::Done));
    // A partial in the store outweighs what failed before it.
    for (task, state) in dead.chain(done) {
        *bytes.get_mut(task as usize).ok_or(QueueError::Plan("a task has a number beyond the last"))? =
            state as u8;
    }
    if plan.past.keys().any(|task| *task >= plan.task_count) {
        return Err(QueueError::Plan("a failed task has a number beyond the last"));
    }
    Ok(bytes)
}
