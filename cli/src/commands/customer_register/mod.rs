//! `customer-register`: registers of customers, uploaded once, sealed, and removable at once.

mod told;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use poimuri_shared::clock::helsinki_date;
use poimuri_shared::customer_register::Input;
use poimuri_shared::ids::{CustomerId, RegisterId};
use poimuri_shared::registers::{self, Given, StoredRegister};
use serde_json::json;

use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::context::{Context, store_failed};
use crate::desk::{RegisterFile, errors, store};
use crate::failure::{Failure, Outcome};

const ADD_EXAMPLES: &str = "Examples:
  poimuri customer-register add acme-2026 --customer acme customers.csv
  poimuri customer-register add acme-2026 --customer acme customers.csv --look
  poimuri customer-register add acme-2026 --customer acme customers.csv --column surname=nimi
  poimuri customer-register add acme-2026 --customer acme customers.xlsx --sheet Asiakkaat";
const LIST_EXAMPLES: &str = "Examples:
  poimuri customer-register list
  poimuri customer-register list --json";
const SHOW_EXAMPLES: &str = "Examples:
  poimuri customer-register show acme-2026
  poimuri customer-register show acme-2026 --column birth_date=syntynyt";
const REMOVE_EXAMPLES: &str = "Examples:
  poimuri customer-register remove acme-2026";

/// Customers' own registers.
#[derive(Debug, Subcommand)]
pub(crate) enum CustomerRegister {
    /// Look at a file and store it, sealed under a key of its own
    Add(Add),
    /// List the registers there are
    #[command(after_help = LIST_EXAMPLES)]
    List,
    /// Show how a register was read, what its columns mean, what is in it, and ten masked rows
    Show(Show),
    /// Destroy a register's key and its data
    Remove(Remove),
}

#[derive(Debug, Args)]
#[command(after_help = ADD_EXAMPLES)]
pub(crate) struct Add {
    /// The name orders use
    id: RegisterId,
    /// The file: CSV in UTF-8, UTF-16, Windows-1252 or ISO 8859-1/15, Parquet, or an Excel workbook (.xlsx)
    file: PathBuf,
    /// Whose register it is
    #[arg(long, value_name = "NAME")]
    customer: CustomerId,
    /// The sheet of a workbook; by default the first that is not hidden
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Only look: show how the file is read and what is in it, store nothing
    #[arg(long)]
    look: bool,
    #[command(flatten)]
    columns: told::Columns,
}

#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub(crate) struct Show {
    /// The register
    id: RegisterId,
    #[command(flatten)]
    columns: told::Columns,
}

#[derive(Debug, Args)]
#[command(after_help = REMOVE_EXAMPLES)]
pub(crate) struct Remove {
    /// The register
    id: RegisterId,
}

impl CustomerRegister {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = Context::new(global)?;
        match self {
            Self::Add(add) => add.run(&context),
            Self::List => list(&context),
            Self::Show(show) => show.run(&context),
            Self::Remove(remove) => remove.run(&context),
        }
    }
}

impl Add {
    fn run(self, context: &Context) -> Outcome<Answer> {
        let columns = self.columns.read()?;
        if self.look {
            let file = std::fs::File::open(&self.file).and_then(Input::of_file);
            let file = file.map_err(|error| Failure::file("read the register", &self.file, &error))?;
            let given = Given { sheet: self.sheet.as_deref(), columns };
            let looked = registers::look(file, &given).map_err(|error| errors::register(&error))?;
            return Answer::new(&looked, told::text(&looked));
        }
        let file = RegisterFile { path: &self.file, sheet: self.sheet.as_deref(), columns: &columns };
        let stored = store::upload(context, &self.id, &self.customer, &file)?;
        told::stored(context, &stored, &columns)
    }
}

fn list(context: &Context) -> Outcome<Answer> {
    let all = registers::list(&*context.store).map_err(|error| store_failed(&error))?;
    let cells: Vec<[String; 4]> = all.iter().map(cells).collect();
    Answer::new(&all, table(["register", "customer", "uploaded", "rows"], &cells))
}

fn cells(register: &StoredRegister) -> [String; 4] {
    let uploaded = helsinki_date(register.uploaded_at).to_string();
    [register.id.to_string(), register.customer.to_string(), uploaded, thousands(register.quality.rows)]
}

impl Show {
    fn run(self, context: &Context) -> Outcome<Answer> {
        let columns = self.columns.read()?;
        let found = registers::get(&*context.store, &self.id).map_err(|error| errors::register(&error))?;
        told::stored(context, &found, &columns)
    }
}

impl Remove {
    fn run(self, context: &Context) -> Outcome<Answer> {
        store::remove_register(context, &self.id)?;
        Answer::new(&json!({ "removed": self.id }), format!("register {} is destroyed", self.id))
    }
}
