//! `settings`: every setting with its default, unit, value and source.

use clap::Args;

use crate::answer::Answer;
use crate::args::Global;
use crate::failure::{Failure, Outcome};

const EXAMPLES: &str = "Examples:
  poimuri settings
  poimuri settings --config deploy/poimuri.toml --json";

/// Print every setting with its default, unit, value and source
///
/// A setting comes from, the later winning: its default, the settings file, the environment, the command line.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Settings {}

impl Settings {
    pub(crate) fn run(self, _global: &Global) -> Outcome<Answer> {
        Err(Failure::failed("not built in"))
    }
}
