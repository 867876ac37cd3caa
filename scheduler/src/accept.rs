//! From the text of an order to an accepted order in the store, or the reasons against it.
//!
//! Everything is decided before anything is written; the marker `open` is written last, and until it stands
//! there is no order.

use poimuri_shared::audit::Action;
use poimuri_shared::ids::{CustomerId, OrderId};
use poimuri_shared::order::{Kind, Order, SnapshotChoice, parse};
use poimuri_shared::orders::{AcceptedOrder, Idempotency, Orders};
use poimuri_shared::permit::Moment;
use poimuri_shared::plan::{Road, plan};
use poimuri_shared::registers::StoredRegister;
use poimuri_shared::registry;
use poimuri_shared::snapshot::{Manifest, catalog};
use poimuri_shared::store::keys;
use poimuri_shared::store::layout::KeyOwner;
use poimuri_shared::subscriptions::Task;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::guard::check_review;
use crate::own_register::{
    check_columns, check_earlier, check_lists, check_register, check_reviews, check_uploads,
    compared_columns, must_be_there, parts, road_of_update,
};
use crate::service::{Scheduler, ServiceError};
pub use crate::submission::{Accepted, Caller, Submission, Subscribing};

/// Where an order's priority lies if nobody says.
pub const PRIORITY_DEFAULT: u8 = 100;

impl Scheduler {
    /// Accepts an order or says everything that is against it. `may` tells whether the caller may act for a customer.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] with each reason, [`ServiceError::Conflict`] for a key used for another
    /// order, or when the store fails.
    pub async fn submit(
        self: &std::sync::Arc<Self>,
        submission: Submission,
        may: impl Fn(&CustomerId) -> bool + Send + 'static,
    ) -> Result<Accepted, ServiceError> {
        let scheduler = std::sync::Arc::clone(self);
        let accepted = self.blocking(move |orders| scheduler.accept(orders, &submission, &may)).await?;
        tracing::info!(order.id = %accepted.id, snapshot.id = %accepted.snapshot, known = accepted.known, "order accepted");
        self.hint(accepted.id.clone());
        Ok(accepted)
    }

    fn accept(
        &self,
        orders: &Orders,
        submission: &Submission,
        may: &dyn Fn(&CustomerId) -> bool,
    ) -> Result<Accepted, ServiceError> {
        let parsed = parse::order(&submission.text, submission.format)
            .map_err(|refused| ServiceError::Refused(lines(&refused.problems)))?;
        let order = parsed.value;
        if !may(&order.customer) {
            return Err(for_another_customer());
        }
        check_review(&order, submission.caller)?;
        let manifest = self.pin(&order)?;
        let mut uploaded = submission.registers.iter();
        let register = check_register(orders, &order, &mut uploaded)?;
        let lists = check_lists(orders, &order, &mut uploaded)?;
        let reviews = check_reviews(orders, &order, &mut uploaded)?;
        check_uploads(uploaded)?;
        let has_model = check_earlier(orders, &order)?;
        check_columns(&order, register.as_ref())?;
        self.admit(orders, &order, &manifest, submission.caller)?;
        let now = self.clock().now();
        let mut accepted = AcceptedOrder {
            id: OrderId::generate(now),
            reference_date: order.reference_date.unwrap_or(manifest.as_of),
            snapshot: manifest.id.clone(),
            snapshot_date: manifest.as_of,
            seed_set_by_operator: submission.seed.is_some(),
            seed: seed(submission.seed.as_deref())?,
            register: register.as_ref().map(|register| register.id.clone()),
            lists: lists.iter().map(|list| list.id.clone()).collect(),
            reviews: reviews.map(|reviews| reviews.id),
            continuous: None,
            accepted_at: now,
            priority: submission.priority.unwrap_or(PRIORITY_DEFAULT),
            by_customer: submission.caller == Caller::Customer,
            order,
        };
        let known = self.settle_key(orders, submission, &mut accepted)?;
        if !known {
            if submission.caller == Caller::Customer {
                self.heed_earlier_questions(orders, &accepted)?;
            }
            let road = road(&accepted.order, register.as_ref(), (&lists, has_model));
            self.write(orders, &accepted, &manifest, road)?;
            must_be_there(orders, &accepted, now)?;
        }
        let warnings = lines(&parsed.warnings);
        Ok(Accepted { id: accepted.id, snapshot: accepted.snapshot, known, warnings })
    }

    /// The snapshot the order runs on.
    pub(crate) fn pin(&self, order: &Order) -> Result<Manifest, ServiceError> {
        let folder = &self.settings().snapshots;
        let found = match &order.snapshot {
            SnapshotChoice::Latest => catalog::latest(folder),
            SnapshotChoice::Id(id) => catalog::find(folder, id),
        };
        let found = found.map_err(|error| ServiceError::Internal(poimuri_shared::error::chain(&error)))?;
        found.ok_or_else(|| match &order.snapshot {
            SnapshotChoice::Latest => {
                refused("snapshot: there is none; build one with `poimuri snapshot build`")
            }
            SnapshotChoice::Id(id) => ServiceError::NotFound(format!("snapshot {id}")),
        })
    }

    pub(crate) fn admit(
        &self,
        orders: &Orders,
        order: &Order,
        manifest: &Manifest,
        caller: Caller,
    ) -> Result<(), ServiceError> {
        let refusals = match self.judge(orders, order, manifest.as_of, Moment::Acceptance)? {
            Ok(_recipient) => return Ok(()),
            Err(refusals) => refusals,
        };
        let (now, actor) = (self.clock().now(), caller.actor(&order.customer));
        registry::log(&**orders.store(), now, actor, Action::OrderRefused, order.kind.name())?;
        Err(ServiceError::Refused(lines(&refusals)))
    }

    /// Claims the idempotency key. True if the order under it is accepted already; an acceptance that was
    /// cut short is taken up under its own id.
    fn settle_key(
        &self,
        orders: &Orders,
        submission: &Submission,
        accepted: &mut AcceptedOrder,
    ) -> Result<bool, ServiceError> {
        let Some(key) = &submission.idempotency_key else { return Ok(false) };
        let hash = self.hashed_key("idempotency", &accepted.order.customer, key);
        let digest = digest(&(&accepted.order, &submission.seed))?;
        let wanted = Idempotency { order: accepted.id.clone(), digest };
        let Some(before) = orders.claim_key(&hash, &wanted)? else { return Ok(false) };
        if before.digest != wanted.digest {
            return Err(ServiceError::Conflict("the idempotency key was used for another order".into()));
        }
        accepted.id = before.order;
        if let Some(earlier) = orders.order(&accepted.id)? {
            *accepted = earlier;
        }
        Ok(orders.is_open_or_ended(&accepted.id)?)
    }

    /// The name of a customer's idempotency key.
    pub(crate) fn hashed_key(&self, purpose: &str, customer: &CustomerId, key: &str) -> String {
        self.masters().hashed_name(purpose, &format!("{customer}\u{1f}{key}"))
    }

    /// Writes an order and its plan into the store.
    pub(crate) fn write(
        &self,
        orders: &Orders,
        accepted: &AcceptedOrder,
        manifest: &Manifest,
        road: Road,
    ) -> Result<(), ServiceError> {
        keys::create(&**orders.store(), &self.masters(), KeyOwner::Order(&accepted.id))
            .map_err(|error| ServiceError::Internal(poimuri_shared::error::chain(&error)))?;
        let rows: Vec<u64> = manifest.shards.iter().map(|shard| u64::from(shard.end - shard.first)).collect();
        let plan = plan(road, accepted.registers().next().is_some(), &rows, self.settings().rows_per_task);
        orders.accept(accepted, &plan)?;
        let (store, at, id) = (&**orders.store(), accepted.accepted_at, accepted.id.as_str());
        registry::log(store, at, actor(accepted), Action::OrderAccepted, id)?;
        if accepted.seed_set_by_operator {
            registry::log(store, at, "operator", Action::SeedSet, id)?;
        }
        if accepted.order.update.as_ref().is_some_and(|update| update.reviewed) {
            registry::log(store, at, "operator", Action::UpdateReviewed, id)?;
        }
        Ok(())
    }
}

/// The road of an order on the customer's registers.
fn road(
    order: &Order,
    register: Option<&StoredRegister>,
    (lists, has_model): (&[StoredRegister], bool),
) -> Road {
    match order.kind {
        Kind::Extraction => Road::Extraction,
        Kind::Count => Road::Count,
        Kind::Update => road_of_update(order, register),
        Kind::Deduplication => Road::Deduplication {
            parts: parts(lists),
            columns: compared_columns(order, lists),
            records: lists.iter().map(|list| list.quality.rows).sum(),
            has_model,
        },
    }
}

/// Who is said to have handed an order in: the rows of a load are somebody's, a run is begun by the scheduler.
fn actor(accepted: &AcceptedOrder) -> &str {
    let is_run = accepted.continuous.as_ref().is_some_and(|step| !matches!(step.task, Task::Load { .. }));
    match (is_run, accepted.by_customer) {
        (true, _) => "scheduler",
        (false, true) => accepted.order.customer.as_str(),
        (false, false) => "operator",
    }
}

/// The seed that was given, or a new one.
pub(crate) fn seed(given: Option<&str>) -> Result<String, ServiceError> {
    let mut bytes = [0; 32];
    let Some(given) = given else {
        getrandom::fill(&mut bytes).map_err(|error| ServiceError::Internal(error.to_string()))?;
        return Ok(hex::encode(bytes));
    };
    hex::decode_to_slice(given, &mut bytes)
        .map(|()| given.to_ascii_lowercase())
        .ok()
        .ok_or_else(|| refused("seed: must be 64 hexadecimal digits"))
}

/// Of what must be equal for two submissions to be one: what is asked for as read, and the seed.
pub(crate) fn digest(asked: &impl Serialize) -> Result<String, ServiceError> {
    let content = serde_json::to_vec(asked).map_err(|error| ServiceError::Internal(error.to_string()))?;
    Ok(hex::encode(Sha256::digest(content)))
}

pub(crate) fn lines(problems: &[impl ToString]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

pub(crate) fn for_another_customer() -> ServiceError {
    refused("customer: this token is for another customer")
}

pub(crate) fn refused(reason: &str) -> ServiceError {
    ServiceError::Refused(vec![reason.to_owned()])
}
