//! Continuous updates: subscriptions handed in, looked at and changed.

use poimuri_shared::ids::{RegisterId, SubscriptionId};
use poimuri_shared::subscriptions::{
    Acknowledged, Brought, Subscribed, SubscriptionDetail, SubscriptionState, SubscriptionView, TakenAway,
    Went,
};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::calls::{CALL_TIMEOUT, Client, insist, random_key, read};
use crate::error::ClientError;
use crate::order::Submission;

impl Client {
    /// Hands a subscription in; [`Submission::register`] names the register uploaded in place of its file. Sent again
    /// under the same key while the scheduler is away, at most four times.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with each thing wrong, also for a seed or a priority; and whatever stands between.
    pub async fn subscribe(&self, submission: &Submission) -> Result<Subscribed, ClientError> {
        if submission.seed.is_some() || submission.priority.is_some() {
            let message = "a subscription has no seed and no priority".to_owned();
            return Err(ClientError::Refused { message, details: Vec::new() });
        }
        let key = submission.key.clone().unwrap_or_else(random_key);
        let none = std::iter::empty::<String>;
        insist(async || self.hand_in("/v1/subscriptions", submission, &key, none()).await).await
    }

    /// The newest subscriptions the caller may see, at most 1000.
    ///
    /// # Errors
    /// If the scheduler cannot be reached or refuses.
    pub async fn subscriptions(
        &self,
        limit: usize,
        state: Option<SubscriptionState>,
    ) -> Result<Vec<SubscriptionView>, ClientError> {
        let state = state.map(|state| format!("&state={state}")).unwrap_or_default();
        let path = format!("/v1/subscriptions?limit={limit}{state}");
        read(self.request(Method::GET, &path).timeout(CALL_TIMEOUT)).await
    }

    /// A subscription with its loads and runs.
    ///
    /// # Errors
    /// If it is not known or the scheduler cannot be reached.
    pub async fn subscription(&self, id: &SubscriptionId) -> Result<SubscriptionDetail, ClientError> {
        read(self.request(Method::GET, &format!("/v1/subscriptions/{id}")).timeout(CALL_TIMEOUT)).await
    }

    /// Begins what a subscription needs now, whatever its rhythm; with `due` only what the rhythm says. The order is
    /// followed as any other.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if a run may not begin; if it is not known or the scheduler cannot be reached.
    pub async fn run_subscription(&self, id: &SubscriptionId, due: bool) -> Result<Went, ClientError> {
        self.change(id, &format!("run?due={due}"), None).await
    }

    /// Lets no run begin.
    ///
    /// # Errors
    /// If it is not known, has ended, or the scheduler cannot be reached.
    pub async fn pause_subscription(&self, id: &SubscriptionId) -> Result<SubscriptionDetail, ClientError> {
        self.change(id, "pause", None).await
    }

    /// Lets runs begin again.
    ///
    /// # Errors
    /// If it is not known, has ended, or the scheduler cannot be reached.
    pub async fn resume_subscription(&self, id: &SubscriptionId) -> Result<SubscriptionDetail, ClientError> {
        self.change(id, "resume", None).await
    }

    /// Ends a subscription for good; an order of it that is under way is cancelled. The reason is read later by others:
    /// one line, never about a person.
    ///
    /// # Errors
    /// [`ClientError::Refused`] for another reason; if it is not known or the scheduler cannot be reached.
    pub async fn end_subscription(
        &self,
        id: &SubscriptionId,
        reason: Option<&str>,
    ) -> Result<SubscriptionDetail, ClientError> {
        self.change(id, "end", Some(json!({ "reason": reason }))).await
    }

    /// Brings the persons of an uploaded register as members: the order answers each of its rows.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with each thing wrong, [`ClientError::Conflict`] while another order of the subscription is
    /// under way; if it is not known or the scheduler cannot be reached.
    pub async fn add_members(
        &self,
        id: &SubscriptionId,
        register: &RegisterId,
    ) -> Result<Brought, ClientError> {
        self.change(id, "members", Some(json!({ "register": register }))).await
    }

    /// Takes members away by the customer's own keys in an uploaded register. That register is needed no longer:
    /// [`Client::remove_register`].
    ///
    /// # Errors
    /// [`ClientError::Refused`] if it holds no keys or too few members were left, [`ClientError::Conflict`] while an order of
    /// the subscription is under way; if it is not known or the scheduler cannot be reached.
    pub async fn remove_members(
        &self,
        id: &SubscriptionId,
        register: &RegisterId,
    ) -> Result<TakenAway, ClientError> {
        self.change(id, "members/remove", Some(json!({ "register": register }))).await
    }

    /// Notes that the customer received the delivery of a step.
    ///
    /// # Errors
    /// If nothing was delivered in that step, or the scheduler cannot be reached.
    pub async fn acknowledge(&self, id: &SubscriptionId, step: u32) -> Result<Acknowledged, ClientError> {
        self.change(id, &format!("deliveries/{step}/acknowledge"), None).await
    }

    async fn change<T: DeserializeOwned>(
        &self,
        id: &SubscriptionId,
        what: &str,
        body: Option<Value>,
    ) -> Result<T, ClientError> {
        let request = self.request(Method::POST, &format!("/v1/subscriptions/{id}/{what}"));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        read(request.timeout(CALL_TIMEOUT)).await
    }
}
