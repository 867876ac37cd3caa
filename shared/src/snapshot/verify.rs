//! Every file of a snapshot read once and compared with its manifest.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

use super::manifest::{FileEntry, Manifest};
use super::reader::SnapshotError;

/// Bytes read at a time.
const PIECE: usize = 1 << 20;

/// What a verification found.
#[derive(Debug)]
pub struct Verified {
    /// The manifest the files were compared with.
    pub manifest: Manifest,
    /// Files read.
    pub files: u64,
    /// What is wrong, in the order of the manifest; empty for a sound snapshot.
    pub damaged: Vec<SnapshotError>,
}

/// Reads all files of a snapshot. `progress` is told the bytes read and all there are.
///
/// # Errors
/// Only if the manifest cannot be read; damaged files are in the answer, all of them.
pub fn verify(folder: &Path, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Verified, SnapshotError> {
    let manifest = Manifest::read(folder)?;
    let entries: Vec<&FileEntry> = manifest.files().collect();
    let (done, all) = (AtomicU64::new(0), entries.iter().map(|entry| entry.bytes).sum());
    let check = |entry: &&FileEntry| {
        let answer = check(folder, entry);
        progress(done.fetch_add(entry.bytes, Ordering::Relaxed) + entry.bytes, all);
        answer.err()
    };
    let damaged = entries.par_iter().with_max_len(1).map(check).collect::<Vec<_>>();
    let files = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    let damaged = damaged.into_iter().flatten().collect();
    Ok(Verified { manifest, files, damaged })
}

fn check(folder: &Path, entry: &FileEntry) -> Result<(), SnapshotError> {
    let path = folder.join(&entry.file);
    let io = |error| SnapshotError::io(&path, error);
    let mut file = File::open(&path).map_err(io)?;
    let (mut digest, mut found) = (Xxh3::new(), 0);
    let mut piece = vec![0; PIECE];
    loop {
        let read = file.read(&mut piece).map_err(io)?;
        if read == 0 {
            break;
        }
        digest.update(&piece[..read]);
        found += u64::try_from(read).unwrap_or(0);
    }
    if found != entry.bytes {
        return Err(SnapshotError::Size { file: path, expected: entry.bytes, found });
    }
    if digest.digest128() == entry.checksum.0 { Ok(()) } else { Err(SnapshotError::Checksum(path)) }
}
