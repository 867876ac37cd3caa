//! One order of the embedded queue.

use std::collections::BTreeMap;

use crate::ids::{CustomerId, OrderId, WorkerId};
use crate::queue::steps::{Change, LIMIT, Laid, LaidOut, Standing, Swept, Taken, Tally};
use crate::queue::{Event, LEASE, Lease, LostLease, OrderState, Past, TaskState};

use super::stage::{Found, Stage};

#[derive(Debug)]
pub(super) struct Order {
    /// The epoch it was planned in.
    pub(super) memory: u64,
    /// What its tokens begin with.
    pub(super) fence: u64,
    pub(super) tenant: CustomerId,
    pub(super) priority: u8,
    pub(super) paused: bool,
    pub(super) cancelled: bool,
    pub(super) version: u64,
    pub(super) counter: u64,
    pub(super) stages: BTreeMap<u8, Stage>,
}

/// What happened besides the answer.
pub(super) type Events = Vec<Event>;

/// The end of a lease that begins or is prolonged at this moment.
pub(super) fn lease_end(now: u64) -> u64 {
    now + u64::try_from(LEASE.as_millis()).unwrap_or(u64::MAX)
}

impl Order {
    pub(super) fn new(laid: &Laid, version: u64) -> Self {
        Self {
            memory: laid.memory,
            fence: laid.fence,
            tenant: laid.tenant.clone(),
            priority: laid.priority,
            paused: laid.paused,
            cancelled: false,
            version,
            counter: 0,
            stages: BTreeMap::new(),
        }
    }

    fn open(&self) -> bool {
        !self.paused && !self.cancelled
    }

    pub(super) fn standing(&self, only: Option<u8>) -> Standing {
        let stages = self.stages.iter().filter(|(number, _)| only.is_none_or(|only| only == **number));
        Standing {
            tenant: self.tenant.clone(),
            priority: self.priority,
            version: self.version,
            stages: stages.map(|(number, stage)| (*number, self.open() && stage.waiting() > 0)).collect(),
        }
    }

    pub(super) fn lay(&mut self, laid: &Laid, now: u64, events: &mut Events) -> LaidOut {
        let number = laid.entry.stage;
        let order = laid.entry.order.clone();
        self.version += 1;
        let fresh = !self.stages.contains_key(&number);
        let stage = self.stages.entry(number).or_default();
        let before = stage.done;
        if fresh {
            stage.tasks.clone_from(&laid.tasks);
            let done = laid.tasks.iter().filter(|byte| **byte == TaskState::Done as u8).count();
            stage.done = u32::try_from(done).unwrap_or(u32::MAX);
            events.push(Event::Planned { order: order.clone(), stage: number });
        }
        if fresh || laid.carries_on {
            for (task, past) in &laid.past {
                if stage.state(*task) == Some(TaskState::Done) {
                    continue;
                }
                stage.past.insert(*task, past.clone());
                if past.dead {
                    stage.dead.insert(*task, now);
                }
            }
        }
        for task in &laid.done {
            stage.finish(*task);
        }
        let stage_done = stage.done == stage.total();
        if stage_done && (fresh || stage.done > before) {
            events.push(Event::StageDone { order, stage: number });
        }
        LaidOut {
            fresh,
            stage_done,
            total: self.stages.get(&number).map_or(0, Stage::total),
            standing: self.standing(Some(number)),
        }
    }

    pub(super) fn take(&mut self, number: u8, worker: &WorkerId, now: u64) -> Taken {
        let empty = Taken::Empty { version: self.version };
        if !self.open() {
            return empty;
        }
        let Some(stage) = self.stages.get_mut(&number) else { return empty };
        let task = match stage.find() {
            Found::Task(task) => task,
            Found::Nothing => return empty,
            Found::NotYet => return Taken::Again,
        };
        self.counter += 1;
        let lease = Lease {
            worker: worker.clone(),
            counter: self.counter,
            since_ms: now,
            until_ms: lease_end(now),
            permille: 0,
        };
        stage.lease(task, lease);
        let attempt = stage.past.get(&task).map_or(0, Past::attempts) + 1;
        Taken::Task { task, fence: self.fence, counter: self.counter, attempt }
    }

    pub(super) fn change(&mut self, order: &OrderId, change: Change, events: &mut Events) -> Standing {
        match change {
            Change::Cancel if !self.cancelled => {
                self.cancelled = true;
                events.push(Event::Cancelled { order: order.clone() });
            }
            Change::Cancel => {}
            Change::Pause => self.paused = true,
            Change::Resume => self.paused = false,
            Change::Priority(priority) => self.priority = priority,
        }
        self.version += 1;
        self.standing(None)
    }

    pub(super) fn revive(&mut self) -> (u32, Standing) {
        let mut count = 0;
        for stage in self.stages.values_mut() {
            while count < LIMIT
                && let Some(task) = first_by_time(&stage.dead)
            {
                stage.dead.remove(&task);
                stage.past.remove(&task);
                stage.give_back(task);
                count += 1;
            }
        }
        self.version += 1;
        (count, self.standing(None))
    }

    pub(super) fn sweep(&mut self, order: &OrderId, now: u64, events: &mut Events) -> Swept {
        let (mut lost, mut promoted, mut left) = (Vec::new(), 0, LIMIT);
        for (number, stage) in &mut self.stages {
            let mut expired: Vec<(u64, u32)> = stage
                .leases
                .iter()
                .filter(|(_, l)| l.until_ms <= now)
                .map(|(t, l)| (l.until_ms, *t))
                .collect();
            expired.sort_by_key(|(until, task)| (*until, task.to_string()));
            for (_, task) in expired.into_iter().take(left as usize) {
                left -= 1;
                let Some(lease) = stage.end_lease(task) else { continue };
                let dead = stage.lose(task, &lease.worker, now);
                if dead {
                    events.push(Event::TaskDead { order: order.clone(), stage: *number, task });
                }
                lost.push(LostLease {
                    order: order.clone(),
                    stage: *number,
                    task,
                    worker: lease.worker,
                    dead,
                });
            }
            let mut due: Vec<(u64, u32)> =
                stage.due.iter().filter(|(_, at)| **at <= now).map(|(t, at)| (*at, *t)).collect();
            due.sort_by_key(|(at, task)| (*at, task.to_string()));
            for (_, task) in due.into_iter().take(left as usize) {
                left -= 1;
                promoted += 1;
                stage.due.remove(&task);
                stage.give_back(task);
            }
        }
        if promoted > 0 || !lost.is_empty() {
            self.version += 1;
        }
        let idle = self.stages.values().all(|stage| stage.leases.is_empty() && stage.due.is_empty());
        Swept { lost, promoted, idle, more: left == 0, standing: self.standing(None) }
    }

    pub(super) fn tally(&self) -> Tally {
        self.stages.values().map(Stage::tally).fold(Tally::default(), |sum, one| Tally {
            waiting: sum.waiting + one.waiting,
            running: sum.running + one.running,
            retrying: sum.retrying + one.retrying,
            done: sum.done + one.done,
            dead: sum.dead + one.dead,
        })
    }

    pub(super) fn view(&self) -> OrderState {
        OrderState {
            tenant: self.tenant.clone(),
            priority: self.priority,
            paused: self.paused,
            cancelled: self.cancelled,
            stages: self.stages.iter().map(|(number, stage)| (*number, stage.view())).collect(),
        }
    }
}

/// The earliest; of equals the first by text, as a sorted set of Redis gives them.
fn first_by_time(times: &BTreeMap<u32, u64>) -> Option<u32> {
    times.iter().min_by_key(|(task, at)| (**at, task.to_string())).map(|(task, _)| *task)
}
