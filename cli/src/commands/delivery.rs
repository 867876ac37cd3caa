//! `delivery open`: decrypts what a recipient received.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use poimuri_shared::audit::Action;
use poimuri_shared::ids::OrderId;
use poimuri_shared::retention::Kept;
use poimuri_shared::store::StoreError;
use poimuri_worker::deliver::{DeliverError, Identities, Opened, open_folder, open_stored};
use serde_json::json;

use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::context::{Context, must_be_kept};
use crate::exit::Exit;
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
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        let Self::Open(open) = self;
        let opened = open.open(&Context::new(global)?)?;
        let manifest = &opened.manifest;
        let cells: Vec<_> =
            manifest.files.iter().map(|file| [file.name.clone(), thousands(file.rows)]).collect();
        let text = format!(
            "{}\nin {}; delivery of order {} to {}, every checksum right",
            table(["file", "rows"], &cells),
            open.out.display(),
            manifest.order,
            manifest.recipient
        );
        let files: Vec<_> = opened.files.iter().map(|file| file.display().to_string()).collect();
        let document = json!({
            "order": manifest.order,
            "recipient": manifest.recipient,
            "format": manifest.format,
            "fields": manifest.fields,
            "rows": manifest.rows,
            "digest": manifest.digest,
            "files": files,
        });
        Answer::new(&document, text)
    }
}

impl Open {
    fn open(&self, context: &Context) -> Outcome<Opened> {
        open(context, &self.delivery, &self.identity, &self.out)
    }
}

/// Opens a delivery, in a folder if there is one of the name, else in the store.
///
/// # Errors
/// If there is none, it is damaged, or it is encrypted to somebody else.
pub(crate) fn open(context: &Context, delivery: &Path, identity: &Path, out: &Path) -> Outcome<Opened> {
    let identities = Identities::load(identity).map_err(|error| failure(&error))?;
    if delivery.is_dir() {
        return open_folder(delivery, &identities, out).map_err(|error| failure(&error));
    }
    let id: Option<OrderId> = delivery.to_str().and_then(|text| text.parse().ok());
    let Some(id) = id else {
        return Err(Failure::not_found(format!(
            "{} is neither a folder nor an order's id",
            delivery.display()
        )));
    };
    must_be_kept(context, &Kept::Delivery(id.clone()))?;
    let opened = open_stored(&*context.store, &id, &identities, out).map_err(|error| {
        if matches!(error, DeliverError::Store(StoreError::Missing { .. })) {
            return Failure::not_found(format!("there is no delivery of order {id} in the store"))
                .hint(format!("poimuri order show {id}"));
        }
        failure(&error)
    })?;
    context.log_look(Action::DeliveryRead, id.as_str())?;
    Ok(opened)
}

fn failure(error: &DeliverError) -> Failure {
    if let DeliverError::File { source, .. } = error {
        let is_missing = source.kind() == std::io::ErrorKind::NotFound;
        let exit = if is_missing { Exit::NotFound } else { Exit::Refused };
        return Failure::caused(exit, "open the delivery", error);
    }
    Failure::from_disposed(error, "open the delivery")
}
