//! An order file as it is handed in: its text, and the registers that lie beside it.

use std::path::{Path, PathBuf};

use poimuri_shared::document::Format;
use poimuri_shared::ids::CustomerId;
use poimuri_shared::order::{RegisterColumns, parse};

use crate::desk::{Handed, RegisterFile};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::progress::Show;

/// An order file that was read and understood.
#[derive(Debug)]
pub(crate) struct OrderFile {
    pub(crate) customer: CustomerId,
    /// The customer's registers, where the order names files: relative to the order file; and their sheets.
    registers: Vec<(PathBuf, Option<String>)>,
    /// What the columns of the register mean. Lists have theirs in common, by which nothing is counted.
    columns: RegisterColumns,
    text: Vec<u8>,
    format: Format,
}

impl OrderFile {
    /// Reads an order file.
    ///
    /// # Errors
    /// If it cannot be read or is no order, with each thing wrong; if its register does not exist.
    pub(crate) fn read(path: &Path, show: Show) -> Outcome<Self> {
        let (text, format) = input::document(path)?;
        let parsed = parse::order(&text, format).map_err(|refused| input::refused(path, &refused))?;
        input::warn(show, path, &parsed.warnings);
        let files = parsed.value.files();
        let files = files.map(|(at, file)| Ok((beside(path, &at, &file.path)?, file.sheet.clone())));
        let registers = files.collect::<Outcome<_>>()?;
        let columns = parsed.value.register.map(|register| register.columns).unwrap_or_default();
        Ok(Self { customer: parsed.value.customer, registers, columns, text, format })
    }

    /// The customer's registers, where the order names files, in its order.
    pub(crate) fn registers(&self) -> impl Iterator<Item = RegisterFile<'_>> {
        let columns = &self.columns;
        self.registers.iter().map(move |(path, sheet)| RegisterFile {
            path,
            sheet: sheet.as_deref(),
            columns,
        })
    }

    /// What is handed in, without the registers.
    pub(crate) fn handed(self, seed: Option<String>) -> Handed {
        Handed {
            text: self.text,
            format: self.format,
            registers: Vec::new(),
            seed,
            priority: None,
            key: None,
        }
    }
}

/// The register that lies beside an order file.
///
/// # Errors
/// If there is no such file.
pub(crate) fn beside(order: &Path, field: &str, register: &str) -> Outcome<PathBuf> {
    let folder = order.parent().unwrap_or_else(|| Path::new("."));
    let path = folder.join(register);
    if path.is_file() {
        return Ok(path);
    }
    Err(Failure::not_found(format!("{}: {field}: there is no file {register} beside it", order.display()))
        .hint("the path of a register is relative to the order file"))
}
