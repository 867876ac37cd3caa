//! How far a command is, on standard error: bars on a terminal, plain lines elsewhere, nothing when quiet.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Between two plain lines of one phase.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    /// Moving bars.
    Bars,
    /// A line for each phase, and every few seconds.
    Lines,
    /// Nothing.
    Nothing,
}

impl Show {
    /// What fits standard error.
    pub(crate) fn fitting(quiet: bool) -> Self {
        if quiet {
            Self::Nothing
        } else if std::io::stderr().is_terminal() {
            Self::Bars
        } else {
            Self::Lines
        }
    }

    /// A message that stays, above the bars.
    pub(crate) fn say(self, text: &str) {
        if self != Self::Nothing {
            line(text);
        }
    }
}

/// One phase of work, from its start to [`Phase::done`]. It may be told from several threads.
#[derive(Debug)]
pub(crate) struct Phase {
    show: Show,
    name: String,
    started: Instant,
    bar: ProgressBar,
    last_line: Mutex<Instant>,
}

impl Phase {
    /// Begins a phase of the given number of steps; 0 when it is not known.
    pub(crate) fn start(show: Show, name: impl Into<String>, total: u64) -> Self {
        let name = name.into();
        let started = Instant::now();
        let bar = match show {
            Show::Bars => bar(&name, total),
            Show::Lines | Show::Nothing => ProgressBar::hidden(),
        };
        bar.set_length(total);
        if show == Show::Lines {
            line(&format!("{name} ..."));
        }
        Self { show, name, started, bar, last_line: Mutex::new(started) }
    }

    /// Says how far it is.
    pub(crate) fn at(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
        if self.show == Show::Lines && self.line_is_due() {
            let percent = done.saturating_mul(100) / total.max(1);
            line(&format!("{} {percent} %", self.name));
        }
    }

    /// Says what is being done within the phase.
    pub(crate) fn now(&self, what: &str) {
        self.bar.set_message(format!("{}: {what}", self.name));
    }

    fn line_is_due(&self) -> bool {
        let Ok(mut last) = self.last_line.lock() else { return false };
        let due = last.elapsed() >= LINE_EVERY;
        if due {
            *last = Instant::now();
        }
        due
    }

    /// Ends it with its result in a few words, and says how long it took.
    pub(crate) fn done(self, result: &str) -> Duration {
        let took = self.started.elapsed();
        self.bar.finish_and_clear();
        let comma = if result.is_empty() { "" } else { ", " };
        self.show.say(&format!("{}: {result}{comma}{}", self.name, seconds(took)));
        took
    }
}

impl Drop for Phase {
    fn drop(&mut self) {
        // A phase that failed leaves no bar behind the error message.
        self.bar.finish_and_clear();
    }
}

fn bar(name: &str, total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
    let template = if total == 0 {
        "{spinner} {msg} {elapsed}"
    } else {
        "{msg:<28} [{bar:30}] {percent:>3} % {elapsed}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A span of time for people: `0.12 s`, `34.5 s`, `2 min 05 s`.
pub(crate) fn seconds(span: Duration) -> String {
    let whole = span.as_secs();
    if whole >= 60 {
        format!("{} min {:02} s", whole / 60, whole % 60)
    } else if whole >= 10 {
        format!("{:.1} s", span.as_secs_f64())
    } else {
        format!("{:.2} s", span.as_secs_f64())
    }
}

fn line(text: &str) {
    // Nobody is left to be told if standard error cannot be written to.
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short() {
        let check = |ms: u64, text: &str| assert_eq!(seconds(Duration::from_millis(ms)), text);
        check(120, "0.12 s");
        check(9_999, "10.00 s");
        check(34_540, "34.5 s");
        check(125_000, "2 min 05 s");
    }

    #[test]
    fn a_quiet_phase_says_nothing_and_is_timed() {
        let phase = Phase::start(Show::Nothing, "x", 10);
        phase.at(5, 10);
        assert!(phase.done("y") < Duration::from_secs(60));
    }
}
