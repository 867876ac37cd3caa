//! Running numbers: they tell rows of a list apart and say nothing of the people in them.

use super::numbers::wide;
use super::table::Column;

/// Rows of a list whose numbers may be told from others, at least.
const ROWS_LEAST: usize = 20;
/// Digits of a number at most.
const DIGITS: usize = 18;
/// The number of an empty cell.
const NONE: u64 = u64::MAX;
/// Of several lists numbers run if no more than one of so many is left out.
const GAPS: u64 = 10;

/// Whether a column numbers the rows of every list, which begin at `starts`: each row has a whole number that no other row of
/// its list has. Of several lists, whose numbers may be the same on purpose, hardly any number between the first and the
/// last is left out. `seen` are texts of some rows, ascending.
pub(crate) fn is_running(column: &Column, seen: &[&str], starts: &[u32]) -> bool {
    let is_one = starts.len() < 2;
    let may_run = |same: &[&str]| number(same[0]).is_some() && (same.len() == 1 || !is_one);
    if !seen.chunk_by(|a, b| a == b).all(may_run) {
        return false;
    }
    let of = |text: &str| if text.is_empty() { Some(NONE) } else { number(text) };
    let numbers: Option<Vec<u64>> = column.texts.iter().map(of).collect();
    let Some(numbers) = numbers else { return false };
    let ends = starts.iter().skip(1).map(|start| wide(*start)).chain([column.codes.len()]);
    let lists =
        starts.iter().zip(ends).map(|(start, end)| column.codes.get(wide(*start)..end).unwrap_or_default());
    let mut lists = lists.filter(|codes| !codes.is_empty()).peekable();
    lists.peek().is_some()
        && lists.all(|codes| {
            let mut own: Vec<u64> = codes.iter().map(|code| numbers[wide(*code)]).collect();
            own.sort_unstable();
            let (Some(first), Some(last)) = (own.first(), own.last()) else { return false };
            if *last == NONE {
                return false;
            }
            let is_dense = last - first < own.len() as u64 + own.len() as u64 / GAPS;
            let is_told_apart = own.windows(2).all(|pair| pair[0] != pair[1]);
            own.len() >= ROWS_LEAST && is_told_apart && (is_one || is_dense)
        })
}

/// A whole number that a text is.
fn number(text: &str) -> Option<u64> {
    let is_whole = text.len() <= DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::texts::Coding;
    use super::*;

    fn is(rows: &[String], starts: &[u32]) -> bool {
        let mut coding = Coding::default();
        let codes = rows.iter().map(|row| coding.code(row)).collect();
        let column = Column { texts: coding.finish().into(), codes, ..Column::default() };
        let mut seen: Vec<&str> = rows.iter().map(String::as_str).collect();
        seen.rotate_left(80 % rows.len());
        seen.truncate(40);
        seen.sort_unstable();
        is_running(&column, &seen, starts)
    }

    #[test]
    fn numbers_that_tell_all_rows_apart_run() {
        let rows =
            |number: &dyn Fn(usize) -> usize| (0..200).map(|row| number(row).to_string()).collect::<Vec<_>>();
        let sparse = rows(&|row| 500 + row * row);
        assert!(is(&sparse, &[0]) && is(&rows(&|row| 200 - row), &[0]));
        // The same customers in two lists may have the same numbers.
        assert!(!is(&sparse, &[0, 100]));
        assert!(is(&rows(&|row| 1 + row % 100), &[0, 100]));
        assert!(!is(&rows(&|row| 1 + row % 100), &[0]));
        assert!(!is(&rows(&|row| row.min(198)), &[0]));
        for (at, text) in [(150, ""), (150, "7x"), (0, "-3")] {
            let mut rows = sparse.clone();
            text.clone_into(&mut rows[at]);
            assert!(!is(&rows, &[0]), "{text}");
        }
        assert!(!is(&sparse[..19], &[0]));
    }
}
