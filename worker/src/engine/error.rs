//! What can go wrong in the engine. Never holds data of a person.

use poimuri_shared::error::{Disposed, Disposition};
use poimuri_shared::partial::MergeError;

/// Why the engine has no answer.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A criterion whose test does not fit its field: validation let it through.
    #[error("a test does not fit the field {0}")]
    Unfit(&'static str),
    /// An area too far away or too large for exact arithmetic.
    #[error("an area is out of bounds")]
    Area,
    /// A dictionary cannot be read.
    #[error("read a dictionary of the snapshot")]
    Dictionary(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A table an order needs was not given.
    #[error("table {0} is needed but absent")]
    TableAbsent(&'static str),
    /// The customer's register was resolved against another snapshot.
    #[error("register does not belong to this snapshot")]
    ForeignRegister,
    /// The order uses a register and none was given.
    #[error("register is missing")]
    RegisterAbsent,
    /// Groups with both weights and sizes, a weight of zero, or a sample without size.
    #[error("sizes of the sample contradict each other")]
    Quotas,
    /// Numbers beyond exact arithmetic.
    #[error("sample is too large for exact arithmetic")]
    Overflow,
    /// Fewer eligible rows than wanted, and the order wants to fail then.
    #[error("sample.size: fewer addresses are eligible than the sample asks for, and shortage is fail")]
    Shortage,
    /// A shard's selection or the allocation is of another order or snapshot.
    #[error("partials of shard {0} do not fit each other")]
    Mismatch(u32),
    /// Partials do not add up.
    #[error("merge partials")]
    Merge(#[from] MergeError),
}

impl Disposed for EngineError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Shortage | Self::Area | Self::Quotas => Disposition::Refuse,
            Self::Merge(error) => error.disposition(),
            Self::Unfit(_)
            | Self::Dictionary(_)
            | Self::TableAbsent(_)
            | Self::ForeignRegister
            | Self::RegisterAbsent
            | Self::Overflow
            | Self::Mismatch(_) => Disposition::Abort,
        }
    }
}
