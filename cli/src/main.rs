//! The program `poimuri`: every role and every command.
//!
//! `scheduler` and `worker` meet here and nowhere else. A command gives an answer or a
//! failure; only this file prints them and ends the program.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use poimuri_worker::memory;

use crate::args::Cli;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Registers and lists are made of millions of small texts, which the C library's own allocator is slow with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod answer;
mod args;
mod commands;
mod context;
mod desk;
mod exit;
mod failure;
mod house;
mod input;
mod interrupt;
mod panics;
mod progress;
mod settings;
mod telemetry;

fn main() -> ExitCode {
    panics::tell_only_the_place();
    memory::keep_for_a_while();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::read(&arguments) {
        Ok(cli) => cli,
        Err(error) => return not_a_command(&error, arguments.iter().any(|argument| argument == "--json")),
    };
    let as_json = cli.global.json;
    if !cli.command.is_role() {
        interrupt::end_on_ctrl_c();
    }
    let answer = commands::run(&cli.global, cli.command).and_then(|answer| answer.print(as_json));
    end(answer, as_json)
}

/// Help and version are answers; the rest is a wrong command line.
fn not_a_command(error: &clap::Error, as_json: bool) -> ExitCode {
    if !error.use_stderr() {
        return end(answer::print(&error.render().to_string()), false);
    }
    if !as_json {
        // Nobody is left to be told if standard error cannot be written to.
        drop(error.print());
        return Exit::Usage.into();
    }
    let message = error.render().to_string();
    let first = message.lines().next().unwrap_or("wrong command line").trim_start_matches("error: ");
    end(Err(Failure::usage(first).hint("poimuri --help")), true)
}

fn end(outcome: Outcome<()>, as_json: bool) -> ExitCode {
    let Err(failure) = outcome else { return Exit::Done.into() };
    if !failure.is_silent() {
        // Nobody is left to be told if standard error cannot be written to.
        drop(std::io::stderr().lock().write_all(failure.to_text().as_bytes()));
        if as_json {
            drop(answer::Answer::json(failure.to_json()).print(true));
        }
    }
    failure.exit().into()
}
