//! One stage of the embedded queue: a byte for each task, and what the bytes cannot say.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::WorkerId;
use crate::queue::steps::{LIMIT, SEARCH, Tally};
use crate::queue::{Lease, MAX_WORKERS_LOST, Past, StageState, TaskState};

#[derive(Debug, Default)]
pub(super) struct Stage {
    pub(super) tasks: Vec<u8>,
    pub(super) done: u32,
    /// No task before it was never claimed.
    pub(super) cursor: u32,
    /// Thousandths of the running tasks, added up.
    pub(super) permilles: u64,
    pub(super) leases: BTreeMap<u32, Lease>,
    /// Waiting, but passed by the cursor.
    pub(super) returned: BTreeSet<u32>,
    /// When each pausing task is due.
    pub(super) due: BTreeMap<u32, u64>,
    /// When each dead task was given up.
    pub(super) dead: BTreeMap<u32, u64>,
    pub(super) past: BTreeMap<u32, Past>,
}

/// What looking for a waiting task brought.
pub(super) enum Found {
    Task(u32),
    Nothing,
    NotYet,
}

impl Stage {
    pub(super) fn total(&self) -> u32 {
        u32::try_from(self.tasks.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn waiting(&self) -> u32 {
        let elsewhere = self.leases.len() + self.due.len() + self.dead.len();
        self.total() - self.done - u32::try_from(elsewhere).unwrap_or(0)
    }

    pub(super) fn permille(&self) -> u16 {
        let whole = (u64::from(self.done) * 1000 + self.permilles) / u64::from(self.total().max(1));
        u16::try_from(whole).unwrap_or(1000)
    }

    pub(super) fn state(&self, task: u32) -> Option<TaskState> {
        self.tasks.get(task as usize).copied().and_then(TaskState::from_byte)
    }

    fn set(&mut self, task: u32, state: TaskState) {
        if let Some(byte) = self.tasks.get_mut(task as usize) {
            *byte = state as u8;
        }
    }

    pub(super) fn find(&mut self) -> Found {
        if let Some(task) = self.returned.pop_first() {
            return Found::Task(task);
        }
        let end = self.total().min(self.cursor + SEARCH);
        let window = &self.tasks[self.cursor as usize..end as usize];
        match window.iter().position(|byte| *byte == TaskState::Waiting as u8) {
            Some(at) => {
                let task = self.cursor + u32::try_from(at).unwrap_or(0);
                self.cursor = task + 1;
                Found::Task(task)
            }
            None => {
                self.cursor = end;
                if end < self.total() { Found::NotYet } else { Found::Nothing }
            }
        }
    }

    pub(super) fn lease(&mut self, task: u32, lease: Lease) {
        self.set(task, TaskState::Running);
        self.leases.insert(task, lease);
    }

    pub(super) fn end_lease(&mut self, task: u32) -> Option<Lease> {
        let lease = self.leases.remove(&task)?;
        self.permilles -= u64::from(lease.permille);
        Some(lease)
    }

    /// Back among the waiting; the cursor may have passed it.
    pub(super) fn give_back(&mut self, task: u32) {
        self.set(task, TaskState::Waiting);
        self.returned.insert(task);
    }

    pub(super) fn finish(&mut self, task: u32) {
        self.end_lease(task);
        self.returned.remove(&task);
        self.due.remove(&task);
        self.dead.remove(&task);
        self.past.remove(&task);
        if self.state(task).is_some_and(|state| state != TaskState::Done) {
            self.set(task, TaskState::Done);
            self.done += 1;
        }
    }

    pub(super) fn pause(&mut self, task: u32, due: u64) {
        self.set(task, TaskState::Retrying);
        self.due.insert(task, due);
    }

    pub(super) fn bury(&mut self, task: u32, now: u64) {
        self.past.entry(task).or_default().dead = true;
        self.set(task, TaskState::Dead);
        self.dead.insert(task, now);
    }

    /// The worker that held the task is thought lost. True if the task is given up.
    pub(super) fn lose(&mut self, task: u32, worker: &WorkerId, now: u64) -> bool {
        let past = self.past.entry(task).or_default();
        past.losses += 1;
        if !past.workers.contains(worker) {
            past.workers.push(worker.clone());
        }
        let dead = past.workers.len() >= MAX_WORKERS_LOST as usize;
        if dead {
            self.bury(task, now);
        } else {
            self.give_back(task);
        }
        dead
    }

    pub(super) fn tally(&self) -> Tally {
        let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        Tally {
            waiting: u64::from(self.waiting()),
            running: count(self.leases.len()),
            retrying: count(self.due.len()),
            done: u64::from(self.done),
            dead: count(self.dead.len()),
        }
    }

    pub(super) fn view(&self) -> StageState {
        let limit = LIMIT as usize;
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        StageState {
            tasks: self.tasks.iter().filter_map(|byte| TaskState::from_byte(*byte)).collect(),
            leases: self.leases.iter().take(limit).map(|(task, lease)| (*task, lease.clone())).collect(),
            past: self.past.iter().take(limit).map(|(task, past)| (*task, past.clone())).collect(),
            due: self.due.iter().take(limit).map(|(task, due)| (*task, *due)).collect(),
            waiting: self.waiting(),
            running: count(self.leases.len()),
            retrying: count(self.due.len()),
            done: self.done,
            dead: count(self.dead.len()),
            permille: self.permille(),
        }
    }
}
