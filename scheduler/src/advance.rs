//! What an order needs next, found by comparing its plan with its commits.
//!
//! Looking is idempotent and takes no memory: the same code serves an order that runs smoothly,
//! one whose queue was emptied, and one whose scheduler was killed.

use poimuri_shared::ids::OrderId;
use poimuri_shared::lifecycle::{End, OrderState, Standing};
use poimuri_shared::orders::{AcceptedOrder, Orders};
use poimuri_shared::plan::{Plan, Stage};
use poimuri_shared::queue::StagePlan;
use poimuri_shared::store::StoreError;

/// What an order needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// It has ended: the queue may forget it.
    Forget,
    /// It was never accepted whole, or is not of this store.
    Nothing,
    /// Its tasks of one stage belong into the queue. Boxed: much larger than the others.
    Stage(Box<StagePlan>),
    /// Every stage is complete.
    End,
}

/// The first stage that is not complete, with the tasks that are; none when all are.
///
/// # Errors
/// What reading commits fails with.
pub fn first_incomplete<E>(
    plan: &Plan,
    mut commits: impl FnMut(Stage) -> Result<Vec<u32>, E>,
) -> Result<Option<(u8, Stage, Vec<u32>)>, E> {
    for (index, stage) in plan.stages.iter().enumerate() {
        let count = plan.task_count(*stage);
        let mut done = commits(*stage)?;
        done.retain(|task| *task < count);
        if done.len() < usize::try_from(count).unwrap_or(usize::MAX) {
            return Ok(Some((u8::try_from(index).unwrap_or(u8::MAX), *stage, done)));
        }
    }
    Ok(None)
}

/// Looks at one order. Blocks on the store.
///
/// # Errors
/// When the store fails.
pub fn look(orders: &Orders, id: &OrderId) -> Result<Need, StoreError> {
    if orders.end(id)?.is_some() {
        return Ok(Need::Forget);
    }
    let (Some(accepted), Some(plan)) = (orders.order(id)?, orders.plan(id)?) else {
        return Ok(Need::Nothing);
    };
    let Some((index, stage, done)) = first_incomplete(&plan, |stage| orders.commits(id, stage))? else {
        return Ok(Need::End);
    };
    let standing = Standing::of(&orders.events(id)?);
    Ok(Need::Stage(Box::new(stage_plan(&accepted, &plan, index, stage, done, &standing))))
}

fn stage_plan(
    accepted: &AcceptedOrder,
    plan: &Plan,
    index: u8,
    stage: Stage,
    done: Vec<u32>,
    standing: &Standing,
) -> StagePlan {
    StagePlan {
        order: accepted.id.clone(),
        stage: index,
        task_count: plan.task_count(stage),
        done,
        past: standing.past_of(index),
        tenant: accepted.order.customer.clone(),
        priority: standing.priority.unwrap_or(accepted.priority),
        paused: standing.paused,
    }
}

/// The end of an order whose every stage is complete.
#[must_use]
pub const fn delivered(at: jiff::Timestamp) -> End {
    End { state: OrderState::Delivered, reason: None, at }
}

#[cfg(test)]
mod tests {
    use poimuri_shared::plan::{Road, plan};

    use super::*;

    #[test]
    fn the_first_gap_is_next() {
        let plan = plan(Road::Extraction, false, &[1, 1, 1], 1);
        let check = |committed: &[(Stage, &[u32])], expected: Option<(Stage, &[u32])>| {
            let commits = |stage| {
                let found = committed.iter().find(|(of, _)| *of == stage);
                Ok::<_, ()>(found.map(|(_, tasks)| tasks.to_vec()).unwrap_or_default())
            };
            let next = first_incomplete(&plan, commits).unwrap();
            assert_eq!(next.as_ref().map(|(_, stage, done)| (*stage, done.as_slice())), expected);
        };
        check(&[], Some((Stage::Select, &[])));
        check(&[(Stage::Select, &[0, 2])], Some((Stage::Select, &[0, 2])));
        check(&[(Stage::Select, &[0, 1, 2])], Some((Stage::Allocate, &[])));
        let three: &[u32] = &[0, 1, 2];
        check(
            &[(Stage::Select, three), (Stage::Allocate, &[0]), (Stage::Extract, three)],
            Some((Stage::Deliver, &[])),
        );
        check(
            &[
                (Stage::Select, three),
                (Stage::Allocate, &[0]),
                (Stage::Extract, three),
                (Stage::Deliver, &[0]),
            ],
            None,
        );
        // A commit beyond the plan completes nothing.
        check(&[(Stage::Select, &[0, 1, 7])], Some((Stage::Select, &[0, 1])));
    }
}
