//! A review list that comes back: pairs that somebody judged.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use poimuri_shared::customer_register::{Input, Reading, Table as Register};
use poimuri_worker::engine::link::{Judged, Judging, Table};

use super::read::{Stop, fault};
use crate::failure::{Failure, Outcome};

/// What a review list says of the records that are there.
#[derive(Debug, Default)]
pub(super) struct Review {
    pub(super) judged: Judged,
    /// Judgements of records that are not there.
    pub(super) set_aside: u64,
}

/// Reads the columns `id_a`, `id_b` and `same` of a list as lists are read; rows without a judgement are passed over.
///
/// # Errors
/// The file cannot be read, lacks a column, holds another word, or judges a pair twice and differently; each with its line.
pub(super) fn read(path: &Path, table: &Table) -> Outcome<Review> {
    let file = File::open(path).and_then(Input::of_file);
    let file = file.map_err(|error| Failure::file("read the review list", path, &error))?;
    let list = Register::open_as(file, &Reading { sheet: None, is_headed: true });
    let list = list.map_err(|error| fault(path, &error))?;
    let refused =
        |line: u64, reason: &str| Failure::refused(format!("{} line {line}: {reason}", path.display()));
    let place = |name: &str| list.form().columns.iter().position(|cell| cell == name);
    let places = [place("id_a"), place("id_b"), place("same")];
    let [Some(id_a), Some(id_b), Some(same)] = places else {
        return Err(refused(1, "a review list has the columns id_a, id_b and same"));
    };
    let rows = Rows::new(table);
    let mut judging = Judging::default();
    let stopped = list.each(|row| {
        let cell = |at: usize| row.cell(at);
        let pair = rows.pair(cell(id_a).trim(), cell(id_b).trim());
        let taken = judging.add(pair, &cell(same), row.line);
        taken.map_err(|reason| Stop::Refused(refused(row.line, &reason)))
    });
    stopped.map_err(|stop| stop.failure(path))?;
    let (judged, set_aside) = judging.finish();
    Ok(Review { judged, set_aside })
}

/// Rows by identifier; of two lists, the first of a pair is of the first list.
pub(super) struct Rows<'t> {
    first: HashMap<&'t str, u32>,
    second: Option<HashMap<&'t str, u32>>,
}

impl<'t> Rows<'t> {
    pub(super) fn new(table: &'t Table) -> Self {
        let numbered = || table.ids.iter().zip(0_u32..);
        let first = numbered().take(table.first_rows).collect();
        let second = table.is_link().then(|| numbered().skip(table.first_rows).collect());
        Self { first, second }
    }

    /// The rows, the lower one first.
    pub(super) fn pair(&self, a: &str, b: &str) -> Option<(u32, u32)> {
        let (a, b) = (*self.first.get(a)?, *self.second.as_ref().unwrap_or(&self.first).get(b)?);
        (a != b).then(|| (a.min(b), a.max(b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(ids: &[&str], first_rows: usize) -> Table {
        Table { ids: ids.iter().collect(), first_rows, columns: Vec::new() }
    }

    fn told(text: &[u8], table: &Table) -> Result<(Judged, u64), String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let review = read(file.path(), table).map_err(|failure| failure.to_text())?;
        Ok((review.judged, review.set_aside))
    }

    #[test]
    fn judgements_are_read_as_people_write_them() {
        let list = table(&["1", "2", "3", "Ä4"], 4);
        let expected = Judged { same: vec![(0, 1), (1, 3)], different: vec![(0, 2)] };
        let plain = "id_a,id_b,weight,same\n1,2,0.5,yes\n2,3,1,\n3,1,0.1,No\n\u{c4}4,2,1,KYLLÄ\n9,1,1,yes\n";
        assert_eq!(told(plain.as_bytes(), &list).unwrap(), (expected.clone(), 1));
        let excel = format!("\u{feff}{}", plain.replace(',', ";"));
        assert_eq!(told(excel.as_bytes(), &list).unwrap(), (expected, 1));
        let latin = b"id_a;id_b;same\n\xc44;2;1\n2;\xc44;1\n";
        assert_eq!(told(latin, &list).unwrap().0.same, [(1, 3)]);
        let two = table(&["1", "2", "1"], 2);
        assert_eq!(told(b"id_a,id_b,same\n1,1,1\n", &two).unwrap().0.same, [(0, 2)]);
    }

    #[test]
    fn what_is_no_judgement_is_told_by_its_line() {
        let list = table(&["1", "2"], 2);
        for (text, expected) in [
            ("id_a,id_b\n1,2\n", "line 1: a review list has the columns"),
            ("id_a,id_b,same\n1,2,perhaps\n", "line 2: same must be yes, no or empty"),
            ("id_a,id_b,same\n1,2,yes\n2,1,no\n", "line 3: the pair was judged otherwise on line 2"),
        ] {
            let told = told(text.as_bytes(), &list).unwrap_err();
            assert!(told.contains(expected), "{told}");
        }
    }
}
