//! `snapshot verify`: reads every file of a snapshot and compares its checksum.

use poimuri_shared::snapshot::verify::{self, Verified};
use serde_json::json;

use super::{Which, failure, find};
use crate::answer::{Answer, thousands};
use crate::args::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::progress::Phase;

pub(super) fn verify(global: &Global, context: &Context, which: &Which) -> Outcome<Answer> {
    let found = find(context, &which.id)?;
    let folder = context.snapshots().join(found.id.as_str());
    let phase = Phase::start(global.show(), "reading every file", found.totals.bytes);
    let verified = verify::verify(&folder, &|done, all| phase.at(done, all));
    let Verified { manifest, files, damaged } = verified.map_err(|error| failure(&error))?;
    phase.done(&format!("{files} files"));
    if !damaged.is_empty() {
        return Err(Failure::new(Exit::Failed, format!("snapshot {} is damaged", manifest.id))
            .details(damaged.iter().map(|error| poimuri_shared::error::chain(error)))
            .hint("build it again from its source files, or copy it from where it is whole"));
    }
    let bytes: u64 = manifest.files().map(|entry| entry.bytes).sum();
    let text = format!(
        "snapshot {}: {} files, {} bytes, every checksum right",
        manifest.id,
        files,
        thousands(bytes)
    );
    Answer::new(&json!({ "id": manifest.id, "files": files, "bytes": bytes, "verified": true }), text)
}
