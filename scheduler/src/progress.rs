//! How far an order is, put together from the store and, for tasks under way, from the queue.

use poimuri_shared::ids::OrderId;
use poimuri_shared::lifecycle::{OrderState, Standing};
use poimuri_shared::orders::Orders;
use poimuri_shared::plan::{Plan, Stage};
use poimuri_shared::progress::{Progress, StageProgress};
use poimuri_shared::queue;
use poimuri_shared::store::StoreError;

/// Reads an order's progress; none if it is not known. Blocks on the store.
///
/// # Errors
/// When the store fails.
pub fn read(
    orders: &Orders,
    id: &OrderId,
    under_way: Option<&queue::OrderState>,
) -> Result<Option<Progress>, StoreError> {
    let Some(plan) = orders.plan(id)? else { return Ok(None) };
    let end = orders.end(id)?;
    // Every partial was there when it ended, whatever retention has left of them.
    let was_whole = end.as_ref().is_some_and(|end| end.state == OrderState::Delivered);
    let standing = Standing::of(&orders.events(id)?);
    let mut stages = Vec::with_capacity(plan.stages.len());
    for (index, stage) in plan.stages.iter().enumerate() {
        let total = plan.task_count(*stage);
        let done = if was_whole { total } else { count(&orders.commits(id, *stage)?) };
        let live = under_way.and_then(|state| state.stages.get(&u8::try_from(index).ok()?));
        stages.push(stage_progress(*stage, done, total, live.map(|live| u32::from(live.permille))));
    }
    let ended_at = end.as_ref().map(|end| end.at);
    let (state, reason) = match end {
        Some(end) => (end.state, end.reason),
        None => match standing.given_up(&plan) {
            Some(reason) => (OrderState::Failed, Some(reason)),
            None => (running_state(&plan, &stages), None),
        },
    };
    Ok(Some(Progress { id: id.clone(), state, paused: standing.paused, stages, reason, ended_at }))
}

fn count(tasks: &[u32]) -> u32 {
    u32::try_from(tasks.len()).unwrap_or(u32::MAX)
}

fn stage_progress(stage: Stage, done: u32, total: u32, live: Option<u32>) -> StageProgress {
    let committed = done.min(total) * 1000 / total.max(1);
    let permille = live.map_or(committed, |live| live.max(committed)).min(1000);
    StageProgress { stage: stage.name().to_owned(), done, total, permille }
}

fn running_state(plan: &Plan, stages: &[StageProgress]) -> OrderState {
    let complete = |stage: Stage| {
        let index = plan.index_of(stage).map(usize::from);
        index.and_then(|index| stages.get(index)).is_some_and(|stage| stage.done >= stage.total)
    };
    if complete(Stage::Extract)
        || complete(Stage::Cluster)
        || (plan.index_of(Stage::Tally).is_some() && complete(Stage::Select))
    {
        OrderState::Merging
    } else if stages.iter().any(|stage| stage.permille > 0) {
        OrderState::Running
    } else {
        OrderState::Planned
    }
}

#[cfg(test)]
mod tests {
    use poimuri_shared::plan::{Road, plan};

    use super::*;

    #[test]
    fn the_state_follows_from_the_stages() {
        let plan = plan(Road::Extraction, false, &[1, 1], 1);
        let check = |done: [u32; 4], expected: OrderState| {
            let stages: Vec<StageProgress> = (plan.stages.iter().zip(done))
                .map(|(stage, done)| stage_progress(*stage, done, plan.task_count(*stage), None))
                .collect();
            assert_eq!(running_state(&plan, &stages), expected, "{done:?}");
        };
        check([0, 0, 0, 0], OrderState::Planned);
        check([1, 0, 0, 0], OrderState::Running);
        check([2, 1, 1, 0], OrderState::Running);
        check([2, 1, 2, 0], OrderState::Merging);
    }
}
