//! A store with a small register, a snapshot, a recipient and a permit, made by the program itself.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{self, Ended};

/// Date of the register's data.
pub const AS_OF: &str = "2026-09-01";
/// The seed of every order that is compared, 32 bytes.
pub const SEED: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
/// Who orders.
pub const CUSTOMER: &str = "acme";
/// Who receives extractions.
pub const RECIPIENT: &str = "posti-jakelu";

/// A store in a folder of its own; dropped, it is removed.
#[derive(Debug)]
pub struct Store {
    folder: TempDir,
}

impl Store {
    /// An empty store with recipient and permit, without a snapshot.
    ///
    /// # Panics
    /// If the program refuses any of it.
    #[must_use]
    pub fn new() -> Self {
        let store = Self { folder: TempDir::new().unwrap() };
        fs::create_dir(store.path()).unwrap();
        let key = store.run(["recipient", "keygen", "--out", "posti.key", "--json"]).json();
        let key = key["public_key"].as_str().unwrap().to_owned();
        store.run(["recipient", "add", RECIPIENT, "--key", &key]).expect_done();
        let key = store.run(["recipient", "keygen", "--out", "acme.key", "--json"]).json();
        let key = key["public_key"].as_str().unwrap().to_owned();
        store.run(["recipient", "add", CUSTOMER, "--key", &key]).expect_done();
        for permit in [PERMIT, UPDATE_PERMIT, LISTS_PERMIT] {
            let permit = store.file("permit.toml", permit);
            store.run(["permit", "import", permit.to_str().unwrap()]).expect_done();
        }
        store
    }

    /// A store with a register of so many people in so many shards.
    ///
    /// # Panics
    /// If the program refuses any of it.
    #[must_use]
    pub fn with_people(people: u32, shards: u32) -> Self {
        let store = Self::new();
        store.synth(people);
        store.build(shards);
        store
    }

    /// Writes the source files of a register to `source`.
    ///
    /// # Panics
    /// If the program refuses.
    pub fn synth(&self, people: u32) {
        let people = people.to_string();
        let arguments = ["register", "synth", "--population", &people, "--seed", "7", "--out", "source"];
        self.run(arguments).expect_done();
    }

    /// Builds a snapshot of `source`; gives its id.
    ///
    /// # Panics
    /// If the program refuses.
    pub fn build(&self, shards: u32) -> String {
        let shards = shards.to_string();
        let arguments =
            ["snapshot", "build", "--from", "source", "--as-of", AS_OF, "--shards", &shards, "--json"];
        let manifest = self.run(arguments).json();
        ["id", "snapshot"].iter().find_map(|name| manifest[name].as_str()).expect("an id").to_owned()
    }

    /// The folder everything lies in; commands run here.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The store itself.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder().join("store")
    }

    /// Writes a file beside the store.
    ///
    /// # Panics
    /// If the disk refuses.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Runs a command of the program on this store.
    pub fn run<const N: usize>(&self, arguments: [&str; N]) -> Ended {
        program::run(self.folder(), arguments.into_iter().chain(["--store", "store"]))
    }

    /// Runs an order in one process and gives its receipt.
    ///
    /// # Panics
    /// If it is not delivered.
    #[must_use]
    #[track_caller]
    pub fn receipt(&self, order: &str, workers: &str) -> Value {
        let file = self.file("order.toml", order);
        let file = file.to_str().unwrap();
        self.run(["order", "run", file, "--seed", SEED, "--workers", workers, "--json"]).json()
    }

    /// The lines of the audit log, of all days, in no order.
    ///
    /// # Panics
    /// If one cannot be read.
    #[must_use]
    pub fn audit(&self) -> String {
        let days = fs::read_dir(self.path().join("audit")).into_iter().flatten().flatten();
        let lines = days.flat_map(|day| fs::read_dir(day.path()).unwrap().flatten());
        lines.map(|line| fs::read_to_string(line.path()).unwrap() + "\n").collect()
    }

    /// Folders of the orders in the store.
    #[must_use]
    pub fn orders(&self) -> Vec<PathBuf> {
        let mut orders: Vec<_> = fs::read_dir(self.path().join("orders"))
            .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
            .unwrap_or_default();
        orders.sort();
        orders
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}

impl Ended {
    /// Fails unless the command succeeded.
    ///
    /// # Panics
    /// With what it said.
    #[track_caller]
    pub fn expect_done(&self) {
        assert_eq!(self.code, 0, "{}", self.said());
    }
}

/// A permit wide enough for every order of the tests.
const PERMIT: &str = r#"
id = "P-2026-0001"
holder = "acme"
services = ["extraction"]
purposes = ["direct-marketing", "market-research", "opinion-research"]
fields = ["name", "address", "municipality", "mother_tongue", "age", "sex"]
recipients = ["posti-jakelu"]
valid_from = 2020-01-01
valid_to = 2099-12-31
max_records = 1000000
"#;

/// A permit for updates of the customer's own register.
const UPDATE_PERMIT: &str = r#"
id = "P-2026-0002"
holder = "acme"
services = ["update"]
purposes = ["register-update"]
fields = ["name", "address", "municipality", "language", "death_date", "emigrated_on"]
recipients = ["acme"]
valid_from = 2020-01-01
valid_to = 2099-12-31
"#;

/// A permit for de-duplications of the customer's own lists.
const LISTS_PERMIT: &str = r#"
id = "P-2026-0003"
holder = "acme"
services = ["deduplication"]
purposes = ["register-update"]
recipients = ["acme"]
valid_from = 2020-01-01
valid_to = 2099-12-31
"#;

/// An update of the register in `customers.csv`.
pub const UPDATE: &str = r#"
kind = "update"
customer = "acme"
permit = "P-2026-0002"
purpose = "register-update"
register = { file = "customers.csv" }
update = { package = "address", mode = "changes", pass_through = true }
delivery = { recipient = "acme", format = "csv" }
"#;

/// An extraction with every stage in it: own register aside, groups, household, sample.
pub const ORDER: &str = r#"
kind = "extraction"
customer = "acme"
permit = "P-2026-0001"
purpose = "direct-marketing"

[criteria]
all = [{ field = "person.age", between = [18, 80] }, { field = "household.size", between = [1, 9] }]

[dedup]
per = "household"
keep = "random"

[sample]
method = "systematic"
size = 1000

[[sample.group]]
name = "women"
weight = 60
criteria = { field = "person.sex", eq = "2" }

[[sample.group]]
name = "rest"
weight = 40

[delivery]
recipient = "posti-jakelu"
format = "csv"
fields = ["name", "address", "age"]
"#;
