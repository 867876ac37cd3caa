//! `permit`: permits decided by DVV, brought in as files.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use poimuri_shared::audit::Action;
use poimuri_shared::document::Format;
use poimuri_shared::permit::{self, Permit as Decided};
use poimuri_shared::registry;

use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::context::{Context, store_failed};
use crate::failure::{Failure, Outcome};
use crate::input;

const IMPORT_EXAMPLES: &str = "Examples:
  poimuri permit import deploy/examples/permits/P-2026-0001.toml";
const LIST_EXAMPLES: &str = "Examples:
  poimuri permit list
  poimuri permit list --json";

/// Permits decided by DVV.
#[derive(Debug, Subcommand)]
pub(crate) enum Permit {
    /// Bring in a permit; the same permit again changes nothing
    Import(Import),
    /// List the permits
    #[command(after_help = LIST_EXAMPLES)]
    List,
}

#[derive(Debug, Args)]
#[command(after_help = IMPORT_EXAMPLES)]
pub(crate) struct Import {
    /// The permit as TOML
    file: PathBuf,
}

impl Permit {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = Context::new(global)?;
        match self {
            Self::Import(import) => {
                let (bytes, format) = input::document(&import.file)?;
                let permit = import_text(&context, &import.file, &bytes, format)?;
                let text = format!(
                    "permit {} of {} is known, valid {} to {}",
                    permit.id, permit.holder, permit.valid_from, permit.valid_to
                );
                Answer::new(&permit, text)
            }
            Self::List => list(&context),
        }
    }
}

/// Brings in a permit; `path` names it in messages.
///
/// # Errors
/// If it is not one, another stands under its id, or the store fails.
pub(crate) fn import_text(context: &Context, path: &Path, bytes: &[u8], format: Format) -> Outcome<Decided> {
    let permit = permit::read(bytes, format).map_err(|refused| input::refused(path, &refused))?;
    let fits = registry::import_permit(&*context.store, &permit).map_err(|error| store_failed(&error))?;
    if !fits {
        return Err(Failure::refused(format!("another permit is known as {}", permit.id))
            .hint("a permit that was changed comes under an id of its own"));
    }
    context.log(Action::PermitImported, permit.id.as_str())?;
    Ok(permit)
}

fn list(context: &Context) -> Outcome<Answer> {
    let permits = registry::permits(&*context.store).map_err(|error| store_failed(&error))?;
    let cells: Vec<_> = permits.iter().map(|permit| cells(permit, context.today())).collect();
    let head = ["permit", "holder", "valid from", "to", "today", "records at most"];
    Answer::new(&permits, table(head, &cells))
}

fn cells(permit: &Decided, today: jiff::civil::Date) -> [String; 6] {
    let state = if today < permit.valid_from {
        "not yet"
    } else if today > permit.valid_to {
        "expired"
    } else {
        "valid"
    };
    [
        permit.id.to_string(),
        permit.holder.to_string(),
        permit.valid_from.to_string(),
        permit.valid_to.to_string(),
        state.to_owned(),
        permit.max_records.map_or_else(|| "-".into(), thousands),
    ]
}
