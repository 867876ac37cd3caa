//! The records of lists, their cells aside: identifiers and the lines they were on.

use std::path::Path;

use poimuri_worker::engine::link::Ids;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use crate::failure::{Failure, Outcome};

/// Lines told of one fault.
const LINES_TOLD: usize = 5;
/// Parts of digests: one for each first byte.
const DIGEST_PARTS: usize = 256;

/// The records of lists, their cells aside.
pub(super) struct Records {
    /// Identifiers; those of an earlier list stand first.
    ids: Ids,
    /// Identifiers of an earlier list.
    earlier: usize,
    /// Those of this list.
    rows: usize,
    /// Their digests by their highest bits: equal ones are in one part, and each part is put in order near the processor.
    digests: Vec<Vec<u64>>,
    /// Rows that are not on the line behind that of the row before, with their lines.
    lines: Vec<(usize, u64)>,
    /// The line behind that of the last row.
    next_line: u64,
}

impl Records {
    pub(super) fn after(ids: Ids) -> Self {
        let (earlier, digests) = (ids.len(), vec![Vec::new(); DIGEST_PARTS]);
        Self { ids, earlier, rows: 0, digests, lines: Vec::new(), next_line: 0 }
    }

    pub(super) fn push(&mut self, id: &str, line: u64) {
        if line != self.next_line {
            self.lines.push((self.rows, line));
        }
        self.next_line = line + 1;
        self.rows += 1;
        let digest = xxh3_64(id.as_bytes());
        self.digests[usize::from(digest.to_be_bytes()[0])].push(digest);
        self.ids.push(id);
    }

    /// The line of a row.
    fn line(&self, row: usize) -> u64 {
        let behind = self.lines.partition_point(|(first, _)| *first <= row);
        let (first, line) = behind.checked_sub(1).map_or((0, 1), |index| self.lines[index]);
        line + (row - first) as u64
    }

    /// All identifiers, if each stands once in its list. They are told apart by their text.
    pub(super) fn told_once(mut self, path: &Path) -> Outcome<Ids> {
        let is_told_apart = |digests: &mut Vec<u64>| {
            digests.sort_unstable();
            digests.windows(2).all(|pair| pair[0] != pair[1])
        };
        if self.digests.par_iter_mut().all(is_told_apart) {
            return Ok(self.ids);
        }
        let ids: Vec<&str> = self.ids.iter().skip(self.earlier).collect();
        let mut order: Vec<usize> = (0..ids.len()).collect();
        order.par_sort_unstable_by(|a, b| ids[*a].cmp(ids[*b]).then(a.cmp(b)));
        let is_again = |pair: &&[usize]| ids[pair[0]] == ids[pair[1]];
        let mut again: Vec<u64> = order.windows(2).filter(is_again).map(|pair| self.line(pair[1])).collect();
        if again.is_empty() {
            return Ok(self.ids);
        }
        again.sort_unstable();
        let told: Vec<String> = again.iter().take(LINES_TOLD).map(|line| format!("line {line}")).collect();
        let message = format!("{}: {} identifiers stand in an earlier row too", path.display(), again.len());
        let hint = "name a column whose values are all different with --id, of the second list with --id-b";
        Err(Failure::refused(message).details(told).hint(hint))
    }
}
