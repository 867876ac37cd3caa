//! Both queues live through the same random histories; answers and the whole state agree after every step.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::server::Server;
use super::*;
use crate::queue::{Beat, Cause, Failure, Fingerprint, Past};

#[derive(Debug, Clone)]
enum Act {
    Plan {
        order: u8,
        stage: u8,
        tasks: u32,
        done: Vec<u32>,
        dead: Option<u32>,
        tenant: u8,
        priority: u8,
        paused: bool,
    },
    Claim(u8),
    Commit {
        claim: usize,
        core_ms: u64,
    },
    Fail {
        claim: usize,
        cause: Cause,
        after_ms: u64,
    },
    Release(usize),
    Beat {
        worker: u8,
        permille: u16,
    },
    Cancel(u8),
    Pause(u8),
    Resume(u8),
    Prioritise(u8, u8),
    Forget(u8),
    Requeue(u8),
    Sweep,
    Advance(u64),
    Lead {
        holder: bool,
        stay: bool,
    },
    LoseMemory,
}

fn acts() -> impl Strategy<Value = Act> {
    let order = 0..3_u8;
    let causes = prop_oneof![
        5 => Just(Cause::Error), 3 => Just(Cause::TimedOut), 1 => Just(Cause::Aborted), 1 => Just(Cause::Refused)
    ];
    let planned = (
        (0..3_u8, 0..3_u8, 1..12_u32, proptest::collection::vec(0..12_u32, 0..3)),
        (proptest::option::weighted(0.2, 0..12_u32), 0..3_u8, any::<u8>(), proptest::bool::weighted(0.1)),
    );
    prop_oneof![
        6 => planned.prop_map(|((order, stage, tasks, done), (dead, tenant, priority, paused))| {
            Act::Plan { order, stage, tasks, done, dead, tenant, priority, paused }
        }),
        20 => (0..4_u8).prop_map(Act::Claim),
        10 => (any::<usize>(), 0..3_000_u64).prop_map(|(claim, core_ms)| Act::Commit { claim, core_ms }),
        8 => (any::<usize>(), causes, 0..4_000_u64)
            .prop_map(|(claim, cause, after_ms)| Act::Fail { claim, cause, after_ms }),
        3 => any::<usize>().prop_map(Act::Release),
        5 => (0..4_u8, 0..=1_000_u16).prop_map(|(worker, permille)| Act::Beat { worker, permille }),
        1 => order.clone().prop_map(Act::Cancel),
        2 => order.clone().prop_map(Act::Pause),
        3 => order.clone().prop_map(Act::Resume),
        2 => (order.clone(), any::<u8>()).prop_map(|(order, priority)| Act::Prioritise(order, priority)),
        1 => order.clone().prop_map(Act::Forget),
        2 => order.prop_map(Act::Requeue),
        6 => Just(Act::Sweep),
        5 => (1..12_000_u64).prop_map(Act::Advance),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(holder, stay)| Act::Lead { holder, stay }),
        1 => Just(Act::LoseMemory),
    ]
}

/// What both queues answer, as text.
async fn perform(queue: &dyn Queue, act: &Act, claims: &mut Vec<Claim>) -> String {
    let named = |number: &u8| order(&format!("o-{number}"));
    let held = |at: &usize| claims.get(at.checked_rem(claims.len())?).cloned();
    match act {
        Act::Plan { order, stage, tasks, done, dead, tenant, priority, paused } => {
            let mut plan = plan(&format!("o-{order}"), *stage, *tasks);
            plan.done = done.iter().map(|task| task % tasks).collect();
            let past = Past { losses: 3, dead: true, workers: vec![worker("w-old")], ..Past::default() };
            plan.past = dead.map(|task| (task % tasks, past)).into_iter().collect();
            plan.tenant = format!("t-{tenant}").parse().unwrap();
            (plan.priority, plan.paused) = (*priority, *paused);
            format!("{:?}", queue.plan(plan).await.map_err(|error| error.to_string()))
        }
        Act::Claim(number) => {
            let claim = queue.claim(&worker(&format!("w-{number}"))).await.unwrap();
            claims.extend(claim.clone());
            format!("{claim:?}")
        }
        Act::Commit { claim, core_ms } => match held(claim) {
            Some(claim) => format!("{:?}", queue.commit(&claim, *core_ms).await.unwrap()),
            None => String::new(),
        },
        Act::Fail { claim, cause, after_ms } => match held(claim) {
            Some(claim) => {
                let retry_after = Duration::from_millis(*after_ms);
                let failure =
                    Failure { cause: *cause, fingerprint: Fingerprint::new("disk full"), retry_after };
                format!("{:?}", queue.fail(&claim, &failure).await.unwrap())
            }
            None => String::new(),
        },
        Act::Release(claim) => match held(claim) {
            Some(claim) => format!("{:?}", queue.release(&claim).await.unwrap()),
            None => String::new(),
        },
        Act::Beat { worker: number, permille } => {
            let name = worker(&format!("w-{number}"));
            let beats: Vec<Beat> = claims
                .iter()
                .filter(|claim| claim.worker == name)
                .map(|claim| Beat { claim: claim.clone(), permille: *permille })
                .collect();
            format!("{:?}", queue.heartbeat(&name, &beats).await.unwrap())
        }
        Act::Cancel(number) => format!("{:?}", queue.cancel(&named(number)).await.unwrap()),
        Act::Pause(number) => format!("{:?}", queue.pause(&named(number)).await.unwrap()),
        Act::Resume(number) => format!("{:?}", queue.resume(&named(number)).await.unwrap()),
        Act::Prioritise(number, priority) => {
            format!("{:?}", queue.prioritise(&named(number), *priority).await.unwrap())
        }
        Act::Forget(number) => format!("{:?}", queue.forget(&named(number)).await.unwrap()),
        Act::Requeue(number) => format!("{:?}", queue.requeue_dead(&named(number)).await.unwrap()),
        Act::Sweep => format!("{:?}", queue.sweep().await.unwrap()),
        Act::Lead { holder, stay } => {
            let holder = if *holder { "a" } else { "b" };
            if *stay {
                format!("{:?}", queue.lead(holder, Duration::from_secs(5)).await.unwrap())
            } else {
                format!("{:?}", queue.step_down(holder).await.unwrap())
            }
        }
        Act::Advance(_) | Act::LoseMemory => String::new(),
    }
}

/// What must hold of every state, whichever machine it is in.
async fn sound(queue: &dyn Queue) {
    for order in queue.orders().await.unwrap() {
        let Some(state) = queue.read(&order).await.unwrap() else { continue };
        for stage in state.stages.values() {
            let count = |wanted| stage.tasks.iter().filter(|state| **state == wanted).count();
            use crate::queue::TaskState::{Dead, Done, Retrying, Running, Waiting};
            let counted = [Waiting, Running, Retrying, Done, Dead].map(count);
            let told = [stage.waiting, stage.running, stage.retrying, stage.done, stage.dead];
            assert_eq!(counted, told.map(|number| number as usize), "{order}: {stage:?}");
            assert_eq!(stage.leases.len(), counted[1]);
            assert!(stage.permille <= 1000);
        }
    }
}

async fn live_through(server: &Server, history: &[Act]) {
    let hands = Hands::new();
    let (memory, redis) = (memory(&hands), redis(server, &hands).await);
    let (mut here, mut there) = (Vec::new(), Vec::new());
    for (at, act) in history.iter().enumerate() {
        if let Act::Advance(ms) = act {
            hands.advance(*ms);
        }
        if matches!(act, Act::LoseMemory) {
            memory.lose_memory();
            server.command(&["FLUSHALL"]).await;
            redis.epoch().await.unwrap();
        }
        let (said, answered) =
            (perform(&memory, act, &mut here).await, perform(&redis, act, &mut there).await);
        assert_eq!(said, answered, "step {at}: {act:?}");
        assert_eq!(memory.steps.dump(), redis.steps.dump().await, "step {at}: {act:?}");
        assert_eq!(memory.overview().await.unwrap(), redis.overview().await.unwrap(), "step {at}: {act:?}");
        for number in 0..3 {
            let order = order(&format!("o-{number}"));
            assert_eq!(
                memory.read(&order).await.unwrap(),
                redis.read(&order).await.unwrap(),
                "step {at}: {act:?}"
            );
        }
        sound(&memory).await;
    }
}

#[test]
fn memory_and_redis_are_one_machine() {
    let server = Server::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() });
    let histories = proptest::collection::vec(acts(), 1..120);
    runner
        .run(&histories, |history| {
            runtime.block_on(live_through(&server, &history));
            Ok(())
        })
        .unwrap();
}
