//! Where orders and subscriptions are handed in and asked about: the store itself, or a scheduler over HTTP.

use std::path::Path;
use std::sync::Arc;

use poimuri_client::{Client, OrderView};
use poimuri_scheduler::service::Scheduler;
use poimuri_shared::document::Format;
use poimuri_shared::ids::{CustomerId, OrderId, RegisterId};
use poimuri_shared::order::RegisterColumns;
use poimuri_shared::progress::Progress;
use serde::Serialize;
use serde_json::Value;

use crate::context::Context;
use crate::failure::Outcome;
use crate::house;

pub(crate) mod errors;
mod remote;
pub(crate) mod store;
mod subscriptions;

/// Where orders and subscriptions go.
#[derive(Debug)]
pub(crate) enum Desk {
    /// The store, without asking a scheduler.
    Store(Arc<Scheduler>),
    /// A scheduler over HTTP.
    Scheduler(Client),
}

/// An order or a subscription as it was handed in.
#[derive(Debug, Clone)]
pub(crate) struct Handed {
    pub(crate) text: Vec<u8>,
    pub(crate) format: Format,
    /// Uploaded in place of the files it names, in its order.
    pub(crate) registers: Vec<RegisterId>,
    pub(crate) seed: Option<String>,
    pub(crate) priority: Option<u8>,
    pub(crate) key: Option<String>,
}

/// A customer's register as it lies in a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RegisterFile<'f> {
    pub(crate) path: &'f Path,
    /// The sheet to read of a workbook; otherwise the first that is not hidden.
    pub(crate) sheet: Option<&'f str>,
    /// What its columns mean, as far as it is said.
    pub(crate) columns: &'f RegisterColumns,
}

/// The answer to an order.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Accepted {
    pub(crate) id: OrderId,
    pub(crate) snapshot: Option<String>,
    /// Whether it was there before under the same key.
    pub(crate) known: bool,
    pub(crate) warnings: Vec<String>,
}

/// A decision about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Cancel,
    Pause,
    Resume,
    Retry,
}

impl Desk {
    /// The desk the settings name.
    ///
    /// # Errors
    /// If the settings are wrong or Redis cannot be reached.
    pub(crate) async fn open(context: &Context) -> Outcome<Self> {
        if let Some(url) = &context.settings.client.scheduler {
            return Ok(Self::Scheduler(remote::client(url, context.settings.client.token.as_deref())?));
        }
        context.must_exist()?;
        let (scheduler, _hints) =
            house::scheduler(context, house::queue(context).await?, house::Follow::Orders)?;
        Ok(Self::Store(scheduler))
    }

    /// Hands an order in.
    ///
    /// # Errors
    /// Each reason against it.
    pub(crate) async fn submit(&self, handed: Handed) -> Outcome<Accepted> {
        match self {
            Self::Store(scheduler) => store::submit(scheduler, handed).await,
            Self::Scheduler(client) => remote::submit(client, handed).await,
        }
    }

    /// Uploads a customer's register under a new id.
    ///
    /// # Errors
    /// If the file cannot be read or stored.
    pub(crate) async fn upload(
        &self,
        context: &Context,
        customer: &CustomerId,
        file: &RegisterFile<'_>,
    ) -> Outcome<RegisterId> {
        match self {
            Self::Store(_) => store::upload_unnamed(context, customer, file),
            Self::Scheduler(client) => {
                let id = store::new_register(context)?;
                remote::upload(client, &id, customer, file).await?;
                Ok(id)
            }
        }
    }

    /// Destroys a customer's register.
    ///
    /// # Errors
    /// If it is not known or needed, or store or scheduler cannot be reached.
    pub(crate) async fn remove_register(&self, context: &Context, id: &RegisterId) -> Outcome<()> {
        match self {
            Self::Store(_) => store::remove_register(context, id),
            Self::Scheduler(client) => {
                client.remove_register(id).await.map_err(|error| errors::client(&error))
            }
        }
    }

    /// An order and how far it is.
    ///
    /// # Errors
    /// If it is not known, or store or scheduler cannot be reached.
    pub(crate) async fn show(&self, id: &OrderId) -> Outcome<OrderView> {
        match self {
            Self::Store(scheduler) => store::view(scheduler, id).await,
            Self::Scheduler(client) => client.show(id).await.map_err(|error| errors::client(&error)),
        }
    }

    /// The newest orders.
    ///
    /// # Errors
    /// If store or scheduler cannot be reached.
    pub(crate) async fn list(&self, limit: usize, state: Option<&str>) -> Outcome<Vec<OrderView>> {
        match self {
            Self::Store(scheduler) => store::list(scheduler, limit, state).await,
            Self::Scheduler(client) => {
                client.list(limit, state).await.map_err(|error| errors::client(&error))
            }
        }
    }

    /// Takes a decision about an order.
    ///
    /// # Errors
    /// If the order is not known or has ended, or nobody who would heed it can be reached.
    pub(crate) async fn decide(
        &self,
        context: &Context,
        id: &OrderId,
        decision: Decision,
    ) -> Outcome<OrderView> {
        match self {
            Self::Store(scheduler) => store::decide(context, scheduler, id, decision).await,
            Self::Scheduler(client) => remote::decide(client, id, decision).await,
        }
    }

    /// The receipt of a delivered order; the look at it is logged.
    ///
    /// # Errors
    /// If there is none yet.
    pub(crate) async fn receipt(&self, context: &Context, id: &OrderId) -> Outcome<Value> {
        match self {
            Self::Store(scheduler) => store::receipt(context, scheduler, id).await,
            Self::Scheduler(client) => client.receipt(id).await.map_err(|error| errors::client(&error)),
        }
    }

    /// Follows an order until it settles, telling each change.
    ///
    /// # Errors
    /// If it is not known, or store or scheduler cannot be reached.
    pub(crate) async fn follow(&self, id: &OrderId, tell: impl FnMut(&Progress)) -> Outcome<Progress> {
        match self {
            Self::Store(scheduler) => store::follow(scheduler, id, tell).await,
            Self::Scheduler(client) => remote::follow(client, id, tell).await,
        }
    }
}
