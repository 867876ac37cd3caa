//! Why pairs of records of a de-duplication have their weights, for whoever has the store.

use std::sync::Arc;

use poimuri_shared::order::deduplication::Across;
use poimuri_shared::plan::Stage;

use super::{Linkage, Lists, OpenedOrder};
use crate::engine::link::{self, Brought, Judged, Step, Waterfalls};
use crate::engine::lists::{Clustered, Records, decided};
use crate::stages::StageError;

/// A de-duplication that was clustered, with what tells of its pairs.
#[derive(Debug)]
pub struct Explaining<'o> {
    opened: &'o OpenedOrder,
    lists: &'o Lists,
    linkage: Arc<Linkage>,
    records: Records,
    clustered: Clustered,
    judged: Judged,
    /// Kept pairs that an earlier order weighed.
    taken_over: Vec<(u32, u32, f64)>,
    /// For each row whether its pairs are compared; nothing if all pairs are.
    fresh: Vec<bool>,
}

/// A pair of records and how it came to its weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// What the records are called in the result.
    pub names: [String; 2],
    /// In bits.
    pub weight: f64,
    /// Whether both are in one cluster.
    pub linked: bool,
    /// Whether somebody judged them the same.
    pub judged: Option<bool>,
    /// Whether their identity codes say that they are the same.
    pub by_codes: Option<bool>,
    /// What brings the pair together.
    pub brought: Brought,
    /// Whether it was for an earlier order to compare it.
    pub is_of_earlier: bool,
    /// What the weight is made of.
    pub steps: Vec<Step>,
}

impl OpenedOrder {
    /// What tells of the pairs of a de-duplication; its clusters are there.
    ///
    /// # Errors
    /// When it is none, or what it left or its lists cannot be read.
    pub fn explaining(&self) -> Result<Explaining<'_>, StageError> {
        let lists = self.lists()?;
        let taken_over = self.taken_over()?.map(|of| of.pairs).unwrap_or_default();
        Ok(Explaining {
            opened: self,
            lists,
            linkage: self.linkage(lists)?,
            records: self.records(lists)?,
            clustered: self.partial(Stage::Cluster, 0)?,
            judged: self.reviewed(lists)?.unwrap_or_default().judged,
            taken_over,
            fresh: self.fresh()?,
        })
    }
}

fn is_same((a, b): (u32, u32), other: (u32, u32)) -> bool {
    other == (a, b) || other == (b, a)
}

impl Explaining<'_> {
    /// The rows of two names, each the list, a colon, and what the record is known by there; none if they are not two records
    /// that the order may compare.
    #[must_use]
    pub fn pair(&self, a: &str, b: &str) -> Option<(u32, u32)> {
        let named = &self.records.named;
        let (a, b) = (named.find(a)?, named.find(b)?);
        let list = |row: u32| named.identified.place(row).0;
        let across = self.lists.asked.compare;
        let is_compared = across == Across::Both || (list(a) == list(b)) == (across == Across::Within);
        (a != b && is_compared).then_some((a, b))
    }

    /// The weight from which on pairs were linked.
    #[must_use]
    pub const fn threshold_weight(&self) -> f64 {
        self.clustered.threshold_weight
    }

    /// Explains pairs.
    ///
    /// # Errors
    /// When the model cannot be read.
    pub fn explain(&self, pairs: &[(u32, u32)]) -> Result<Vec<Explained>, StageError> {
        let (prepared, model) = (&self.linkage.prepared, &self.linkage.trained(self.opened)?.model);
        let waterfalls = Waterfalls::new(prepared, model)?;
        let brought = link::brought(prepared, model, pairs)?;
        let has = |judged: &[(u32, u32)], pair| judged.iter().any(|other| is_same(*other, pair));
        let clusters = &self.clustered.clusters;
        let explained = |((a, b), brought): (&(u32, u32), Brought)| {
            let (pair, (a, b)) = ((*a, *b), (*a, *b));
            let kept = self.taken_over.iter().find(|(a, b, _)| is_same((*a, *b), pair));
            let weight = kept.map_or_else(|| waterfalls.weight(a, b), |(_, _, weight)| *weight);
            let same = has(&self.judged.same, pair);
            Explained {
                names: [a, b].map(|row| self.records.named.called(row)),
                weight,
                linked: clusters[a as usize] == clusters[b as usize],
                judged: if same { Some(true) } else { has(&self.judged.different, pair).then_some(false) },
                by_codes: decided(&self.records, a, b),
                brought,
                is_of_earlier: [a, b].iter().all(|row| self.fresh.get(*row as usize) == Some(&false)),
                steps: waterfalls.steps(a, b, weight),
            }
        };
        Ok(pairs.iter().zip(brought).map(explained).collect())
    }
}
