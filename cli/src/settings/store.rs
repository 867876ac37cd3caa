//! Where the store is: a folder, or a bucket with the snapshots on a local disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use poimuri_shared::store::{Folder, SharedObjects};
use serde::Deserialize;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

const SCHEME: &str = "s3://";

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Store {
    pub(crate) path: PathBuf,
    pub(crate) master_key: Option<PathBuf>,
    snapshots: Option<PathBuf>,
    url: Option<String>,
    region: Option<String>,
    endpoint: Option<String>,
}

impl Store {
    /// The folder of snapshots.
    pub(crate) fn snapshots(&self) -> PathBuf {
        self.snapshots.clone().unwrap_or_else(|| self.path.join("snapshots"))
    }

    /// Another store in a folder, with keys of its own; the snapshots stay where they are.
    pub(crate) fn move_to(&mut self, folder: &Path) {
        self.snapshots = Some(self.snapshots());
        self.path = folder.to_owned();
        (self.master_key, self.url) = (None, None);
    }

    /// Whether it is a bucket.
    pub(crate) const fn is_remote(&self) -> bool {
        self.url.is_some()
    }

    /// What it is called in messages.
    pub(crate) fn name(&self) -> String {
        self.url.clone().unwrap_or_else(|| self.path.display().to_string())
    }

    /// A local folder for a store that is thrown away: beside the orders, or else beside the snapshots.
    pub(crate) fn scratch(&self) -> PathBuf {
        if self.is_remote() { self.snapshots() } else { self.path.clone() }
    }

    /// Whether what is said of a bucket is whole.
    ///
    /// # Errors
    /// The setting that is wrong or missing, by name.
    pub(super) fn check(&self) -> Outcome<()> {
        let Some(url) = &self.url else {
            let alone = [("store.region", &self.region), ("store.endpoint", &self.endpoint)];
            return match alone.iter().find(|(_, value)| value.is_some()) {
                Some((key, _)) => Err(Failure::usage(format!("{key} is for a bucket: store.url is missing"))),
                None => Ok(()),
            };
        };
        if url.strip_prefix(SCHEME).is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Err(Failure::usage("store.url must be s3://bucket or s3://bucket/prefix"));
        }
        let local = [("store.snapshots", &self.snapshots), ("store.master_key", &self.master_key)];
        match local.iter().find(|(_, value)| value.is_none()) {
            Some((key, _)) => {
                Err(Failure::usage(format!("{key} must be set with store.url: it stays on a local disk")))
            }
            None => Ok(()),
        }
    }

    /// The store itself; nothing is asked of it yet.
    ///
    /// # Errors
    /// If the address of a bucket is incomplete, or this program was built without buckets.
    pub(crate) fn open(&self) -> Outcome<SharedObjects> {
        match &self.url {
            None => Ok(Arc::new(Folder::new(&self.path))),
            Some(url) => self.bucket(url.strip_prefix(SCHEME).unwrap_or_default()),
        }
    }

    #[cfg(feature = "bucket")]
    fn bucket(&self, rest: &str) -> Outcome<SharedObjects> {
        use poimuri_shared::store::bucket::{Address, Bucket};
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let address = Address {
            bucket: bucket.to_owned(),
            prefix: prefix.trim_end_matches('/').to_owned(),
            region: self.region.clone(),
            endpoint: self.endpoint.clone(),
        };
        let opened =
            Bucket::new(&address).map_err(|error| Failure::caused(Exit::Usage, "store.url", &error))?;
        Ok(Arc::new(opened))
    }

    #[cfg(not(feature = "bucket"))]
    fn bucket(&self, _rest: &str) -> Outcome<SharedObjects> {
        Err(Failure::new(Exit::Usage, "store.url: this program was built without buckets")
            .hint("cargo build --release --features bucket"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(mut given: Value) -> Option<String> {
        given["path"] = json!("p");
        let store: Store = serde_json::from_value(given).unwrap();
        store.check().err().map(|failure| failure.to_text())
    }

    #[test]
    fn a_bucket_is_named_whole() {
        assert_eq!(check(json!({})), None);
        for url in ["s3://bucket", "s3://bucket/a/b/"] {
            assert_eq!(check(json!({ "url": url, "snapshots": "s", "master_key": "k" })), None, "{url}");
        }
        for (given, named) in [
            (json!({ "url": "https://bucket" }), "store.url"),
            (json!({ "url": "s3:///prefix" }), "store.url"),
            (json!({ "url": "s3://bucket" }), "store.snapshots"),
            (json!({ "url": "s3://bucket", "snapshots": "s" }), "store.master_key"),
            (json!({ "region": "eu-north-1" }), "store.region"),
        ] {
            let refused = check(given.clone()).unwrap();
            assert!(refused.contains(named), "{given}: {refused}");
        }
    }
}
