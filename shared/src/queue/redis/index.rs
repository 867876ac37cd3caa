//! The steps of the index as calls of their scripts.

use std::time::Duration;

use redis::Cmd;

use super::reply::{Reply, number};
use super::{Core, Redis, SCRIPTS, millis};
use crate::ids::{CustomerId, OrderId, WorkerId};
use crate::queue::MAX_ORDERS;
use crate::queue::memory::{FIRST_ESTIMATE_MS, REMEMBER_MS};
use crate::queue::steps::{Account, Census, Chosen, Entry, IndexSteps, LIMIT, Step};

impl Core {
    async fn list(&self, call: &'static str, command: &Cmd) -> Step<Reply> {
        Reply::new(
            call,
            self.link.ask(call, |mut to| async move { command.query_async(&mut to).await }).await?,
        )
    }

    fn page(&self, kind: &str, offset: u32) -> Cmd {
        let last = offset.saturating_add(LIMIT - 1);
        let mut command = redis::cmd("ZRANGE");
        command.arg(format!("{}:{kind}", self.names.index)).arg(offset).arg(last);
        command
    }
}

impl IndexSteps for Redis {
    async fn admit(&self, order: &OrderId) -> Step<bool> {
        let mut script = self.core.on_index(&SCRIPTS.admit);
        script.arg(order.as_str()).arg(MAX_ORDERS);
        Ok(number("admit", self.core.run("admit", &script).await?)? == 1)
    }

    async fn ready(&self, entry: &Entry, tenant: &CustomerId, priority: u8, version: u64) -> Step<()> {
        let mut script = self.core.on_index(&SCRIPTS.ready);
        script.arg(entry.order.as_str()).arg(entry.stage).arg(tenant.as_str());
        script.arg(format!("{:03}", 255 - priority)).arg(version);
        self.core.run("ready", &script).await.map(drop)
    }

    async fn unready(&self, entry: &Entry, version: u64, tenant: &CustomerId, refund_ms: u64) -> Step<()> {
        let mut script = self.core.on_index(&SCRIPTS.unready);
        script.arg(entry.order.as_str()).arg(entry.stage).arg(tenant.as_str()).arg(refund_ms).arg(version);
        self.core.run("unready", &script).await.map(drop)
    }

    async fn choose(&self, accounts: &[Account]) -> Step<Option<Chosen>> {
        let mut script = self.core.on_index(&SCRIPTS.choose);
        script.arg(FIRST_ESTIMATE_MS);
        add_accounts(&mut script, accounts);
        let mut reply = Reply::new("choose", self.core.run("choose", &script).await?)?;
        if reply.is_empty() {
            return Ok(None);
        }
        let entry = Entry { order: reply.parse()?, stage: reply.parse()? };
        Ok(Some(Chosen { entry, tenant: reply.parse()?, charged_ms: reply.parse()? }))
    }

    async fn settle(&self, accounts: &[Account]) -> Step<()> {
        let mut script = self.core.on_index(&SCRIPTS.settle);
        script.arg(FIRST_ESTIMATE_MS);
        add_accounts(&mut script, accounts);
        self.core.run("settle", &script).await.map(drop)
    }

    async fn unlist(&self, order: &OrderId, stages: &[u8]) -> Step<()> {
        let mut script = self.core.on_index(&SCRIPTS.unlist);
        script.arg(order.as_str());
        for stage in stages {
            script.arg(*stage);
        }
        self.core.run("unlist", &script).await.map(drop)
    }

    async fn busy(&self, offset: u32) -> Step<Vec<(OrderId, u64)>> {
        let mut command = self.core.page("busy", offset);
        command.arg("WITHSCORES");
        self.core.list("busy", &command).await?.each(Reply::pair)
    }

    async fn unbusy(&self, order: &OrderId, since: u64, known: bool) -> Step<bool> {
        let mut script = self.core.on_index(&SCRIPTS.unbusy);
        script.arg(order.as_str()).arg(since).arg(u8::from(known)).arg(REMEMBER_MS);
        Ok(number("unbusy", self.core.run("unbusy", &script).await?)? == 1)
    }

    async fn orders(&self, offset: u32) -> Step<Vec<OrderId>> {
        self.core.list("orders", &self.core.page("orders", offset)).await?.each(Reply::parse)
    }

    async fn heard(&self, worker: &WorkerId) -> Step<()> {
        let mut script = self.core.on_index(&SCRIPTS.heard);
        script.arg(worker.as_str()).arg(REMEMBER_MS);
        self.core.run("heard", &script).await.map(drop)
    }

    async fn census(&self) -> Step<Census> {
        let mut census = Census::default();
        for kind in ["active", "idle", "workers"] {
            let mut command = self.core.page(kind, 0);
            command.arg("WITHSCORES");
            let reply = self.core.list("census", &command).await?;
            if kind == "workers" {
                census.workers.extend(reply.each(Reply::pair)?);
            } else {
                census.accounts.extend(reply.each(Reply::pair)?);
            }
        }
        Ok(census)
    }

    async fn lead(&self, holder: &str, ttl: Duration) -> Step<bool> {
        let mut script = self.core.on_index(&SCRIPTS.lead);
        script.arg(holder).arg(millis(ttl).max(1));
        Ok(number("lead", self.core.run("lead", &script).await?)? == 1)
    }

    async fn step_down(&self, holder: &str) -> Step<()> {
        let mut script = self.core.on_index(&SCRIPTS.lead);
        script.arg(holder).arg(0);
        self.core.run("lead", &script).await.map(drop)
    }

    async fn epoch(&self) -> Step<u64> {
        self.core.renew_epoch().await
    }
}

fn add_accounts(script: &mut redis::ScriptInvocation<'_>, accounts: &[Account]) {
    for Account { tenant, charged_ms, took_ms } in accounts {
        script.arg(tenant.as_str()).arg(*charged_ms);
        script.arg(took_ms.map_or_else(String::new, |ms| ms.to_string()));
    }
}
