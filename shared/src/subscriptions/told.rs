//! Subscriptions as they are told of: where each stands, its members in number, what was acknowledged.

use super::{RunState, Standing, Subscription, SubscriptionDetail, SubscriptionView, Subscriptions};
use crate::ids::SubscriptionId;
use crate::registers;
use crate::store::{StoreError, each_child, layout};

impl Subscriptions {
    /// Where a subscription stands, with what its customer acknowledged.
    ///
    /// # Errors
    /// When the store fails.
    pub fn told(&self, id: &SubscriptionId) -> Result<Standing, StoreError> {
        let mut standing = self.standing(id)?;
        let mut acknowledged = Vec::new();
        each_child(self.store(), &layout::all_acknowledged(id), |number| {
            acknowledged.extend(number.parse::<u32>().ok());
            Ok(())
        })?;
        for run in standing.runs.iter_mut().filter(|run| run.state == RunState::Delivered) {
            run.is_acknowledged = acknowledged.binary_search(&run.step).is_ok();
        }
        Ok(standing)
    }

    /// A subscription and where it stands.
    ///
    /// # Errors
    /// When the store fails.
    pub fn view(&self, subscription: &Subscription) -> Result<SubscriptionView, StoreError> {
        Ok(self.detail(subscription)?.view)
    }

    /// A subscription with its loads and runs.
    ///
    /// # Errors
    /// When the store fails.
    pub fn detail(&self, subscription: &Subscription) -> Result<SubscriptionDetail, StoreError> {
        let Subscription { id, order, rhythm, created_at } = subscription;
        let standing = self.told(id)?;
        let view = SubscriptionView {
            id: id.clone(),
            customer: order.customer.clone(),
            permit: order.permit.clone(),
            recipient: order.delivery.as_ref().map(|delivery| delivery.recipient.clone()),
            rhythm: rhythm.clone(),
            state: standing.state(),
            members: self.members(&standing)?,
            unacknowledged: standing.unacknowledged().map(|run| run.step).collect(),
            ended: standing.ended.map(|(_, reason)| reason),
            position: standing.position,
            created_at: *created_at,
        };
        Ok(SubscriptionDetail { view, runs: standing.runs })
    }

    /// How many persons are members; none of a subscription whose members are erased.
    fn members(&self, standing: &Standing) -> Result<u64, StoreError> {
        let Some(members) = &standing.members else { return Ok(0) };
        let found = registers::find(self.store(), members)?;
        Ok(found.map_or(0, |register| register.parts.iter().map(|part| part.rows).sum()))
    }
}
