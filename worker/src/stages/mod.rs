//! One file per stage: fetch what the stage before left, run the engine, give the partial.
//!
//! ```text
//! prepare ──► select ──► allocate ──► extract ──► deliver
//!    │            └────► tally
//!    ├──────► match ──► resolve ──► approximate ──► deliver
//!    └──────► identify ──► encode ──► observe ──► train ──► compare ──► cluster ──► deliver
//! ```
//!
//! A stage's function blocks; it runs on the CPU pool. What it returns is committed by the
//! handler, so no stage can forget to. The types hand over: only a selection can be allocated, only
//! allocated rows extracted, only extracted rows delivered.

use std::ops::Range;

use poimuri_shared::codec::CodecError;
use poimuri_shared::customer_register::{self, MappingError};
use poimuri_shared::error::{Disposed, Disposition};
use poimuri_shared::ids::SnapshotId;
use poimuri_shared::partial::{MergeError, RowSetError};
use poimuri_shared::plan::Stage;
use poimuri_shared::price::PriceError;
use poimuri_shared::registers::RegisterError;
use poimuri_shared::snapshot::SnapshotError;
use poimuri_shared::store::StoreError;
use poimuri_shared::store::keys::KeyError;

use crate::consume::TaskContext;
use crate::deliver::DeliverError;
use crate::engine::EngineError;
use crate::engine::link::LinkError;
use crate::engine::lists::RecordsError;
use crate::opened::OpenedOrder;

pub mod allocate;
pub mod approximate;
pub mod cluster;
pub mod compare;
pub mod deliver;
mod deliver_lists;
mod deliver_run;
mod deliver_update;
pub mod encode;
pub mod extract;
mod follow;
mod guard;
pub mod identify;
pub mod matching;
mod members;
pub mod observe;
pub mod prepare;
mod receipt;
pub mod resolve;
pub mod select;
mod shared;
mod steps;
pub mod tally;
pub mod train;

pub use deliver_run::OVERTAKEN;
pub use shared::make_shared;
use steps::Steps;

/// A task that brought no partial.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The order asks for what cannot be given; the reason is for the customer.
    #[error("{reason}")]
    Refused {
        /// A short name of the reason, for logs; never from data.
        code: &'static str,
        /// The reason.
        reason: String,
    },
    /// The worker was asked to stop.
    #[error("stopped on request")]
    Stopped,
    /// The task is not one of the order's plan.
    #[error("task {task} of stage {stage} is not in the plan")]
    Unplanned {
        /// The stage's index.
        stage: u8,
        /// The task's index.
        task: u32,
    },
    /// A partial of the stage before is not there, although its stage was complete.
    #[error("partial {task} of stage {stage} is missing")]
    MissingPartial {
        /// The stage.
        stage: &'static str,
        /// The task's index.
        task: u32,
    },
    /// The order itself cannot be found.
    #[error("order is not in the store")]
    UnknownOrder,
    /// The snapshot the order is pinned to is not there.
    #[error("snapshot {0} is not there")]
    MissingSnapshot(SnapshotId),
    /// The snapshot cannot be read.
    #[error("read the snapshot")]
    Snapshot(#[from] SnapshotError),
    /// The store failed.
    #[error("use the store")]
    Store(#[from] StoreError),
    /// The engine found a contradiction.
    #[error("compute")]
    Engine(#[from] EngineError),
    /// The delivery cannot be written.
    #[error("write the delivery")]
    Deliver(#[from] DeliverError),
    /// A partial cannot be read back.
    #[error("read a partial")]
    Codec(#[from] CodecError),
    /// Partials do not add up.
    #[error("put partials together")]
    Merge(#[from] MergeError),
    /// A position beyond the snapshot.
    #[error("put the register's persons together")]
    Rows(#[from] RowSetError),
    /// The order's key cannot be had.
    #[error("use the order's key")]
    Key(#[from] KeyError),
    /// The customer's register cannot be had.
    #[error("use the customer's register")]
    Register(#[from] RegisterError),
    /// The customer's register cannot be read as one.
    #[error("register: {0}")]
    RegisterContent(customer_register::RegisterError),
    /// A price beyond any bill.
    #[error("reckon the price")]
    Price(#[from] PriceError),
    /// The columns of the customer's register are not those the order names.
    #[error("{0}")]
    Columns(#[from] MappingError),
    /// The computation panicked.
    #[error("a computation panicked")]
    Panicked,
}

impl From<customer_register::RegisterError> for StageError {
    /// The message is all there is to it: the customer reads it.
    fn from(error: customer_register::RegisterError) -> Self {
        Self::RegisterContent(error)
    }
}

impl From<RecordsError> for StageError {
    /// Lists that cannot be compared are the customer's to change.
    fn from(error: RecordsError) -> Self {
        Self::Refused { code: "lists", reason: error.to_string() }
    }
}

impl From<LinkError> for StageError {
    fn from(error: LinkError) -> Self {
        RecordsError::from(error).into()
    }
}

impl Disposed for StageError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Refused { .. } | Self::Columns(_) => Disposition::Refuse,
            Self::Stopped => Disposition::Retry(std::time::Duration::ZERO),
            Self::Store(error) => error.disposition(),
            Self::Snapshot(error) => error.disposition(),
            Self::Engine(error) => error.disposition(),
            Self::Deliver(error) => error.disposition(),
            Self::Key(error) => error.disposition(),
            Self::Register(error) => error.disposition(),
            Self::RegisterContent(error) => error.disposition(),
            // Snapshots are copied to workers by other means; it may be on its way.
            Self::MissingSnapshot(_) => Disposition::Retry(std::time::Duration::from_secs(5)),
            Self::Unplanned { .. }
            | Self::MissingPartial { .. }
            | Self::UnknownOrder
            | Self::Codec(_)
            | Self::Merge(_)
            | Self::Rows(_)
            | Self::Price(_)
            | Self::Panicked => Disposition::Abort,
        }
    }
}

impl StageError {
    /// A short name of the kind of failure, for the queue; never from data.
    #[must_use]
    pub const fn fingerprint(&self) -> &'static str {
        match self {
            Self::Refused { code, .. } => code,
            Self::Stopped => "stopped",
            Self::Unplanned { .. } => "task-not-planned",
            Self::MissingPartial { .. } => "partial-missing",
            Self::UnknownOrder => "order-unknown",
            Self::MissingSnapshot(_) => "snapshot-missing",
            Self::Snapshot(_) => "snapshot-unreadable",
            Self::Store(_) => "store-failed",
            Self::Engine(_) => "engine-contradiction",
            Self::Deliver(_) => "delivery-failed",
            Self::Codec(_) => "partial-unreadable",
            Self::Merge(_) | Self::Rows(_) => "partials-contradict",
            Self::Key(_) => "key-unavailable",
            Self::Register(_) => "register-unavailable",
            Self::RegisterContent(_) => "register-unreadable",
            Self::Columns(_) => "register-columns",
            Self::Price(_) => "price-overflow",
            Self::Panicked => "computation-panicked",
        }
    }
}

/// Runs one task; the partial's plain bytes.
///
/// # Errors
/// Whatever the stage fails with.
pub fn run(
    opened: &OpenedOrder,
    stage: Stage,
    task: u32,
    context: &TaskContext,
) -> Result<Vec<u8>, StageError> {
    match stage {
        Stage::Prepare => prepare::run(opened, task),
        Stage::Identify => identify::run(opened),
        Stage::Encode => encode::run(opened, task),
        Stage::Observe => observe::run(opened, task),
        Stage::Train => train::run(opened),
        Stage::Compare => compare::run(opened, task),
        Stage::Cluster => cluster::run(opened),
        Stage::Match => matching::run(opened, task),
        Stage::Resolve => resolve::run(opened, task),
        Stage::Approximate => approximate::run(opened, task, context),
        Stage::Select => select::run(opened, task, context),
        Stage::Allocate => allocate::run(opened),
        Stage::Tally => tally::run(opened),
        Stage::Extract => extract::run(opened, task, context),
        Stage::Deliver => deliver::run(opened, context),
    }
}

/// The shards of a task.
fn shards_of(opened: &OpenedOrder, task: u32) -> Result<Range<u32>, StageError> {
    opened.plan.shards(task).ok_or(StageError::Unplanned { stage: u8::MAX, task })
}
