//! The whole state as the keys Redis would hold, for comparison. Destructured, so that a field cannot be left out.

use std::collections::BTreeMap;

use super::index::Index;
use super::order::Order;
use super::stage::Stage;
use super::{Machine, Memory};
use crate::queue::tests::dump::{Dump, Kept, flag, hash, past, sorted};

impl Memory {
    pub(in crate::queue) fn dump(&self) -> Dump {
        let machine = self.lock();
        let Machine { epoch, index, orders } = &*machine;
        let mut dump = Dump::new();
        dump_index(index, &mut dump);
        for (name, order) in orders {
            dump_order(name.as_str(), order, *epoch, &mut dump);
        }
        dump
    }
}

fn dump_index(index: &Index, dump: &mut Dump) {
    let Index { orders, busy, ready, entries, active, idle, estimates, floor, sequence, workers, leader } =
        index;
    let entries = entries.iter().map(|(name, (version, offer))| (name, format!("{version} {offer}")));
    let keys = [
        ("orders", sorted(orders)),
        ("busy", sorted(busy)),
        ("ready", sorted(ready.iter().map(|offer| (offer, 0)))),
        ("entries", hash(entries)),
        ("active", sorted(active)),
        ("idle", sorted(idle)),
        ("estimates", hash(estimates)),
        ("meta", hash([("floor", floor.to_string()), ("sequence", sequence.to_string())])),
        ("workers", sorted(workers)),
        (
            "leader",
            hash(
                leader
                    .iter()
                    .flat_map(|(holder, until)| [("holder", holder.clone()), ("until", until.to_string())]),
            ),
        ),
    ];
    for (name, kept) in keys {
        put(dump, format!("index:{name}"), kept);
    }
}

fn put(dump: &mut Dump, key: String, kept: Kept) {
    if !kept.is_empty() {
        dump.insert(key, kept);
    }
}

fn dump_order(name: &str, order: &Order, epoch: u64, dump: &mut Dump) {
    let Order { memory, fence, tenant, priority, paused, cancelled, version, counter, stages } = order;
    let names: Vec<String> = stages.keys().map(u8::to_string).collect();
    let mut head: BTreeMap<String, String> = [
        ("memory", (if *memory == epoch { "present" } else { "past" }).to_owned()),
        ("fence", fence.to_string()),
        ("tenant", tenant.to_string()),
        ("priority", priority.to_string()),
        ("paused", flag(*paused)),
        ("cancelled", flag(*cancelled)),
        ("version", version.to_string()),
        ("counter", counter.to_string()),
        ("stages", names.join(",")),
    ]
    .into_iter()
    .map(|(field, value)| (field.to_owned(), value))
    .collect();
    for (number, stage) in stages {
        let Stage { tasks, done, cursor, permilles, leases, returned, due, dead, past: exceptions } = stage;
        head.insert(format!("{number}:total"), tasks.len().to_string());
        head.insert(format!("{number}:done"), done.to_string());
        head.insert(format!("{number}:cursor"), cursor.to_string());
        head.insert(format!("{number}:permilles"), permilles.to_string());
        let owner = |lease: &crate::queue::Lease| {
            format!("{}|{}|{}|{}", lease.counter, lease.since_ms, lease.permille, lease.worker)
        };
        let keys = [
            ("t", Kept::Text(String::from_utf8_lossy(tasks).into_owned())),
            ("l", sorted(leases.iter().map(|(task, lease)| (task, lease.until_ms)))),
            ("o", hash(leases.iter().map(|(task, lease)| (task, owner(lease))))),
            ("r", sorted(returned.iter().map(|task| (task, task)))),
            ("d", sorted(due)),
            ("x", sorted(dead)),
            ("e", hash(exceptions.iter().map(|(task, exception)| (task, past(exception))))),
        ];
        for (kind, kept) in keys {
            put(dump, format!("{name}:{number}:{kind}"), kept);
        }
    }
    dump.insert(name.to_owned(), Kept::Hash(head));
}
