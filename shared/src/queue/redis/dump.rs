//! The whole state as the server holds it, for comparison.

use std::collections::BTreeMap;

use super::Redis;
use crate::queue::steps::IndexSteps as _;
use crate::queue::tests::dump::{Dump, Kept};

impl Redis {
    pub(in crate::queue) fn prefix(&self) -> &str {
        &self.core.names.prefix
    }

    pub(in crate::queue) async fn dump(&self) -> Dump {
        let epoch = self.epoch().await.unwrap().to_string();
        let mut to = self.core.link.client.get_multiplexed_async_connection().await.unwrap();
        let pattern = format!("{}:*", self.core.names.prefix);
        let keys: Vec<String> = redis::cmd("KEYS").arg(&pattern).query_async(&mut to).await.unwrap();
        let mut dump = Dump::new();
        for key in keys {
            let kind: String = redis::cmd("TYPE").arg(&key).query_async(&mut to).await.unwrap();
            let kept = match kind.as_str() {
                "string" => Kept::Text(redis::cmd("GET").arg(&key).query_async(&mut to).await.unwrap()),
                "hash" => Kept::Hash(redis::cmd("HGETALL").arg(&key).query_async(&mut to).await.unwrap()),
                "zset" => {
                    let mut command = redis::cmd("ZRANGE");
                    command.arg(&key).arg(0).arg(-1).arg("WITHSCORES");
                    let pairs: BTreeMap<String, i64> = command.query_async(&mut to).await.unwrap();
                    Kept::Sorted(pairs)
                }
                other => panic!("{key} is a {other}"),
            };
            let name = key[pattern.len() - 1..].replace(['{', '}'], "");
            if name != "index:epoch" {
                dump.insert(name, normal(kept, &epoch));
            }
        }
        normal_meta(&mut dump);
        dump
    }
}

/// The epoch is drawn by each queue on its own.
fn normal(kept: Kept, epoch: &str) -> Kept {
    let Kept::Hash(mut fields) = kept else { return kept };
    if let Some(memory) = fields.get_mut("memory") {
        *memory = (if memory == epoch { "present" } else { "past" }).to_owned();
    }
    Kept::Hash(fields)
}

/// Numbers that were never written are zero.
fn normal_meta(dump: &mut Dump) {
    let mut meta = match dump.remove("index:meta") {
        Some(Kept::Hash(meta)) => meta,
        _ => BTreeMap::new(),
    };
    for field in ["floor", "sequence"] {
        meta.entry(field.to_owned()).or_insert_with(|| "0".to_owned());
    }
    dump.insert("index:meta".to_owned(), Kept::Hash(meta));
}
