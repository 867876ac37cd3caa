//! What became of each line of the changes, counted.

use std::collections::BTreeMap;

use crate::ids::SnapshotId;
use crate::register::changes::dvv::Taken;
use crate::register::changes::files::{Before, ChangeFiles, Fault, Line};
use crate::register::changes::{LeftOut, Reason};
use crate::snapshot::format::CHANGE_REJECTS_FILE;
use crate::snapshot::generation::{Generation, KeyRange};
use crate::snapshot::manifest::{Checksum, FileEntry, Manifest, RejectCount};

/// Counts of a run of changes.
pub(super) struct Account {
    before: Before,
    last_key: Option<u64>,
    applied: u64,
    later: u64,
    /// The first key left for the next generation.
    later_from: Option<u64>,
    passed_over: u64,
    faults: Vec<Fault>,
}

impl Account {
    /// Goes on where the base ended.
    pub(super) fn new(base: &Manifest) -> Self {
        let generation = base.generation.as_ref();
        let last_key = generation.map(|generation| generation.last_key).filter(|key| *key > 0);
        let missing = generation.into_iter().flat_map(|generation| &generation.missing);
        let missing = missing.map(|keys| keys.first..=keys.last).collect();
        let before = Before { last_key, missing };
        Self { before, last_key, applied: 0, later: 0, later_from: None, passed_over: 0, faults: Vec::new() }
    }

    pub(super) const fn before(&self) -> &Before {
        &self.before
    }

    /// Takes over what the first reading found.
    pub(super) fn take(&mut self, files: &ChangeFiles) {
        self.faults.clone_from(&files.faults);
    }

    /// A line was applied, or left out.
    pub(super) fn line(&mut self, line: &Line, applied: Result<Taken, LeftOut>) {
        self.last_key = line.place.key.max(self.last_key);
        match applied {
            Ok(taken) => {
                self.applied += 1;
                self.passed_over += taken.passed_over;
                let faults = taken.left_out.into_iter().map(|left_out| Fault { place: line.place, left_out });
                self.faults.extend(faults);
            }
            Err(left_out) => self.faults.push(Fault { place: line.place, left_out }),
        }
    }

    /// So many lines, from this one on, wait for the next generation.
    pub(super) const fn leave_later(&mut self, from: &Line, lines: u64) {
        self.later = lines;
        self.later_from = from.place.key;
    }

    /// The account, and what was left out by place.
    pub(super) fn finish(mut self, base: SnapshotId, files: &ChangeFiles) -> (Generation, Vec<Fault>) {
        let later_from = self.later_from.unwrap_or(u64::MAX);
        // A gap before what waits is the next generation's.
        self.faults.retain(|fault| {
            fault.left_out.reason != Reason::KeysMissing || fault.place.key < Some(later_from)
        });
        self.faults.sort_unstable();
        let last_key = self.last_key.unwrap_or(0);
        let missing = self.before.missing.iter().chain(&files.missing);
        let missing = missing.filter(|keys| *keys.end() < last_key);
        let rows = u64::try_from(self.faults.len()).unwrap_or(u64::MAX);
        let is_wrong = |reason: Reason| !reason.is_note() && reason != Reason::KeysMissing;
        let left_out = self.faults.iter().filter(|fault| is_wrong(fault.left_out.reason)).count();
        let generation = Generation {
            base,
            last_key,
            missing: missing.map(|keys| KeyRange { first: *keys.start(), last: *keys.end() }).collect(),
            lines: files.read,
            applied: self.applied,
            left_out: u64::try_from(left_out).unwrap_or(u64::MAX),
            repeated: files.repeated,
            out_of_order: files.out_of_order,
            later: self.later,
            passed_over: self.passed_over,
            rejected: counts(files, &self.faults),
            report: FileEntry { file: CHANGE_REJECTS_FILE.to_owned(), rows, bytes: 0, checksum: Checksum(0) },
        };
        (generation, self.faults)
    }
}

/// Counts by file, field and reason, sorted.
fn counts(files: &ChangeFiles, faults: &[Fault]) -> Vec<RejectCount> {
    let mut counts: BTreeMap<(u32, LeftOut), u64> = BTreeMap::new();
    for fault in faults {
        *counts.entry((fault.place.file, fault.left_out)).or_default() += 1;
    }
    let count = |((file, left_out), rows): ((u32, LeftOut), u64)| RejectCount {
        file: files.names.get(file as usize).cloned().unwrap_or_default(),
        column: left_out.field.to_string(),
        reason: left_out.reason.text(),
        rows,
    };
    counts.into_iter().map(count).collect()
}
