//! The files an order names: customers' registers that are uploaded before it.

use super::{Order, RegisterSource};

impl RegisterSource {
    /// The file, if it is one.
    fn file(&self) -> Option<&str> {
        match self {
            Self::File(path) => Some(path),
            Self::Id(_) => None,
        }
    }
}

impl Order {
    /// Files beside the order that are uploaded before it, in the order it names them.
    #[must_use]
    pub fn files(&self) -> Vec<&str> {
        let sources = self.register.iter().map(|own| &own.source);
        let sources = sources.chain(self.lists.iter().map(|list| &list.source));
        sources.filter_map(RegisterSource::file).collect()
    }
}
