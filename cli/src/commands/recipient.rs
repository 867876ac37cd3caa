//! `recipient`: who receives deliveries, and the keys they are encrypted to.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use poimuri_shared::audit::Action;
use poimuri_shared::ids::RecipientId;
use poimuri_shared::recipient::{PublicKey, Recipient as Registered, keygen};
use poimuri_shared::registry;
use serde_json::json;

use crate::answer::{Answer, table};
use crate::args::Global;
use crate::context::{Context, store_failed};
use crate::exit::Exit;
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
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        match self {
            Self::Keygen(keygen) => keygen.run(),
            Self::Add(add) => add.run(&Context::new(global)?),
            Self::List => list(&Context::new(global)?),
        }
    }
}

impl Keygen {
    fn run(self) -> Outcome<Answer> {
        let public = make_key(&self.out)?;
        let text = format!(
            "secret key in {}: keep it, nothing else opens what is sent to you\npublic key: {public}\nNext, on the \
             side of the partner:\n  poimuri recipient add NAME --key {public}",
            self.out.display()
        );
        Answer::new(&json!({ "public_key": public, "file": self.out.display().to_string() }), text)
    }
}

/// Makes a key pair; the public key.
///
/// # Errors
/// If the file exists or cannot be written.
pub(crate) fn make_key(out: &Path) -> Outcome<PublicKey> {
    let made = keygen();
    made.write(out).map_err(|error| {
        let failure = Failure::file("make the key file", out, &error);
        if error.kind() == ErrorKind::AlreadyExists {
            return failure.hint("a key is never overwritten; name another file");
        }
        failure
    })?;
    Ok(made.public)
}

impl Add {
    fn run(self, context: &Context) -> Outcome<Answer> {
        let key: PublicKey =
            self.key.parse().map_err(|error| Failure::caused(Exit::Refused, "the public key", &error))?;
        let recipient = Registered { id: self.name, key };
        add(context, &recipient)?;
        let text = format!("{} is registered", recipient.id);
        Answer::new(&recipient, text)
    }
}

/// Registers a recipient; the same one again changes nothing.
///
/// # Errors
/// If it is registered with another key, or the store fails.
pub(crate) fn add(context: &Context, recipient: &Registered) -> Outcome<()> {
    let store = &*context.store;
    let fits = registry::add_recipient(store, recipient).map_err(|error| store_failed(&error))?;
    if !fits {
        return Err(Failure::refused(format!("{} is registered with another key", recipient.id))
            .hint("a recipient with a new key gets a new name, and its permits name it"));
    }
    context.log(Action::RecipientAdded, recipient.id.as_str())
}

fn list(context: &Context) -> Outcome<Answer> {
    let recipients = registry::recipients(&*context.store).map_err(|error| store_failed(&error))?;
    let cells: Vec<_> =
        recipients.iter().map(|recipient| [recipient.id.to_string(), recipient.key.to_string()]).collect();
    Answer::new(&recipients, table(["recipient", "public key"], &cells))
}
