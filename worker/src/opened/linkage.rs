//! The records of a de-duplication with what was learned of them, as a worker holds them for the tasks that need them.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use poimuri_shared::codec::CodecError;
use poimuri_shared::order::deduplication::Across;
use poimuri_shared::plan::Stage;

use super::{Lists, OpenedOrder, Section};
use crate::engine::link::{Comparison, Encoded, Looking, Model, Prepared, Scope, Settings, Share};
use crate::engine::lists::{AllKeys, Identified, LOCALE, Named, Records, settings};
use crate::stages::StageError;

/// Records ready to be compared, and what the stages make of them on the way. The same on every worker.
#[derive(Debug)]
pub struct Linkage {
    /// The records as the engine compares them.
    pub prepared: Prepared,
    /// How they are linked.
    pub settings: Settings,
    /// The first row of each list.
    starts: Vec<u32>,
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
    /// The records whose pairs are compared, by rows; nothing if all pairs are.
    fresh: Vec<bool>,
}

impl OpenedOrder {
    /// The records, ready; kept for the tasks that follow, those of all stages from `observe` to `cluster`, of pairs to `deliver`.
    ///
    /// # Errors
    /// Refused if the records cannot be compared; otherwise when a partial cannot be read.
    pub fn linkage(&self, lists: &Lists) -> Result<Arc<Linkage>, StageError> {
        self.linkages.get_or_open(&self.accepted.id, || {
            let Identified { starts, first_rows, origin, .. } = self.partial(Stage::Identify, 0)?;
            let groups: Vec<Vec<(u32, Encoded)>> = self.partials(Stage::Encode)?;
            let mut columns: Vec<(u32, Encoded)> = groups.into_iter().flatten().collect();
            columns.sort_unstable_by_key(|(place, _)| *place);
            let columns = columns.into_iter().map(|(_, column)| column).collect();
            let prepared = Prepared::of(columns, LOCALE, origin, first_rows)?;
            let (settings, looking, trained) = (settings(&lists.asked), OnceLock::new(), OnceLock::new());
            Ok(Linkage { prepared, settings, starts, looking, trained })
        })
    }

    /// What the records are known by, and what decides who of several stays.
    ///
    /// # Errors
    /// When a partial cannot be read.
    pub fn records(&self, lists: &Lists) -> Result<Records, StageError> {
        let mut records = Records::begin(self.partial(Stage::Identify, 0)?, &lists.lists);
        for part in 0..self.plan.parts {
            records.add(&self.section(part, Section::Keys)?, self.partial(Stage::Prepare, part)?);
        }
        Ok(records)
    }

    /// What the records are known by.
    ///
    /// # Errors
    /// When a partial cannot be read.
    pub fn named(&self, lists: &Lists) -> Result<Named, StageError> {
        let names = lists.lists.iter().map(|list| list.name.clone()).collect();
        let identified = self.partial(Stage::Identify, 0)?;
        Named::read(identified, names, (0..self.plan.parts).map(|part| self.section(part, Section::Keys)))
    }

    /// The keys of the rows of some parts, one part after another.
    ///
    /// # Errors
    /// When a section cannot be read.
    pub fn keys(&self, parts: Range<u32>) -> Result<AllKeys, StageError> {
        let mut keys = AllKeys::default();
        for part in parts {
            keys.add(&self.section(part, Section::Keys)?);
        }
        Ok(keys)
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
        let trained = Trained { model, comparison, fresh: opened.fresh()? };
        Ok(self.trained.get_or_init(|| trained))
    }

    /// The pairs that a task compares.
    #[must_use]
    pub fn scope(&self, trained: &Trained, share: Share, across: Across) -> Scope {
        // Two lists that are linked have no other pairs than those between them.
        let across = if self.prepared.is_link() { Across::Both } else { across };
        let scope = Scope::new(&self.prepared, share, &self.starts, across);
        let Trained { fresh, .. } = trained;
        if fresh.is_empty() { scope } else { scope.with_fresh(&self.prepared, fresh) }
    }
}
