//! How long a failed task pauses: exponential, capped, spread out, and the same wherever it is computed.

use std::time::Duration;

use super::{Claim, Failure};

/// The pause after the first failure.
const FIRST: Duration = Duration::from_secs(1);
/// The longest pause of our own; a failure may ask for longer.
const LONGEST: Duration = Duration::from_secs(60);
/// The longest pause anybody may ask for.
const CAP: Duration = Duration::from_secs(3600);

/// The pause before the next attempt, milliseconds: between half and all of the step, at least what was asked.
pub(super) fn pause_ms(claim: &Claim, failure: &Failure) -> u64 {
    let doublings = claim.attempt.saturating_sub(1).min(16);
    let step = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    let half = millis(step) / 2;
    let spread = half * (hash(claim) % 1024) / 1024;
    (half + spread).max(millis(failure.retry_after.min(CAP)))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// From names only, so that every machine agrees.
fn hash(claim: &Claim) -> u64 {
    let name = format!("{}/{}/{}/{}", claim.order, claim.stage, claim.task, claim.attempt);
    xxhash_rust::xxh3::xxh3_64(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::{Cause, Fingerprint, Token};

    fn pause(task: u32, attempt: u32, asked: Duration) -> u64 {
        let claim = Claim {
            order: "o-1".parse().unwrap(),
            stage: 1,
            task,
            token: Token { epoch: 1, counter: 1 },
            attempt,
            worker: "w-1".parse().unwrap(),
            tenant: "acme".parse().unwrap(),
            charged_ms: 0,
        };
        let failure = Failure { cause: Cause::Error, fingerprint: Fingerprint::new("x"), retry_after: asked };
        pause_ms(&claim, &failure)
    }

    #[test]
    fn pauses_grow_to_a_cap_and_are_spread() {
        for (attempt, low, high) in [
            (1, 500, 1_000),
            (2, 1_000, 2_000),
            (4, 4_000, 8_000),
            (9, 30_000, 60_000),
            (u32::MAX, 30_000, 60_000),
        ] {
            let pauses: Vec<u64> = (0..100).map(|task| pause(task, attempt, Duration::ZERO)).collect();
            assert!(pauses.iter().all(|ms| (low..=high).contains(ms)), "{attempt}: {pauses:?}");
            assert!(pauses.iter().max() > pauses.iter().min(), "{attempt}: not spread");
        }
    }

    #[test]
    fn what_is_asked_is_the_least() {
        assert_eq!(pause(1, 1, Duration::from_secs(90)), 90_000);
        assert_eq!(pause(1, 1, Duration::from_secs(1_000_000)), 3_600_000);
    }
}
