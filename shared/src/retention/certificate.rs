//! What an erasure comes to: a certificate, a reason to wait, or an error.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Kept, Kind, LEASE_LONGEST};
use crate::error::{Disposed, Disposition};
use crate::ids::CustomerId;
use crate::store::keys::KeyError;
use crate::store::{Objects, StoreError, json, layout};

/// What could not be erased; it is tried again at the next round.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The store.
    #[error("use the store")]
    Store(#[from] StoreError),
    /// The key.
    #[error("destroy the key")]
    Key(#[from] KeyError),
    /// Something was written while it was erased.
    #[error("objects are still there after they were removed")]
    Remains,
}

impl Disposed for EraseError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Store(error) => error.disposition(),
            Self::Key(error) => error.disposition(),
            Self::Remains => Disposition::Retry(LEASE_LONGEST),
        }
    }
}

/// What was there when an erasure began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// What is erased.
    pub kind: Kind,
    /// The order or register.
    pub id: String,
    /// Since when it was kept: the order's end, or the upload.
    pub since: Timestamp,
    /// Whose it is, if it is a register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Days it had to be kept.
    pub kept_days: u32,
    /// Who asked for its end; none if its days were over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// When the erasure began.
    pub begun_at: Timestamp,
    /// Objects with personal data.
    pub objects: u64,
    /// Wrappings of its key.
    pub keys: u64,
}

/// That something was erased: the object `erased`, for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// What was there before.
    #[serde(flatten)]
    pub begun: Begun,
    /// When nothing of it was left.
    pub erased_at: Timestamp,
}

impl Certificate {
    /// The civil date in Finland on which it was erased.
    #[must_use]
    pub fn date(&self) -> Date {
        crate::clock::helsinki_date(self.erased_at)
    }
}

/// What became of a thing whose period is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is gone.
    Erased(Certificate),
    /// It is still needed, and why.
    Held(&'static str),
}

/// A thing whose period is over, and what became of it.
#[derive(Debug)]
pub struct Erasure {
    /// The thing.
    pub kept: Kept,
    /// What became of it.
    pub outcome: Result<Outcome, EraseError>,
}

/// The certificate of a thing; none if it was not erased.
///
/// # Errors
/// When the store fails.
pub fn certificate(store: &dyn Objects, kept: &Kept) -> Result<Option<Certificate>, StoreError> {
    json::get(store, &layout::erased(kept.kind().name(), kept.id()))
}

/// Whether the erasure of a thing has begun and is not over.
///
/// # Errors
/// When the store fails.
pub fn is_being_erased(store: &dyn Objects, kept: &Kept) -> Result<bool, StoreError> {
    store.exists(&layout::erasing(kept.kind().name(), kept.id()))
}
