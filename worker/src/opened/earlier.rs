//! What an earlier de-duplication left, as the order that goes on from it reads it.

use poimuri_shared::codec;
use poimuri_shared::ids::{ListName, OrderId};
use poimuri_shared::order::deduplication::Across;
use poimuri_shared::orders::AcceptedOrder;
use poimuri_shared::plan::{Plan, Stage};
use poimuri_shared::receipt::ExtendedAccount;
use poimuri_shared::store::StoreError;
use poimuri_shared::store::commit::{TaskName, read_partial};
use poimuri_shared::store::key::OrderKey;
use poimuri_shared::store::keys;
use poimuri_shared::store::layout::KeyOwner;
use serde::de::DeserializeOwned;

use super::{Lists, OpenedOrder, Section};
use crate::engine::link::{Compared, Digests, Encoded, Model};
use crate::engine::lists::{Clustered, EarlierClusters, Identified, Named, TakenOver, Unchanged};
use crate::stages::StageError;

/// What an order leaves for those that go on from it, by stage and task.
#[must_use]
pub fn left_for_later(accepted: &AcceptedOrder, plan: &Plan) -> Vec<(&'static str, u32)> {
    let stages = [Stage::Train, Stage::Identify, Stage::Encode, Stage::Compare, Stage::Cluster];
    let tasks = |stage: Stage| (0..plan.task_count(stage)).map(move |task| (stage.name(), task));
    let keys = (0..plan.parts).map(|part| (Section::Keys.name(), part));
    let taken_over = accepted.earlier().map(|_| (Section::TakenOver.name(), 0));
    stages.into_iter().flat_map(tasks).chain(keys).chain(taken_over).collect()
}

/// The earlier order, under its own key.
struct Earlier<'o> {
    opened: &'o OpenedOrder,
    id: &'o OrderId,
    key: OrderKey,
    accepted: AcceptedOrder,
    plan: Plan,
}

impl Earlier<'_> {
    /// What it committed. What is not there or cannot be read was left by another version of the program.
    fn read<T: DeserializeOwned>(&self, stage: &'static str, task: u32) -> Result<T, StageError> {
        let name = TaskName { order: self.id, stage, task };
        let bytes = match read_partial(self.opened.store(), &self.key, &name) {
            Ok(bytes) => bytes,
            Err(StoreError::Missing { .. }) => return Err(self.of_another_version()),
            Err(error) => return Err(error.into()),
        };
        codec::decode(&bytes).map_err(|_other| self.of_another_version())
    }

    fn of_another_version(&self) -> StageError {
        let reason = format!(
            "deduplication.earlier: what {} left was made by another version of the program; leave it out, once",
            self.id
        );
        StageError::Refused { code: "earlier", reason }
    }

    fn lists(&self) -> impl Iterator<Item = &ListName> {
        self.accepted.order.lists.iter().map(|list| &list.name)
    }

    fn named(&self) -> Result<Named, StageError> {
        let identified = self.read(Stage::Identify.name(), 0)?;
        let keys = (0..self.plan.parts).map(|part| self.read(Section::Keys.name(), part));
        Named::read(identified, self.lists().cloned().collect(), keys)
    }

    /// Every kept pair of unchanged records: those that it compared, and those that it took over itself.
    fn pairs(&self, earlier: &Named, unchanged: &Unchanged) -> Result<Vec<(u32, u32, f64)>, StageError> {
        let mut pairs = Vec::new();
        for task in 0..self.plan.task_count(Stage::Compare) {
            let compared: Compared = self.read(Stage::Compare.name(), task)?;
            pairs.extend(unchanged.pairs(earlier, &compared));
        }
        if self.accepted.earlier().is_some() {
            let before: TakenOver = self.read(Section::TakenOver.name(), 0)?;
            pairs.extend(unchanged.again(&before.pairs));
        }
        Ok(pairs)
    }

    /// Which pairs it compared.
    fn across(&self) -> Option<Across> {
        self.accepted.order.deduplication.as_ref().map(|asked| asked.compare)
    }
}

/// Digests of what records are compared by, as an order encoded it; `read` gives the columns of a task.
fn digests(
    secret: &[u8],
    model: &Model,
    (named, plan): (&Named, &Plan),
    read: impl Fn(u32) -> Result<Vec<(u32, Encoded)>, StageError>,
) -> Result<Vec<u64>, StageError> {
    let Identified { origin, heaviest, .. } = &named.identified;
    let mut digests = Digests::new(secret, origin.len());
    // Groups hold a column each, or all of them: this is the order of the fields.
    for group in 0..plan.columns {
        let task = (0..).zip(heaviest).find(|(_, of)| **of == group).map(|(task, _)| task);
        let mut columns = read(task.ok_or(StageError::Unplanned { stage: u8::MAX, task: group })?)?;
        columns.sort_unstable_by_key(|(place, _)| *place);
        let is_compared = |name: &str| model.fields.iter().any(|field| field.name == name);
        let columns = columns.iter().map(|(_, column)| column);
        columns.filter(|column| is_compared(column.name())).for_each(|column| digests.add_encoded(column));
    }
    Ok(digests.finish())
}

impl OpenedOrder {
    fn earlier(&self) -> Result<Option<Earlier<'_>>, StageError> {
        let Some(id) = self.accepted.earlier() else { return Ok(None) };
        let key = keys::load(self.store(), &self.environment.masters, KeyOwner::Order(id))?;
        let orders = &self.environment.orders;
        let accepted = orders.order(id)?.ok_or(StageError::UnknownOrder)?;
        let plan = orders.plan(id)?.ok_or(StageError::UnknownOrder)?;
        Ok(Some(Earlier { opened: self, id, key, accepted, plan }))
    }

    /// The model of the earlier order as TOML, if the order goes on from one.
    ///
    /// # Errors
    /// Refused if another version of the program left it; otherwise when it cannot be read.
    pub fn earlier_model(&self) -> Result<Option<String>, StageError> {
        self.earlier()?.map(|earlier| earlier.read(Stage::Train.name(), 0)).transpose()
    }

    /// The clusters of the earlier order, if the order goes on from one.
    ///
    /// # Errors
    /// As [`Self::earlier_model`].
    pub fn earlier_clusters(&self) -> Result<Option<EarlierClusters>, StageError> {
        let Some(earlier) = self.earlier()? else { return Ok(None) };
        Ok(Some(EarlierClusters {
            named: earlier.named()?,
            clustered: earlier.read(Stage::Cluster.name(), 0)?,
        }))
    }

    /// Finds the records that are as they were in the earlier order, and commits which are not and what is taken over; nothing
    /// if the order goes on from none. `model` is that of both.
    ///
    /// # Errors
    /// As [`Self::earlier_model`].
    pub fn take_over(&self, lists: &Lists, model: &Model) -> Result<(), StageError> {
        let Some(earlier) = self.earlier()? else { return Ok(()) };
        let (own, theirs) = (self.named(lists)?, earlier.named()?);
        let secret = self.environment.masters.secret("records of lists");
        let own_digests =
            digests(&*secret, model, (&own, &self.plan), |task| self.partial(Stage::Encode, task))?;
        let their_digests = digests(&*secret, model, (&theirs, &earlier.plan), |task| {
            earlier.read(Stage::Encode.name(), task)
        })?;
        let mut unchanged = Unchanged::new((&own, &own_digests), (&theirs, &their_digests));
        let all_compared = earlier.across() != Some(lists.asked.compare);
        let mut pairs = Vec::new();
        if all_compared {
            unchanged.fresh.clear();
        } else {
            pairs = earlier.pairs(&theirs, &unchanged)?;
        }
        let Clustered { threshold_weight, partners, .. } = earlier.read(Stage::Cluster.name(), 0)?;
        let (records, pairs_kept) = (unchanged.records, pairs.len() as u64);
        let taken_over = TakenOver {
            pairs,
            threshold_weight,
            partners: Some(partners).filter(|_| own.lists == theirs.lists && !all_compared),
            account: ExtendedAccount { records, pairs_kept, all_compared },
        };
        self.commit_section(0, Section::Fresh, &unchanged.fresh)?;
        self.commit_section(0, Section::TakenOver, &taken_over)
    }

    /// The records whose pairs are compared, by rows; nothing if all pairs are.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn fresh(&self) -> Result<Vec<bool>, StageError> {
        let of_earlier = self.accepted.earlier().map(|_| self.section(0, Section::Fresh));
        Ok(of_earlier.transpose()?.unwrap_or_default())
    }

    /// What was taken over of the earlier order, if the order goes on from one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn taken_over(&self) -> Result<Option<TakenOver>, StageError> {
        self.accepted.earlier().map(|_| self.section(0, Section::TakenOver)).transpose()
    }
}
