//! Failures of scheduler, client and registers, under the exit codes they deserve, with what to do.

use poimuri_client::ClientError;
use poimuri_scheduler::service::ServiceError;
use poimuri_shared::registers::RegisterError;

use crate::context::store_failed;
use crate::exit::Exit;
use crate::failure::Failure;

/// A failure of a scheduler in this process about an order.
pub(crate) fn service(error: &ServiceError) -> Failure {
    refusing("the order is", error)
}

/// A failure of a scheduler in this process about something else, which `is refused` if that is the failure.
pub(crate) fn refusing(what: &str, error: &ServiceError) -> Failure {
    match error {
        ServiceError::NotFound(what) => Failure::not_found(format!("{what} is not known")),
        ServiceError::Refused(reasons) => refused(&format!("{what} refused"), reasons),
        ServiceError::Gone(reason) => Failure::not_found(reason.clone()),
        ServiceError::Conflict(reason) | ServiceError::NotYet(reason) => Failure::refused(reason.clone()),
        ServiceError::Store(error) => store_failed(error),
        ServiceError::Queue(error) => Failure::caused(Exit::Unreachable, "use the queue", error),
        ServiceError::Internal(_) => Failure::caused(Exit::Failed, "carry it out", error),
    }
}

/// A failure of a scheduler over HTTP.
pub(crate) fn client(error: &ClientError) -> Failure {
    if let ClientError::Refused { message, details } = error {
        return refused(message, details);
    }
    if let ClientError::NotFound(message) = error {
        return Failure::not_found(message.clone());
    }
    if let ClientError::Address(_) = error {
        return Failure::caused(Exit::Usage, "client.scheduler", error);
    }
    Failure::from_disposed(error, "use the scheduler")
}

/// A failure of a customer's register.
pub(crate) fn register(error: &RegisterError) -> Failure {
    match error {
        RegisterError::Store(error) => store_failed(error),
        RegisterError::Key(error) => Failure::from_disposed(error, "store the register"),
        RegisterError::Unknown(_) | RegisterError::Erased { .. } => Failure::not_found(error.to_string()),
        RegisterError::Erasure(error) => Failure::from_disposed(error, "erase the register"),
        RegisterError::Exists(_)
        | RegisterError::Erasing(_)
        | RegisterError::Held { .. }
        | RegisterError::TooLarge(_)
        | RegisterError::Columns(_)
        | RegisterError::Content(_) => Failure::caused(Exit::Refused, "use the register", error),
    }
}

fn refused(message: &str, reasons: &[String]) -> Failure {
    let failure = Failure::refused(message).details(reasons.iter().cloned());
    hints(reasons).into_iter().fold(failure, Failure::hint)
}

/// What to do about frequent reasons.
fn hints(reasons: &[String]) -> Vec<&'static str> {
    let table = [
        ("the permit is not known", "poimuri permit import FILE"),
        ("the recipient is not registered", "poimuri recipient add NAME --key age1..."),
        ("snapshot: there is none", "poimuri snapshot build --from DIR --as-of DATE"),
    ];
    let said = |words: &str| reasons.iter().any(|reason| reason.contains(words));
    table.iter().filter(|(words, _)| said(words)).map(|(_, hint)| *hint).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do() {
        let reasons =
            vec!["permit: the permit is not known".into(), "sample.size: must be at least 1".into()];
        let text = service(&ServiceError::Refused(reasons)).to_text();
        assert_eq!(text.matches("  - ").count(), 2, "{text}");
        assert_eq!(text.matches("hint: ").count(), 1, "{text}");
    }

    #[test]
    fn a_refusal_names_what_was_handed_in() {
        let error = ServiceError::Refused(vec!["rhythm: is none".into()]);
        assert!(service(&error).to_text().starts_with("error: the order is refused\n"));
        assert!(
            refusing("the members are", &error).to_text().starts_with("error: the members are refused\n")
        );
    }

    #[test]
    fn each_failure_has_its_code() {
        assert_eq!(service(&ServiceError::NotFound("order o-1".into())).exit(), Exit::NotFound);
        assert_eq!(service(&ServiceError::NotYet("too early".into())).exit(), Exit::Refused);
        assert_eq!(client(&ClientError::Unavailable("stands by".into())).exit(), Exit::Unreachable);
        assert_eq!(client(&ClientError::Answer("html".into())).exit(), Exit::Failed);
    }
}
