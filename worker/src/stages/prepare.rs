//! Reads the customer's own register: for an extraction its persons, for an update the keys of its rows, for a
//! de-duplication their columns.

use poimuri_shared::customer_register;
use poimuri_shared::partial::RowSet;
use poimuri_shared::receipt::RegisterUsed;
use poimuri_shared::registers;
use serde::{Deserialize, Serialize};

use super::StageError;
use crate::engine::lists::{Coded, ListSpec, Piece, Run, grouped};
use crate::opened::{Lists, OpenedOrder, Section, encode};

/// A customer's register, found in the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// What its rows were.
    pub used: RegisterUsed,
    /// Positions of the persons found.
    pub positions: RowSet,
}

/// The partial: a [`Prepared`], in an update the keys of a part's rows, in a de-duplication [`Traits`](crate::engine::lists::Traits).
///
/// # Errors
/// Refused if the register cannot be read as one; otherwise when store or snapshot fail.
pub fn run(opened: &OpenedOrder, task: u32) -> Result<Vec<u8>, StageError> {
    if let Ok(update) = opened.update() {
        let columns = opened.columns(&update.register, task)?;
        return encode(&update.updating.part(&update.mapping, &columns));
    }
    match opened.lists() {
        Ok(lists) => piece(opened, lists, task),
        Err(_extraction) => prepared(opened),
    }
}

/// Sections are committed before the partial.
fn piece(opened: &OpenedOrder, lists: &Lists, task: u32) -> Result<Vec<u8>, StageError> {
    let (list, part) = lists.part(task).ok_or(StageError::Unplanned { stage: 0, task })?;
    let spec = ListSpec::of(&lists.columns, list, &lists.asked);
    let register = &lists.registers[list];
    let Piece { keys, lines, columns, traits } =
        Piece::new(&spec, &lists.seed, &opened.columns(register, part)?);
    let mut weights = Vec::new();
    for (group, columns) in (0..).zip(grouped(columns, opened.plan.columns)) {
        let columns: Vec<Coded> = columns.into_iter().map(|(_, column)| column).collect();
        opened.commit_section(task, Section::Columns(group), &columns)?;
        weights.push(columns.iter().map(Coded::weight).sum());
    }
    opened.commit_section(task, Section::Keys, &keys)?;
    let run = Run::new(&lists.lists[list].name, &keys, lines, weights);
    opened.commit_section(task, Section::Run, &run)?;
    encode(&traits)
}

fn prepared(opened: &OpenedOrder) -> Result<Vec<u8>, StageError> {
    let environment = opened.environment();
    let id = opened.accepted.register.as_ref().ok_or(StageError::UnknownOrder)?;
    let content = registers::open(opened.store(), &environment.masters, id)?;
    let heading =
        opened.accepted.order.register.as_ref().and_then(|own| own.columns.identity_code.as_deref());
    let register = customer_register::read(content, heading)?;
    let found = opened.snapshot.identity()?.resolve(&register.codes);
    let known = found.iter().flatten().map(|position| u64::from(*position));
    let positions = RowSet::of(opened.snapshot.manifest().totals.population, known)?;
    let unknown = found.iter().filter(|position| position.is_none()).count();
    let used = RegisterUsed {
        rows: register.account.rows,
        duplicates: register.account.duplicates,
        invalid: register.account.invalid_counts(),
        unknown: u64::try_from(unknown).unwrap_or(u64::MAX),
    };
    encode(&Prepared { used, positions })
}
