//! What a command works with: settings, store, keys, snapshots, clock.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use poimuri_shared::audit::Action;
use poimuri_shared::clock::{SharedClock, SystemClock};
use poimuri_shared::registry;
use poimuri_shared::retention::{self, Kept};
use poimuri_shared::store::master::{MasterError, MasterKeys};
use poimuri_shared::store::{SharedObjects, StoreError, layout};

use crate::args::Global;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::settings::{self, Flags, Settings};
use crate::telemetry;

/// The name of the master key file inside a store that has no other.
const MASTER_KEY: &str = "master.key";

/// What a command works with.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) settings: Settings,
    pub(crate) store: SharedObjects,
    pub(crate) clock: SharedClock,
}

impl Context {
    /// For a command: little is logged.
    ///
    /// # Errors
    /// A wrong setting.
    pub(crate) fn new(global: &Global) -> Outcome<Self> {
        Self::with(global, Flags::new(), "warn")
    }

    /// With options of the command and its usual level of logging.
    ///
    /// # Errors
    /// A wrong setting.
    pub(crate) fn with(global: &Global, flags: Flags, log: &str) -> Outcome<Self> {
        let settings = settings::load(global, flags)?;
        telemetry::start(&settings.log, log)?;
        Ok(Self { store: settings.store.open()?, settings, clock: Arc::new(SystemClock) })
    }

    /// Refuses to go on where no store is: most likely its name is misspelt.
    ///
    /// # Errors
    /// If the store's folder does not exist.
    pub(crate) fn must_exist(&self) -> Outcome<()> {
        if self.settings.store.is_remote() {
            // A bucket is always there, or cannot be reached.
            return self.store.list("", "", 1).map(|_names| ()).map_err(|error| store_failed(&error));
        }
        let path = &self.settings.store.path;
        if path.is_dir() {
            return Ok(());
        }
        Err(Failure::new(Exit::Unreachable, format!("there is no store in {}", path.display()))
            .hint("--store DIR, or the setting store.path; poimuri snapshot build begins one"))
    }

    /// Tries whether the store can do what correctness rests on. On a thread that may block.
    ///
    /// # Errors
    /// If it cannot, is full, or cannot be reached.
    pub(crate) async fn probe(&self) -> Outcome<()> {
        let store = Arc::clone(&self.store);
        let probed = tokio::task::spawn_blocking(move || store.probe()).await;
        let probed = probed.map_err(|error| Failure::failed(format!("probe the store: {error}")))?;
        probed.map_err(|error| store_failed(&error))
    }

    /// The folder of snapshots.
    pub(crate) fn snapshots(&self) -> PathBuf {
        self.settings.store.snapshots()
    }

    /// The civil date in Finland.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        self.clock.today()
    }

    /// Notes in the audit log what an operator did.
    ///
    /// # Errors
    /// If the store fails.
    pub(crate) fn log(&self, action: Action, subject: &str) -> Outcome<()> {
        registry::log(&*self.store, self.clock.now(), "operator", action, subject)
            .map_err(|error| store_failed(&error))
    }

    /// Notes in the audit log that somebody read something. On a store that may only be read nothing can be
    /// noted, and whoever reads there can do so without this program.
    ///
    /// # Errors
    /// If the store fails.
    pub(crate) fn log_look(&self, action: Action, subject: &str) -> Outcome<()> {
        match registry::log(&*self.store, self.clock.now(), "operator", action, subject) {
            Ok(()) => Ok(()),
            Err(StoreError::NotWritable { .. }) => {
                tracing::warn!("store may only be read: the look is not in its audit log");
                Ok(())
            }
            Err(error) => Err(store_failed(&error)),
        }
    }

    /// Where the master keys are.
    pub(crate) fn master_key_file(&self) -> PathBuf {
        let own = || self.settings.store.path.join(MASTER_KEY);
        self.settings.store.master_key.clone().unwrap_or_else(own)
    }

    /// The master keys. A store without any wrapped key and without a setting gets its own; otherwise a
    /// missing file is an error, for another key would open nothing.
    ///
    /// # Errors
    /// If the file is missing, malformed or readable by everybody.
    pub(crate) fn masters(&self) -> Outcome<Arc<MasterKeys>> {
        let path = self.master_key_file();
        let loaded = match MasterKeys::load(&path) {
            Err(MasterError::Missing { .. }) if self.may_make_master_key()? => self.make_master_key(),
            loaded => loaded,
        };
        loaded.map(Arc::new).map_err(|error| Failure::caused(Exit::Usage, "master keys", &error))
    }

    fn may_make_master_key(&self) -> Outcome<bool> {
        if self.settings.store.master_key.is_some() {
            return Ok(false);
        }
        let first = self.store.children(layout::KEYS, "", 1).map_err(|error| store_failed(&error))?;
        Ok(first.is_empty())
    }

    fn make_master_key(&self) -> Result<MasterKeys, MasterError> {
        let path = self.master_key_file();
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| MasterError::Io {
                operation: "make the folder of",
                path: path.clone(),
                source,
            })?;
        }
        match MasterKeys::init(&path) {
            // Another process came first.
            Err(MasterError::Exists { .. }) => MasterKeys::load(&path),
            made => made,
        }
    }
}

/// A failure of the store: refused if it may not be written to, otherwise unreachable or failed.
pub(crate) fn store_failed(error: &StoreError) -> Failure {
    Failure::from_disposed(error, "use the store")
}

/// Refuses what is gone because its retention is over.
///
/// # Errors
/// If it was erased, or the store fails.
pub(crate) fn must_be_kept(context: &Context, kept: &Kept) -> Outcome<()> {
    match retention::certificate(&*context.store, kept).map_err(|error| store_failed(&error))? {
        None => Ok(()),
        Some(erased) => {
            let (at, days) = (erased.date(), erased.begun.kept_days);
            let gone = format!("the {kept} was erased under retention on {at}, after {days} days");
            Err(Failure::new(Exit::NotFound, gone).hint("order show and order receipt still tell of it"))
        }
    }
}

/// Runs asynchronous work to its end.
///
/// # Errors
/// The work's own, or if the system gives no threads.
pub(crate) fn block_on<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("start threads: {error}")))?;
    let outcome = runtime.block_on(work);
    // Blocking calls still under way must not hold the program back.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    outcome
}
