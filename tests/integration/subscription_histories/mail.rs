//! Deliveries as the customer opens and reads them.

use std::fs;

use poimuri_shared::ids::OrderId;
use poimuri_shared::subscriptions::{Run, RunState};
use poimuri_worker::deliver::{Identities, open_stored};
use tempfile::TempDir;

use super::office::Office;

/// A row as the customer reads it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) number: String,
    pub(super) key: String,
    pub(super) status: String,
    pub(super) flags: String,
    pub(super) items: Vec<String>,
}

/// A delivery as the customer reads it.
#[derive(Debug, Clone)]
pub(super) struct Delivered {
    pub(super) task: &'static str,
    pub(super) to: String,
    pub(super) rows: Vec<Row>,
}

impl Office {
    /// What was delivered after the first so many deliveries.
    pub(super) fn delivered(&self, after: usize) -> Vec<Delivered> {
        let standing = self.life(None).subscriptions.standing(self.id()).unwrap();
        let mut position = None;
        let runs = standing.runs.iter().filter(|run| run.state == RunState::Delivered);
        let runs = runs.inspect(|run| {
            // Each begins where the one before ended.
            assert!(run.from.is_none() || run.from == position, "{run:?}");
            position = Some(run.to.clone());
        });
        let read = |run: &Run| Delivered {
            task: run.task.name(),
            to: run.to.to_string(),
            rows: self.open_delivery(&run.order),
        };
        let runs: Vec<_> = runs.collect();
        runs.into_iter().skip(after).map(read).collect()
    }

    fn open_delivery(&self, order: &OrderId) -> Vec<Row> {
        let identities = Identities::load(&self.folder.path().join("acme.key")).unwrap();
        let out = TempDir::new().unwrap();
        let opened = open_stored(&*self.store, order, &identities, out.path()).unwrap();
        let texts = opened.files.iter().map(|file| fs::read_to_string(file).unwrap());
        let rows = texts.flat_map(|text| text.split("\r\n").skip(1).map(str::to_owned).collect::<Vec<_>>());
        let cells = |row: String| {
            let cells: Vec<String> = row.split(',').map(str::to_owned).collect();
            Row {
                number: cells[0].clone(),
                key: cells[1].clone(),
                status: cells[2].clone(),
                flags: cells[4].clone(),
                items: cells[5..14].to_vec(),
            }
        };
        rows.filter(|row| !row.is_empty()).map(cells).collect()
    }
}
