//! The command line: global options and the tree of commands. Each command's own options stand in its file.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::commands::{
    completions, count, customer_register, delivery, demo, keys, linkage, order, permit, recipient, register,
    retention, scheduler, settings, snapshot, subscription, worker,
};
use crate::exit::Exit;
use crate::progress::Show;

/// Mass services on a snapshot of a population register: target-group extractions with sampling, updates of
/// customer registers, once and continuously, and duplicates removed from lists; carried out by any number of
/// workers, delivered encrypted.
#[derive(Debug, Parser)]
#[command(
    name = "poimuri",
    version,
    arg_required_else_help = true,
    max_term_width = 110,
    after_help = after_help()
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// The tree of commands; one that only gathers others shows the first example of each.
    pub(crate) fn tree() -> clap::Command {
        Self::command().mut_subcommands(|part| {
            if !part.has_subcommands() {
                return part;
            }
            let examples = part.get_subcommands().filter_map(first_example).collect::<Vec<_>>().join("\n");
            part.after_help(format!("{EXAMPLES}\n{examples}"))
        })
    }

    /// Reads a command line.
    ///
    /// # Errors
    /// Help and version as well as what is wrong with it.
    pub(crate) fn read<T: Into<OsString> + Clone>(
        line: impl IntoIterator<Item = T>,
    ) -> Result<Self, clap::Error> {
        Self::from_arg_matches(&Self::tree().try_get_matches_from(line)?)
    }
}

/// What examples begin with, below the help of a command.
const EXAMPLES: &str = "Examples:";

fn first_example(command: &clap::Command) -> Option<String> {
    let help = command.get_after_help()?.to_string();
    help.strip_prefix(EXAMPLES)?.trim_start_matches('\n').lines().next().map(str::to_owned)
}

/// Options every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The folder with orders, deliveries and snapshots. Default: the setting `store.path`
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
    /// A settings file (TOML). Default: ./poimuri.toml, if there is one. See `poimuri settings`
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print one JSON document on standard output, also for errors
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// How much to log on standard error: error, warn, info, debug, trace, or a filter such as
    /// `info,poimuri_worker=debug`. Default: the setting `log.level`
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(crate) log: Option<String>,
    /// Show no progress
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

impl Global {
    /// How progress is shown.
    pub(crate) fn show(&self) -> Show {
        Show::fitting(self.quiet)
    }
}

/// Everything the program can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Try everything in one process: register, snapshot, three orders, deliveries
    Demo(demo::Demo),
    /// Source files of a register
    #[command(subcommand)]
    Register(register::Register),
    /// Build, list, show and verify snapshots
    #[command(subcommand)]
    Snapshot(snapshot::Snapshot),
    /// Count a target group at once, without an order
    Count(count::Count),
    /// Find the records of a list that are the same person, without an order
    Dedup(linkage::Dedup),
    /// Find the records of two lists that are the same person, without an order
    Link(linkage::Link),
    /// Customers' own registers: add, list, show, remove
    #[command(subcommand)]
    CustomerRegister(customer_register::CustomerRegister),
    /// Submit orders, follow them, read their receipts
    #[command(subcommand)]
    Order(order::Order),
    /// Continuous updates: what changes is told run by run
    #[command(subcommand)]
    Subscription(subscription::Subscription),
    /// Who receives deliveries, and their keys
    #[command(subcommand)]
    Recipient(recipient::Recipient),
    /// Permits decided by DVV
    #[command(subcommand)]
    Permit(permit::Permit),
    /// Open what a recipient received
    #[command(subcommand)]
    Delivery(delivery::Delivery),
    /// Master keys of the store
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Erase what has outlived its time
    #[command(subcommand)]
    Retention(retention::Retention),
    /// Run the scheduler: accepts orders over HTTP, plans and collects them
    Scheduler(scheduler::Scheduler),
    /// Run a worker: executes tasks until it is asked to end
    Worker(worker::Worker),
    /// Print every setting with its default, unit, value and source
    Settings(settings::Settings),
    /// Print a completion script for a shell
    Completions(completions::Completions),
}

impl Command {
    /// Roles run until they are asked to end, and then end in their own way.
    pub(crate) const fn is_role(&self) -> bool {
        matches!(self, Self::Scheduler(_) | Self::Worker(_))
    }
}

fn after_help() -> String {
    format!(
        "{}\nFirst steps:\n  poimuri demo\n  poimuri help order submit\n\nEvery command has examples: \
         poimuri COMMAND --help",
        Exit::list()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command but the program itself.
    fn commands(command: &clap::Command, found: &mut Vec<clap::Command>) {
        for part in command.get_subcommands() {
            found.push(part.clone());
            commands(part, found);
        }
    }

    #[test]
    fn the_tree_is_sound() {
        Cli::tree().debug_assert();
    }

    #[test]
    fn every_command_has_examples_that_parse() {
        let mut found = Vec::new();
        commands(&Cli::tree(), &mut found);
        assert!(found.len() > 30);
        for command in found {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples = help.strip_prefix(EXAMPLES).unwrap_or_default().trim_start_matches('\n');
            assert!(!examples.is_empty(), "{} has no examples", command.get_name());
            for line in examples.lines() {
                let words = line.split_whitespace().take_while(|word| *word != ">");
                assert!(Cli::read(words).is_ok(), "{line}");
            }
        }
    }

    #[test]
    fn every_option_has_help() {
        let mut found = Vec::new();
        commands(&Cli::tree(), &mut found);
        for command in found {
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
            }
        }
    }

    #[test]
    fn wrong_command_lines_are_usage() {
        for line in [
            "poimuri",
            "poimuri count",
            "poimuri dedup --id",
            "poimuri order watch ../x",
            "poimuri nonsense",
            "poimuri snapshot build --from a --as-of 2026-01-01 --shards 0",
            "poimuri snapshot build --from a --as-of 2026-01-01 --max-rejects nan",
            "poimuri snapshot build --from a --as-of 2026-02-30",
        ] {
            let error = Cli::read(line.split(' ')).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }
}
