//! How a task is claimed, kept and paid for.

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

use futures_util::future::join_all;

use super::Flow;
use crate::ids::{OrderId, WorkerId};
use crate::queue::steps::{Account, LAST_VERSION, LIMIT, Step, Steps, Taken};
use crate::queue::{Beat, Claim, Revocation, Revoked, Token};

/// Offers a worker tries before it calls the queue empty.
const TRIES: u32 = 64;
/// Accounts kept back at most.
const UNSETTLED: usize = 64;

#[expect(private_bounds, reason = "the steps are our own business")]
impl<S: Steps> Flow<S> {
    pub(super) fn accounts(&self) -> MutexGuard<'_, Vec<Account>> {
        self.unsettled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what a claim cost, until the next claim or heartbeat.
    pub(super) async fn account(&self, claim: &Claim, took_ms: Option<u64>) {
        let Claim { tenant, charged_ms, .. } = claim;
        let full = {
            let mut accounts = self.accounts();
            accounts.push(Account { tenant: tenant.clone(), charged_ms: *charged_ms, took_ms });
            accounts.len() >= UNSETTLED
        };
        if full {
            self.settle().await;
        }
    }

    /// Fairness is not worth an error: what cannot be told is dropped.
    pub(super) async fn settle(&self) {
        let accounts = std::mem::take(&mut *self.accounts());
        if !accounts.is_empty()
            && let Err(error) = self.steps.settle(&accounts).await
        {
            tracing::debug!(error = crate::error::chain(&error), "accounts not settled");
        }
    }

    pub(super) async fn take_one(&self, worker: &WorkerId) -> Step<Option<Claim>> {
        for _ in 0..TRIES {
            let accounts = std::mem::take(&mut *self.accounts());
            let Some(chosen) = self.steps.choose(&accounts).await? else { return Ok(None) };
            let (entry, charged_ms) = (chosen.entry, chosen.charged_ms);
            let version = loop {
                match self.steps.take(&entry, worker).await? {
                    Taken::Task { task, fence, counter, attempt } => {
                        return Ok(Some(Claim {
                            order: entry.order,
                            stage: entry.stage,
                            task,
                            token: Token { epoch: fence, counter },
                            attempt,
                            worker: worker.clone(),
                            tenant: chosen.tenant,
                            charged_ms,
                        }));
                    }
                    Taken::Again => {}
                    Taken::Empty { version } => break version,
                    Taken::Gone => break LAST_VERSION,
                }
            };
            self.steps.unready(&entry, version, &chosen.tenant, charged_ms).await?;
        }
        Ok(None)
    }

    pub(super) async fn beat_all(&self, worker: &WorkerId, running: &[Beat]) -> Step<Vec<Revoked>> {
        let mut by_order: BTreeMap<&OrderId, Vec<&Beat>> = BTreeMap::new();
        for beat in running {
            by_order.entry(&beat.claim.order).or_default().push(beat);
        }
        let parts: Vec<(&OrderId, &[&Beat])> = by_order
            .iter()
            .flat_map(|(order, beats)| beats.chunks(LIMIT as usize).map(|part| (*order, part)))
            .collect();
        let heard = self.steps.heard(worker);
        let told = join_all(parts.iter().map(async |(order, beats)| {
            let answers = self.steps.beat(order, beats).await?;
            Ok(beats.iter().zip(answers).filter_map(revoked).collect::<Vec<_>>())
        }));
        let (heard, told, ()) = tokio::join!(heard, told, self.settle());
        heard?;
        Ok(told.into_iter().collect::<Step<Vec<_>>>()?.into_iter().flatten().collect())
    }
}

fn revoked((beat, answer): (&&Beat, Option<Revocation>)) -> Option<Revoked> {
    answer.map(|reason| Revoked { claim: beat.claim.clone(), reason })
}
