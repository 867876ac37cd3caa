//! Storing a register: read as a table, written in parts, sealed on the way; never whole in memory.

use jiff::Timestamp;

use super::look::{File, read};
use super::{Given, Part, RegisterError, StoredRegister, head, must_not_be_erased};
use crate::customer_register::{ColumnsBuilder, Input};
use crate::ids::{CustomerId, RegisterId};
use crate::retention::{self, Kept};
use crate::store::key::OrderKey;
use crate::store::keys;
use crate::store::layout::KeyOwner;
use crate::store::master::MasterKeys;
use crate::store::seal::{create_sealed, finish_sealed};
use crate::store::{Objects, StoreError, json, layout, unique};

/// Rows of a part at most: what one task works on.
const PART_ROWS: usize = 250_000;
/// A part with so many bytes of cells takes up no more rows.
const PART_BYTES: usize = 64 << 20;

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
    content: Input<'_>,
    given: &Given<'_>,
) -> Result<StoredRegister, RegisterError> {
    let (head, kept) = (head(id), Kept::Register(id.clone()));
    // An id stands for one register for good, also after it is erased.
    if objects.exists(&head)? || retention::certificate(objects, &kept)?.is_some() {
        return Err(RegisterError::Exists(id.clone()));
    }
    must_not_be_erased(objects, id)?;
    // Marked first: what an upload that is cut short leaves is removed in its time, too.
    retention::keep(objects, &kept, now)?;
    let key = keys::create(objects, masters, KeyOwner::Register(id))?;
    let mut parts = Parts::new(objects, &key, id);
    let stored = parts.store(content, given).and_then(|File { bytes, form, quality, .. }| {
        let register = StoredRegister {
            id: id.clone(),
            customer: customer.clone(),
            uploaded_at: now,
            bytes,
            form,
            columns: given.columns.clone(),
            quality,
            parts: parts.done.clone(),
        };
        if json::put_new(objects, &head, &register)? {
            settle(objects, &register)
        } else {
            Err(RegisterError::Exists(id.clone()))
        }
    });
    if stored.is_err() {
        // Key and marker are left to retention, as of an upload that is cut short.
        for part in &parts.done {
            objects.delete(&part.object)?;
        }
    }
    stored
}

/// The last of an upload: the register is there, unless what had no head yet was taken for what a failed upload left,
/// and erased. An erasure looks for a head after it has begun, so that one of the two sees the other.
fn settle(objects: &dyn Objects, register: &StoredRegister) -> Result<StoredRegister, RegisterError> {
    let StoredRegister { id, parts, .. } = register;
    let mut is_gone = retention::is_being_erased(objects, &Kept::Register(id.clone()))?
        || keys::count(objects, KeyOwner::Register(id))? == 0;
    for part in parts {
        is_gone = is_gone || !objects.exists(&part.object)?;
    }
    if is_gone {
        objects.delete(&head(id))?;
        return Err(RegisterError::Erasing(id.clone()));
    }
    Ok(register.clone())
}

/// The parts of a register while they are written.
struct Parts<'a> {
    objects: &'a dyn Objects,
    key: &'a OrderKey,
    id: &'a RegisterId,
    attempt: String,
    /// Rows of the next part.
    rows: Option<ColumnsBuilder>,
    done: Vec<Part>,
}

impl<'a> Parts<'a> {
    fn new(objects: &'a dyn Objects, key: &'a OrderKey, id: &'a RegisterId) -> Self {
        Self { objects, key, id, attempt: unique(), rows: None, done: Vec::new() }
    }

    fn store(&mut self, content: Input<'_>, given: &Given<'_>) -> Result<File, RegisterError> {
        let file = read(content, given, |form, row| {
            let rows = self.rows.get_or_insert_with(|| ColumnsBuilder::new(form.columns.len()));
            rows.push(row);
            if rows.len() == PART_ROWS || rows.bytes() >= PART_BYTES { self.close() } else { Ok(()) }
        })?;
        self.close()?;
        Ok(file)
    }

    /// Writes the rows there are as a part.
    fn close(&mut self) -> Result<(), RegisterError> {
        let Some(rows) = self.rows.as_mut().filter(|rows| !rows.is_empty()) else { return Ok(()) };
        let rows = rows.take();
        let name = format!("data.{}.{:06}", self.attempt, self.done.len());
        let object = layout::register(self.id, &name);
        let mut sealer = create_sealed(self.objects, self.key.seal_key(), &object)?;
        rows.write(&mut sealer).map_err(|error| StoreError::from_io("write", &object, error))?;
        finish_sealed(&object, sealer)?;
        let first_row = self.done.last().map_or(1, |last| last.first_row + last.rows);
        let rows = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        self.done.push(Part { object, first_row, rows });
        Ok(())
    }
}
