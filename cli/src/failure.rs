//! A command that did not succeed: its exit code, its message, and what to do about it.

use std::error::Error;
use std::io;

use poimuri_shared::error::{Disposed, chain};
use serde_json::{Value, json};

use crate::exit::Exit;

/// Why a command ended without its answer.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    details: Vec<String>,
    hints: Vec<String>,
    /// The reader of our output left; nobody is to be told.
    silent: bool,
}

/// What commands return.
pub(crate) type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// A failure with a message of lower-case words without full stop.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), details: Vec::new(), hints: Vec::new(), silent: false }
    }

    /// The input is not acceptable.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Refused, message)
    }

    /// The thing asked for does not exist.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(Exit::NotFound, message)
    }

    /// The command line or a setting is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// The run failed.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// An error with its causes, under the exit code its disposition asks for.
    pub(crate) fn from_disposed(error: &dyn Disposed, doing: &str) -> Self {
        Self::new(Exit::of(error.disposition()), format!("{doing}: {}", chain(error)))
    }

    /// An error with its causes.
    pub(crate) fn caused(exit: Exit, doing: &str, error: &dyn Error) -> Self {
        Self::new(exit, format!("{doing}: {}", chain(error)))
    }

    /// A file that cannot be read or written, by name.
    pub(crate) fn file(doing: &str, path: &std::path::Path, error: &io::Error) -> Self {
        let exit = if error.kind() == io::ErrorKind::NotFound { Exit::NotFound } else { Exit::Refused };
        Self::new(exit, format!("{doing} {}: {error}", path.display()))
    }

    /// Adds what to try.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds single reasons, one line each.
    pub(crate) fn details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }

    /// Standard output cannot be written to. A reader that left has what it wanted.
    pub(crate) fn output(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self { silent: true, ..Self::new(Exit::Done, "") }
        } else {
            Self::failed(format!("write to standard output: {error}"))
        }
    }

    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }

    /// The JSON document of a failed command.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "code": self.exit.code(),
            "error": self.message,
            "details": self.details,
            "hints": self.hints,
        })
    }

    /// The lines for standard error.
    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("error: {}\n", self.message);
        for detail in &self.details {
            text.push_str(&format!("  - {detail}\n"));
        }
        for hint in &self.hints {
            text.push_str(&format!("hint: {hint}\n"));
        }
        text
    }

    /// Whether nobody is to be told.
    pub(crate) const fn is_silent(&self) -> bool {
        self.silent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_once_with_its_hints() {
        let failure = Failure::refused("order is refused")
            .details(["permit: unknown".to_owned()])
            .hint("import the permit: poimuri permit import FILE");
        assert_eq!(
            failure.to_text(),
            "error: order is refused\n  - permit: unknown\nhint: import the permit: poimuri permit import FILE\n"
        );
        assert_eq!(failure.to_json()["code"], 3);
        assert_eq!(failure.to_json()["details"][0], "permit: unknown");
    }

    #[test]
    fn a_reader_that_left_is_success() {
        let failure = Failure::output(&io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((failure.exit(), failure.is_silent()), (Exit::Done, true));
        let full = Failure::output(&io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!((full.exit(), full.is_silent()), (Exit::Failed, false));
    }
}
