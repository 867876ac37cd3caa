//! Every setting there is: its key, default, unit and meaning. `poimuri settings` prints this list.

/// One setting.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Section and name; in the environment `POIMURI_` and the key in capitals with `_` for the dot.
    pub(crate) key: &'static str,
    /// As it would be written; none if the setting may be missing.
    pub(crate) default: Option<&'static str>,
    pub(crate) unit: &'static str,
    pub(crate) help: &'static str,
}

impl Row {
    /// Whether its numbers need not be whole.
    pub(crate) fn may_be_fraction(&self) -> bool {
        matches!(self.unit, "seconds" | "TOML tables")
    }
}

const fn row(
    key: &'static str,
    default: Option<&'static str>,
    unit: &'static str,
    help: &'static str,
) -> Row {
    Row { key, default, unit, help }
}

/// The list, by section.
pub(crate) const SETTINGS: &[Row] = &[
    row("store.path", Some("poimuri-store"), "folder", "orders, deliveries, permits, recipients"),
    row(
        "store.master_key",
        None,
        "file",
        "keys that wrap the keys of orders; without it master.key in the store, made with a new store",
    ),
    row("store.snapshots", None, "folder", "snapshots; without it `snapshots` in the store"),
    row(
        "store.url",
        None,
        "s3://bucket/prefix",
        "the store in an S3-compatible bucket instead of the folder",
    ),
    row("store.region", None, "text", "of the bucket; without it AWS_REGION or us-east-1"),
    row("store.endpoint", None, "URL", "of an S3-compatible server that is not Amazon's"),
    row("queue.redis", None, "URL", "Redis as the queue; without it orders run in one process only"),
    row("queue.prefix", Some("poimuri"), "text", "beginning of every key in Redis"),
    row("scheduler.listen", Some("127.0.0.1:8480"), "address:port", "where the HTTP API is served"),
    row("scheduler.tokens", None, "file", "API tokens; without it the API is open, on this machine only"),
    row("scheduler.rows_per_task", Some("1000000"), "rows", "people a task looks at, at least one shard"),
    row("scheduler.reconcile_every", Some("1"), "seconds", "every open order is looked at, hint or not"),
    row(
        "scheduler.subscriptions_every",
        Some("10"),
        "seconds",
        "every subscription is looked at: is a run due",
    ),
    row("scheduler.erase_every", Some("3600"), "seconds", "what outlived its retention is looked for"),
    row("worker.threads", Some("0"), "threads", "computing threads; 0 is one for each core"),
    row("client.scheduler", None, "URL", "order commands talk to this scheduler instead of the store"),
    row("client.token", None, "file", "the token order commands show to the scheduler"),
    row(
        "policy.minimum_result",
        Some("100"),
        "rows",
        "smallest delivery, and smallest count a customer sees",
    ),
    row("policy.minimum_group", Some("20"), "rows", "smallest group of a sample"),
    row(
        "policy.rounding",
        Some("10"),
        "rows",
        "counts for customers are rounded to a multiple of this; 0 and 1 leave them exact",
    ),
    row("policy.minimum_age", Some("15"), "years", "younger people are not addressed; 15 to 18"),
    row("policy.reference_days_max", Some("366"), "days", "farthest reference date from the snapshot's"),
    row(
        "policy.counts_per_day",
        Some("100"),
        "orders",
        "counts and extractions a customer may ask for a day",
    ),
    row(
        "policy.near_days",
        Some("14"),
        "days",
        "a customer's orders are compared with those so far back; 0 to 31",
    ),
    row(
        "policy.repeat_days",
        Some("30"),
        "days",
        "rows of a customer's updates, and whom they tell of, are compared so far back; 0 to 366",
    ),
    row("policy.repeat_persons", Some("10"), "persons", "by which two updates differ at least, if they do"),
    row("policy.near_max", Some("8"), "orders", "those that differ by one condition; more refuse the next"),
    row("retention.order_days", Some("30"), "days", "an order's partials and key are kept after its end"),
    row("retention.delivery_days", Some("60"), "days", "a delivery is kept after the end of its order"),
    row("retention.register_days", Some("45"), "days", "an uploaded register is kept after the upload"),
    row("prices", None, "TOML tables", "tariffs [[prices.dvv]], [[prices.partner]] and [[prices.vat]]"),
    row("log.level", None, "level", "error, warn, info, debug, trace or a filter; roles info, commands warn"),
    row("log.format", Some("text"), "text, json", "how log lines are written on standard error"),
];

/// The row of a key; tables inside a free-form setting belong to it.
pub(crate) fn find(key: &str) -> Option<&'static Row> {
    let head = key.split('.').next().unwrap_or(key);
    SETTINGS.iter().find(|row| row.key == key || row.key == head)
}

/// The name of a setting in the environment.
pub(crate) fn variable(key: &str) -> String {
    format!("POIMURI_{}", key.to_uppercase().replace('.', "_"))
}

/// The known key most like a wrong one, if any is like it.
pub(crate) fn nearest(wrong: &str) -> Option<&'static str> {
    let name = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let distance = |row: &&Row| edits(wrong, row.key).min(edits(&name(wrong), &name(row.key)) + 1);
    SETTINGS.iter().min_by_key(distance).filter(|row| distance(row) <= 3).map(|row| row.key)
}

/// Letters to insert, remove or replace to make one text the other.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_variables_are_unique() {
        let mut names: Vec<String> = SETTINGS.iter().map(|row| variable(row.key)).collect();
        names.sort();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert_eq!(variable("store.master_key"), "POIMURI_STORE_MASTER_KEY");
    }

    #[test]
    fn slips_are_recognised() {
        for (wrong, right) in [
            ("store.pth", Some("store.path")),
            ("worker.listen", Some("scheduler.listen")),
            ("queue.redsi", Some("queue.redis")),
            ("coffee.strength", None),
        ] {
            assert_eq!(nearest(wrong), right, "{wrong}");
        }
        assert_eq!(find("prices.dvv").map(|row| row.key), Some("prices"));
        assert!(find("store").is_none());
    }
}
