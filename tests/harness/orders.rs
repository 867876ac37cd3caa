//! Orders of a store, followed by its commands and its files.

use std::fs;

use serde_json::Value;

use crate::cluster::LIMIT;
use crate::store::{SEED, Store};
use crate::wait::wait_for;

impl Store {
    /// Submits an order with the tests' seed; gives its id.
    ///
    /// # Panics
    /// If it is refused.
    #[must_use]
    #[track_caller]
    pub fn submit(&self, order: &str) -> String {
        let file = self.file("order.toml", order);
        let answer = self.run(["order", "submit", file.to_str().unwrap(), "--seed", SEED, "--json"]).json();
        answer["id"].as_str().unwrap().to_owned()
    }

    /// Waits for the end of an order and gives its receipt.
    ///
    /// # Panics
    /// If it ends otherwise or not at all.
    #[must_use]
    #[track_caller]
    pub fn receipt_of(&self, order: &str) -> Value {
        let state = wait_for(&format!("the end of order {order}"), LIMIT, || {
            let shown = self.run(["order", "show", order, "--json"]).json();
            let state = shown["state"].as_str().unwrap_or_default().to_owned();
            ["delivered", "failed", "refused", "cancelled"].contains(&state.as_str()).then_some(state)
        });
        assert_eq!(state, "delivered", "{}", self.logs());
        self.run(["order", "receipt", order, "--json"]).json()
    }

    /// How many tasks of a stage are committed.
    #[must_use]
    pub fn committed(&self, order: &str, stage: &str) -> usize {
        let folder = self.path().join("orders").join(order).join("commits");
        let of_stage = |name: &str| name.starts_with(stage) && !name.ends_with(".tmp");
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter(|entry| of_stage(&entry.file_name().to_string_lossy())).count()
    }

    /// Everything schedulers and workers have said, for messages.
    ///
    /// # Panics
    /// If the folder cannot be read.
    #[must_use]
    pub fn logs(&self) -> String {
        let mut logs: Vec<_> =
            fs::read_dir(self.folder()).unwrap().flatten().map(|entry| entry.path()).collect();
        logs.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
        logs.sort();
        let said = |path: &std::path::PathBuf| {
            format!("{}:\n{}", path.display(), fs::read_to_string(path).unwrap_or_default())
        };
        logs.iter().map(said).collect()
    }
}
