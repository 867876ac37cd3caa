//! `recipient`: who receives deliveries, and the keys they are encrypted to.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use poimuri_shared::ids::RecipientId;

use crate::answer::Answer;
use crate::args::Global;
use crate::failure::{Failure, Outcome};

const KEYGEN_EXAMPLES: &str = "Examples:
  poimuri recipient keygen --out posti-jakelu.key
  poimuri recipient keygen --out posti-jakelu.key --json";
const ADD_EXAMPLES: &str = "Examples:
  poimuri recipient add posti-jakelu --key age1vq69mhrl6pjw6hk6kw6vmg74v5sjgyhg9ntruza2wp9djpyzs3cqvjvydz";
const LIST_EXAMPLES: &str = "Examples:
  poimuri recipient list
  poimuri recipient list --json";

/// Who receives deliveries, and their keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Recipient {
    /// Make a key pair; done by the recipient, who alone keeps the key file
    Keygen(Keygen),
    /// Register a recipient with its public key
    Add(Add),
    /// List the registered recipients
    #[command(after_help = LIST_EXAMPLES)]
    List,
}

#[derive(Debug, Args)]
#[command(after_help = KEYGEN_EXAMPLES)]
pub(crate) struct Keygen {
    /// The file for the secret key; must not exist
    #[arg(long, value_name = "KEYFILE")]
    out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = ADD_EXAMPLES)]
pub(crate) struct Add {
    /// The name orders and permits use
    name: RecipientId,
    /// The public key, as `recipient keygen` printed it
    #[arg(long, value_name = "age1...")]
    key: String,
}

impl Recipient {
    pub(crate) fn run(self, _global: &Global) -> Outcome<Answer> {
        Err(Failure::failed("not built in"))
    }
}
