//! The records of a de-duplication with their model, as a worker holds them for the tasks that need them.

use std::sync::Arc;

use poimuri_shared::codec::CodecError;
use poimuri_shared::order::deduplication::Across;
use poimuri_shared::plan::Stage;

use super::{Lists, OpenedOrder};
use crate::engine::link::{self, Model, Prepared, Scope, Share};
use crate::engine::lists::{Piece, Records};
use crate::stages::StageError;

/// Records ready to be compared. The same on every worker.
#[derive(Debug)]
pub struct Linkage {
    /// The records; their columns are in `prepared`.
    pub records: Records,
    /// The same as the engine compares them.
    pub prepared: Prepared,
    /// Blocking rules and parameters.
    pub model: Model,
}

impl OpenedOrder {
    /// The records of all lists, put together from the pieces of all parts.
    ///
    /// # Errors
    /// Refused if the lists cannot be told apart or compared; otherwise when a piece cannot be read.
    pub fn records(&self, lists: &Lists) -> Result<Records, StageError> {
        let mut records = Records::begin(&lists.columns);
        let mut task = 0;
        for register in &lists.registers {
            records.list();
            for _part in &register.parts {
                records.piece(self.partial::<Piece>(Stage::Prepare, task)?);
                task += 1;
            }
        }
        records.identify(&lists.lists, lists.asked.compare)?;
        Ok(records)
    }

    /// The records with the model that the stage `train` left; kept for the tasks that follow.
    ///
    /// # Errors
    /// As [`Self::records`].
    pub fn linkage(&self, lists: &Lists) -> Result<Arc<Linkage>, StageError> {
        self.linkages.get_or_open(&self.accepted.id, || {
            let text: String = self.partial(Stage::Train, 0)?;
            let damaged = |error| StageError::Codec(CodecError::Damaged(Box::new(error)));
            let model: Model = toml::from_str(&text).map_err(damaged)?;
            let mut records = self.records(lists)?;
            let settings = records.settings(&lists.columns, &lists.asked);
            let prepared = link::prepare(&records.table, &settings)?;
            records.table.columns = Vec::new();
            Ok(Linkage { records, prepared, model })
        })
    }
}

impl Linkage {
    /// The pairs that a task compares.
    #[must_use]
    pub fn scope(&self, share: Share, across: Across) -> Scope {
        // Two lists that are linked have no other pairs than those between them.
        let across = if self.records.table.is_link() { Across::Both } else { across };
        Scope::new(&self.prepared, share, &self.records.starts, across)
    }
}
