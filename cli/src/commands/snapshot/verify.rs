//! `snapshot verify`: reads every file of a snapshot and compares its checksum.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use poimuri_shared::snapshot::SnapshotError;
use poimuri_shared::snapshot::manifest::{Checksum, FileEntry};
use serde_json::json;
use xxhash_rust::xxh3::Xxh3Default;

use super::{Which, find};
use crate::answer::{Answer, thousands};
use crate::args::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::progress::Phase;

pub(super) fn verify(global: &Global, context: &Context, which: &Which) -> Outcome<Answer> {
    let manifest = find(context, &which.id)?;
    let folder = context.snapshots().join(manifest.id.as_str());
    let phase = Phase::start(global.show(), "reading every file", manifest.totals.bytes);
    let (mut files, mut bytes, mut wrong) = (0_u64, 0, Vec::new());
    for entry in manifest.files() {
        if let Err(error) = check(&folder, entry) {
            wrong.push(poimuri_shared::error::chain(&error));
        }
        files += 1;
        bytes += entry.bytes;
        phase.at(bytes, manifest.totals.bytes);
    }
    phase.done(&format!("{files} files"));
    if !wrong.is_empty() {
        return Err(Failure::new(Exit::Failed, format!("snapshot {} is damaged", manifest.id))
            .details(wrong)
            .hint("build it again from its source files, or copy it from where it is whole"));
    }
    let text = format!(
        "snapshot {}: {} files, {} bytes, every checksum right",
        manifest.id,
        files,
        thousands(bytes)
    );
    Answer::new(&json!({ "id": manifest.id, "files": files, "bytes": bytes, "verified": true }), text)
}

fn check(folder: &Path, entry: &FileEntry) -> Result<(), SnapshotError> {
    let path = folder.join(&entry.file);
    let (checksum, found) = checksum(&path).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            SnapshotError::Missing(path.clone())
        } else {
            SnapshotError::Read(path.clone(), error)
        }
    })?;
    if found != entry.bytes {
        return Err(SnapshotError::Size { file: path, expected: entry.bytes, found });
    }
    if checksum == entry.checksum { Ok(()) } else { Err(SnapshotError::Checksum(path)) }
}

/// Checksum and size of a file.
fn checksum(path: &Path) -> io::Result<(Checksum, u64)> {
    let mut file = File::open(path)?;
    let (mut hash, mut block, mut bytes) = (Xxh3Default::new(), vec![0; 1 << 20], 0);
    loop {
        let count = file.read(&mut block)?;
        if count == 0 {
            return Ok((Checksum(hash.digest128()), bytes));
        }
        hash.update(&block[..count]);
        bytes += u64::try_from(count).unwrap_or(0);
    }
}
