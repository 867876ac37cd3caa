//! Workers on the embedded queue: they run, stop, drain and survive.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use poimuri_shared::clock::SystemClock;
use poimuri_shared::queue::{MemoryQueue, OrderState, StagePlan};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use super::*;

mod outcomes;

type Act = dyn Fn(Claim, TaskContext) -> BoxFuture<'static, Outcome> + Send + Sync;

/// A handler made of a function; counts how many tasks run at once.
struct Script {
    act: Box<Act>,
    running: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    names: Mutex<Vec<WorkerId>>,
}

impl Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Script")
    }
}

impl Handler for Script {
    fn handle(&self, claim: Claim, context: TaskContext) -> BoxFuture<'static, Outcome> {
        self.names.lock().unwrap().push(claim.worker.clone());
        let (running, most) = (Arc::clone(&self.running), Arc::clone(&self.most));
        let act = (self.act)(claim, context);
        Box::pin(async move {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let outcome = act.await;
            running.fetch_sub(1, Ordering::SeqCst);
            outcome
        })
    }
}

fn script(
    act: impl Fn(Claim, TaskContext) -> BoxFuture<'static, Outcome> + Send + Sync + 'static,
) -> Arc<Script> {
    Arc::new(Script {
        act: Box::new(act),
        running: Arc::default(),
        most: Arc::default(),
        names: Mutex::default(),
    })
}

fn options() -> WorkerOptions {
    WorkerOptions {
        name: "host-1".to_owned(),
        slots: 2,
        drain_timeout: Duration::from_millis(200),
        task_timeout: Duration::from_secs(60),
        clock: Arc::new(SystemClock),
    }
}

struct Worker {
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Result<(), ConsumeError>>,
}

impl Worker {
    fn start(queue: &Arc<dyn Queue>, handler: &Arc<Script>, options: WorkerOptions) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let handler: Arc<dyn Handler> = Arc::<Script>::clone(handler);
        let ended = tokio::spawn(run(Arc::clone(queue), handler, options, async { drop(stopped.await) }));
        Self { stop, ended }
    }

    async fn stop(self) -> Duration {
        let begun = Instant::now();
        self.stop.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(10), self.ended).await.expect("it ends").unwrap().unwrap();
        begun.elapsed()
    }
}

fn queue() -> Arc<dyn Queue> {
    Arc::new(MemoryQueue::embedded())
}

async fn plan(queue: &Arc<dyn Queue>, task_count: u32) {
    let plan = StagePlan {
        order: "o-1".parse().unwrap(),
        stage: 0,
        task_count,
        done: Vec::new(),
        past: BTreeMap::new(),
        tenant: "acme".parse().unwrap(),
        priority: 100,
        paused: false,
    };
    queue.plan(plan).await.unwrap();
}

async fn until(queue: &Arc<dyn Queue>, reached: impl Fn(&OrderState) -> bool) {
    let order = "o-1".parse().unwrap();
    let begun = Instant::now();
    loop {
        queue.sweep().await.unwrap();
        let state = queue.read(&order).await.unwrap().unwrap();
        if reached(&state) {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{state:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn done() -> BoxFuture<'static, Outcome> {
    Box::pin(async {
        tokio::task::yield_now().await;
        Outcome::Done { core_ms: 1 }
    })
}

#[tokio::test]
async fn all_tasks_run_in_as_many_slots_as_given() {
    let queue = queue();
    let handler = script(|_, _| done());
    let worker = Worker::start(&queue, &handler, options());
    plan(&queue, 500).await;
    until(&queue, |order| order.stages[&0].done == 500).await;
    assert!(worker.stop().await < Duration::from_millis(150));
    assert_eq!(handler.most.load(Ordering::SeqCst), 2);
    assert_eq!(handler.names.lock().unwrap().len(), 500);
}

#[tokio::test]
async fn nothing_waits_leased() {
    let queue = queue();
    let go = Arc::new(Notify::new());
    let gate = Arc::clone(&go);
    let handler = script(move |_, _| {
        let gate = Arc::clone(&gate);
        Box::pin(async move {
            gate.notified().await;
            Outcome::Done { core_ms: 1 }
        })
    });
    plan(&queue, 5).await;
    let worker = Worker::start(&queue, &handler, options());
    until(&queue, |order| order.stages[&0].running == 2).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    until(&queue, |order| order.stages[&0].running == 2 && order.stages[&0].waiting == 3).await;
    go.notify_one();
    until(&queue, |order| order.stages[&0].done == 1 && order.stages[&0].running == 2).await;
    worker.stop().await;
}

#[tokio::test]
async fn draining_finishes_what_is_short_and_gives_back_what_is_long() {
    let queue = queue();
    let handler = script(|claim, context| {
        Box::pin(async move {
            if claim.task == 0 {
                tokio::time::sleep(Duration::from_millis(50)).await;
                return Outcome::Done { core_ms: 1 };
            }
            while !context.cancelled() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Outcome::Done { core_ms: 1 }
        })
    });
    plan(&queue, 4).await;
    let worker = Worker::start(&queue, &handler, options());
    until(&queue, |order| order.stages[&0].running == 2).await;
    let took = worker.stop().await;
    assert!(took >= Duration::from_millis(200) && took < Duration::from_secs(2), "{took:?}");
    let state = queue.read(&"o-1".parse().unwrap()).await.unwrap().unwrap();
    let stage = &state.stages[&0];
    assert_eq!((stage.done, stage.waiting, stage.running), (1, 3, 0), "{stage:?}");
    assert_eq!((stage.past[&1].drained, stage.past[&1].attempts()), (1, 0));
}

#[tokio::test]
async fn an_idle_worker_stops_at_once_and_leases_nothing() {
    let queue = queue();
    let handler = script(|_, _| done());
    let worker = Worker::start(&queue, &handler, options());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(worker.stop().await < Duration::from_millis(200));
    plan(&queue, 1).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    until(&queue, |order| order.stages[&0].waiting == 1).await;
}

/// A shutdown may meet a claim anywhere between queue and handler; none stays leased to nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_ends_at_any_moment_leaves_nothing_leased() {
    for delay in 0..60 {
        let queue = queue();
        plan(&queue, 10_000).await;
        let handler = script(|_, _| done());
        let worker = Worker::start(&queue, &handler, options());
        tokio::time::sleep(Duration::from_micros(300 + 70 * delay)).await;
        worker.stop().await;
        let state = queue.read(&"o-1".parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(state.stages[&0].running, 0, "delay {delay}: {state:?}");
    }
}

#[test]
fn names_are_new_at_every_boot() {
    let (first, second) = (boot_name(&options()), boot_name(&options()));
    assert_ne!(first, second);
    assert!(first.as_str().starts_with("host-1-"), "{first}");
    let odd = WorkerOptions { name: "ä ".to_owned(), ..options() };
    assert!(boot_name(&odd).as_str().starts_with("w-"));
}
