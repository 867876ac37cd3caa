//! `settings`: every setting with its default, unit, value and source.

use clap::Args;

use crate::answer::{Answer, table};
use crate::args::Global;
use crate::failure::Outcome;
use crate::settings::{self, Shown};

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
    #[expect(clippy::unused_self, reason = "commands are run alike")]
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        let shown = settings::shown(global)?;
        let cells: Vec<_> = shown.iter().map(cells).collect();
        let text = format!(
            "{}\nIn the environment store.path is POIMURI_STORE_PATH, and so on.",
            table(["setting", "value", "default", "unit", "source", "meaning"], &cells)
        );
        Answer::new(&shown, text)
    }
}

fn cells(shown: &Shown) -> [String; 6] {
    [
        shown.setting.to_owned(),
        shown.value.clone().unwrap_or_else(|| "-".into()),
        shown.default.unwrap_or("-").to_owned(),
        shown.unit.to_owned(),
        shown.source.clone(),
        shown.help.to_owned(),
    ]
}
