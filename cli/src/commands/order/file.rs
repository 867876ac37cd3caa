//! An order file as it is handed in: its text, and the register that lies beside it.

use std::path::{Path, PathBuf};

use poimuri_shared::document::Format;
use poimuri_shared::ids::CustomerId;
use poimuri_shared::order::{RegisterSource, parse};

use crate::desk::Handed;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::progress::Show;

/// An order file that was read and understood.
#[derive(Debug)]
pub(crate) struct OrderFile {
    pub(crate) customer: CustomerId,
    /// The customer's register, where the order names a file: relative to the order file.
    pub(crate) register: Option<PathBuf>,
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
        let register = match parsed.value.register.map(|register| register.source) {
            Some(RegisterSource::File(name)) => Some(beside(path, &name)?),
            Some(RegisterSource::Id(_)) | None => None,
        };
        Ok(Self { customer: parsed.value.customer, register, text, format })
    }

    /// What is handed in, without the register.
    pub(crate) fn handed(self, seed: Option<String>) -> Handed {
        Handed { text: self.text, format: self.format, register: None, seed, priority: None, key: None }
    }
}

/// The register that lies beside an order file.
///
/// # Errors
/// If there is no such file.
pub(crate) fn beside(order: &Path, register: &str) -> Outcome<PathBuf> {
    let folder = order.parent().unwrap_or_else(|| Path::new("."));
    let path = folder.join(register);
    if path.is_file() {
        return Ok(path);
    }
    Err(Failure::not_found(format!("{}: register.file: there is no such file", order.display()))
        .hint("the path of a register is relative to the order file"))
}
