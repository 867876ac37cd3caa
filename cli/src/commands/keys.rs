//! `keys`: the master keys that wrap the keys of orders and registers.

use clap::Subcommand;
use poimuri_shared::store::keys;
use poimuri_shared::store::master::{MasterError, MasterKeys};
use serde_json::json;

use crate::answer::Answer;
use crate::args::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

const INIT_EXAMPLES: &str = "Examples:
  poimuri keys init --config /etc/poimuri.toml";
const ROTATE_EXAMPLES: &str = "Examples:
  poimuri keys rotate --config /etc/poimuri.toml";

/// The master keys that wrap the keys of orders and registers.
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make the master key file that the setting `store.master_key` names; never overwrites one
    #[command(after_help = INIT_EXAMPLES)]
    Init,
    /// Add a master key and wrap every key by it. Restart schedulers and workers afterwards
    #[command(after_help = ROTATE_EXAMPLES)]
    Rotate,
}

impl Keys {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = Context::new(global)?;
        let path = context.master_key_file();
        match self {
            Self::Init => {
                MasterKeys::init(&path).map_err(|error| failure(&error))?;
                let text = format!("master key in {}: keep a copy in a safe place", path.display());
                Answer::new(&json!({ "file": path.display().to_string() }), text)
            }
            Self::Rotate => {
                let masters = MasterKeys::rotate(&path).map_err(|error| failure(&error))?;
                let wrapped = keys::rewrap(&*context.store, &masters)
                    .map_err(|error| Failure::from_disposed(&error, "wrap the keys anew"))?;
                let text = format!(
                    "{wrapped} keys are wrapped by a fresh master key. Copy {} to every machine and restart \
                     schedulers and workers; then older lines may be taken out of it",
                    path.display()
                );
                Answer::new(&json!({ "file": path.display().to_string(), "wrapped": wrapped }), text)
            }
        }
    }
}

fn failure(error: &MasterError) -> Failure {
    Failure::caused(Exit::Refused, "master keys", error)
}
