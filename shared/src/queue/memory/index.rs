//! The index of the embedded queue: orders, offers, accounts, workers.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{CustomerId, OrderId, WorkerId};
use crate::queue::MAX_ORDERS;
use crate::queue::steps::{Account, Census, Chosen, Entry, LIMIT};

/// What a task of a tenant nobody knows yet is thought to take, milliseconds.
pub(in crate::queue) const FIRST_ESTIMATE_MS: u64 = 50;
/// How long a worker or an unfinished plan is remembered, milliseconds.
pub(in crate::queue) const REMEMBER_MS: u64 = 60_000;

#[derive(Debug, Default)]
pub(super) struct Index {
    /// In the order they came.
    pub(super) orders: BTreeMap<OrderId, u64>,
    /// Since when, Unix milliseconds.
    pub(super) busy: BTreeMap<OrderId, u64>,
    /// `tenant/255-priority/number/order/stage`, so that the first of a tenant is the one to take.
    pub(super) ready: BTreeSet<String>,
    /// The version and the offer of each `order/stage`.
    pub(super) entries: BTreeMap<String, (u64, String)>,
    /// Accounts of tenants with offers.
    pub(super) active: BTreeMap<String, i64>,
    /// Accounts of the others.
    pub(super) idle: BTreeMap<String, i64>,
    pub(super) estimates: BTreeMap<String, u64>,
    /// The least account that was ever served: who comes back begins here.
    pub(super) floor: i64,
    pub(super) sequence: u64,
    pub(super) workers: BTreeMap<WorkerId, u64>,
    pub(super) leader: Option<(String, u64)>,
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

fn name(entry: &Entry) -> String {
    format!("{}/{}", entry.order, entry.stage)
}

fn tenant_of(offer: &str) -> &str {
    offer.split('/').next().unwrap_or(offer)
}

impl Index {
    pub(super) fn admit(&mut self, order: &OrderId, now: u64) -> bool {
        if !self.orders.contains_key(order) {
            if self.orders.len() >= MAX_ORDERS as usize {
                return false;
            }
            self.sequence += 1;
            self.orders.insert(order.clone(), self.sequence);
        }
        self.busy.insert(order.clone(), now);
        true
    }

    /// True if workers should be woken.
    pub(super) fn ready(&mut self, entry: &Entry, tenant: &CustomerId, priority: u8, version: u64) -> bool {
        let Some(number) = self.orders.get(&entry.order) else { return false };
        let name = name(entry);
        let offer = format!("{tenant}/{:03}/{number:016}/{name}", 255 - priority);
        let known = self.entries.get(&name).cloned();
        match &known {
            Some((standing, _)) if *standing > version => return false,
            Some((_, old)) if *old != offer => {
                self.ready.remove(old);
            }
            Some(_) | None => {}
        }
        self.ready.insert(offer.clone());
        self.entries.insert(name, (version, offer));
        if !self.active.contains_key(tenant.as_str()) {
            let account = self.idle.remove(tenant.as_str()).unwrap_or(0);
            self.active.insert(tenant.to_string(), account.max(self.floor));
        }
        known.is_none()
    }

    pub(super) fn unready(&mut self, entry: &Entry, version: u64, tenant: &CustomerId, refund_ms: u64) {
        if refund_ms > 0 {
            self.charge(tenant.as_str(), -signed(refund_ms));
        }
        let name = name(entry);
        if let Some((standing, offer)) = self.entries.get(&name).cloned()
            && standing <= version
        {
            self.entries.remove(&name);
            self.withdraw(&offer);
        }
    }

    fn withdraw(&mut self, offer: &str) {
        self.ready.remove(offer);
        let tenant = tenant_of(offer);
        if self.first_offer(tenant).is_none() {
            self.deactivate(tenant);
        }
    }

    fn deactivate(&mut self, tenant: &str) {
        if let Some(account) = self.active.remove(tenant) {
            self.idle.insert(tenant.to_owned(), account);
        }
    }

    fn first_offer(&self, tenant: &str) -> Option<&String> {
        let prefix = format!("{tenant}/");
        self.ready.range(prefix.clone()..).next().filter(|offer| offer.starts_with(&prefix))
    }

    fn charge(&mut self, tenant: &str, ms: i64) {
        match self.active.get_mut(tenant) {
            Some(account) => *account += ms,
            None => *self.idle.entry(tenant.to_owned()).or_default() += ms,
        }
    }

    pub(super) fn choose(&mut self, accounts: &[Account], now: u64) -> Option<Chosen> {
        self.settle(accounts);
        let (account, tenant) =
            self.active.iter().map(|(tenant, account)| (*account, tenant.clone())).min()?;
        let Some(offer) = self.first_offer(&tenant) else {
            self.deactivate(&tenant);
            return None;
        };
        let mut parts = offer.split('/').skip(3);
        let order: OrderId = parts.next()?.parse().ok()?;
        let stage = parts.next()?.parse().ok()?;
        self.floor = self.floor.max(account);
        let charged_ms = self.estimates.get(&tenant).copied().unwrap_or(FIRST_ESTIMATE_MS);
        self.charge(&tenant, signed(charged_ms));
        self.busy.insert(order.clone(), now);
        Some(Chosen { entry: Entry { order, stage }, tenant: tenant.parse().ok()?, charged_ms })
    }

    pub(super) fn settle(&mut self, accounts: &[Account]) {
        for Account { tenant, charged_ms, took_ms } in accounts {
            self.charge(tenant.as_str(), signed(took_ms.unwrap_or(0)) - signed(*charged_ms));
            if let Some(took) = took_ms {
                let estimate = self.estimates.entry(tenant.to_string()).or_insert(FIRST_ESTIMATE_MS);
                *estimate = ((*estimate * 3 + took) / 4).max(1);
            }
        }
    }

    pub(super) fn unlist(&mut self, order: &OrderId, stages: &[u8]) {
        self.orders.remove(order);
        self.busy.remove(order);
        for stage in stages {
            if let Some((_, offer)) =
                self.entries.remove(&name(&Entry { order: order.clone(), stage: *stage }))
            {
                self.withdraw(&offer);
            }
        }
    }

    pub(super) fn busy(&self, offset: u32) -> Vec<(OrderId, u64)> {
        let mut by_time: Vec<_> = self.busy.iter().map(|(order, since)| (*since, order)).collect();
        by_time.sort();
        by_time
            .into_iter()
            .skip(offset as usize)
            .take(LIMIT as usize)
            .map(|(since, order)| (order.clone(), since))
            .collect()
    }

    pub(super) fn unbusy(&mut self, order: &OrderId, since: u64, known: bool, now: u64) -> bool {
        if self.busy.get(order).is_none_or(|standing| *standing > since) {
            return false;
        }
        if known {
            self.busy.remove(order);
            return false;
        }
        since + REMEMBER_MS <= now
    }

    pub(super) fn page(&self, offset: u32) -> Vec<OrderId> {
        let mut by_number: Vec<_> = self.orders.iter().map(|(order, number)| (*number, order)).collect();
        by_number.sort();
        by_number.into_iter().skip(offset as usize).take(LIMIT as usize).map(|(_, o)| o.clone()).collect()
    }

    pub(super) fn heard(&mut self, worker: &WorkerId, now: u64) {
        self.workers.insert(worker.clone(), now);
        self.workers.retain(|_, heard| *heard + REMEMBER_MS > now);
    }

    pub(super) fn census(&self) -> Census {
        let accounts = self.active.iter().chain(&self.idle);
        let account =
            |(tenant, ms): (&String, &i64)| Some((tenant.parse().ok()?, u64::try_from(*ms).unwrap_or(0)));
        Census { workers: self.workers.clone(), accounts: accounts.filter_map(account).collect() }
    }

    pub(super) fn lead(&mut self, holder: &str, ttl_ms: u64, now: u64) -> bool {
        if self.leader.as_ref().is_some_and(|(leader, until)| leader != holder && *until > now) {
            return false;
        }
        self.leader = Some((holder.to_owned(), now + ttl_ms));
        true
    }

    pub(super) fn step_down(&mut self, holder: &str) {
        self.leader.take_if(|(leader, _)| leader == holder);
    }
}
