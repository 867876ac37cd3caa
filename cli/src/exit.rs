//! The exit codes: the one list of them, shown by `--help` and kept by a test.

use std::process::ExitCode;

use poimuri_shared::error::Disposition;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// What was asked for is done.
    Done,
    /// The command line or a setting is wrong.
    Usage,
    /// The input or the order is refused; nothing was changed.
    Refused,
    /// The order, snapshot, file or other thing asked for does not exist.
    NotFound,
    /// The store, the queue or the scheduler cannot be reached; try again later.
    Unreachable,
    /// The run failed; the message says where, and a retry may be possible.
    Failed,
    /// Interrupted by Ctrl-C; what was accepted stays accepted.
    Interrupted,
}

impl Exit {
    /// Every code, in ascending order.
    pub(crate) const ALL: [Self; 7] = [
        Self::Done,
        Self::Usage,
        Self::Refused,
        Self::NotFound,
        Self::Unreachable,
        Self::Failed,
        Self::Interrupted,
    ];

    /// The number the shell sees.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::NotFound => 4,
            Self::Unreachable => 5,
            Self::Failed => 6,
            Self::Interrupted => 130,
        }
    }

    /// One sentence for people.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "what was asked for is done",
            Self::Usage => "the command line or a setting is wrong",
            Self::Refused => "the input or the order is refused; nothing was changed",
            Self::NotFound => "the thing asked for does not exist",
            Self::Unreachable => "the store, the queue or the scheduler cannot be reached",
            Self::Failed => "the run failed",
            Self::Interrupted => "interrupted; what was accepted stays accepted",
        }
    }

    /// The code for an error that says whose move it is.
    pub(crate) const fn of(disposition: Disposition) -> Self {
        match disposition {
            Disposition::Refuse => Self::Refused,
            Disposition::Retry(_) => Self::Unreachable,
            Disposition::Abort => Self::Failed,
        }
    }

    /// The list as `--help` shows it.
    pub(crate) fn list() -> String {
        let rows = Self::ALL.map(|exit| format!("  {:>3}  {}\n", exit.code(), exit.meaning()));
        format!("Exit codes:\n{}", rows.concat())
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_what_the_contract_says() {
        assert_eq!(Exit::ALL.map(Exit::code), [0, 2, 3, 4, 5, 6, 130]);
        let list = Exit::list();
        assert_eq!(list.lines().count(), 8);
        assert!(list.contains("    3  the input or the order is refused"), "{list}");
    }
}
