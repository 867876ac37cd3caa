//! One run: from a table, and what is known before, to clusters, and to what the next run needs.

use std::borrow::Cow;
use std::collections::BTreeMap;

use poimuri_shared::receipt::ExtendedRecords;
use poimuri_shared::store::unique;
use poimuri_worker::engine::link::{
    self, Compared, Given, Ids, Judged, LinkError, Model, Outcome as Linked, OwnWeights, Pair, Partners,
    Prepared, Settings, Table,
};

use super::earlier::{self, Fitted, Stored};

/// Pairs that the report explains.
const SHOWN: usize = 12;
/// Up to this weight, or the threshold if it is higher, it is told which records cannot be linked.
pub(super) const OWN_WEIGHT_MOST: f64 = 20.0;

/// What is known before a run.
#[derive(Default)]
pub(super) struct Known {
    /// The stored result that is extended.
    pub(super) fitted: Option<Fitted>,
    pub(super) judged: Judged,
}

/// What a run made.
pub(super) struct Done {
    pub(super) prepared: Prepared,
    pub(super) model: Model,
    pub(super) linked: Linked,
    /// How many partners a record could have, as far as was found.
    partners: Partners,
    pub(super) own: OwnWeights,
    /// Kept pairs, for the next run.
    kept: Vec<(u32, u32, f64)>,
    pub(super) given: Given,
    /// The name that each row's cluster had.
    earlier_names: Vec<Option<String>>,
    pub(super) changed: Option<ExtendedRecords>,
    /// Whether the model was learned from judgements, too.
    pub(super) is_taught: bool,
}

impl Done {
    /// The names of clusters, by the row that stands for each.
    pub(super) fn names(&self, table: &Table) -> BTreeMap<u32, String> {
        if self.changed.is_none() {
            return BTreeMap::new();
        }
        let earlier: Vec<Option<&str>> = self.earlier_names.iter().map(Option::as_deref).collect();
        if !table.is_link() {
            return link::names(&self.linked.clusters, &table.ids, &earlier);
        }
        let own = |(row, id): (usize, &str)| earlier::name(id, row >= table.first_rows);
        let ids: Ids = table.ids.iter().enumerate().map(own).collect();
        link::names(&self.linked.clusters, &ids, &earlier)
    }

    /// What the next run needs.
    pub(super) fn stored<'d>(&'d self, table: &'d Table, names: &'d BTreeMap<u32, String>) -> Stored<'d> {
        let secret = unique();
        Stored {
            ids: Cow::Borrowed(&table.ids),
            first_rows: table.first_rows as u64,
            digests: earlier::digests(table, &self.model, &secret),
            secret,
            clusters: Cow::Borrowed(&self.linked.clusters),
            names: Cow::Borrowed(names),
            pairs: Cow::Borrowed(&self.kept),
            threshold: self.linked.account.threshold_weight,
            partners: self.partners,
            same: Cow::Borrowed(&self.given.judged.same),
            different: Cow::Borrowed(&self.given.judged.different),
        }
    }
}

/// The pairs a report explains: those nearest to the threshold.
pub(super) fn shown(linked: &Linked) -> Vec<&Pair> {
    let distance = |pair: &Pair| (pair.probability - linked.account.threshold).abs();
    let mut nearest: Vec<(f64, usize)> = linked.pairs.iter().map(distance).zip(0..).collect();
    let order = |x: &(f64, usize), y: &(f64, usize)| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1));
    if nearest.len() > SHOWN {
        nearest.select_nth_unstable_by(SHOWN, order);
        nearest.truncate(SHOWN);
    }
    nearest.sort_unstable_by(order);
    nearest.iter().map(|(_, index)| &linked.pairs[*index]).collect()
}

/// Everything from the table to its clusters.
pub(super) fn linked(
    table: &Table,
    settings: &Settings,
    stored: Option<Model>,
    known: Known,
) -> Result<Done, LinkError> {
    let mut settings = settings.clone();
    if let Some(model) = &stored {
        // A stored model says what its columns hold, also where these rows would be read otherwise.
        settings.columns =
            table.columns.iter().map(|column| (column.name.clone(), model.kind(&column.name))).collect();
        settings.locale = model.locale;
    }
    let prepared = link::prepare(table, &settings)?;
    let Known { fitted, judged } = known;
    let is_taught = stored.is_none() && judged.can_teach();
    let model = stored.map_or_else(|| link::train_given(&prepared, &settings, &judged), Ok)?;
    let compared = compared(&prepared, &model, fitted.as_ref())?;
    let changed = fitted.as_ref().map(|fitted| fitted.account);
    let threshold_weight = fitted.as_ref().map(|fitted| fitted.threshold);
    let partners = fitted.as_ref().map(|fitted| fitted.partners);
    let Fitted { names: earlier_names, judged: before, .. } = fitted.unwrap_or_default();
    let given = Given { judged: earlier::joined(before, judged), threshold_weight, partners };
    let (linked, kept) = rayon::join(
        || link::link_given(&prepared, &model, &compared, &settings, &given),
        || compared.by_table(&prepared),
    );
    let linked = linked?;
    let most = OWN_WEIGHT_MOST.max(linked.account.threshold_weight);
    let own = link::own_weights(&prepared, &model, most)?;
    let partners = linked.account.partners_found(settings.clustering);
    Ok(Done { prepared, model, linked, partners, own, kept, given, earlier_names, changed, is_taught })
}

/// All pairs, or of a stored result that is extended those with a record that was not there or was not the same.
fn compared(prepared: &Prepared, model: &Model, fitted: Option<&Fitted>) -> Result<Compared, LinkError> {
    match fitted {
        None => link::compare(prepared, model),
        Some(fitted) => link::extend(prepared, model, &fitted.earlier),
    }
}
