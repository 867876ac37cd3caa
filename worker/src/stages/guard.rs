//! Limits on what may leave: enough rows that nobody is singled out, no more than the permit allows.

use poimuri_shared::admission::{check_result, check_update};
use poimuri_shared::partial::Allocation;
use poimuri_shared::permit::Moment;
use poimuri_shared::registry::{self, Judged};

use super::StageError;
use crate::opened::OpenedOrder;

/// Checks the sizes of a sample before anything is rendered.
///
/// # Errors
/// Refused. The reason names no number that the customer may not see.
pub(super) fn sample(opened: &OpenedOrder, allocation: &Allocation) -> Result<(), StageError> {
    let groups = super::receipt::groups_of(allocation);
    let drawn = groups.iter().map(|group| group.drawn).sum();
    refuse(&check_result(drawn, &groups, &opened.environment().policy))
}

/// Checks what an update came to before anything is written: `found` rows of `rows` stand for `persons` persons.
///
/// # Errors
/// Refused. The reason names no number that the customer may not see.
pub(super) fn update(opened: &OpenedOrder, rows: u64, found: u64, persons: u64) -> Result<(), StageError> {
    refuse(&check_update(rows, found, persons, &opened.environment().policy))
}

/// Checks permit and recipient once more before a delivery of that many rows; the recipient's public key.
///
/// # Errors
/// Refused if they do not hold any more; otherwise when the store fails.
pub(super) fn permitted(opened: &OpenedOrder, records: u64) -> Result<String, StageError> {
    let environment = opened.environment();
    let judged = Judged {
        snapshot_date: opened.snapshot.manifest().as_of,
        policy: &environment.policy,
        today: environment.clock.today(),
        moment: Moment::Delivery { records },
    };
    match registry::judge(opened.store(), &opened.accepted.order, judged)? {
        Ok(recipient) => Ok(recipient.ok_or(StageError::UnknownOrder)?.key.as_str().to_owned()),
        Err(refusals) => {
            refuse(&refusals)?;
            Err(StageError::UnknownOrder)
        }
    }
}

fn refuse(reasons: &[impl ToString]) -> Result<(), StageError> {
    if reasons.is_empty() {
        return Ok(());
    }
    Err(StageError::Refused(reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))
}
