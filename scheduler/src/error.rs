//! What a call of the scheduler fails with.

use poimuri_shared::customer_register::RegisterError as Content;
use poimuri_shared::queue::QueueError;
use poimuri_shared::registers::RegisterError;
use poimuri_shared::retention::EraseError;
use poimuri_shared::store::StoreError;

/// A call that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// No such thing.
    #[error("{0} is not known")]
    NotFound(String),
    /// What was handed in asks for what may not be given, or is not what it should be; each reason.
    #[error("refused: {}", .0.join("; "))]
    Refused(Vec<String>),
    /// Something else stands under the same name.
    #[error("{0}")]
    Conflict(String),
    /// It is too early or too late for this.
    #[error("{0}")]
    NotYet(String),
    /// It was there, and its retention is over.
    #[error("{0}")]
    Gone(String),
    /// The store failed.
    #[error("use the store")]
    Store(#[from] StoreError),
    /// The queue failed.
    #[error("use the queue")]
    Queue(#[from] QueueError),
    /// A defect of ours.
    #[error("internal error: {0}")]
    Internal(String),
}

impl From<RegisterError> for ServiceError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Exists(_) | RegisterError::Erasing(_) | RegisterError::Held { .. } => {
                Self::Conflict(error.to_string())
            }
            RegisterError::Unknown(id) => Self::NotFound(format!("register {id}")),
            RegisterError::Content(Content::Aside(error)) => {
                let name = "an upload, in the folder for temporary files (TMPDIR, else /tmp)";
                Self::Store(StoreError::from_io("set aside", name, error))
            }
            RegisterError::Erased { .. }
            | RegisterError::TooLarge(_)
            | RegisterError::Columns(_)
            | RegisterError::Content(_) => Self::Refused(vec![error.to_string()]),
            RegisterError::Erasure(EraseError::Store(error)) => Self::Store(error),
            RegisterError::Erasure(error) => Self::Internal(poimuri_shared::error::chain(&error)),
            RegisterError::Key(error) => Self::Internal(poimuri_shared::error::chain(&error)),
            RegisterError::Store(error) => Self::Store(error),
        }
    }
}
