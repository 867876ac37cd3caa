//! A group of columns of all lists into codes of prepared texts, once for everybody who compares by them.

use poimuri_shared::plan::Stage;

use super::StageError;
use crate::engine::link::Encoded;
use crate::engine::lists::{Coded, Identified, Joined, grouped};
use crate::opened::{OpenedOrder, Section, encode};

/// The partial: columns with the place of each among all. The task of number 0 has the heaviest group, so that the last to
/// begin are soon done.
///
/// # Errors
/// When a section or a partial cannot be read.
pub fn run(opened: &OpenedOrder, task: u32) -> Result<Vec<u8>, StageError> {
    let lists = opened.lists()?;
    let identified: Identified = opened.partial(Stage::Identify, 0)?;
    let group = identified.heaviest.get(task as usize).copied();
    let group = group.ok_or(StageError::Unplanned { stage: u8::MAX, task })?;
    let groups = grouped(Joined::all(&lists.columns), opened.plan.columns);
    let columns = groups.into_iter().nth(group as usize);
    let mut columns = columns.ok_or(StageError::Unplanned { stage: u8::MAX, task })?;
    for part in 0..opened.plan.parts {
        let pieces: Vec<Coded> = opened.section(part, Section::Columns(group))?;
        columns.iter_mut().zip(pieces).for_each(|((_, column), piece)| column.add(piece));
    }
    let encoded =
        |(place, column): (u32, Joined)| (place, column.encode(&identified.origin, &identified.starts));
    encode(&columns.into_iter().map(encoded).collect::<Vec<(u32, Encoded)>>())
}
