//! What a part of a list, or an order, leaves besides a partial, each for other tasks to read by itself.
//!
//! A section is committed as a partial is, and before its task's partial: where that one is, all its sections are.

use poimuri_shared::codec;
use poimuri_shared::store::commit::TaskName;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::OpenedOrder;
use crate::stages::StageError;

/// What a part of a list leaves besides its partial. What is of the whole order stands where that of part 0 does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What its rows are known by.
    Keys,
    /// Its rows in order.
    Run,
    /// A group of its columns.
    Columns(u32),
    /// Of the whole order: which records are not as they were in the earlier one.
    Fresh,
    /// Of the whole order: what is taken over of the earlier one.
    TakenOver,
}

impl Section {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Run => "run",
            Self::Columns(_) => "columns",
            Self::Fresh => "fresh",
            Self::TakenOver => "takenover",
        }
    }
}

impl OpenedOrder {
    const fn name_of_section(&self, part: u32, section: Section) -> TaskName<'_> {
        let task = match section {
            Section::Keys | Section::Run | Section::Fresh | Section::TakenOver => part,
            Section::Columns(group) => part.saturating_mul(self.plan.columns).saturating_add(group),
        };
        TaskName { order: &self.accepted.id, stage: section.name(), task }
    }

    /// Commits a section of a part.
    ///
    /// # Errors
    /// When the store fails.
    pub fn commit_section<T: Serialize>(
        &self,
        part: u32,
        section: Section,
        content: &T,
    ) -> Result<(), StageError> {
        self.commit_as(&self.name_of_section(part, section), &codec::encode(content)?)
    }

    /// A section of a part.
    ///
    /// # Errors
    /// [`StageError::MissingPartial`], or when it cannot be read.
    pub fn section<T: DeserializeOwned>(&self, part: u32, section: Section) -> Result<T, StageError> {
        self.read_as(&self.name_of_section(part, section))
    }
}
