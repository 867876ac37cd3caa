//! Customers' registers as an order names them: uploaded before, or files that are uploaded with it.

use serde::{Deserialize, Serialize};

use super::Order;
use crate::ids::RegisterId;

/// Where a customer's register is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegisterSource {
    /// Uploaded before.
    Id(RegisterId),
    /// A file beside the order.
    File(RegisterFile),
}

/// A customer's register as a file that is uploaded before the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterFile {
    /// As the order writes it.
    pub path: String,
    /// The sheet of a workbook; none for the first that is not hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

impl RegisterSource {
    /// The file, if it is one.
    fn file(&self) -> Option<&RegisterFile> {
        match self {
            Self::File(file) => Some(file),
            Self::Id(_) => None,
        }
    }
}

impl Order {
    /// Files beside the order that are uploaded before it, in the order it names them, each with its field.
    pub fn files(&self) -> impl Iterator<Item = (String, &RegisterFile)> {
        let own = self.register.iter().map(|own| ("register.file".to_owned(), &own.source));
        let lists = self.lists.iter().enumerate();
        let lists = lists.map(|(index, list)| (format!("list[{index}].file"), &list.source));
        let reviews = self.deduplication.iter().filter_map(|asked| asked.reviews.as_ref());
        let reviews = reviews.map(|source| ("deduplication.reviews.file".to_owned(), source));
        own.chain(lists).chain(reviews).filter_map(|(field, source)| Some((field, source.file()?)))
    }
}
