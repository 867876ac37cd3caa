//! Objects in an S3-compatible bucket. Only built with the feature `bucket`.
//!
//! The commit is a conditional put (`If-None-Match: *`); [`Objects::probe`] refuses a bucket
//! that ignores the condition. A put whose answer is lost is sent again and may then find
//! itself there: it reports [`Put::Exists`], and whoever compares finds the same content.

mod download;
mod upload;

#[cfg(test)]
mod tests;

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutPayload};
use tokio::runtime::{Builder, Handle, Runtime};

use self::download::Download;
use self::upload::Upload;
use super::{DataWriter, Objects, PAGE_MAX, Put, StoreError, check_name};

/// Where a bucket is. Credentials come from the environment (`AWS_ACCESS_KEY_ID`,
/// `AWS_SECRET_ACCESS_KEY`, or the machine's role).
#[derive(Debug, Clone)]
pub struct Address {
    /// Name of the bucket.
    pub bucket: String,
    /// Beginning of all names in it; may be empty.
    pub prefix: String,
    /// For example `eu-north-1`; without it what the environment says.
    pub region: Option<String>,
    /// URL of a server other than Amazon's; `http://` is allowed.
    pub endpoint: Option<String>,
}

/// A store in a bucket. Calls block, also on the threads of another runtime.
#[derive(Debug)]
pub struct Bucket {
    remote: Arc<Remote>,
}

/// The bucket and the threads that talk to it.
#[derive(Debug)]
struct Remote {
    store: Box<dyn ObjectStore>,
    /// `None` only while being dropped.
    runtime: Option<Runtime>,
}

impl Remote {
    /// Waits for the bucket's answer, on any thread: one of another runtime may not wait itself.
    fn wait<T: Send>(
        &self,
        call: impl Future<Output = Result<T, object_store::Error>> + Send,
    ) -> Result<T, object_store::Error> {
        let Some(runtime) = &self.runtime else {
            return Err(object_store::Error::NotImplemented {
                operation: "any call".to_owned(),
                implementer: "a closed bucket".to_owned(),
            });
        };
        if Handle::try_current().is_err() {
            return runtime.block_on(call);
        }
        let waited = std::thread::scope(|scope| scope.spawn(|| runtime.block_on(call)).join());
        waited.unwrap_or_else(|panicked| std::panic::resume_unwind(panicked))
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        // The usual way waits, which a thread of another runtime may not.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Bucket {
    /// The store in a bucket; nothing is asked of it yet.
    ///
    /// # Errors
    /// [`StoreError::Unsuitable`] if the address or the environment is incomplete.
    pub fn new(address: &Address) -> Result<Self, StoreError> {
        let mut builder = AmazonS3Builder::from_env().with_bucket_name(&address.bucket);
        if let Some(region) = &address.region {
            builder = builder.with_region(region);
        }
        if let Some(endpoint) = &address.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let store = builder.build().map_err(|error| StoreError::Unsuitable {
            reason: "the address of its bucket is incomplete",
            source: Some(io::Error::other(error)),
        })?;
        Self::over(PrefixStore::new(store, address.prefix.as_str()))
    }

    fn over(store: impl ObjectStore) -> Result<Self, StoreError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("bucket")
            .enable_all()
            .build()
            .map_err(|error| StoreError::from_io("begin to reach", "any", error))?;
        Ok(Self { remote: Arc::new(Remote { store: Box::new(store), runtime: Some(runtime) }) })
    }

    /// Names below a folder that sort after `after`, in the order of the bucket.
    fn names_after(
        &self,
        folder: &str,
        after: &str,
    ) -> BoxStream<'static, Result<String, object_store::Error>> {
        let folder = (!folder.is_empty()).then(|| Path::from(folder));
        let listed = if after.is_empty() {
            self.remote.store.list(folder.as_ref())
        } else {
            self.remote.store.list_with_offset(folder.as_ref(), &Path::from(after))
        };
        listed.map_ok(|meta| meta.location.as_ref().to_owned()).boxed()
    }
}

/// What an error of the bucket means for the object `name`.
fn failed(operation: &'static str, name: &str, error: object_store::Error) -> StoreError {
    use object_store::Error;
    let name = name.to_owned();
    match error {
        Error::NotFound { .. } => StoreError::Missing { name },
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            StoreError::NotWritable { name, source: io::Error::other(error) }
        }
        Error::InvalidPath { .. } => StoreError::Name,
        other => StoreError::Io { operation, name, source: io::Error::other(other) },
    }
}

impl Objects for Bucket {
    fn put_new(&self, name: &str, bytes: &[u8]) -> Result<Put, StoreError> {
        check_name(name)?;
        let payload = PutPayload::from_bytes(Bytes::copy_from_slice(bytes));
        let path = Path::from(name);
        match self.remote.wait(self.remote.store.put_opts(&path, payload, PutMode::Create.into())) {
            Ok(_) => Ok(Put::Created),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                Ok(Put::Exists)
            }
            Err(error) => Err(failed("create", name, error)),
        }
    }

    fn create_data(&self, name: &str) -> Result<Box<dyn DataWriter>, StoreError> {
        check_name(name)?;
        Ok(Box::new(Upload::new(Arc::clone(&self.remote), name)))
    }

    fn open(&self, name: &str) -> Result<Box<dyn Read + Send>, StoreError> {
        check_name(name)?;
        let got = self.remote.wait(self.remote.store.get(&Path::from(name)));
        let stream = got.map_err(|error| failed("read", name, error))?.into_stream();
        Ok(Box::new(Download { remote: Arc::clone(&self.remote), stream, block: Bytes::new() }))
    }

    fn exists(&self, name: &str) -> Result<bool, StoreError> {
        check_name(name)?;
        match self.remote.wait(self.remote.store.head(&Path::from(name))) {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(failed("look for", name, error)),
        }
    }

    /// Buckets list in the order of names' bytes; one that does not is refused here.
    fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        let limit = limit.min(PAGE_MAX);
        // A bucket takes whole parts of names as prefix only; the rest is sorted out here.
        let folder = prefix.rfind('/').map_or("", |at| &prefix[..at]);
        let mut names = self.names_after(folder, after);
        let mut found: Vec<String> = Vec::new();
        let mut last = after.to_owned();
        while found.len() < limit {
            let next = self.remote.wait(names.try_next()).map_err(|error| failed("list", prefix, error))?;
            let Some(name) = next else { break };
            if name <= last {
                let reason = "its bucket does not list names in their order";
                return Err(StoreError::Unsuitable { reason, source: None });
            }
            last.clone_from(&name);
            if name.starts_with(prefix) {
                found.push(name);
            } else if name.as_str() > prefix {
                break;
            }
        }
        Ok(found)
    }

    fn children(&self, folder: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        check_name(folder)?;
        let listed = self.remote.wait(self.remote.store.list_with_delimiter(Some(&Path::from(folder))));
        let listed = listed.map_err(|error| failed("list", folder, error))?;
        let objects = listed.objects.iter().map(|meta| &meta.location);
        let mut names: Vec<String> = listed
            .common_prefixes
            .iter()
            .chain(objects)
            .filter_map(|path| path.filename())
            .filter(|name| *name > after)
            .map(str::to_owned)
            .collect();
        names.sort_unstable();
        names.dedup();
        names.truncate(limit.min(PAGE_MAX));
        Ok(names)
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        check_name(name)?;
        match self.remote.wait(self.remote.store.delete(&Path::from(name))) {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed("delete", name, error)),
        }
    }

    /// Parts of uploads that were never completed are not listed with objects; a rule of the
    /// bucket (`AbortIncompleteMultipartUpload`) removes them.
    fn sweep_orphans(&self, _older_than: Duration) -> Result<u64, StoreError> {
        Ok(0)
    }
}
