//! `completions`: scripts that let a shell complete the program's commands.

use clap::Args;
use clap_complete::Shell;

use crate::answer::Answer;
use crate::args::Cli;
use crate::failure::{Failure, Outcome};

const EXAMPLES: &str = "Examples:
  poimuri completions bash > ~/.local/share/bash-completion/completions/poimuri
  poimuri completions fish > ~/.config/fish/completions/poimuri.fish";

/// Print a completion script.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> Outcome<Answer> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::tree(), "poimuri", &mut script);
        let script = String::from_utf8(script)
            .map_err(|error| Failure::failed(format!("make the script: {error}")))?;
        Answer::new(&serde_json::json!({ "shell": self.shell.to_string(), "script": script }), script)
    }
}
