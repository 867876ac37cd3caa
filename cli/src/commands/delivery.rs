//! `delivery open`: decrypts what a recipient received.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::answer::Answer;
use crate::args::Global;
use crate::failure::{Failure, Outcome};

const OPEN_EXAMPLES: &str = "Examples:
  poimuri delivery open o-01jd2v5q8m --identity posti-jakelu.key --out opened
  poimuri delivery open inbox/o-01jd2v5q8m --identity posti-jakelu.key --out opened --json";

/// Open what a recipient received.
#[derive(Debug, Subcommand)]
pub(crate) enum Delivery {
    /// Decrypt a delivery and compare it with its manifest
    Open(Open),
}

#[derive(Debug, Args)]
#[command(after_help = OPEN_EXAMPLES)]
pub(crate) struct Open {
    /// The folder of a delivery, or the id of its order in the store
    #[arg(value_name = "PATH-or-ID")]
    delivery: PathBuf,
    /// The recipient's key file
    #[arg(long, value_name = "KEYFILE")]
    identity: PathBuf,
    /// The folder to write into; made if missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Delivery {
    pub(crate) fn run(self, _global: &Global) -> Outcome<Answer> {
        Err(Failure::failed("not built in"))
    }
}
