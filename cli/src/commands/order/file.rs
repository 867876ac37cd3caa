//! An order file as it is handed in: its text, and the registers that lie beside it.

use std::path::{Path, PathBuf};

use poimuri_shared::document::Format;
use poimuri_shared::ids::CustomerId;
use poimuri_shared::order::parse;

use crate::desk::Handed;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::progress::Show;

/// An order file that was read and understood.
#[derive(Debug)]
pub(crate) struct OrderFile {
    pub(crate) customer: CustomerId,
    /// The customer's registers, where the order names files: relative to the order file.
    pub(crate) registers: Vec<PathBuf>,
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
        let registers =
            parsed.value.files().into_iter().map(|name| beside(path, name)).collect::<Outcome<_>>()?;
        Ok(Self { customer: parsed.value.customer, registers, text, format })
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

fn beside(order: &Path, register: &str) -> Outcome<PathBuf> {
    let folder = order.parent().unwrap_or_else(|| Path::new("."));
    let path = folder.join(register);
    if path.is_file() {
        return Ok(path);
    }
    Err(Failure::not_found(format!("{}: there is no file {register} beside it", order.display()))
        .hint("the path of a register is relative to the order file"))
}
