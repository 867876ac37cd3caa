//! What a manifest says of a snapshot that was made of another one and changes.

use serde::{Deserialize, Serialize};

use super::manifest::{FileEntry, RejectCount};
use crate::ids::SnapshotId;

/// Keys of changes, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRange {
    /// The first.
    pub first: u64,
    /// The last.
    pub last: u64,
}

/// What a generation was made of: another snapshot and changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generation {
    /// The snapshot the changes were applied to.
    pub base: SnapshotId,
    /// The highest key applied to it or to those it came from; 0 of none.
    pub last_key: u64,
    /// Keys below it that never came.
    pub missing: Vec<KeyRange>,
    /// Lines in the files of changes.
    pub lines: u64,
    /// Lines applied.
    pub applied: u64,
    /// Lines and groups that could not be applied.
    pub left_out: u64,
    /// Lines told before.
    pub repeated: u64,
    /// Lines that stood after one with a higher key.
    pub out_of_order: u64,
    /// Lines dated after the snapshot: left for the next generation.
    pub later: u64,
    /// Groups of which the register holds nothing.
    pub passed_over: u64,
    /// Counts of the report, sorted; `column` names group and field.
    pub rejected: Vec<RejectCount>,
    /// What is to be told of lines, by file and line, without values; no part of the content.
    pub report: FileEntry,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As it was first written: whoever changes it must go on reading this.
    const FIRST: &str = r#"{
  "base": "s-2025-12-31-3f2a9c51d0aa",
  "last_key": 4711,
  "missing": [
    {
      "first": 7,
      "last": 8
    }
  ],
  "lines": 12,
  "applied": 9,
  "left_out": 1,
  "repeated": 2,
  "out_of_order": 3,
  "later": 0,
  "passed_over": 4,
  "rejected": [
    {
      "file": "changes.ndjson",
      "column": "KUOLINPAIVA.kuolinpv",
      "reason": "date is impossible",
      "rows": 1
    }
  ],
  "report": {
    "file": "change-rejects.parquet",
    "rows": 1,
    "bytes": 1234,
    "checksum": "00000000000000000000000000000017"
  }
}"#;

    #[test]
    fn what_was_first_written_is_read_and_written_still() {
        let generation: Generation = serde_json::from_str(FIRST).unwrap();
        assert_eq!((generation.last_key, generation.missing[0]), (4711, KeyRange { first: 7, last: 8 }));
        assert_eq!(serde_json::to_string_pretty(&generation).unwrap(), FIRST);
    }
}
