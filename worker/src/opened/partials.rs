//! Partials of an order: those of earlier stages read, its own committed.

use poimuri_shared::codec;
use poimuri_shared::partial::{ShardSelection, merge};
use poimuri_shared::plan::Stage;
use poimuri_shared::store::StoreError;
use poimuri_shared::store::commit::{Committed, TaskName, commit_partial, read_partial};
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::OpenedOrder;
use crate::stages::StageError;

impl OpenedOrder {
    /// The partial of a task of an earlier stage.
    ///
    /// # Errors
    /// [`StageError::MissingPartial`], or when it cannot be read.
    pub fn partial<T: DeserializeOwned>(&self, stage: Stage, task: u32) -> Result<T, StageError> {
        self.read_as(&self.name_of(stage, task))
    }

    /// What was committed under a name.
    pub(super) fn read_as<T: DeserializeOwned>(&self, name: &TaskName<'_>) -> Result<T, StageError> {
        match read_partial(self.store(), &self.key, name) {
            Ok(bytes) => Ok(codec::decode(&bytes)?),
            Err(StoreError::Missing { .. }) => {
                Err(StageError::MissingPartial { stage: name.stage, task: name.task })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The partials of all tasks of an earlier stage, in the order of the tasks.
    ///
    /// # Errors
    /// As [`Self::partial`].
    pub fn partials<T: DeserializeOwned + Send>(&self, stage: Stage) -> Result<Vec<T>, StageError> {
        (0..self.plan.task_count(stage)).into_par_iter().map(|task| self.partial(stage, task)).collect()
    }

    /// Takes the partials of all tasks of an earlier stage one after another, with the task of each. Two are in memory
    /// at a time: the next is read meanwhile.
    ///
    /// # Errors
    /// As [`Self::partial`], or what `take` fails with.
    pub fn each_partial<T: DeserializeOwned + Send>(
        &self,
        stage: Stage,
        mut take: impl FnMut(u32, T) -> Result<(), StageError> + Send,
    ) -> Result<(), StageError> {
        let read = |task| (task < self.plan.task_count(stage)).then(|| self.partial(stage, task)).transpose();
        let (mut task, mut next) = (0, read(0)?);
        while let Some(partial) = next {
            let (taken, following) = rayon::join(|| take(task, partial), || read(task + 1));
            taken?;
            next = following?;
            task += 1;
        }
        Ok(())
    }

    /// The selections of every shard, each once.
    ///
    /// # Errors
    /// As [`Self::partial`], or when they are not those of the snapshot.
    pub fn selections(&self) -> Result<Vec<ShardSelection>, StageError> {
        let partials: Vec<Vec<ShardSelection>> = self.partials(Stage::Select)?;
        Ok(merge(self.snapshot.shard_count(), partials.into_iter().flatten())?)
    }

    /// Commits a task's partial. A second one must be equal; a different one is reported and left out.
    ///
    /// # Errors
    /// When the store fails.
    pub fn commit(&self, stage: Stage, task: u32, partial: &[u8]) -> Result<(), StageError> {
        self.commit_as(&self.name_of(stage, task), partial)
    }

    /// Commits what counts under a name, as [`Self::commit`].
    pub(super) fn commit_as(&self, name: &TaskName<'_>, content: &[u8]) -> Result<(), StageError> {
        match commit_partial(self.store(), &self.key, name, "a", content)? {
            Committed::First | Committed::SameAsBefore => Ok(()),
            Committed::Conflict(conflict) => {
                tracing::error!(order.id = %self.accepted.id, %conflict, "two attempts at a task differ");
                Ok(())
            }
        }
    }

    const fn name_of(&self, stage: Stage, task: u32) -> TaskName<'_> {
        TaskName { order: &self.accepted.id, stage: stage.name(), task }
    }
}

/// A plain encoding of a partial.
///
/// # Errors
/// If it cannot be encoded.
pub fn encode<T: Serialize>(partial: &T) -> Result<Vec<u8>, StageError> {
    Ok(codec::encode(partial)?)
}
