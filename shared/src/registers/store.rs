//! Storing a register: read as a table, written in parts, sealed on the way; never whole in memory.

use std::io::{self, Read, Write as _};

use jiff::Timestamp;

use super::{BYTES_MAX, Part, RegisterError, StoredRegister, head, must_not_be_erased};
use crate::customer_register::quality::Counting;
use crate::customer_register::{Encoding, Form, Mapping, Reading, Row, Table};
use crate::ids::{CustomerId, RegisterId};
use crate::order::RegisterColumns;
use crate::retention::{self, Kept};
use crate::store::key::OrderKey;
use crate::store::keys;
use crate::store::layout::KeyOwner;
use crate::store::master::MasterKeys;
use crate::store::seal::{Opener, Sealer, create_sealed, finish_sealed, open_sealed};
use crate::store::{DataWriter, Objects, StoreError, json, layout, unique};

/// Rows of a part: what one task works on.
const PART_ROWS: u64 = 250_000;

/// Stores a register, sealed while it is read; never whole in memory. `sheet` is the sheet to read of a workbook,
/// otherwise the first that is not hidden.
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
    sheet: Option<&str>,
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
    let stored = parts.store(content, sheet).and_then(|(bytes, form, quality)| {
        let register = StoredRegister {
            id: id.clone(),
            customer: customer.clone(),
            uploaded_at: now,
            bytes,
            form,
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
    open: Option<(Part, Sealer<Box<dyn DataWriter>>)>,
    /// Line the next byte goes to.
    line: u64,
    /// Number of the next row.
    row: u64,
    done: Vec<Part>,
    bytes: Vec<u8>,
}

type Stored = (u64, Form, crate::customer_register::Quality);

impl<'a> Parts<'a> {
    fn new(objects: &'a dyn Objects, key: &'a OrderKey, id: &'a RegisterId) -> Self {
        let attempt = unique();
        Self { objects, key, id, attempt, open: None, line: 1, row: 1, done: Vec::new(), bytes: Vec::new() }
    }

    fn store(&mut self, content: impl Read, sheet: Option<&str>) -> Result<Stored, RegisterError> {
        let mut limited = Counted { inner: content.take(BYTES_MAX + 1), bytes: 0 };
        let table = Table::open_as(&mut limited, &Reading { sheet, is_headed: false })?;
        let form = table.form().clone();
        let mapping = Mapping::of(&form.columns, &RegisterColumns::default()).ok();
        let mut counting = Counting::new(mapping.as_ref(), form.columns.len());
        if form.has_heading {
            let columns: Vec<&str> = form.columns.iter().map(String::as_str).collect();
            self.write(1, &columns, form.separator)?;
        }
        table.each(|row| {
            counting.add(row)?;
            self.add(row, form.separator)
        })?;
        self.close()?;
        if limited.bytes > BYTES_MAX {
            return Err(RegisterError::TooLarge(BYTES_MAX));
        }
        if self.row == 1 {
            return Err(crate::customer_register::RegisterError::Empty.into());
        }
        Ok((limited.bytes, form, counting.finish()))
    }

    fn add(&mut self, row: &Row<'_>, separator: char) -> Result<(), RegisterError> {
        if self.open.as_ref().is_some_and(|(part, _)| part.rows == PART_ROWS) {
            self.close()?;
            self.line = row.line;
        }
        let cells: Vec<_> = (0..row.len()).map(|index| row.cell(index)).collect();
        let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
        self.write(row.line, &cells, separator)?;
        self.row += 1;
        if let Some((part, _)) = &mut self.open {
            part.rows += 1;
        }
        Ok(())
    }

    /// Writes cells on a line of that number.
    fn write(&mut self, line: u64, cells: &[&str], separator: char) -> Result<(), RegisterError> {
        self.bytes.clear();
        while self.line < line {
            self.bytes.push(b'\n');
            self.line += 1;
        }
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.bytes.extend_from_slice(separator.encode_utf8(&mut [0; 4]).as_bytes());
            }
            let is_alone = cells.len() == 1 && cell.is_empty();
            if cell.contains([separator, '"', '\n', '\r']) || is_alone {
                // Line ends within a cell are counted as the reader counts them.
                self.line += u64::try_from(cell.matches(['\n', '\r']).count()).unwrap_or(0);
                self.bytes.push(b'"');
                self.bytes.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
                self.bytes.push(b'"');
            } else {
                self.bytes.extend_from_slice(cell.as_bytes());
            }
        }
        self.bytes.push(b'\n');
        self.line += 1;
        if self.open.is_none() {
            self.begin(line)?;
        }
        let Some((part, sealer)) = &mut self.open else { return Ok(()) };
        sealer.write_all(&self.bytes).map_err(|error| StoreError::from_io("write", &part.object, error))?;
        Ok(())
    }

    fn begin(&mut self, line: u64) -> Result<(), RegisterError> {
        let name = format!("data.{}.{:06}", self.attempt, self.done.len());
        let object = layout::register(self.id, &name);
        let sealer = create_sealed(self.objects, self.key.seal_key(), &object)?;
        // Blank lines before the first row are written with it.
        let line = if self.done.is_empty() { 1 } else { line };
        self.open = Some((Part { object, line, first_row: self.row, rows: 0 }, sealer));
        Ok(())
    }

    fn close(&mut self) -> Result<(), RegisterError> {
        let Some((part, sealer)) = self.open.take() else { return Ok(()) };
        finish_sealed(&part.object, sealer)?;
        self.done.push(part);
        Ok(())
    }
}

impl Form {
    /// The form of the parts in the store.
    #[must_use]
    pub fn as_stored(&self) -> Self {
        Self { encoding: Encoding::Utf8, ..self.clone() }
    }
}

/// Counts what is read through it.
struct Counted<R> {
    inner: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes += u64::try_from(count).unwrap_or(0);
        Ok(count)
    }
}

/// All parts of a register, one after another.
pub(super) struct Whole<'o> {
    objects: &'o dyn Objects,
    key: OrderKey,
    rest: std::vec::IntoIter<Part>,
    open: Option<Opener<Box<dyn Read + Send>>>,
}

impl<'o> Whole<'o> {
    pub(super) fn new(objects: &'o dyn Objects, key: OrderKey, parts: Vec<Part>) -> Self {
        Self { objects, key, rest: parts.into_iter(), open: None }
    }
}

impl Read for Whole<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(part) = &mut self.open {
                let count = part.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
            }
            let Some(part) = self.rest.next() else { return Ok(0) };
            let opened = open_sealed(self.objects, self.key.seal_key(), &part.object);
            self.open = Some(opened.map_err(io::Error::other)?);
        }
    }
}
