//! What can be wrong with a register, and whose move it is then.

use std::time::Duration;

use jiff::Timestamp;

use crate::customer_register::{self, MappingError};
use crate::error::{Disposed, Disposition};
use crate::ids::RegisterId;
use crate::retention::EraseError;
use crate::store::StoreError;
use crate::store::keys::KeyError;

/// A register that cannot be stored or read back.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// A register of this id is there or was erased; registers do not change.
    #[error("register {0} is there already, or was: an id stands for one register for good")]
    Exists(RegisterId),
    /// No such register.
    #[error("register {0} is not known")]
    Unknown(RegisterId),
    /// Its retention is over, or somebody asked for its end.
    #[error("register {id} was erased {how} on {}", crate::clock::helsinki_date(*at))]
    Erased {
        /// The register.
        id: RegisterId,
        /// When.
        at: Timestamp,
        /// Under retention or on request.
        how: &'static str,
    },
    /// It is on its way to its end, or what an upload that was cut short left is.
    #[error("register {0} is being erased")]
    Erasing(RegisterId),
    /// It is still needed.
    #[error("register {id} cannot be erased: {why}")]
    Held {
        /// The register.
        id: RegisterId,
        /// What needs it.
        why: &'static str,
    },
    /// More bytes than a register may have.
    #[error("register is larger than {0} bytes")]
    TooLarge(u64),
    /// It is no table.
    #[error("register: {0}")]
    Content(customer_register::RegisterError),
    /// A column that is named is not there.
    #[error("{0}")]
    Columns(MappingError),
    /// It cannot be erased now.
    #[error("erase the register")]
    Erasure(#[from] EraseError),
    /// Its key.
    #[error("use the register's key")]
    Key(#[from] KeyError),
    /// The store.
    #[error("use the store")]
    Store(#[from] StoreError),
}

impl From<customer_register::RegisterError> for RegisterError {
    /// The message is all there is to it: the customer reads it.
    fn from(error: customer_register::RegisterError) -> Self {
        Self::Content(error)
    }
}

impl Disposed for RegisterError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Erasing(_) => Disposition::Retry(Duration::from_secs(5)),
            Self::Exists(_)
            | Self::Unknown(_)
            | Self::Erased { .. }
            | Self::Held { .. }
            | Self::Columns(_)
            | Self::TooLarge(_) => Disposition::Refuse,
            Self::Content(customer_register::RegisterError::Io(_)) => {
                Disposition::Retry(Duration::from_secs(1))
            }
            Self::Content(error) => error.disposition(),
            Self::Erasure(error) => error.disposition(),
            Self::Key(error) => error.disposition(),
            Self::Store(error) => error.disposition(),
        }
    }
}
