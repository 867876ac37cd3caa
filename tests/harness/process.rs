//! A process of the program that runs beside the test: a scheduler or a worker.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::wait::wait_for;

/// A running process; dropped, it is killed.
#[derive(Debug)]
pub struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Starts a command with both outputs in a log file.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn start(mut command: Command, log: &Path) -> Self {
        let file = File::create(log).unwrap();
        let child = command.stdout(file.try_clone().unwrap()).stderr(Stdio::from(file)).spawn().unwrap();
        Self { child, log: log.to_owned() }
    }

    /// Number of the process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has said so far.
    #[must_use]
    pub fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until it says something.
    ///
    /// # Panics
    /// If it ends or the limit passes before.
    #[track_caller]
    pub fn wait_to_say(&mut self, words: &str, limit: Duration) {
        wait_for(&format!("`{words}` in {}", self.log.display()), limit, || {
            let said = self.said().contains(words).then_some(());
            assert!(said.is_some() || self.alive(), "it ended instead: {}", self.said());
            said
        });
    }

    /// Whether it still runs.
    pub fn alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end and gives the exit code, −1 after a signal.
    ///
    /// # Panics
    /// If the limit passes before.
    #[track_caller]
    pub fn wait(&mut self, limit: Duration) -> i32 {
        wait_for(&format!("the end of {}", self.log.display()), limit, || {
            self.child.try_wait().unwrap().map(|status| status.code().unwrap_or(-1))
        })
    }

    /// Ends it at once, as `kill -9` does, and waits until it is gone.
    ///
    /// # Panics
    /// If the system refuses.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal by its name: `TERM`, `STOP`, `CONT`, `INT`.
    ///
    /// # Panics
    /// If the process is gone.
    pub fn signal(&self, name: &str) {
        let status =
            Command::new("kill").arg(format!("-{name}")).arg(self.pid().to_string()).status().unwrap();
        assert!(status.success(), "signal {name} to process {}", self.pid());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) && self.child.kill().is_ok() {
            // The exit status of a process that was killed on purpose says nothing.
            drop(self.child.wait());
        }
    }
}
