//! Why a subscription ends, in the words of whoever ends it: shown and logged, so one line and no identity code in it.

use poimuri_shared::register::hetu::Hetu;

use crate::accept::refused;
use crate::service::ServiceError;

/// Longest reason, characters.
const REASON_MAX: usize = 200;

/// Whether a reason may be written down.
///
/// # Errors
/// [`ServiceError::Refused`] if it is another.
pub(super) fn check_reason(reason: &str) -> Result<(), ServiceError> {
    let is_code = |word: &str| Hetu::parse(&word.to_uppercase()).is_ok();
    let words =
        |reason: &str| reason.split(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '+')).any(is_code);
    let is_line = !reason.is_empty() && !reason.chars().any(char::is_control);
    if is_line && reason.chars().count() <= REASON_MAX && !words(reason) {
        return Ok(());
    }
    Err(refused(&format!(
        "reason: must be one line of at most {REASON_MAX} characters, without an identity code"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_about_nobody() {
        for good in ["contract-ended", "the customer moved to another partner on 2026-11-01"] {
            assert!(check_reason(good).is_ok(), "{good}");
        }
        let long = "x".repeat(REASON_MAX + 1);
        for bad in ["", "two\nlines", &long, "asked by 010190-990L.", "(010190-990l)"] {
            let ServiceError::Refused(told) = check_reason(bad).unwrap_err() else { panic!("{bad}") };
            assert!(told[0].starts_with("reason: ") && !told[0].contains("010190"), "{told:?}");
        }
    }
}
