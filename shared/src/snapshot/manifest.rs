//! The manifest of a snapshot: what belongs to it and what it was made of. `manifest.json` in its folder.

use std::fmt;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::format::{FORMAT_VERSION, MANIFEST_FILE};
use super::generation::Generation;
use super::reader::SnapshotError;
use crate::ids::SnapshotId;

/// A checksum of 128 bits (XXH3), 32 hexadecimal digits in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Checksum(pub u128);

impl From<Checksum> for String {
    fn from(checksum: Checksum) -> Self {
        checksum.to_string()
    }
}

impl TryFrom<String> for Checksum {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let number = u128::from_str_radix(&text, 16).ok().filter(|_| text.len() == 32);
        number.map(Self).ok_or("a checksum has 32 hexadecimal digits")
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// A file of the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Name within the snapshot's folder.
    pub file: String,
    /// Rows, or entries of a dictionary.
    pub rows: u64,
    /// Size in bytes.
    pub bytes: u64,
    /// Of the whole file.
    pub checksum: Checksum,
}

/// First and last of the codes in a shard, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeRange {
    /// The first in byte order.
    pub first: String,
    /// The last in byte order.
    pub last: String,
}

/// A shard: a contiguous range of the global order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardEntry {
    /// Position of its first person.
    pub first: u32,
    /// Position after its last person.
    pub end: u32,
    /// Its files, in the order of `Table::ALL`.
    pub tables: Vec<FileEntry>,
    /// Municipalities of domicile of its persons; none without persons.
    pub municipality: Option<CodeRange>,
    /// Regions of domicile of its persons; persons without one are not counted.
    pub region: Option<CodeRange>,
    /// Postal codes of its persons; persons without one are not counted.
    pub postal_code: Option<CodeRange>,
}

/// Rows kept and rejected of a source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceEntry {
    /// Name of the file.
    pub file: String,
    /// Rows in the file.
    pub rows: u64,
    /// Rows left out.
    pub rejected: u64,
    /// Columns nobody asked for.
    pub ignored_columns: Vec<String>,
}

/// Rows rejected for one reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RejectCount {
    /// Source file.
    pub file: String,
    /// Column that breaks the rule.
    pub column: String,
    /// The rule.
    pub reason: String,
    /// Rows.
    pub rows: u64,
}

/// Rows of the whole snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is named by its table")]
pub struct Totals {
    /// All rows of persons: the `population` of counts and funnels.
    pub population: u64,
    pub dwellings: u64,
    pub buildings: u64,
    pub addresses: u64,
    /// Ownership by persons of the register.
    pub owned: u64,
    pub other_owners: u64,
    pub previous_addresses: u64,
    /// Size of the files of the content.
    pub bytes: u64,
}

/// The whole of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the format.
    pub format: u32,
    /// `s-<as_of>-<first 12 digits of content>`.
    pub id: SnapshotId,
    /// Date of the data.
    pub as_of: Date,
    /// SHA-256 of date and files ([`content_digest`]), hexadecimal.
    pub content: String,
    /// When it was built, UTC; no part of the content.
    pub built: Timestamp,
    /// Division of regions its `region` columns follow.
    pub region_division: String,
    /// Code lists (`code_version`) its buildings name, sorted.
    pub code_versions: Vec<String>,
    /// Rows.
    pub totals: Totals,
    /// In the global order.
    pub shards: Vec<ShardEntry>,
    /// In the order of `Dict::ALL`; files `dictionary-<name>.arrow`.
    pub dictionaries: Vec<FileEntry>,
    /// Index of identity codes.
    pub identity: FileEntry,
    /// Rejected rows by place and reason, without values.
    pub rejects: FileEntry,
    /// Counts of `rejects`, sorted.
    pub rejected: Vec<RejectCount>,
    /// Source files.
    pub sources: Vec<SourceEntry>,
    /// Of a snapshot made by applying changes to another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<Generation>,
}

impl Manifest {
    /// Reads the manifest of a snapshot's folder.
    ///
    /// # Errors
    /// [`SnapshotError`] if it is missing, damaged, or of a newer format.
    pub fn read(folder: &Path) -> Result<Self, SnapshotError> {
        #[derive(Deserialize)]
        struct Version {
            format: u64,
        }
        let path = folder.join(MANIFEST_FILE);
        let text = fs::read(&path).map_err(|error| SnapshotError::io(&path, error))?;
        // The version first: a newer manifest may have another shape.
        let damaged = |error| SnapshotError::Manifest(path.clone(), error);
        let version: Version = serde_json::from_slice(&text).map_err(damaged)?;
        if version.format > u64::from(FORMAT_VERSION) {
            let (found, readable) = (version.format, FORMAT_VERSION);
            return Err(SnapshotError::NewerFormat { file: path, found, readable });
        }
        let manifest: Self = serde_json::from_slice(&text).map_err(damaged)?;
        if content_digest(manifest.as_of, manifest.content_files()) != manifest.content {
            return Err(SnapshotError::Damaged { file: path, what: "its digest is not that of its files" });
        }
        Ok(manifest)
    }

    /// Every file of the snapshot but the manifest itself.
    pub fn files(&self) -> impl Iterator<Item = &FileEntry> {
        self.content_files().chain(self.generation.as_ref().map(|generation| &generation.report))
    }

    /// The files that make the snapshot what it is: the same, whether it was built or applied.
    pub fn content_files(&self) -> impl Iterator<Item = &FileEntry> {
        let shards = self.shards.iter().flat_map(|shard| &shard.tables);
        let single = [&self.identity, &self.rejects];
        shards.chain(&self.dictionaries).chain(single)
    }

    /// Number of shards.
    #[must_use]
    pub fn shard_count(&self) -> u32 {
        u32::try_from(self.shards.len()).unwrap_or(u32::MAX)
    }
}

/// The digest that names a snapshot: SHA-256 over its date and `name bytes checksum` of every file, by name.
///
/// It is over the files, so it depends on the number of shards; positions and answers do not.
#[must_use]
pub fn content_digest<'a>(as_of: Date, files: impl Iterator<Item = &'a FileEntry>) -> String {
    let mut files: Vec<_> = files.collect();
    files.sort_by(|a, b| a.file.cmp(&b.file));
    let mut digest = Sha256::new();
    digest.update(format!("{FORMAT_VERSION} {as_of}\n"));
    for FileEntry { file, rows, bytes, checksum } in files {
        digest.update(format!("{file} {rows} {bytes} {checksum}\n"));
    }
    hex::encode(digest.finalize())
}
