//! An exception as the scripts keep it: `errors|timeouts|losses|drained|cause|dead|workers|fingerprint`.

use crate::queue::{Cause, Fingerprint, Past};

pub(super) fn letter(cause: Cause) -> &'static str {
    match cause {
        Cause::Error => "e",
        Cause::TimedOut => "t",
        Cause::Aborted => "a",
        Cause::Refused => "r",
    }
}

fn cause(letter: &str) -> Option<Cause> {
    [Cause::Error, Cause::TimedOut, Cause::Aborted, Cause::Refused]
        .into_iter()
        .find(|cause| self::letter(*cause) == letter)
}

pub(super) fn write(past: &Past) -> String {
    let Past { errors, timeouts, losses, drained, workers, fingerprint, cause, dead } = past;
    let workers: Vec<&str> = workers.iter().map(crate::ids::WorkerId::as_str).collect();
    format!(
        "{errors}|{timeouts}|{losses}|{drained}|{}|{}|{}|{}",
        cause.map_or("", letter),
        u8::from(*dead),
        workers.join(","),
        fingerprint.as_ref().map_or("", Fingerprint::as_str),
    )
}

pub(super) fn read(text: &str) -> Option<Past> {
    let mut parts = text.splitn(8, '|');
    let (errors, timeouts, losses, drained) = (
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
    );
    let (cause, dead) = (cause(parts.next()?), parts.next()? == "1");
    let workers = parts.next()?.split(',').filter(|name| !name.is_empty());
    let workers = workers.map(|name| name.parse().ok()).collect::<Option<Vec<_>>>()?;
    let fingerprint = parts.next().filter(|text| !text.is_empty()).map(Fingerprint::new);
    Some(Past { errors, timeouts, losses, drained, workers, fingerprint, cause, dead })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let full = Past {
            errors: 1,
            timeouts: 2,
            losses: 3,
            drained: 4,
            workers: vec!["w-1".parse().unwrap(), "w-2".parse().unwrap()],
            fingerprint: Some(Fingerprint::new("store|gone")),
            cause: Some(Cause::TimedOut),
            dead: true,
        };
        for past in [Past::default(), full] {
            assert_eq!(read(&write(&past)), Some(past));
        }
        assert_eq!(read("1|2|x"), None);
    }
}
