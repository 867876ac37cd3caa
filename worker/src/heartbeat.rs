//! The heartbeat: a thread of its own with a connection of its own, so that no computation can starve it.
//! It prolongs what runs and brings back what must stop.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU8, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use poimuri_shared::error::chain;
use poimuri_shared::ids::WorkerId;
use poimuri_shared::queue::{Beat, Claim, Queue, QueueError, Revocation, Token};
use tokio::sync::oneshot;

/// The pause between two heartbeats: a fifth of a lease.
pub const BEAT: Duration = Duration::from_secs(2);

/// Why a running task has to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Its order was cancelled.
    Cancelled,
    /// Its lease was lost; another worker may do it.
    Lost,
    /// The worker is shutting down and will not wait longer.
    Drained,
    /// It took longer than it may.
    TimedOut,
}

/// What a running task and its worker tell each other.
#[derive(Debug, Clone, Default)]
pub struct TaskContext {
    signals: Arc<Signals>,
}

#[derive(Debug, Default)]
struct Signals {
    reason: AtomicU8,
    permille: AtomicU16,
}

impl TaskContext {
    /// The task should stop soon; ask between blocks of work.
    #[must_use]
    pub fn cancelled(&self) -> bool {
        self.signals.reason.load(Ordering::Relaxed) != 0
    }

    /// Why it should stop, if it should.
    #[must_use]
    pub fn stop(&self) -> Option<Stop> {
        match self.signals.reason.load(Ordering::Relaxed) {
            1 => Some(Stop::Cancelled),
            2 => Some(Stop::Lost),
            3 => Some(Stop::Drained),
            4 => Some(Stop::TimedOut),
            _ => None,
        }
    }

    /// Tells how far the task is, in thousandths.
    pub fn progress(&self, permille: u16) {
        self.signals.permille.store(permille.min(1000), Ordering::Relaxed);
    }

    /// Asks the task to stop. The first reason stays.
    pub(crate) fn ask_to_stop(&self, stop: Stop) {
        let code = match stop {
            Stop::Cancelled => 1,
            Stop::Lost => 2,
            Stop::Drained => 3,
            Stop::TimedOut => 4,
        };
        let _standing = self.signals.reason.compare_exchange(0, code, Ordering::Relaxed, Ordering::Relaxed);
    }
}

type Key = (String, u8, u32, u64);

fn key(claim: &Claim) -> Key {
    let Token { epoch: _, counter } = claim.token;
    (claim.order.to_string(), claim.stage, claim.task, counter)
}

/// What a worker is running, shared with its heartbeat.
#[derive(Debug)]
pub(crate) struct Running {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    worker: WorkerId,
    tasks: BTreeMap<Key, (Claim, TaskContext)>,
}

/// Keeps a task among the running ones.
#[derive(Debug)]
pub(crate) struct Entry {
    running: Arc<Running>,
    key: Key,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.running.lock().tasks.remove(&self.key);
    }
}

impl Running {
    pub(crate) fn new(worker: WorkerId) -> Self {
        Self { state: Mutex::new(State { worker, tasks: BTreeMap::new() }) }
    }

    /// A name of its own for each boot of the worker.
    pub(crate) fn rename(&self, worker: WorkerId) {
        self.lock().worker = worker;
    }

    pub(crate) fn enter(self: &Arc<Self>, claim: &Claim, context: &TaskContext) -> Entry {
        let key = key(claim);
        self.lock().tasks.insert(key.clone(), (claim.clone(), context.clone()));
        Entry { running: Arc::clone(self), key }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What runs, by the name it was claimed under; the present name always among them.
    fn beats(&self) -> BTreeMap<WorkerId, Vec<Beat>> {
        let state = self.lock();
        let mut beats = BTreeMap::from([(state.worker.clone(), Vec::new())]);
        for (claim, context) in state.tasks.values() {
            let permille = context.signals.permille.load(Ordering::Relaxed);
            beats.entry(claim.worker.clone()).or_default().push(Beat { claim: claim.clone(), permille });
        }
        beats
    }

    fn stop(&self, claim: &Claim, reason: Revocation) {
        if let Some((_, context)) = self.lock().tasks.get(&key(claim)) {
            context.ask_to_stop(match reason {
                Revocation::Lost => Stop::Lost,
                Revocation::Cancelled => Stop::Cancelled,
            });
        }
    }
}

/// The thread; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Heart {
    halt: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Heart {
    /// # Errors
    /// If the operating system gives no thread.
    pub(crate) fn start(queue: Arc<dyn Queue>, running: Arc<Running>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (halt, halted) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("heartbeat".to_owned())
            .spawn(move || runtime.block_on(beat_until(halted, queue, running)))?;
        Ok(Self { halt: Some(halt), thread: Some(thread) })
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        drop(self.halt.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the heartbeat had panicked");
        }
    }
}

async fn beat_until(halted: oneshot::Receiver<()>, queue: Arc<dyn Queue>, running: Arc<Running>) {
    let beating = async {
        let mut ticks = tokio::time::interval(BEAT);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut own: Option<Arc<dyn Queue>> = None;
        loop {
            ticks.tick().await;
            if let Err(error) = beat(&queue, &mut own, &running).await {
                tracing::warn!(error = chain(&error), "heartbeat failed");
            }
        }
    };
    tokio::select! { () = beating => {}, _ = halted => {} }
}

async fn beat(
    queue: &Arc<dyn Queue>,
    own: &mut Option<Arc<dyn Queue>>,
    running: &Running,
) -> Result<(), QueueError> {
    let connection = match own {
        Some(connection) => connection,
        None => own.insert(queue.detached().await?),
    };
    for (worker, beats) in running.beats() {
        for revoked in connection.heartbeat(&worker, &beats).await? {
            running.stop(&revoked.claim, revoked.reason);
        }
    }
    Ok(())
}
