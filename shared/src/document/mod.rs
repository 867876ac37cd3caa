//! Documents people write, as TOML or JSON: read whole, with the place of every value.
//!
//! ```text
//! bytes ─► text (limits, UTF-8, no NUL) ─► Node (place, value) ─► Table: fields by name ─► typed
//!                                                                  └► Report: place, path, reason
//! ```
//!
//! Messages say where and why, never what a value was: it may be a name or an identity code.

mod json;
mod nearest;
mod node;
mod report;
mod table;
mod text;
mod toml;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

pub(crate) use node::{Node, Value};
pub(crate) use report::{Path as FieldPath, Report};
pub use report::{Problem, Refused};
pub(crate) use table::{Table, meant, shown};

/// A document has at most this many bytes.
pub const BYTES_MAX: u64 = 16 << 20;

/// Lists and tables lie at most this deep in each other.
pub const DEPTH_MAX: usize = 64;

/// A document holds at most this many values, lists and tables included.
pub const VALUES_MAX: usize = 250_000;

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

impl Format {
    /// The format of a file by its name: `.json` is JSON, everything else TOML.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        if is_json { Self::Json } else { Self::Toml }
    }

    /// The format of a text without a name: JSON begins with `{`, which TOML cannot.
    #[must_use]
    pub fn guess(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
        if first == Some(&b'{') { Self::Json } else { Self::Toml }
    }
}

/// A file that is not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system refuses.
    #[error("read {path}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// Larger than [`BYTES_MAX`].
    #[error("{path} has more than {BYTES_MAX} bytes")]
    TooLarge {
        /// The file.
        path: String,
    },
}

/// Reads a file, unless it is larger than a document may be; a large one is refused without reading it.
///
/// # Errors
/// The file cannot be read or is too large.
pub fn read_file(path: &Path) -> Result<Vec<u8>, FileError> {
    let name = || path.display().to_string();
    let failed = |source| FileError::Io { path: name(), source };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.len() > BYTES_MAX {
        return Err(FileError::TooLarge { path: name() });
    }
    let mut bytes = Vec::new();
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > BYTES_MAX { Err(FileError::TooLarge { path: name() }) } else { Ok(bytes) }
}

/// Reads a document and hands its outermost table to `read`, with a report for what is wrong.
///
/// # Errors
/// Everything reported, with its places.
pub(crate) fn read<T>(
    bytes: &[u8],
    format: Format,
    read: impl FnOnce(&Node, &mut Report<'_>) -> Option<T>,
) -> Result<(T, Vec<Problem>), Refused> {
    let text = text::check(bytes)?;
    let root = match format {
        Format::Toml => toml::read(text),
        Format::Json => json::read(text),
    };
    let mut report = Report::new(text);
    let value = match root {
        Ok(root) => read(&root, &mut report),
        Err(fault) => {
            report.fault(fault.at, fault.reason);
            None
        }
    };
    report.finish(value)
}
