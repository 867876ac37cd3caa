//! Customer registers in the store: uploaded once, sealed under a key of their own.
//!
//! ```text
//! registers/<id>/data.<attempt>   the file as it came, sealed
//! registers/<id>/register         whose it is and which object counts: written last, first wins
//! registers/<id>/erased-register  it outlived its retention: only whose it was is left
//! ```

use std::io::Read;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Disposed, Disposition};
use crate::ids::{CustomerId, RegisterId};
use crate::retention::{self, Kept};
use crate::store::keys::{self, KeyError};
use crate::store::layout::KeyOwner;
use crate::store::master::MasterKeys;
use crate::store::seal::{create_sealed, finish_sealed, open_sealed};
use crate::store::{Objects, StoreError, json, layout, unique};

const HEAD: &str = "register";

/// A register that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredRegister {
    /// Its id.
    pub id: RegisterId,
    /// Whose it is.
    pub customer: CustomerId,
    /// When it was uploaded.
    pub uploaded_at: Timestamp,
    /// Bytes of the file.
    pub bytes: u64,
    object: String,
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
    /// Its retention is over.
    #[error("register {id} was erased under retention on {}", crate::clock::helsinki_date(*at))]
    Erased {
        /// The register.
        id: RegisterId,
        /// When.
        at: Timestamp,
    },
    /// More bytes than a register may have.
    #[error("register is larger than {0} bytes")]
    TooLarge(u64),
    /// What is read from broke off.
    #[error("read the register")]
    Read(#[source] std::io::Error),
    /// Its key.
    #[error("use the register's key")]
    Key(#[from] KeyError),
    /// The store.
    #[error("use the store")]
    Store(#[from] StoreError),
}

impl Disposed for RegisterError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Exists(_) | Self::Unknown(_) | Self::Erased { .. } | Self::TooLarge(_) => {
                Disposition::Refuse
            }
            Self::Read(_) => Disposition::Retry(Duration::from_secs(1)),
            Self::Key(error) => error.disposition(),
            Self::Store(error) => error.disposition(),
        }
    }
}

/// The largest register, bytes: twenty million rows of a wide file.
pub const BYTES_MAX: u64 = 8 << 30;

/// Stores a register, sealed while it is read; never whole in memory.
///
/// # Errors
/// Any [`RegisterError`] but [`RegisterError::Unknown`]; nothing is stored then.
pub fn put(
    objects: &dyn Objects,
    masters: &MasterKeys,
    id: &RegisterId,
    customer: &CustomerId,
    now: Timestamp,
    content: impl Read,
) -> Result<StoredRegister, RegisterError> {
    let head = layout::register(id, HEAD);
    if objects.exists(&head)? {
        return Err(RegisterError::Exists(id.clone()));
    }
    // Marked first: an upload that is cut short is erased in its time, too.
    retention::keep(objects, &Kept::Register(id.clone()), now)?;
    let key = keys::create(objects, masters, KeyOwner::Register(id))?;
    let object = layout::register(id, &format!("data.{}", unique()));
    let mut sealer = create_sealed(objects, key.seal_key(), &object)?;
    let mut limited = content.take(BYTES_MAX + 1);
    let bytes = std::io::copy(&mut limited, &mut sealer).map_err(RegisterError::Read)?;
    if bytes > BYTES_MAX {
        return Err(RegisterError::TooLarge(BYTES_MAX));
    }
    finish_sealed(&object, sealer)?;
    let register =
        StoredRegister { id: id.clone(), customer: customer.clone(), uploaded_at: now, bytes, object };
    if json::put_new(objects, &head, &register)? {
        return Ok(register);
    }
    objects.delete(&register.object)?;
    Err(RegisterError::Exists(id.clone()))
}

/// What is known of a register; none if there is no such.
///
/// # Errors
/// When the store fails.
pub fn find(objects: &dyn Objects, id: &RegisterId) -> Result<Option<StoredRegister>, StoreError> {
    json::get(objects, &layout::register(id, HEAD))
}

/// Refuses a register whose content is gone, or is about to go.
///
/// # Errors
/// [`RegisterError::Erased`], or when the store fails.
pub fn must_be_kept(objects: &dyn Objects, id: &RegisterId) -> Result<(), RegisterError> {
    match retention::certificate(objects, &Kept::Register(id.clone()))? {
        Some(certificate) => Err(RegisterError::Erased { id: id.clone(), at: certificate.erased_at }),
        None => Ok(()),
    }
}

/// The plain content of a register.
///
/// # Errors
/// [`RegisterError::Unknown`], [`RegisterError::Erased`], or when key or store fail.
pub fn open(
    objects: &dyn Objects,
    masters: &MasterKeys,
    id: &RegisterId,
) -> Result<impl Read + use<>, RegisterError> {
    let register = find(objects, id)?.ok_or_else(|| RegisterError::Unknown(id.clone()))?;
    must_be_kept(objects, id)?;
    let key = keys::load(objects, masters, KeyOwner::Register(id))?;
    Ok(open_sealed(objects, key.seal_key(), &register.object)?)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::store::Folder;

    #[test]
    fn a_register_is_sealed_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        let masters = MasterKeys::init(&folder.path().join("master.key")).unwrap();
        let (id, customer) = ("r-1".parse().unwrap(), "acme".parse().unwrap());
        let now = "2026-11-01T00:00:00Z".parse().unwrap();
        let content = b"hetu\n010180-999A\n";
        let stored = put(&store, &masters, &id, &customer, now, &content[..]).unwrap();
        assert_eq!(stored.bytes, 17);
        let mut back = Vec::new();
        open(&store, &masters, &id).unwrap().read_to_end(&mut back).unwrap();
        assert_eq!(back, content);
        let sealed = store.get(&stored.object).unwrap();
        assert!(!sealed.windows(6).any(|bytes| bytes == b"010180"));
        let again = put(&store, &masters, &id, &customer, now, &content[..]);
        assert!(matches!(again, Err(RegisterError::Exists(_))));
        let missing = open(&store, &masters, &"r-2".parse().unwrap());
        assert!(matches!(missing.map(|_| ()), Err(RegisterError::Unknown(_))));
    }
}
