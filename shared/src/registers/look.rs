//! Looking at a register: how it is written, what its columns mean, what is in it in counts, and ten masked rows. The same
//! of a file that is not stored, and of a register that is.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{BYTES_MAX, RegisterError, StoredRegister, columns};
use crate::customer_register::mask::masked_row;
use crate::customer_register::quality::Counting;
use crate::customer_register::{
    self, Field, Form, Input, Mapping, MappingError, Quality, Reading, Row, Table,
};
use crate::ids::{CustomerId, RegisterId};
use crate::order::RegisterColumns;
use crate::store::Objects;
use crate::store::master::MasterKeys;

/// Rows that are shown.
const ROWS_SHOWN: usize = 10;

/// What is known of a file before it is read.
#[derive(Debug, Clone, Default)]
pub struct Given<'g> {
    /// The sheet to read of a workbook; otherwise the first that is not hidden.
    pub sheet: Option<&'g str>,
    /// What its columns mean; what is not named is found by usual headings.
    pub columns: RegisterColumns,
}

/// What a customer sees of a register before it is used; no value of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Look {
    /// How it is written.
    pub form: Form,
    /// What its columns mean, as an order's `[register] columns` would name them: as was said, or by usual headings.
    pub columns: RegisterColumns,
    /// Why an update could not use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// Columns that look as if they were named wrongly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
    /// Counts.
    pub quality: Quality,
    /// The first ten rows, every letter and digit hidden.
    pub preview: Vec<Vec<String>>,
}

/// A register in the store, as it is told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LookedAt {
    /// Its id.
    pub id: RegisterId,
    /// Whose it is.
    pub customer: CustomerId,
    /// When it was uploaded.
    #[schemars(with = "String")]
    pub uploaded_at: Timestamp,
    /// Bytes of the file.
    pub bytes: u64,
    /// What it is like.
    #[serde(flatten)]
    pub look: Look,
}

impl Look {
    fn new(form: Form, mapping: &Mapping, quality: Quality, preview: Vec<Vec<String>>) -> Self {
        Self {
            columns: mapping.columns(&form.columns),
            fault: (!mapping.has_key()).then(|| MappingError::NoKey.to_string()),
            doubts: quality.doubts(mapping),
            form,
            quality,
            preview,
        }
    }
}

/// Looks at a file as [`super::put`] would store it, and stores nothing.
///
/// # Errors
/// [`RegisterError::Content`] or [`RegisterError::TooLarge`].
pub fn look(content: Input<'_>, given: &Given<'_>) -> Result<Look, RegisterError> {
    let mut preview = Vec::new();
    let file = read(content, given, |form, row| {
        if preview.len() < ROWS_SHOWN {
            preview.push(masked_row(row, form.columns.len()));
        }
        Ok(())
    })?;
    Ok(Look::new(file.form, &file.mapping, file.quality, preview))
}

/// Looks at a register in the store. What columns mean is as it was said when it was uploaded, unless it is said anew: then
/// its rows are counted again.
///
/// # Errors
/// [`RegisterError::Erased`], [`RegisterError::Content`] if a column is not there, or when key or store fail.
pub fn look_at(
    objects: &dyn Objects,
    masters: &MasterKeys,
    register: &StoredRegister,
    said: &RegisterColumns,
) -> Result<LookedAt, RegisterError> {
    let said = if *said == RegisterColumns::default() { &register.columns } else { said };
    let form = register.form.clone();
    let mapping = mapping(&form, said)?;
    let mut preview = Vec::new();
    if let Some(part) = register.parts.first() {
        let rows = columns(objects, masters, &register.id, part)?;
        preview = rows.rows().take(ROWS_SHOWN).map(|row| masked_row(&row, form.columns.len())).collect();
    }
    let quality = if *said == register.columns {
        register.quality.clone()
    } else {
        recount(objects, masters, register, &mapping)?
    };
    let StoredRegister { id, customer, uploaded_at, bytes, .. } = register.clone();
    Ok(LookedAt { id, customer, uploaded_at, bytes, look: Look::new(form, &mapping, quality, preview) })
}

/// Counts the rows of a register by what its columns mean to an order.
///
/// # Errors
/// [`RegisterError::Erased`], or when key or store fail.
pub fn recount(
    objects: &dyn Objects,
    masters: &MasterKeys,
    register: &StoredRegister,
    mapping: &Mapping,
) -> Result<Quality, RegisterError> {
    let mut counting = Counting::new(mapping, register.form.columns.len());
    for part in &register.parts {
        let rows = columns(objects, masters, &register.id, part)?;
        rows.rows().try_for_each(|row| counting.add_fields(&row))?;
    }
    Ok(register.quality.of_fields(counting.finish()))
}

/// A file that was read as a register.
pub(super) struct File {
    pub(super) bytes: u64,
    pub(super) form: Form,
    pub(super) quality: Quality,
    mapping: Mapping,
}

/// Reads a file and hands over its rows.
pub(super) fn read(
    content: Input<'_>,
    given: &Given<'_>,
    mut take: impl FnMut(&Form, &Row<'_>) -> Result<(), RegisterError>,
) -> Result<File, RegisterError> {
    let mut bytes = 0;
    let counted = content.counted(BYTES_MAX, &mut bytes).ok_or(RegisterError::TooLarge(BYTES_MAX))?;
    let named: Vec<&str> = Field::ALL.iter().filter_map(|field| field.named(&given.columns)).collect();
    let reading = Reading { sheet: given.sheet, is_headed: false };
    let table = Table::open_named(counted, &reading, &named)?;
    let form = table.form().clone();
    let mapping = mapping(&form, &given.columns)?;
    let mut counting = Counting::new(&mapping, form.columns.len());
    table.each(|row| {
        counting.add(row)?;
        take(&form, row)
    })?;
    let quality = counting.finish();
    if bytes > BYTES_MAX {
        return Err(RegisterError::TooLarge(BYTES_MAX));
    }
    if quality.rows == 0 {
        return Err(customer_register::RegisterError::Empty.into());
    }
    Ok(File { bytes, form, quality, mapping })
}

fn mapping(form: &Form, said: &RegisterColumns) -> Result<Mapping, RegisterError> {
    Mapping::of_any(&form.columns, said).map_err(RegisterError::Columns)
}
