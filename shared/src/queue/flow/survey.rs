//! What goes over all orders: sweeping and counting.

use futures_util::future::try_join_all;

use super::Flow;
use crate::ids::OrderId;
use crate::queue::steps::{LIMIT, Step, Steps, Swept};
use crate::queue::{Overview, Sweep};

/// Orders asked at the same time.
const ABREAST: usize = 100;

#[expect(private_bounds, reason = "the steps are our own business")]
impl<S: Steps> Flow<S> {
    pub(super) async fn sweep_all(&self) -> Step<Sweep> {
        let mut sweep = Sweep::default();
        let mut offset = 0;
        loop {
            let page = self.steps.busy(offset).await?;
            let mut left = 0;
            for part in page.chunks(ABREAST) {
                let swept =
                    try_join_all(part.iter().map(|(order, since)| self.sweep_one(order, *since))).await?;
                for (swept, stays) in swept {
                    left += u32::from(stays);
                    if let Some(Swept { lost, promoted, idle: _, more, standing: _ }) = swept {
                        sweep.lost.extend(lost);
                        sweep.promoted += promoted;
                        sweep.more |= more;
                    }
                }
            }
            if page.len() < LIMIT as usize {
                return Ok(sweep);
            }
            offset += left;
        }
    }

    /// What was found in an order, and whether it stays among the busy.
    pub(super) async fn sweep_one(&self, order: &OrderId, since: u64) -> Step<(Option<Swept>, bool)> {
        let swept = self.steps.sweep(order).await?;
        let Some(found) = &swept else {
            let old = self.steps.unbusy(order, since, false).await?;
            if old {
                self.steps.unlist(order, &[]).await?;
            }
            return Ok((None, !old));
        };
        self.list(order, &found.standing).await?;
        if found.idle {
            self.steps.unbusy(order, since, true).await?;
        }
        let stays = !found.idle;
        Ok((swept, stays))
    }

    pub(super) async fn all_orders(&self) -> Step<Vec<OrderId>> {
        let mut orders = Vec::new();
        loop {
            let offset = u32::try_from(orders.len()).unwrap_or(u32::MAX);
            let page = self.steps.orders(offset).await?;
            let last = page.len() < LIMIT as usize;
            orders.extend(page);
            if last {
                return Ok(orders);
            }
        }
    }

    pub(super) async fn look_over(&self) -> Step<Overview> {
        let orders = self.all_orders().await?;
        let census = self.steps.census().await?;
        let mut overview = Overview {
            orders: u32::try_from(orders.len()).unwrap_or(u32::MAX),
            workers: census.workers,
            accounts: census.accounts,
            ..Overview::default()
        };
        for part in orders.chunks(ABREAST) {
            for tally in try_join_all(part.iter().map(|order| self.steps.tally(order))).await? {
                overview.waiting += tally.waiting;
                overview.running += tally.running;
                overview.retrying += tally.retrying;
                overview.done += tally.done;
                overview.dead += tally.dead;
            }
        }
        Ok(overview)
    }
}
