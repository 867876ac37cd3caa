//! The records of a de-duplication with what was learned of them, as a worker holds them for the tasks that need them.

use std::sync::{Arc, OnceLock};

use poimuri_shared::codec::CodecError;
use poimuri_shared::order::deduplication::Across;
use poimuri_shared::plan::Stage;

use super::{Lists, OpenedOrder};
use crate::engine::link::{self, Comparison, Looking, Model, Prepared, Scope, Settings, Share};
use crate::engine::lists::{Piece, Records};
use crate::stages::StageError;

/// Records ready to be compared, and what the stages make of them on the way. The same on every worker.
#[derive(Debug)]
pub struct Linkage {
    /// The records; their columns are in `prepared`.
    pub records: Records,
    /// The same as the engine compares them.
    pub prepared: Prepared,
    /// How they are linked.
    pub settings: Settings,
    looking: OnceLock<Looking>,
    trained: OnceLock<Trained>,
}

/// What the stage `train` left.
#[derive(Debug)]
pub struct Trained {
    /// Blocking rules and parameters.
    pub model: Model,
    /// The same, ready for the records.
    pub comparison: Comparison,
}

impl OpenedOrder {
    /// The records of all lists, put together from the pieces of all parts.
    ///
    /// # Errors
    /// Refused if the lists cannot be told apart or compared; otherwise when a piece cannot be read.
    fn records(&self, lists: &Lists) -> Result<Records, StageError> {
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

    /// The records, ready; kept for the tasks that follow, those of all stages from `observe` to `cluster`.
    ///
    /// # Errors
    /// Refused if the lists cannot be told apart or compared; otherwise when a piece cannot be read.
    pub fn linkage(&self, lists: &Lists) -> Result<Arc<Linkage>, StageError> {
        self.linkages.get_or_open(&self.accepted.id, || {
            let mut records = self.records(lists)?;
            let settings = records.settings(&lists.columns, &lists.asked);
            let prepared = link::prepare(&records.table, &settings)?;
            records.table.columns = Vec::new();
            let (looking, trained) = (OnceLock::new(), OnceLock::new());
            Ok(Linkage { records, prepared, settings, looking, trained })
        })
    }

    /// Lets go of the records: no further task needs them.
    pub fn end_linkage(&self) {
        self.linkages.forget(&self.accepted.id);
    }
}

impl Linkage {
    /// What to look at before training.
    pub fn looking(&self) -> &Looking {
        // Not `get_or_init`: whoever waited for it in the pool could be what it waits for.
        if let Some(looking) = self.looking.get() {
            return looking;
        }
        let looking = Looking::new(&self.prepared);
        self.looking.get_or_init(|| looking)
    }

    /// What the stage `train` of the order left.
    ///
    /// # Errors
    /// When it cannot be read, or is of other records.
    pub fn trained(&self, opened: &OpenedOrder) -> Result<&Trained, StageError> {
        if let Some(trained) = self.trained.get() {
            return Ok(trained);
        }
        let text: String = opened.partial(Stage::Train, 0)?;
        let damaged = |error| StageError::Codec(CodecError::Damaged(Box::new(error)));
        let model: Model = toml::from_str(&text).map_err(damaged)?;
        let comparison = Comparison::new(&self.prepared, &model)?;
        let trained = Trained { model, comparison };
        Ok(self.trained.get_or_init(|| trained))
    }

    /// The pairs that a task compares.
    #[must_use]
    pub fn scope(&self, share: Share, across: Across) -> Scope {
        // Two lists that are linked have no other pairs than those between them.
        let across = if self.records.table.is_link() { Across::Both } else { across };
        Scope::new(&self.prepared, share, &self.records.starts, across)
    }
}
