//! What an earlier de-duplication left, as the order that goes on from it reads it, and what was judged of its pairs.

use poimuri_shared::codec;
use poimuri_shared::customer_register::reviews::ReviewColumns;
use poimuri_shared::ids::OrderId;
use poimuri_shared::order::deduplication::Across;
use poimuri_shared::plan::{Plan, Stage};
use poimuri_shared::registers;
use poimuri_shared::store::commit::{TaskName, read_partial};
use poimuri_shared::store::key::OrderKey;
use poimuri_shared::store::keys;
use poimuri_shared::store::layout::KeyOwner;
use serde::de::DeserializeOwned;

use super::{Lists, OpenedOrder, Section};
use crate::engine::lists::{AllKeys, EarlierClusters, Identified, Reviewed, Reviews};
use crate::stages::StageError;

/// What an order leaves for those that go on from it, by stage and task.
#[must_use]
pub fn left_for_later(plan: &Plan) -> Vec<(&'static str, u32)> {
    let stages = [Stage::Train, Stage::Identify, Stage::Cluster].map(|stage| (stage.name(), 0));
    stages.into_iter().chain((0..plan.parts).map(|part| (Section::Keys.name(), part))).collect()
}

/// The earlier order, under its own key.
struct Earlier<'o> {
    opened: &'o OpenedOrder,
    id: &'o OrderId,
    key: OrderKey,
}

impl Earlier<'_> {
    fn read<T: DeserializeOwned>(&self, stage: &'static str, task: u32) -> Result<T, StageError> {
        let name = TaskName { order: self.id, stage, task };
        Ok(codec::decode(&read_partial(self.opened.store(), &self.key, &name)?)?)
    }
}

impl OpenedOrder {
    fn earlier(&self) -> Result<Option<Earlier<'_>>, StageError> {
        let Some(id) = self.accepted.earlier() else { return Ok(None) };
        let key = keys::load(self.store(), &self.environment.masters, KeyOwner::Order(id))?;
        Ok(Some(Earlier { opened: self, id, key }))
    }

    /// The model of the earlier order as TOML, if the order goes on from one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn earlier_model(&self) -> Result<Option<String>, StageError> {
        self.earlier()?.map(|earlier| earlier.read(Stage::Train.name(), 0)).transpose()
    }

    /// The clusters of the earlier order, if the order goes on from one.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn earlier_clusters(&self) -> Result<Option<EarlierClusters>, StageError> {
        let Some(earlier) = self.earlier()? else { return Ok(None) };
        let orders = &self.environment.orders;
        let accepted = orders.order(earlier.id)?.ok_or(StageError::UnknownOrder)?;
        let plan = orders.plan(earlier.id)?.ok_or(StageError::UnknownOrder)?;
        let mut keys = AllKeys::default();
        for part in 0..plan.parts {
            keys.add(&earlier.read(Section::Keys.name(), part)?);
        }
        Ok(Some(EarlierClusters {
            lists: accepted.order.lists.into_iter().map(|list| list.name).collect(),
            identified: earlier.read(Stage::Identify.name(), 0)?,
            keys,
            clustered: earlier.read(Stage::Cluster.name(), 0)?,
        }))
    }

    /// What was judged of the pairs of the lists; none if nothing was given.
    ///
    /// # Errors
    /// Refused if a judgement says nothing or contradicts another; otherwise when it cannot be read.
    pub fn reviewed(&self, lists: &Lists) -> Result<Option<Reviewed>, StageError> {
        let Some(id) = &self.accepted.reviews else { return Ok(None) };
        let register = registers::get(self.store(), id)?;
        let columns = ReviewColumns::of(&register.form.columns)
            .map_err(|error| StageError::Refused { code: "judgements", reason: error.to_string() })?;
        let mut reviews = Reviews::new(columns);
        for part in (0..).take(register.parts.len()) {
            self.each_row(&register, part, |row| {
                reviews.add(|at| row.cell(at), row.line);
                Ok(())
            })?;
        }
        let identified: Identified = self.partial(Stage::Identify, 0)?;
        let across: Across = lists.asked.compare;
        reviews.find(&identified, &lists.lists, across, |list| self.keys(lists.tasks(list))).map(Some)
    }
}
