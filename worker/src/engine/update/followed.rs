//! The members of a part, as they are delivered unless they are the same person as other members.

use poimuri_shared::partial::bytes;
use poimuri_shared::snapshot::tables::NO_ROW;
use serde::{Deserialize, Serialize};

use super::decide::{FoundBy, Verdict};
use super::follow::News;
use super::glimpse::Glimpse;
use super::render::Line;
use crate::engine::days::civil;
use crate::engine::render::csv;

/// The heading behind the others: the day of what is told.
pub const EVENT_DATE: &str = "event_date";

/// The members of a part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// CSV, CRLF, no header; row numbers are 0.
    #[serde(with = "bytes")]
    pub csv: Vec<u8>,
    /// Bytes of each row; 0 if nothing is told.
    pub lengths: Vec<u32>,
    /// Where each is now.
    pub now: Vec<Place>,
    /// Where each was.
    pub before: Vec<Place>,
}

/// Where a member is in a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The person's position; [`NO_ROW`] for nobody.
    pub position: u32,
    /// Whether the member's code is the person's active one.
    pub is_active: bool,
}

impl Place {
    /// Where a member with a code is.
    #[must_use]
    pub fn of(position: Option<u32>, glimpse: &Glimpse, code: u64) -> Self {
        Self { position: position.unwrap_or(NO_ROW), is_active: glimpse.id == code }
    }
}

impl Followed {
    /// Adds a member: where it was and is, its news and the number of columns, what it is like now, and its key with the key
    /// it was found by.
    pub fn add(
        &mut self,
        places: (Place, Place),
        (news, columns): (Option<&News>, usize),
        now: &Glimpse,
        (key, found_by): &(String, String),
    ) {
        let begin = self.csv.len();
        match news {
            None => {}
            Some(News::Withdrawn) => {
                Line { row: 0, key, passed: vec![""], columns }.unfound(Verdict::NotFound, &mut self.csv);
            }
            Some(News::Of { facts, given, day }) => {
                let day = day.map(date).unwrap_or_default();
                let line = Line { row: 0, key, passed: vec![&day], columns };
                line.found(*facts, FoundBy::named(found_by), &cells(now, given), &mut self.csv);
            }
        }
        self.lengths.push(u32::try_from(self.csv.len() - begin).unwrap_or(u32::MAX));
        self.before.push(places.0);
        self.now.push(places.1);
    }
}

fn date(day: i32) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The cells that are given, with commas between.
fn cells(now: &Glimpse, given: &[bool]) -> Vec<u8> {
    let mut cells = Vec::new();
    for (index, (cell, is_given)) in now.cells.iter().zip(given).enumerate() {
        if index > 0 {
            cells.push(b',');
        }
        if *is_given {
            csv::field(&mut cells, |out| out.extend_from_slice(cell.as_bytes()));
        }
    }
    cells
}
