//! All records of a de-duplication in one order, whatever the order they came in.

use super::StageError;
use crate::engine::lists::{Run, identify};
use crate::opened::{OpenedOrder, Section, encode};

/// The partial: an `Identified`.
///
/// # Errors
/// Refused if the records of a list cannot be told apart; otherwise when a section cannot be read.
pub fn run(opened: &OpenedOrder) -> Result<Vec<u8>, StageError> {
    let lists = opened.lists()?;
    let runs = |list| lists.tasks(list).map(|task| opened.section(task, Section::Run)).collect();
    let runs: Vec<Vec<Run>> = (0..lists.lists.len()).map(runs).collect::<Result<_, StageError>>()?;
    encode(&identify(&lists.lists, lists.asked.compare, runs, |list| opened.keys(lists.tasks(list)))?)
}
