//! Limits on what may leave: enough rows that nobody is singled out, no more than the permit allows.

use poimuri_shared::admission::{Refusal, check_brought, check_result, check_update};
use poimuri_shared::clock::helsinki_date;
use poimuri_shared::disclosed::Telling;
use poimuri_shared::partial::Allocation;
use poimuri_shared::permit::Moment;
use poimuri_shared::policy::Policy;
use poimuri_shared::registers;
use poimuri_shared::registry::{self, Judged};

use super::StageError;
use crate::opened::{OpenedOrder, Update};

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
/// Refused. The reason names no number that the customer may not see: beside the limits it tells what the register's own
/// text tells, whether a column that is named holds what it should. Otherwise when the register cannot be read.
pub(super) fn update(
    opened: &OpenedOrder,
    update: &Update,
    (rows, found, persons): (u64, u64, u64),
) -> Result<(), StageError> {
    let refused = refuse(&check_update(rows, found, persons, &opened.environment().policy));
    let Err(StageError::Refused { code, reason }) = refused else { return refused };
    let (masters, Update { register, mapping, .. }) = (&opened.environment().masters, update);
    let doubts = registers::recount(opened.store(), masters, register, mapping)?.doubts(mapping);
    let reason = [reason].into_iter().chain(doubts).collect::<Vec<_>>().join("; ");
    Err(StageError::Refused { code, reason })
}

/// Checks whom an update is about to tell of, packed identity codes ascending, against the customer's earlier updates.
/// Operators may hand in what is near to one.
///
/// # Errors
/// Refused; otherwise when the store fails.
pub(super) fn repeated(opened: &OpenedOrder, persons: &[u64]) -> Result<(), StageError> {
    let (environment, accepted) = (opened.environment(), &opened.accepted);
    let telling = Telling {
        order: &accepted.id,
        customer: &accepted.order.customer,
        on: helsinki_date(accepted.accepted_at),
        persons,
    };
    // Noted before it is compared: of two that are near to each other and run at once, one sees the other.
    telling.note(opened.store(), opened.key())?;
    let policy = &environment.policy;
    if !accepted.by_customer || !telling.is_near_earlier(&environment.orders, &environment.masters, policy)? {
        return Ok(());
    }
    let Policy { repeat_days: days, repeat_persons: least, .. } = *policy;
    let reason = format!(
        "register: it differs from that of an update within {days} days by fewer than {least} persons \
         (policy.repeat_persons), which would be a question about those few; let an operator hand it in"
    );
    Err(StageError::Refused { code: "repeated-persons", reason })
}

/// Checks how many persons a customer's file brings to a subscription who were no members. Operators may bring as few as
/// they like.
///
/// # Errors
/// Refused.
pub(super) fn brought(opened: &OpenedOrder, persons: u64) -> Result<(), StageError> {
    let refused = check_brought(persons, &opened.environment().policy);
    let refused: Vec<_> = refused.filter(|_| opened.accepted.by_customer).into_iter().collect();
    refuse(&refused)
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

fn refuse(refusals: &[Refusal]) -> Result<(), StageError> {
    let Some(first) = refusals.first() else { return Ok(()) };
    let reasons: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    Err(StageError::Refused { code: first.code(), reason: reasons.join("; ") })
}
