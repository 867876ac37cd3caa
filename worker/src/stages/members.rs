//! The members of a subscription when a file is loaded: those there were, and those who become members by it.

use poimuri_shared::subscriptions::{Continuous, Member, Members, Task};

use super::StageError;
use crate::opened::OpenedOrder;

/// The members there were before a load.
#[derive(Debug, Default)]
pub(super) struct Before(Members);

/// The members there were before an order; none if it is no load.
///
/// # Errors
/// When their register cannot be had.
pub(super) fn before(opened: &OpenedOrder) -> Result<Before, StageError> {
    let Some(Continuous { task: Task::Load { members: Some(id) }, .. }) = &opened.accepted.continuous else {
        return Ok(Before::default());
    };
    Ok(Before(Members::read(opened.store(), &opened.environment().masters, id)?))
}

/// Different persons among the members there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Met {
    /// For whom rows of the file stand.
    pub(super) again: u64,
    /// For whom none does.
    pub(super) besides: u64,
}

impl Before {
    /// Whether there were members.
    pub(super) fn is_empty(&self) -> bool {
        self.0.all().is_empty()
    }

    /// Which of them the rows of the file stand for; `first_rows` holds by position the row that does, 0 for none.
    pub(super) fn met(&self, opened: &OpenedOrder, first_rows: &[u32]) -> Result<Met, StageError> {
        let codes: Vec<u64> = self.0.all().iter().map(|member| member.code).collect();
        let mut persons: Vec<u32> =
            opened.snapshot.identity()?.resolve(&codes).into_iter().flatten().collect();
        persons.sort_unstable();
        persons.dedup();
        let mut met = Met::default();
        for person in persons {
            match first_rows.get(person as usize) {
                None | Some(0) => met.besides += 1,
                Some(_) => met.again += 1,
            }
        }
        Ok(met)
    }
}

/// Writes those who are members once the order is delivered; until then nobody looks at them. Of a person who was one
/// before, under whatever code, the new key counts.
///
/// # Errors
/// When the store fails.
pub(super) fn keep(opened: &OpenedOrder, before: &Before, more: Vec<Member>) -> Result<(), StageError> {
    let accepted = &opened.accepted;
    if accepted.continuous.is_none() {
        return Ok(());
    }
    let identity = opened.snapshot.identity()?;
    let positions = |members: &[Member]| {
        let codes: Vec<u64> = members.iter().map(|member| member.code).collect();
        identity.resolve(&codes)
    };
    let mut taken: Vec<u32> = positions(&more).into_iter().flatten().collect();
    taken.sort_unstable();
    let known = positions(before.0.all());
    let is_another =
        |position: &Option<u32>| position.is_none_or(|position| taken.binary_search(&position).is_err());
    let others = before.0.all().iter().zip(&known).filter(|(_, position)| is_another(position));
    let all = others.map(|(member, _)| member.clone()).chain(more).collect();
    let id = Continuous::members_after(&accepted.id).ok_or(StageError::UnknownOrder)?;
    let environment = opened.environment();
    let (whose, now) = ((&id, &accepted.order.customer), environment.clock.now());
    Ok(Members::of(all).write(opened.store(), &environment.masters, whose, now)?)
}
