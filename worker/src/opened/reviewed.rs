//! What somebody judged of the pairs of a de-duplication.

use poimuri_shared::customer_register::reviews::ReviewColumns;
use poimuri_shared::order::deduplication::Across;
use poimuri_shared::plan::Stage;
use poimuri_shared::registers;

use super::{Lists, OpenedOrder};
use crate::engine::lists::{Identified, Reviewed, Reviews};
use crate::stages::StageError;

impl OpenedOrder {
    /// What was judged of the pairs of the lists; none if nothing was given.
    ///
    /// # Errors
    /// Refused if a judgement says nothing or contradicts another; otherwise when it cannot be read.
    pub fn reviewed(&self, lists: &Lists) -> Result<Option<Reviewed>, StageError> {
        let Some(id) = &self.accepted.reviews else { return Ok(None) };
        let register = registers::get(self.store(), id)?;
        let columns = ReviewColumns::of(&register.form.columns)
            .map_err(|error| StageError::Refused { code: "judgements", reason: error.to_string() })?;
        let mut reviews = Reviews::new(columns);
        for part in (0..).take(register.parts.len()) {
            self.each_row(&register, part, |row| {
                reviews.add(|at| row.cell(at), row.line);
                Ok(())
            })?;
        }
        let identified: Identified = self.partial(Stage::Identify, 0)?;
        let across: Across = lists.asked.compare;
        reviews.find(&identified, &lists.lists, across, |list| self.keys(lists.tasks(list))).map(Some)
    }
}
