//! Customer registers in the store: uploaded once, sealed under a key of their own.
//!
//! ```text
//! registers/<id>/data.<attempt>.<part>   rows in UTF-8, cut into parts of equal numbers, sealed
//! registers/<id>/register                whose it is, its form and its parts: written last, first wins
//! ```
//!
//! A register is read as a table while it is stored, so what is no table is refused at once and by line. The
//! parts together are the table again, in UTF-8, every row on its own line number.

mod store;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::customer_register::{self, Form, Quality};
use crate::error::{Disposed, Disposition};
use crate::ids::{CustomerId, RegisterId};
use crate::store::keys::{self, KeyError};
use crate::store::layout::KeyOwner;
use crate::store::master::MasterKeys;
use crate::store::seal::open_sealed;
use crate::store::{Objects, StoreError, json, layout};

pub use store::put;

const HEAD: &str = "register";

/// A register that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoredRegister {
    /// Its id.
    pub id: RegisterId,
    /// Whose it is.
    pub customer: CustomerId,
    /// When it was uploaded.
    #[schemars(with = "String")]
    pub uploaded_at: Timestamp,
    /// Bytes of the file.
    pub bytes: u64,
    /// How it was written.
    pub form: Form,
    /// What is in it.
    pub quality: Quality,
    /// Its pieces, in their order.
    pub parts: Vec<Part>,
}

/// A piece of a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    object: String,
    /// Line of the file it begins on, from 1.
    pub line: u64,
    /// Number of its first row, from 1.
    pub first_row: u64,
    /// Rows in it.
    pub rows: u64,
}

/// A register that cannot be stored or read back.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// A register of this id is there; registers do not change.
    #[error("register {0} is there already")]
    Exists(RegisterId),
    /// No such register.
    #[error("register {0} is not known")]
    Unknown(RegisterId),
    /// More bytes than a register may have.
    #[error("register is larger than {0} bytes")]
    TooLarge(u64),
    /// It is no table.
    #[error("register: {0}")]
    Content(customer_register::RegisterError),
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
            Self::Exists(_) | Self::Unknown(_) | Self::TooLarge(_) => Disposition::Refuse,
            Self::Content(customer_register::RegisterError::Io(_)) => {
                Disposition::Retry(Duration::from_secs(1))
            }
            Self::Content(error) => error.disposition(),
            Self::Key(error) => error.disposition(),
            Self::Store(error) => error.disposition(),
        }
    }
}

/// The largest register, bytes: twenty million rows of a wide file.
pub const BYTES_MAX: u64 = 8 << 30;

/// What is known of a register; none if there is no such.
///
/// # Errors
/// When the store fails.
pub fn find(objects: &dyn Objects, id: &RegisterId) -> Result<Option<StoredRegister>, StoreError> {
    json::get(objects, &layout::register(id, HEAD))
}

/// The registers there are, by id.
///
/// # Errors
/// When the store fails.
pub fn list(objects: &dyn Objects) -> Result<Vec<StoredRegister>, StoreError> {
    const LISTED_MAX: usize = 100_000;
    let names = objects.children(layout::REGISTERS, "", LISTED_MAX)?;
    let ids = names.iter().filter_map(|name| name.rsplit('/').next()?.parse().ok());
    ids.filter_map(|id: RegisterId| find(objects, &id).transpose()).collect()
}

/// Removes a register: its key first, so that nothing can be read any more, then its objects.
///
/// # Errors
/// [`RegisterError::Unknown`], or when the store fails; removing again goes on.
pub fn remove(objects: &dyn Objects, id: &RegisterId) -> Result<(), RegisterError> {
    let register = find(objects, id)?.ok_or_else(|| RegisterError::Unknown(id.clone()))?;
    keys::destroy_register(objects, id)?;
    for part in &register.parts {
        objects.delete(&part.object)?;
    }
    Ok(objects.delete(&layout::register(id, HEAD))?)
}

/// The plain content of a register: all its parts, one after another.
///
/// # Errors
/// [`RegisterError::Unknown`], or when key or store fail.
pub fn open<'o>(
    objects: &'o dyn Objects,
    masters: &MasterKeys,
    id: &RegisterId,
) -> Result<impl Read + use<'o>, RegisterError> {
    let register = find(objects, id)?.ok_or_else(|| RegisterError::Unknown(id.clone()))?;
    let key = keys::load(objects, masters, KeyOwner::Register(id))?;
    Ok(store::Whole::new(objects, key, register.parts))
}

/// The plain content of one part of a register.
///
/// # Errors
/// When key or store fail.
pub fn open_part(
    objects: &dyn Objects,
    masters: &MasterKeys,
    id: &RegisterId,
    part: &Part,
) -> Result<impl Read + use<>, RegisterError> {
    let key = keys::load(objects, masters, KeyOwner::Register(id))?;
    Ok(open_sealed(objects, key.seal_key(), &part.object)?)
}
