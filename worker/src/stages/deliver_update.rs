//! The rows of an update, back to its customer.
//!
//! Two walks over the resolved parts: the first finds how many persons there are and where each comes first, so that
//! nothing is written of a register that is too small; the second writes.

use poimuri_shared::disclosed::FOUND;
use poimuri_shared::order::Format;
use poimuri_shared::order::delivered::{Column, columns};
use poimuri_shared::plan::Stage;
use poimuri_shared::receipt::UpdateAccount;
use poimuri_shared::registry;
use poimuri_shared::snapshot::tables::NO_ROW;
use poimuri_shared::subscriptions::Member;
use rayon::prelude::*;

use super::deliver::{Delivered, Release, meta};
use super::receipt::{self, Brought};
use super::{StageError, Steps, approximate, guard, members};
use crate::consume::TaskContext;
use crate::deliver::{DeliveryWriter, Field, Kind, Limits};
use crate::engine::CellReader;
use crate::engine::update::{Blank, Resolved, blanked, result_columns};
use crate::opened::{OpenedOrder, Update, encode};

/// Cells before the items.
const HEAD: usize = 5;

/// The partial: a [`Delivered`]. Delivery and receipt are written before it.
///
/// # Errors
/// Refused if too few persons were found, or permit or recipient do not hold any more; otherwise when
/// store or snapshot fail.
pub(super) fn run(
    opened: &OpenedOrder,
    update: &Update,
    context: &TaskContext,
) -> Result<Vec<u8>, StageError> {
    if update.follows.is_some() {
        return super::deliver_run::run(opened, update, context);
    }
    let parts = opened.plan.task_count(Stage::Resolve);
    let steps = Steps::new(usize::try_from(parts).unwrap_or(1) * 2, context);
    let release = Release::decide(opened)?;
    let mut walk = Walk::new(opened, release)?;
    opened.each_partial(Stage::Resolve, |_, resolved| {
        steps.next()?;
        walk.count(&resolved)
    })?;
    let before = members::before(opened)?;
    let met = before.met(opened, &walk.first_rows)?;
    // What was asked before comes first: otherwise a refusal for its size would tell who was found.
    walk.asked.par_sort_unstable();
    walk.persons.par_sort_unstable();
    let lists = (std::mem::take(&mut walk.asked), std::mem::take(&mut walk.persons));
    guard::repeated(opened, (&lists.0, &lists.1), !before.is_empty())?;
    drop(lists);
    guard::update(opened, update, (walk.rows, walk.found, walk.account.persons + met.besides))?;
    if !before.is_empty() {
        guard::brought(opened, walk.account.persons.saturating_sub(met.again))?;
    }
    let key = guard::permitted(opened, walk.account.persons)?;
    let order = &opened.accepted.order;
    let format = order.delivery.as_ref().map_or(Format::Csv, |delivery| delivery.format);
    let fields = fields(opened, update, None);
    let mut writer =
        DeliveryWriter::new(opened.store(), &opened.accepted.id, format, fields, &key, Limits::of(format))?;
    walk.rows = 0;
    opened.each_partial(Stage::Resolve, |_, resolved| {
        steps.next()?;
        walk.write(&resolved, &mut writer)
    })?;
    let summary = writer.finish(meta(opened)?)?;
    let brought = Brought {
        release_snapshot: walk.release.id.clone(),
        dropped: walk.dropped,
        delivered: summary.rows,
        digest: summary.digest.clone(),
        parts: u32::try_from(summary.files.len()).unwrap_or(u32::MAX),
    };
    members::keep(opened, &before, walk.members)?;
    walk.account.rows = walk.rows;
    approximate::account(opened, (&walk.release, walk.is_exempt), &mut walk.account)?;
    let receipt = receipt::of_update(opened, walk.account, brought)?;
    opened.environment().orders.put_receipt(&receipt)?;
    encode(&Delivered { rows: summary.rows, dropped: walk.dropped, digest: summary.digest })
}

/// The columns of a result as files see them; `last` comes behind the others.
pub(super) fn fields(opened: &OpenedOrder, update: &Update, last: Option<&str>) -> Vec<Field> {
    let order = &opened.accepted.order;
    let passes = order.update.as_ref().is_some_and(|update| update.pass_through);
    let own = if passes { update.register.form.columns.as_slice() } else { &[] };
    let items: Vec<Column> = columns(order.fields());
    let text = |name: String, width| Field { name, kind: Kind::Text, width };
    let of = |(index, name): (usize, String)| match index {
        0 => Field { name, kind: Kind::Number, width: 9 },
        1 => text(name, 50),
        2 => Field { name, kind: Kind::Number, width: 2 },
        3 => text(name, 2),
        4 => text(name, 11),
        index => match items.get(index - HEAD) {
            Some(column) => Field::from(*column),
            None if index == HEAD + items.len() => text(name, 40),
            None => text(name, 100),
        },
    };
    let names = result_columns(order.fields(), own).into_iter().chain(last.map(str::to_owned));
    names.enumerate().map(of).collect()
}

/// A walk over the resolved parts.
struct Walk {
    release: Release,
    is_exempt: bool,
    /// Number of columns of the items.
    columns: usize,
    /// The first row of each person, by position; 0 for none.
    first_rows: Vec<u32>,
    rows: u64,
    /// Rows that stand for a person.
    found: u64,
    /// What each row asks, and whether it stands for a person.
    asked: Vec<u64>,
    /// Identity codes of the persons.
    persons: Vec<u64>,
    /// Rows dropped by the last look.
    dropped: u64,
    account: UpdateAccount,
    /// Persons that are told of, if they become members of a subscription.
    members: Vec<Member>,
    is_load: bool,
}

impl Walk {
    fn new(opened: &OpenedOrder, release: Release) -> Result<Self, StageError> {
        let permit = opened.accepted.order.permit.as_ref().ok_or(StageError::UnknownOrder)?;
        let permit = registry::permit(opened.store(), permit)?.ok_or(StageError::UnknownOrder)?;
        let population = usize::try_from(opened.snapshot.manifest().totals.population).unwrap_or(usize::MAX);
        Ok(Self {
            release,
            is_exempt: permit.exempt_from_update_prohibition.is_some(),
            columns: columns(opened.accepted.order.fields()).len(),
            first_rows: vec![0; population],
            rows: 0,
            found: 0,
            asked: Vec::new(),
            persons: Vec::new(),
            dropped: 0,
            account: UpdateAccount::default(),
            members: Vec::new(),
            is_load: opened.accepted.continuous.is_some(),
        })
    }

    /// The first walk.
    fn count(&mut self, resolved: &Resolved) -> Result<(), StageError> {
        let barred = self.release.barred(&resolved.ids, self.is_exempt)?;
        let rows = resolved.positions.iter().zip(&resolved.ids).zip(&resolved.asked).zip(barred);
        for (((position, id), asked), is_barred) in rows {
            self.rows += 1;
            let slot =
                (*position != NO_ROW && !is_barred).then(|| self.first_rows.get_mut(*position as usize));
            let Some(Some(first)) = slot else {
                self.asked.push(asked & !FOUND);
                continue;
            };
            self.asked.push(asked | FOUND);
            self.found += 1;
            if *first == 0 {
                *first = u32::try_from(self.rows).unwrap_or(u32::MAX);
                self.account.persons += 1;
                self.persons.push(*id);
            }
        }
        Ok(())
    }

    /// The second walk.
    fn write(&mut self, resolved: &Resolved, writer: &mut DeliveryWriter<'_>) -> Result<(), StageError> {
        let barred = self.release.barred(&resolved.ids, self.is_exempt)?;
        let (mut reader, mut blank_reader) = (CellReader::new(), CellReader::new());
        if !resolved.is_whole() {
            return Err(StageError::MissingPartial { stage: Stage::Resolve.name(), task: 0 });
        }
        let mut kept = Vec::with_capacity(resolved.bytes());
        let rows = resolved.rows().zip(&resolved.positions).zip(&resolved.ids).zip(barred);
        for (((row, position), id), is_barred) in rows {
            self.rows += 1;
            let cells = reader.cells(row);
            match self.blank(*position, is_barred) {
                None => {
                    kept.extend_from_slice(row);
                    note(&mut self.account, self.columns, &cells);
                    if self.is_load && *position != NO_ROW {
                        let text = |index: usize| cells.get(index).copied().unwrap_or_default().to_owned();
                        self.members.push(Member { key: text(1), code: *id, found_by: text(3) });
                    }
                }
                Some(blank) => {
                    let row = blanked(&cells, self.columns, blank);
                    note(&mut self.account, self.columns, &blank_reader.cells(&row));
                    kept.extend_from_slice(&row);
                }
            }
        }
        Ok(writer.push_rows(&kept)?)
    }

    fn blank(&mut self, position: u32, is_barred: bool) -> Option<Blank> {
        if position == NO_ROW {
            return None;
        }
        if is_barred {
            self.dropped += 1;
            return Some(Blank::NotFound);
        }
        let first = u64::from(self.first_rows.get(position as usize).copied().unwrap_or(0));
        (first != self.rows).then_some(Blank::Duplicate(first))
    }
}

/// Counts a row of a result whose items have so many columns.
pub(super) fn note(account: &mut UpdateAccount, columns: usize, cells: &[&str]) {
    let cell = |index: usize| cells.get(index).copied().unwrap_or_default();
    *account.statuses.entry(cell(2).to_owned()).or_default() += 1;
    if !cell(3).is_empty() {
        *account.keys.entry(cell(3).to_owned()).or_default() += 1;
    }
    for letter in cell(4).chars() {
        *account.flags.entry(letter.to_string()).or_default() += 1;
    }
    let reason = cell(HEAD + columns);
    if !reason.is_empty() {
        // The number of the first row is no reason.
        let reason =
            if reason.starts_with("same-person-as-row") { "same-person-as-an-earlier-row" } else { reason };
        *account.reasons.entry(reason.to_owned()).or_default() += 1;
    }
}
