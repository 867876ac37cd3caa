//! An immutable, complete copy of the register at one date: the specification of format 1.
//!
//! # Files
//!
//! A snapshot is a folder named by its id, `s-<date of the data>-<first 12 digits of its content's digest>`.
//!
//! | file | holds | specified in |
//! |---|---|---|
//! | `manifest.json` | format version, date, files with rows, bytes and checksums, ranges of shards, rejects | [`manifest`] |
//! | `shard-NNNN.<table>.arrow` | one table of one shard; seven tables | [`tables`], [`format`](mod@format) |
//! | `dictionary-<name>.arrow` | the texts that columns refer to by code | [`dictionary`] |
//! | `identity.arrow` | identity code → position, active and previous | [`identity`] |
//! | `rejects.parquet` | source rows left out: `file`, `row` (from 0), `column`, `reason`; no values | [`build`] |
//! | `change-rejects.parquet` | of a generation, changes left out: `file`, `line` (from 1), `key`, `field`, `reason` | [`apply`] |
//!
//! Arrow files are IPC files (random access, metadata version 5), uncompressed, little-endian, with buffers
//! at multiples of 64 bytes, exactly one record batch and no Arrow dictionaries, so that any reader of Arrow opens
//! them and this one maps them. Columns go by name; a reader passes over columns it does not know.
//! Where a table's last range ends stands in the metadata of its schema, as decimal text.
//!
//! # Null
//!
//! A code of 0 is null, a date or number of [`tables::NULL_I32`], a row of [`tables::NO_ROW`], an identity code of 0.
//! Nullable dates, numbers and texts carry a cleared validity bit too, so that other readers see nulls; other
//! columns have no null slots. An empty text is a text and not null, except for `sex`, whose 0 is empty. A list that
//! is null in the source is empty.
//!
//! # Order
//!
//! Shards, and rows within them, follow the global order: ascending by region and municipality of the
//! building; postal code, Finnish street and house number of its first address (the lowest `address_no`);
//! building identifier; dwelling identifier; birth date; identity code. Texts are compared by their bytes, null as
//! empty. Persons without a dwelling follow, by identity code. `position` is the index of a person in this
//! order. Empty buildings and dwellings stand at their place. Shards are cut between buildings; persons without
//! a dwelling have shards of their own, unless there is only one shard. Results must not depend on where
//! shards are cut.
//!
//! # Trust
//!
//! The manifest has size and XXH3-128 of every file, and a SHA-256 over those. Sizes are compared when a snapshot is
//! opened, checksums on request when a file is first mapped ([`Verify`]), and all by [`verify`](mod@verify). A published
//! file never changes: a snapshot is written to a temporary folder, synced, and renamed. The same source files, date
//! and number of shards give the same bytes but for `built` in the manifest.
//!
//! # Generations
//!
//! A snapshot is built from source files, or made of a snapshot before it and the changes since ([`apply`](mod@apply)); both ways
//! lead to the same bytes. `generation` in the manifest then names the base and accounts for the changes. It and
//! `change-rejects.parquet` are no part of the content that names a snapshot.
//!
//! # Versions
//!
//! `format` in the manifest is raised when a reader of the version before would misread a file; a column that old readers
//! may pass over does not raise it. Every version ever written stays readable, proven by the files in
//! `tests/fixtures/compat`; a newer version than the program knows is refused.

pub mod apply;
pub mod build;
pub mod catalog;
pub mod dictionary;
pub mod diff;
pub mod format;
pub mod generation;
pub mod identity;
pub mod lists;
pub mod manifest;
pub mod reader;
pub mod tables;
pub mod verify;

pub use self::manifest::Manifest;
pub use self::reader::{Shard, Snapshot, SnapshotError, Verify};
