//! The program `poimuri`, run to its end.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Where the program lies: beside the test binary's folder, built by the same profile.
///
/// # Panics
/// If it has not been built.
#[must_use]
pub fn path() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let folder = this.ancestors().nth(2).expect("a test binary lies in target/<profile>/deps");
    let program = folder.join("poimuri");
    assert!(program.exists(), "{} is missing: build it first", program.display());
    program
}

/// A command of the program in a folder, without the settings of whoever runs the tests.
#[must_use]
pub fn command(folder: &Path) -> Command {
    prepared(Command::new(path()), folder)
}

fn prepared(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("POIMURI") {
            command.env_remove(name);
        }
    }
    command
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// Exit code; −1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ended {
    /// The JSON document on standard output.
    ///
    /// # Panics
    /// Unless the command succeeded with exactly one document.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.stderr);
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not one JSON document ({error}): {}", self.stdout))
    }

    /// Everything the command said, for messages and for the search of personal data.
    #[must_use]
    pub fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// Seconds a command may take; then it is killed, and its exit code is 137.
const LONGEST: &str = "300";

/// Runs the program to its end with an address space of so many MiB, the program itself included.
///
/// # Panics
/// If it cannot be started.
pub fn run_within<S: AsRef<OsStr>>(
    folder: &Path,
    mebibytes: u32,
    arguments: impl IntoIterator<Item = S>,
) -> Ended {
    let mut limited = Command::new("timeout");
    limited.args(["--signal=KILL", LONGEST, "sh", "-c", "ulimit -v $0 && exec \"$@\""]);
    limited.arg((u64::from(mebibytes) << 10).to_string()).arg(path());
    prepared(limited, folder).args(arguments).output().unwrap().into()
}

/// Runs the program to its end.
///
/// # Panics
/// If it cannot be started.
pub fn run<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Ended {
    let mut limited = Command::new("timeout");
    limited.args(["--signal=KILL", LONGEST]).arg(path());
    prepared(limited, folder).args(arguments).output().unwrap().into()
}
