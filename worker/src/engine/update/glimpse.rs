//! What a member of a subscription is like in one snapshot.

use poimuri_shared::order::delivered::Column;
use poimuri_shared::snapshot::tables::{NULL_I32, flag};

use super::Updating;
use super::ask::Asked;
use crate::engine::render::CellReader;
use crate::engine::{EngineError, Tables};

/// What a snapshot says of a member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing is told: not to be disclosed, not in the register, or without an address.
    #[default]
    Withdrawn,
    /// Dead.
    Dead,
    /// Moved abroad.
    Abroad,
    /// Everything else.
    Present,
}

/// A member in one snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Glimpse {
    /// The active identity code; 0 of nobody.
    pub id: u64,
    /// The state.
    pub state: State,
    /// Days of the names, of moving in, of death and of leaving the country.
    pub(super) days: [i32; 4],
    /// A cell for each column, once rendered.
    pub cells: Vec<String>,
}

impl Updating {
    /// What persons of a shard are like, by row.
    ///
    /// # Errors
    /// If a position is not of the shard.
    pub fn glimpses(&self, tables: &Tables<'_>, asked: &[Asked]) -> Result<Vec<(u32, Glimpse)>, EngineError> {
        let glimpse = |ask: &Asked| {
            let row = self.person(tables, ask.position)?.row;
            let persons = tables.persons;
            let has = |bit| persons.flags[row] & bit != 0;
            let state = if self.is_barred(persons.security_until[row], persons.flags[row]) {
                State::Withdrawn
            } else if has(flag::DEAD) {
                State::Dead
            } else if has(flag::HAS_ADDRESS) {
                State::Present
            } else if persons.emigrated_on[row] == NULL_I32 {
                State::Withdrawn
            } else {
                State::Abroad
            };
            let days = [
                persons.names_since[row],
                persons.moved_in[row],
                persons.death_date[row],
                persons.emigrated_on[row],
            ];
            Ok((ask.row, Glimpse { id: persons.id[row], state, days, cells: Vec::new() }))
        };
        asked.iter().map(glimpse).collect()
    }

    /// All cells of persons of a shard, by row.
    ///
    /// # Errors
    /// If a position is not of the shard or a table is missing.
    pub fn cells(
        &self,
        tables: &Tables<'_>,
        asked: &[Asked],
    ) -> Result<Vec<(u32, Vec<String>)>, EngineError> {
        let rows = asked.iter().map(|ask| {
            let row = self.person(tables, ask.position)?.row;
            Ok(u32::try_from(row).unwrap_or(u32::MAX))
        });
        let rows: Vec<u32> = rows.collect::<Result<_, EngineError>>()?;
        let lines = self.renderer.chosen(tables, &rows, &vec![u64::MAX; rows.len()])?;
        let mut rest = lines.csv.as_slice();
        let mut reader = CellReader::new();
        let cells = lines.lengths.iter().map(|length| {
            let (line, after) = rest.split_at(*length as usize);
            rest = after;
            reader.cells(line).into_iter().map(str::to_owned).collect()
        });
        Ok(asked.iter().map(|ask| ask.row).zip(cells).collect())
    }

    /// Whether a column may change although nothing about the person does.
    #[must_use]
    pub fn depends_on_others(columns: &[Column]) -> bool {
        columns.iter().any(|column| is_of_home(*column))
    }
}

/// Whether a column tells of the dwelling and who lives in it.
const fn is_of_home(column: Column) -> bool {
    matches!(
        column,
        Column::Size
            | Column::Rooms
            | Column::AreaM2
            | Column::Use1994
            | Column::Class2018
            | Column::HeatingMethod
            | Column::HeatingSource
            | Column::CodeVersion
            | Column::Connections
            | Column::Completed
            | Column::PermitDate
            | Column::PermitAction
            | Column::Floors
            | Column::FloorAreaM2
            | Column::North
            | Column::East
    )
}
