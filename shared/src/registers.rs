//! Customer registers in the store: uploaded once, sealed under a key of their own.
//!
//! ```text
//! registers/<id>/data.<attempt>.<part>   some of its rows as columns, sealed
//! registers/<id>/register                whose it is, its form and its parts: written last, first wins
//! registers/<id>/erased-register         its certificate, once it was erased: all that is left of it
//! ```
//!
//! A register is read as a table while it is stored, so what is no table is refused at once and by line. Every order
//! reads its parts as the columns they are; where text is asked for, they are the table again, in UTF-8, every row on
//! its own line number.

mod error;
mod look;
mod store;
#[cfg(test)]
mod tests;
mod text;

use std::io::Read;
use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::customer_register::{Columns, Form, Quality};
use crate::ids::{CustomerId, RegisterId};
use crate::order::RegisterColumns;
use crate::retention::{self, Certificate, Kept, Outcome};
use crate::store::key::OrderKey;
use crate::store::keys;
use crate::store::layout::KeyOwner;
use crate::store::master::MasterKeys;
use crate::store::seal::{damage, open_sealed};
use crate::store::{Objects, SharedObjects, StoreError, each_child, json, layout};

pub use error::RegisterError;
pub use look::{Given, Look, LookedAt, look, look_at, recount};
pub use store::put;

/// The object that says what a register is; it holds the headings of its columns.
pub(crate) fn head(id: &RegisterId) -> String {
    layout::register(id, "register")
}

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
    /// What its columns were said to mean.
    #[serde(default)]
    pub columns: RegisterColumns,
    /// What is in it, by that.
    pub quality: Quality,
    /// Its pieces, in their order.
    pub parts: Vec<Part>,
}

/// A piece of a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    object: String,
    /// Number of its first row, from 1.
    pub first_row: u64,
    /// Rows in it.
    pub rows: u64,
}

/// The largest register, bytes: twenty million rows of a wide file.
pub const BYTES_MAX: u64 = 8 << 30;

/// What is known of a register; none if there is no such.
///
/// # Errors
/// When the store fails.
pub fn find(objects: &dyn Objects, id: &RegisterId) -> Result<Option<StoredRegister>, StoreError> {
    json::get(objects, &head(id))
}

/// A register that can be read.
///
/// # Errors
/// [`RegisterError::Unknown`], [`RegisterError::Erased`], [`RegisterError::Erasing`], or when the store fails.
pub fn get(objects: &dyn Objects, id: &RegisterId) -> Result<StoredRegister, RegisterError> {
    must_be_kept(objects, id)?;
    must_not_be_erased(objects, id)?;
    find(objects, id)?.ok_or_else(|| RegisterError::Unknown(id.clone()))
}

/// The register of a customer; others' are not told of.
///
/// # Errors
/// [`RegisterError::Unknown`], [`RegisterError::Erased`], [`RegisterError::Erasing`], or when the store fails.
pub fn find_own(
    objects: &dyn Objects,
    id: &RegisterId,
    customer: &CustomerId,
) -> Result<StoredRegister, RegisterError> {
    let erased = retention::certificate(objects, &Kept::Register(id.clone()))?;
    match (erased, find(objects, id)?) {
        (Some(erased), _) if erased.begun.customer.as_ref() == Some(customer) => Err(gone(id, erased)),
        (None, Some(found)) if found.customer == *customer => {
            must_not_be_erased(objects, id)?;
            Ok(found)
        }
        (Some(_) | None, _) => Err(RegisterError::Unknown(id.clone())),
    }
}

/// Refuses a register whose content is gone.
fn must_be_kept(objects: &dyn Objects, id: &RegisterId) -> Result<(), RegisterError> {
    match retention::certificate(objects, &Kept::Register(id.clone()))? {
        Some(certificate) => Err(gone(id, certificate)),
        None => Ok(()),
    }
}

/// Refuses a register whose erasure has begun.
fn must_not_be_erased(objects: &dyn Objects, id: &RegisterId) -> Result<(), RegisterError> {
    if retention::is_being_erased(objects, &Kept::Register(id.clone()))? {
        return Err(RegisterError::Erasing(id.clone()));
    }
    Ok(())
}

fn gone(id: &RegisterId, certificate: Certificate) -> RegisterError {
    let Certificate { erased_at: at, begun } = certificate;
    RegisterError::Erased {
        id: id.clone(),
        at,
        how: if begun.asked_by.is_some() { "on request" } else { "under retention" },
    }
}

/// The registers there are, by id.
///
/// # Errors
/// When the store fails.
pub fn list(objects: &dyn Objects) -> Result<Vec<StoredRegister>, StoreError> {
    let mut found = Vec::new();
    each_child(objects, layout::REGISTERS, |id| {
        if let Ok(id) = id.parse() {
            found.extend(find(objects, &id)?);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Erases a register at once because somebody asks for it, on the same road as retention.
///
/// # Errors
/// [`RegisterError::Unknown`], [`RegisterError::Erased`], [`RegisterError::Held`], or when the store fails;
/// removing again goes on.
pub fn remove(
    objects: &SharedObjects,
    id: &RegisterId,
    asked_by: &str,
    now: Timestamp,
) -> Result<(), RegisterError> {
    must_be_kept(&**objects, id)?;
    let erased = retention::Round::on_request(Arc::clone(objects), asked_by, now).erase_register(id)?;
    match erased {
        None => Err(RegisterError::Unknown(id.clone())),
        Some(Outcome::Erased(_certificate)) => Ok(()),
        Some(Outcome::Held(why)) => Err(RegisterError::Held { id: id.clone(), why }),
    }
}

/// A register as text, all its parts one after another.
///
/// # Errors
/// [`RegisterError::Unknown`], [`RegisterError::Erased`], or when key or store fail.
pub fn open<'o>(
    objects: &'o dyn Objects,
    masters: &MasterKeys,
    id: &RegisterId,
) -> Result<impl Read + use<'o>, RegisterError> {
    let register = get(objects, id)?;
    let key = keys::load(objects, masters, KeyOwner::Register(id))?;
    Ok(text::Text::new(objects, key, register))
}

/// The rows of one part of a register.
///
/// # Errors
/// [`RegisterError::Erased`], or when key or store fail.
pub fn columns(
    objects: &dyn Objects,
    masters: &MasterKeys,
    id: &RegisterId,
    part: &Part,
) -> Result<Columns, RegisterError> {
    must_be_kept(objects, id)?;
    let key = keys::load(objects, masters, KeyOwner::Register(id))?;
    Ok(read_columns(objects, &key, part)?)
}

fn read_columns(objects: &dyn Objects, key: &OrderKey, part: &Part) -> Result<Columns, StoreError> {
    let opener = open_sealed(objects, key.seal_key(), &part.object)?;
    Columns::read(opener).map_err(|error| damage(&part.object, error))
}
