//! Members brought to a subscription and taken away from it, by registers that were uploaded.

use poimuri_shared::admission::check_brought;
use poimuri_shared::audit::Action;
use poimuri_shared::customer_register::{Field, Mapping};
use poimuri_shared::ids::{NameError, OrderId, RegisterId, SubscriptionId};
use poimuri_shared::order::{RegisterColumns, RegisterSource};
use poimuri_shared::permit::Moment;
use poimuri_shared::registers::{self, StoredRegister};
use poimuri_shared::snapshot::catalog;
use poimuri_shared::subscriptions::{
    Brought, Leaving, Members, Step, Subscription, Subscriptions, TakenAway, Task, What,
};

use super::unreadable;
use crate::accept::{lines, refused};
use crate::own_register::{check_columns, check_register, must_have_key};
use crate::service::{Scheduler, ServiceError};
use crate::submission::Caller;

impl Scheduler {
    /// Brings members: the order that loads them on the snapshot the subscription stands at.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] with each reason, [`ServiceError::NotYet`] while an order of it is under way or its snapshot is
    /// gone, or when the store fails.
    pub fn add_members(
        &self,
        subscriptions: &Subscriptions,
        id: &SubscriptionId,
        register: &RegisterId,
        caller: Caller,
    ) -> Result<Brought, ServiceError> {
        let (subscription, standing) = self.at_rest(subscriptions, id)?;
        let mut order = subscription.order.clone();
        if let Some(own) = &mut order.register {
            own.source = RegisterSource::Id(register.clone());
        }
        let stored = check_register(self.orders(), &order, &mut [].iter())?;
        let stored = stored.ok_or_else(|| refused("register: is missing"))?;
        check_columns(&order, Some(&stored))?;
        must_have_key(&order, &stored)?;
        if caller == Caller::Customer && standing.members.is_some() {
            let few = check_brought(stored.quality.rows, &self.settings().policy);
            few.map_or(Ok(()), |few| Err(refused(&few.to_string())))?;
        }
        let manifest = match &standing.position {
            None => self.pin(&order)?,
            Some(position) => {
                let found = catalog::find(&self.settings().snapshots, position);
                let gone = || {
                    ServiceError::NotYet(format!("snapshot {position} is gone: run the subscription first"))
                };
                found.map_err(|error| unreadable(&error))?.ok_or_else(gone)?
            }
        };
        if let Err(refusals) = self.judge(self.orders(), &order, manifest.as_of, Moment::Start)? {
            return Err(ServiceError::Refused(lines(&refusals)));
        }
        let load = Task::Load { members: standing.members.clone() };
        let step = self.step(&manifest, stored.id, load, caller)?;
        self.take(subscriptions, id, &standing, &step)?;
        let rows = stored.quality.rows.to_string();
        let actor = caller.actor(&subscription.order.customer);
        self.note_subscription(actor, Action::SubscriptionMembers, &subscription, &[("rows", rows)])?;
        let order = self.begin(&subscription, standing.next, &step)?;
        Ok(Brought { id: id.clone(), order })
    }

    /// Takes members away by the customer's own keys; nothing else of the register is read.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] if it holds no keys or too few members were left, [`ServiceError::NotYet`] while an order of
    /// the subscription is under way, or when the store fails.
    pub fn remove_members(
        &self,
        subscriptions: &Subscriptions,
        id: &SubscriptionId,
        register: &RegisterId,
        caller: Caller,
    ) -> Result<TakenAway, ServiceError> {
        let (subscription, standing) = self.at_rest(subscriptions, id)?;
        let none = || ServiceError::NotYet(format!("subscription {id} has no members yet"));
        let members = standing.members.as_ref().ok_or_else(none)?;
        let (store, masters) = (&**self.orders().store(), self.masters());
        let register = registers::find_own(store, register, &subscription.order.customer)?;
        let column = column_of_keys(&subscription, &register)?;
        let mut leaving = Leaving::of(Members::read(store, &masters, members)?);
        leaving.meet_all(store, &masters, (&register, column))?;
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let (removed, unknown) = (number(leaving.count()), number(leaving.unknown()));
        let after = leaving.staying();
        let left = number(after.all().len());
        let taken = TakenAway { id: id.clone(), removed, left, unknown };
        if removed == 0 {
            return Ok(taken);
        }
        let least = self.settings().policy.minimum_result.max(1);
        if left < least {
            return Err(refused(&format!(
                "register: a subscription must keep at least {least} members; end it instead"
            )));
        }
        let now = self.clock().now();
        let name: RegisterId =
            format!("m-{}", OrderId::generate(now)).parse().map_err(|error: NameError| unreadable(&error))?;
        after.write(store, &masters, (&name, &subscription.order.customer), now)?;
        let step = Step { at: now, what: What::Removed { members: name, removed } };
        self.take(subscriptions, id, &standing, &step)?;
        let details = [("removed", removed.to_string())];
        let actor = caller.actor(&subscription.order.customer);
        self.note_subscription(actor, Action::SubscriptionMembers, &subscription, &details)?;
        Ok(taken)
    }
}

/// The column of a register that holds the customer's own keys; others need not be there.
fn column_of_keys(subscription: &Subscription, register: &StoredRegister) -> Result<usize, ServiceError> {
    let named = subscription.order.register.as_ref().and_then(|own| own.columns.key.clone());
    let columns = RegisterColumns { key: named, ..RegisterColumns::default() };
    let mapping = Mapping::of_any(&register.form.columns, &columns);
    let mapping = mapping.map_err(|error| refused(&error.to_string()))?;
    let none = || refused("register.columns.key: no column holds the customer's own key");
    mapping.column(Field::Key).ok_or_else(none)
}
