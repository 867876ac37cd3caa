//! What changed of the members of a subscription, to their customer.
//!
//! Two walks over the resolved parts: the first finds where each person comes first, for two members may have turned out
//! to be one; the second writes. A run that is overtaken by a newer snapshot delivers nothing: what that one forbids
//! could not be told apart from what it allows, and the next run covers both.

use poimuri_shared::order::Format;
use poimuri_shared::order::delivered::columns;
use poimuri_shared::plan::Stage;
use poimuri_shared::receipt::UpdateAccount;
use poimuri_shared::snapshot::Snapshot;
use poimuri_shared::snapshot::tables::NO_ROW;

use super::deliver::{Delivered, Release, meta};
use super::deliver_update::{fields, note};
use super::receipt::{self, Brought};
use super::{StageError, Steps, guard};
use crate::consume::TaskContext;
use crate::deliver::{DeliveryWriter, Limits};
use crate::engine::CellReader;
use crate::engine::update::{Blank, EVENT_DATE, Followed, Place, blanked};
use crate::opened::{OpenedOrder, Update, encode};

/// Why a run delivers nothing although nothing is wrong with it.
pub const OVERTAKEN: &str = "a newer snapshot came before the delivery: the next run covers it";
/// Nobody comes first yet.
const NOBODY: u64 = u64::MAX;

/// The partial: a [`Delivered`]. Delivery and receipt are written before it.
///
/// # Errors
/// Refused if there are too few members, a newer snapshot came, or permit or recipient do not hold any more;
/// otherwise when store or snapshot fail.
pub(super) fn run(
    opened: &OpenedOrder,
    update: &Update,
    context: &TaskContext,
) -> Result<Vec<u8>, StageError> {
    let parts = opened.plan.task_count(Stage::Resolve);
    let steps = Steps::new(usize::try_from(parts).unwrap_or(1) * 2, context);
    let release = Release::decide(opened)?;
    if release.id != opened.snapshot.manifest().id {
        return Err(StageError::Refused { code: "overtaken", reason: OVERTAKEN.to_owned() });
    }
    let mut walk = Walk::new(opened, update);
    opened.each_partial(Stage::Resolve, |_, followed| {
        steps.next()?;
        walk.count(&followed);
        Ok(())
    })?;
    let persons = walk.account.persons;
    guard::update(opened, update, (persons, persons, persons))?;
    let key = guard::permitted(opened, walk.told)?;
    let order = &opened.accepted.order;
    let format = order.delivery.as_ref().map_or(Format::Csv, |delivery| delivery.format);
    let fields = fields(opened, update, Some(EVENT_DATE));
    let mut writer =
        DeliveryWriter::new(opened.store(), &opened.accepted.id, format, fields, &key, Limits::default())?;
    walk.member = 0;
    opened.each_partial(Stage::Resolve, |_, followed| {
        steps.next()?;
        walk.write(&followed, &mut writer)
    })?;
    let summary = writer.finish(meta(opened)?)?;
    let brought = Brought {
        release_snapshot: release.id,
        dropped: 0,
        delivered: summary.rows,
        digest: summary.digest.clone(),
        parts: u32::try_from(summary.files.len()).unwrap_or(u32::MAX),
    };
    let receipt = receipt::of_update(opened, walk.account, brought)?;
    opened.environment().orders.put_receipt(&receipt)?;
    encode(&Delivered { rows: summary.rows, dropped: 0, digest: summary.digest })
}

/// Which member stands for each person of a snapshot: of several the first whose code is the active one.
struct Firsts(Vec<u64>);

impl Firsts {
    fn of(snapshot: Option<&Snapshot>) -> Self {
        let population = snapshot.map_or(0, |snapshot| snapshot.manifest().totals.population);
        Self(vec![NOBODY; usize::try_from(population).unwrap_or(usize::MAX)])
    }

    const fn rank(place: Place, member: u32) -> u64 {
        ((!place.is_active as u64) << 32) | member as u64
    }

    /// Whether the person was not met before.
    fn meet(&mut self, place: Place, member: u32) -> bool {
        let Some(first) = self.0.get_mut(place.position as usize) else { return false };
        let is_new = *first == NOBODY;
        *first = (*first).min(Self::rank(place, member));
        is_new
    }

    /// Whether the member stands for itself.
    fn is_first(&self, place: Place, member: u32) -> bool {
        let first = self.0.get(place.position as usize);
        first.is_none_or(|first| *first == Self::rank(place, member))
    }
}

/// A walk over the resolved parts.
struct Walk {
    before: Firsts,
    now: Firsts,
    /// Number of columns of the items.
    columns: usize,
    member: u32,
    /// Members that may be told of.
    told: u64,
    account: UpdateAccount,
    reader: CellReader,
    blank_reader: CellReader,
}

impl Walk {
    fn new(opened: &OpenedOrder, update: &Update) -> Self {
        let before = update.follows.as_ref().and_then(|follows| follows.before.as_ref());
        Self {
            before: Firsts::of(before.map(|(snapshot, _)| &**snapshot)),
            now: Firsts::of(Some(&opened.snapshot)),
            columns: columns(opened.accepted.order.fields()).len(),
            member: 0,
            told: 0,
            account: UpdateAccount::default(),
            reader: CellReader::new(),
            blank_reader: CellReader::new(),
        }
    }

    /// The first walk.
    fn count(&mut self, followed: &Followed) {
        for ((before, now), length) in followed.before.iter().zip(&followed.now).zip(&followed.lengths) {
            self.before.meet(*before, self.member);
            self.account.persons += u64::from(self.now.meet(*now, self.member));
            self.told += u64::from(*length > 0);
            self.member += 1;
        }
    }

    /// The second walk.
    fn write(&mut self, followed: &Followed, writer: &mut DeliveryWriter<'_>) -> Result<(), StageError> {
        let (mut kept, mut at) = (Vec::with_capacity(followed.csv.len()), 0);
        for ((before, now), length) in followed.before.iter().zip(&followed.now).zip(&followed.lengths) {
            let row = followed.csv.get(at..at + *length as usize).unwrap_or_default();
            at += *length as usize;
            let member = self.member;
            self.member += 1;
            let was_first = self.before.is_first(*before, member);
            let is_first = now.position == NO_ROW || self.now.is_first(*now, member);
            // Of two members who are one, the second is told so once.
            if row.is_empty() || !is_first && !was_first {
                continue;
            }
            self.add(row, is_first, &mut kept);
        }
        Ok(writer.push_rows(&kept)?)
    }

    fn add(&mut self, row: &[u8], is_first: bool, kept: &mut Vec<u8>) {
        let mut cells = self.reader.cells(row);
        let is_withdrawn = cells.get(2) == Some(&"20");
        self.account.rows += 1;
        let number = self.account.rows.to_string();
        if is_first || is_withdrawn {
            // The number of the row stands first.
            let rest = row.iter().position(|byte| *byte == b',').unwrap_or(0);
            kept.extend_from_slice(number.as_bytes());
            kept.extend_from_slice(row.get(rest..).unwrap_or_default());
        } else {
            if let Some(first) = cells.first_mut() {
                *first = &number;
            }
            let row = blanked(&cells, self.columns, Blank::OtherMember);
            kept.extend_from_slice(&row);
            return note(&mut self.account, self.columns, &self.blank_reader.cells(&row));
        }
        note(&mut self.account, self.columns, &cells);
    }
}
