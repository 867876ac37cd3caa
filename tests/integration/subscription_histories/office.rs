//! A partner's office: scheduler and worker in this thread, over a store that may be lost at any change.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use poimuri_scheduler::accept::{Caller, Subscribing};
use poimuri_scheduler::advance::{self, Need};
use poimuri_scheduler::continuous::Moved;
use poimuri_scheduler::role::Role;
use poimuri_scheduler::service::{Scheduler, SchedulerSettings, ServiceError};
use poimuri_shared::clock::FixedClock;
use poimuri_shared::customer_register::Input;
use poimuri_shared::document::Format;
use poimuri_shared::error::{Disposed as _, Disposition};
use poimuri_shared::ids::{OrderId, RegisterId, SubscriptionId};
use poimuri_shared::lifecycle::{End, OrderState};
use poimuri_shared::orders::Orders;
use poimuri_shared::policy::Policy;
use poimuri_shared::queue::MemoryQueue;
use poimuri_shared::recipient::{Recipient, keygen};
use poimuri_shared::store::master::MasterKeys;
use poimuri_shared::store::{Folder, SharedObjects};
use poimuri_shared::subscriptions::{Member, Members, Prompt, Subscriptions};
use poimuri_shared::{permit, registers, registry};
use poimuri_worker::consume::TaskContext;
use poimuri_worker::opened::{Environment, Openings};
use poimuri_worker::stages::{self, StageError};
use tempfile::TempDir;

use super::dying::Dying;
use super::town::Town;
use super::{PERMIT, SUBSCRIPTION};

const NOW: &str = "2026-11-26T12:00:00Z";
pub(super) struct Office {
    pub(super) folder: TempDir,
    town: &'static Town,
    pub(super) store: SharedObjects,
    masters: Arc<MasterKeys>,
    id: Option<SubscriptionId>,
    is_current: bool,
    generation: usize,
    registers: usize,
}

/// One life of the office, until the store is lost.
pub(super) struct Life {
    scheduler: Arc<Scheduler>,
    pub(super) subscriptions: Subscriptions,
    openings: Openings,
}

impl Office {
    pub(super) fn open(town: &'static Town, is_current: bool) -> Self {
        // Histories are long; what a disk does is tested elsewhere.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.unwrap();
        let store: SharedObjects = Arc::new(Folder::new(folder.path().join("store")));
        let key = keygen();
        fs::write(folder.path().join("acme.key"), key.identity_file.as_str()).unwrap();
        let recipient = Recipient { id: "acme".parse().unwrap(), key: key.public };
        registry::add_recipient(&*store, &recipient).unwrap();
        registry::import_permit(&*store, &permit::read(PERMIT.as_bytes(), Format::Toml).unwrap()).unwrap();
        let masters = Arc::new(MasterKeys::init(&folder.path().join("master.key")).unwrap());
        fs::create_dir(folder.path().join("snapshots")).unwrap();
        let office = Self { folder, town, store, masters, id: None, is_current, generation: 0, registers: 0 };
        office.publish();
        office
    }

    fn publish(&self) {
        let id = &self.town.manifests[self.generation].id;
        let link = self.folder.path().join("snapshots").join(id.as_str());
        std::os::unix::fs::symlink(self.town.snapshot(id), link).unwrap();
    }

    /// Generations come to be, as long as the town has them.
    pub(super) fn pass(&mut self, count: usize) {
        for _ in 0..count.min(self.town.manifests.len() - 1 - self.generation) {
            self.generation += 1;
            self.publish();
        }
    }

    /// An office over the store, lost after so many changes.
    pub(super) fn life(&self, changes: Option<u32>) -> Life {
        let store = changes.map_or_else(|| Arc::clone(&self.store), |left| Dying::over(&self.store, left));
        let clock = Arc::new(FixedClock(NOW.parse().unwrap()));
        let settings = SchedulerSettings {
            snapshots: self.folder.path().join("snapshots"),
            place: None,
            rows_per_task: 200,
            reconcile_every: std::time::Duration::MAX,
            every_order: true,
            subscriptions_every: None,
            erase_every: std::time::Duration::MAX,
            retention: poimuri_shared::retention::Periods::default(),
            policy: Policy { minimum_result: 5, ..Policy::default() },
            prices: poimuri_shared::price::Prices::default(),
        };
        let orders = Orders::new(store);
        let environment = Environment {
            orders: orders.clone(),
            masters: Arc::clone(&self.masters),
            snapshots: settings.snapshots.clone(),
            clock: clock.clone(),
            policy: settings.policy,
            prices: settings.prices.clone(),
        };
        let queue = Arc::new(MemoryQueue::embedded());
        let (scheduler, _hints) =
            Scheduler::new(orders.clone(), Arc::clone(&self.masters), queue, clock, settings);
        Life { scheduler, subscriptions: Subscriptions::new(orders), openings: Openings::new(environment) }
    }

    /// Does something until it is done: in lives that end early, and in one that does not.
    fn insist<T>(&self, lost: Vec<u32>, act: impl Fn(&Life) -> Result<T, Lost>) -> T {
        let lives = lost.into_iter().map(Some).chain([None]);
        lives.map(|changes| act(&self.life(changes))).find_map(Result::ok).expect("a store that is not lost")
    }

    /// A register of every so many-th person from one on.
    fn register(&mut self, step: usize, from: usize) -> RegisterId {
        let mut text = "key;hetu\n".to_owned();
        for (number, code) in self.town.people.iter().enumerate().skip(from).step_by(step) {
            let code = String::from_utf8(code.to_text().to_vec()).unwrap();
            text.push_str(&format!("K{number:04};{code}\n"));
        }
        self.upload(&text)
    }

    fn upload(&mut self, text: &str) -> RegisterId {
        let id: RegisterId = format!("r-{}", self.registers).parse().unwrap();
        self.registers += 1;
        let (customer, now) = ("acme".parse().unwrap(), NOW.parse().unwrap());
        let (rows, given) = (Input::of_stream(text.as_bytes()), registers::Given::default());
        registers::put(&*self.store, &self.masters, &id, &customer, now, rows, &given).unwrap();
        id
    }

    pub(super) fn subscribe(&mut self, every: usize) {
        self.register(every, 0);
        let text = SUBSCRIPTION.replace("MODE", if self.is_current { "current" } else { "changes" });
        let life = self.life(None);
        let (text, register, idempotency_key) = (text.into_bytes(), None, None);
        let asked = Subscribing { text, format: Format::Toml, register, idempotency_key };
        let subscribed = life.scheduler.subscribe(&life.subscriptions, &asked, &Role::Operator).unwrap();
        self.id = Some(subscribed.id);
        self.run(Vec::new());
    }

    pub(super) fn id(&self) -> &SubscriptionId {
        self.id.as_ref().unwrap()
    }

    /// Runs until the customer is up to date.
    pub(super) fn run(&self, lost: Vec<u32>) {
        self.insist(lost, |life| {
            while let Moved::Order(order) = life
                .scheduler
                .move_on(&life.subscriptions, self.id(), Prompt::Hand)
                .map_err(|error| Lost::of(&error))?
            {
                life.carry_out(&order)?;
            }
            Ok(())
        });
    }

    pub(super) fn add(&mut self, (step, from): (usize, usize), lost: Vec<u32>) {
        let register = self.register(step, from);
        self.insist(lost, |life| {
            match life.scheduler.add_members(&life.subscriptions, self.id(), &register, Caller::Operator) {
                // The step of an earlier life stands.
                Ok(_) | Err(ServiceError::NotYet(_)) => Ok(()),
                Err(error) => Err(Lost::of(&error)),
            }
        });
        // At once: what comes first is at the snapshot the customer was brought up to.
        self.run(Vec::new());
    }

    pub(super) fn remove(&mut self, step: usize, lost: Vec<u32>) {
        let leaving = self.members().into_iter().step_by(step);
        let keys: String = leaving.map(|member| format!("{}\n", member.key)).collect();
        let register = self.upload(&format!("key\n{keys}"));
        self.insist(lost, |life| {
            match life.scheduler.remove_members(&life.subscriptions, self.id(), &register, Caller::Operator) {
                Ok(_) | Err(ServiceError::Refused(_)) => Ok(()),
                Err(error) => Err(Lost::of(&error)),
            }
        });
    }

    pub(super) fn members(&self) -> Vec<Member> {
        let standing = self.life(None).subscriptions.standing(self.id()).unwrap();
        let members = Members::read(&*self.store, &self.masters, &standing.members.unwrap()).unwrap();
        members.all().to_vec()
    }
}

/// The store is lost: the only failure there may be.
#[derive(Debug)]
struct Lost;

impl Lost {
    fn of(error: &ServiceError) -> Self {
        assert!(!matches!(error, ServiceError::Refused(_) | ServiceError::NotFound(_)), "{error:?}");
        Self
    }
}

impl Life {
    /// An order, task by task, as workers and scheduler would.
    fn carry_out(&self, id: &OrderId) -> Result<(), Lost> {
        let orders = self.scheduler.orders();
        loop {
            let need = advance::look(orders, id).ok().ok_or(Lost)?;
            let plan = match need {
                Need::Stage(plan) => plan,
                Need::End => {
                    let at = NOW.parse().unwrap();
                    orders.finish(id, advance::delivered(at)).ok().ok_or(Lost)?;
                    continue;
                }
                Need::Forget => return orders.close(id).ok().ok_or(Lost),
                Need::Nothing => return Ok(()),
            };
            let opened = self.openings.open(id).map_err(|error| self.failed(id, &error))?;
            let stage = opened.plan.stage(plan.stage).unwrap();
            for task in (0..plan.task_count).filter(|task| !plan.done.contains(task)) {
                let partial = stages::run(&opened, stage, task, &TaskContext::default())
                    .map_err(|error| self.failed(id, &error))?;
                opened.commit(stage, task, &partial).map_err(|error| self.failed(id, &error))?;
            }
        }
    }

    fn failed(&self, id: &OrderId, error: &StageError) -> Lost {
        assert_ne!(error.disposition(), Disposition::Abort, "{id}: {error:?}");
        if error.disposition() == Disposition::Refuse {
            let end =
                End { state: OrderState::Refused, reason: Some(error.to_string()), at: NOW.parse().unwrap() };
            self.scheduler.orders().finish(id, end).ok();
        }
        Lost
    }
}
