//! Bytes into text: size, UTF-8, no NUL.

use super::BYTES_MAX;
use super::report::{Refused, Report};

/// The text of a document, without a byte order mark.
pub(super) fn check(bytes: &[u8]) -> Result<&str, Refused> {
    if u64::try_from(bytes.len()).is_ok_and(|len| len > BYTES_MAX) {
        return Err(Refused::whole(format!("the document has more than {BYTES_MAX} bytes")));
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(at_byte(bytes, at, "a NUL byte: this is not a text"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    str::from_utf8(bytes).map_err(|error| at_byte(bytes, error.valid_up_to(), "the text is not UTF-8"))
}

/// Refuses at a byte; what comes before it may be no text either.
fn at_byte(bytes: &[u8], at: usize, reason: &str) -> Refused {
    let before = String::from_utf8_lossy(bytes.get(..at).unwrap_or(bytes)).into_owned();
    let mut report = Report::new(&before);
    report.fault(before.len(), reason);
    Refused::from(report)
}
