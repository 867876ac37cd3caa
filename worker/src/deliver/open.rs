//! Opening a delivery: what a recipient does with it.
//!
//! A file appears under its name only after both of its hashes were right.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use age::{DecryptError, Decryptor};
use poimuri_shared::delivery::{MANIFEST, Manifest, PartFile};
use poimuri_shared::ids::OrderId;
use poimuri_shared::store::{Objects, layout};
use sha2::{Digest as _, Sha256};

use super::error::DeliverError;
use super::identity::Identities;
use super::part::Tally;
use poimuri_shared::order::Format;

/// A delivery that was opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What it says about itself.
    pub manifest: Manifest,
    /// The decrypted files, in the manifest's order.
    pub files: Vec<PathBuf>,
}

/// Opens a delivery in the store, into the folder `out`.
///
/// # Errors
/// [`DeliverError::Store`] with a missing manifest if there is no such delivery;
/// [`DeliverError::NotForYou`]; [`DeliverError::Damaged`].
pub fn open_stored(
    objects: &dyn Objects,
    order: &OrderId,
    identities: &Identities,
    out: &Path,
) -> Result<Opened, DeliverError> {
    let folder = layout::delivery(order);
    open(identities, out, &|name| Ok(objects.open(&format!("{folder}{name}"))?))
}

/// Opens a delivery that was copied to the folder `from`.
///
/// # Errors
/// As [`open_stored`], with [`DeliverError::File`] for what is missing.
pub fn open_folder(from: &Path, identities: &Identities, out: &Path) -> Result<Opened, DeliverError> {
    open(identities, out, &|name| {
        let path = from.join(name);
        let file = File::open(&path).map_err(|error| DeliverError::file("open", &path, error))?;
        Ok(Box::new(file))
    })
}

/// Copies a delivery in the store to the folder `out` as it is, encrypted: the same bytes however often it is done.
/// What is there already is written again.
///
/// # Errors
/// As [`open_stored`].
pub fn copy_stored(objects: &dyn Objects, order: &OrderId, out: &Path) -> Result<Manifest, DeliverError> {
    let mut bytes = Vec::new();
    let mut stored = objects.open(&layout::delivery_manifest(order))?;
    stored.read_to_end(&mut bytes).map_err(|_cause| damaged(MANIFEST, "it cannot be read"))?;
    let manifest = Manifest::parse(&bytes)?;
    fs::create_dir_all(out).map_err(|error| DeliverError::file("create", out, error))?;
    for file in &manifest.files {
        let path = out.join(&file.object);
        let failed = |error| DeliverError::file("write", &path, error);
        let mut source = Tally::new(objects.open(&format!("{}{}", layout::delivery(order), file.object))?);
        let mut target = File::create(&path).map_err(failed)?;
        io::copy(&mut source, &mut target).map_err(failed)?;
        target.sync_all().map_err(failed)?;
        let (_, sealed) = source.end();
        if (sealed.bytes, &sealed.sha256) != (file.sealed_bytes, &file.sealed_sha256) {
            return Err(damaged(&file.name, "it is not the file that the manifest names"));
        }
    }
    // Last: a copy without it is not whole.
    let path = out.join(MANIFEST);
    fs::write(&path, bytes).map_err(|error| DeliverError::file("write", &path, error))?;
    Ok(manifest)
}

/// Begins to read a file of the delivery.
type Source<'a> = &'a dyn Fn(&str) -> Result<Box<dyn Read + Send>, DeliverError>;

fn open(identities: &Identities, out: &Path, source: Source<'_>) -> Result<Opened, DeliverError> {
    let mut bytes = Vec::new();
    source(MANIFEST)?
        .take(64 << 20)
        .read_to_end(&mut bytes)
        .map_err(|_cause| damaged(MANIFEST, "it cannot be read"))?;
    let manifest = Manifest::parse(&bytes)?;
    fs::create_dir_all(out).map_err(|error| DeliverError::file("create", out, error))?;
    let mut rows = RowDigest { digest: Sha256::new(), in_header: true };
    let mut files = Vec::new();
    for file in &manifest.files {
        let path = out.join(&file.name);
        rows.in_header = true;
        let rows = (manifest.format == Format::Csv).then_some(&mut rows);
        decrypt(file, source(&file.object)?, identities, &path, rows)?;
        files.push(path);
    }
    if manifest.format == Format::Csv && hex::encode(rows.digest.finalize()) != manifest.digest {
        return Err(damaged(MANIFEST, "its digest is not that of the rows"));
    }
    Ok(Opened { manifest, files })
}

fn damaged(file: &str, reason: &'static str) -> DeliverError {
    DeliverError::Damaged { file: file.to_owned(), reason }
}

/// A file that vanishes unless it is kept.
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        // After a rename there is nothing to remove.
        fs::remove_file(&self.0).ok();
    }
}

fn decrypt(
    file: &PartFile,
    sealed: Box<dyn Read + Send>,
    identities: &Identities,
    path: &Path,
    mut rows: Option<&mut RowDigest>,
) -> Result<(), DeliverError> {
    let mut sealed = Tally::new(sealed);
    let plain = Decryptor::new(&mut sealed)
        .and_then(|decryptor| decryptor.decrypt(identities.iter()))
        .map_err(|error| refusal(&file.name, &error))?;
    let mut plain = Tally::new(plain);
    let beside = Beside(path.with_file_name(format!(".{}.unverified", file.name)));
    let failed = |error| DeliverError::file("write", &beside.0, error);
    let mut target = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside.0)
        .map_err(failed)?;
    let mut block = vec![0; 256 * 1024];
    loop {
        let count = plain.read(&mut block).map_err(|_cause| damaged(&file.name, "it cannot be decrypted"))?;
        if count == 0 {
            break;
        }
        if let Some(rows) = rows.as_mut() {
            rows.update(&block[..count]);
        }
        target.write_all(&block[..count]).map_err(failed)?;
    }
    let (_, plain) = plain.end();
    io::copy(&mut sealed, &mut io::sink()).map_err(|_cause| damaged(&file.name, "it cannot be read"))?;
    let (_, sealed) = sealed.end();
    if (sealed.bytes, &sealed.sha256) != (file.sealed_bytes, &file.sealed_sha256)
        || (plain.bytes, &plain.sha256) != (file.plain_bytes, &file.plain_sha256)
    {
        return Err(damaged(&file.name, "it is not the file that the manifest names"));
    }
    target.sync_all().map_err(failed)?;
    fs::rename(&beside.0, path).map_err(|error| DeliverError::file("create", path, error))
}

fn refusal(name: &str, error: &DecryptError) -> DeliverError {
    if matches!(error, DecryptError::NoMatchingKeys) {
        DeliverError::NotForYou { file: name.to_owned() }
    } else {
        damaged(name, "it is not the file that was encrypted")
    }
}

/// Digests rows and leaves out the first line of each file: names of columns hold no line ends.
struct RowDigest {
    digest: Sha256,
    in_header: bool,
}

impl RowDigest {
    fn update(&mut self, mut bytes: &[u8]) {
        if self.in_header {
            match bytes.iter().position(|byte| *byte == b'\n') {
                Some(end) => {
                    self.in_header = false;
                    bytes = &bytes[end + 1..];
                }
                None => return,
            }
        }
        self.digest.update(bytes);
    }
}
