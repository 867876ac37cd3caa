//! Whether the first line of a table holds headings: headings are shown, rows are not.

use super::account::code;
use super::headings::plain;
use super::mapping::Field;

/// Digits at the end of a heading, at most.
const DIGITS: usize = 3;
/// Rows below a heading that show by their case alone that it is one, at least.
const CASED_ROWS: usize = 3;
/// Cells of a column whose values come again and again, at least, and one of so many that may stand once.
const REPEATED: usize = 20;
const ONCE: usize = 50;

/// What a cell looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Digits and signs.
    Number,
    /// Letters with digits at their end, in one word.
    Code,
    /// Letters and digits otherwise.
    Mixed,
    /// Something with an @.
    Mail,
    /// Letters: small ones alone, large ones alone, or a large one first.
    Small,
    Large,
    Name,
}

impl Shape {
    fn of(cell: &str) -> Self {
        let cell = cell.trim();
        let letters = || cell.chars().filter(|letter| letter.is_alphabetic());
        let stem = cell.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let is_stem = |letter: char| letter.is_alphabetic() || matches!(letter, '_' | '-');
        if cell.contains('@') {
            Self::Mail
        } else if letters().next().is_none() {
            Self::Number
        } else if cell.bytes().any(|byte| byte.is_ascii_digit()) {
            let is_code = cell.len() - stem.len() <= DIGITS && stem.chars().all(is_stem);
            if is_code { Self::Code } else { Self::Mixed }
        } else if letters().all(char::is_lowercase) {
            Self::Small
        } else if letters().all(char::is_uppercase) {
            Self::Large
        } else {
            Self::Name
        }
    }

    const fn has_digits(self) -> bool {
        matches!(self, Self::Number | Self::Code | Self::Mixed)
    }
}

/// Headings are words, some with a number behind them: one is usual, or all are different, none is empty, and the rows below
/// look otherwise: nearly all have digits or an @ in a column whose heading is not like that, or are written otherwise than
/// the heading in every column, or hold few values again and again, and the heading is none of them.
pub(super) fn is_heading(cells: &[String], below: &[Vec<String>]) -> bool {
    let names: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
    let is_usual = |name: &String| Field::ALL.iter().any(|field| field.is_usual(name));
    let is_word = |cell: &String| !matches!(Shape::of(cell), Shape::Number | Shape::Mixed | Shape::Mail);
    if cells.iter().any(|cell| code(cell.as_bytes()).is_ok()) {
        return false;
    }
    if names.iter().any(is_usual) {
        return true;
    }
    let mut different = names.clone();
    different.sort_unstable();
    different.dedup();
    let are_words = cells.len() > 1 && cells.iter().all(is_word) && different.len() == names.len();
    are_words && is_unlike(cells, &names, below)
}

/// Whether the rows below look otherwise than the first line.
fn is_unlike(cells: &[String], names: &[String], below: &[Vec<String>]) -> bool {
    let known = |column: usize| {
        below.iter().filter_map(move |row| row.get(column)).filter(|cell| !cell.trim().is_empty())
    };
    let stands_below = |column: usize| known(column).any(|cell| plain(cell) == names[column]);
    if (0..cells.len()).any(stands_below) {
        return false;
    }
    let most = |column: usize, is: &dyn Fn(Shape) -> bool, of: usize| {
        let count = known(column).filter(|cell| is(Shape::of(cell))).count();
        count > 0 && count * 10 >= of * 9
    };
    let is_telling = |column: usize| {
        let own = Shape::of(&cells[column]);
        let tells = |shape: Shape| shape != own && (shape.has_digits() || shape == Shape::Mail);
        most(column, &tells, below.len())
    };
    let is_cased = |column: usize| {
        let (own, count) = (Shape::of(&cells[column]), known(column).count());
        count == 0 || most(column, &|shape| shape != own, count)
    };
    let is_repeated = |column: usize| {
        let mut values: Vec<&str> = known(column).map(|cell| cell.trim()).collect();
        values.sort_unstable();
        let once = values.chunk_by(|a, b| a == b).filter(|same| same.len() == 1).count();
        values.len() >= REPEATED && once * ONCE <= values.len()
    };
    let mut columns = 0..cells.len();
    columns.clone().any(|column| is_telling(column) || is_repeated(column))
        || below.len() >= CASED_ROWS && columns.all(is_cased)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(text: &str) -> bool {
        let mut rows = text.lines().map(|line| line.split(';').map(str::to_owned).collect::<Vec<String>>());
        let first = rows.next().unwrap();
        is_heading(&first, &rows.collect::<Vec<_>>())
    }

    #[test]
    fn first_lines_that_look_otherwise_are_headings() {
        let towns: String =
            (0..30).map(|row| format!("\nSuku{};{}", "an".repeat(row), ["Oulu", "Vaasa"][row % 2])).collect();
        for text in [
            "x;y\nMatti;Oulu\nLiisa;Vaasa\nTimo;Oulu",
            "c1;c2;c3\nMatti;Oulu;1.2.1950\nLiisa;Vaasa;3.4.1960",
            "Alfa;Beeta\nMatti;12\nLiisa;14",
            "alfa;beeta\nliisa;liisa@example.org\ntimo;timo@example.org",
            "addr1;addr2\nRantatie 5 A;00100 Helsinki\nMäkitie 7;00120 Helsinki",
            &format!("Perhe;Kylä{towns}"),
        ] {
            assert!(is(text), "{text}");
        }
    }

    #[test]
    fn first_lines_that_might_be_rows_are_none() {
        let towns: String =
            (0..30).map(|row| format!("\nSuku{};{}", "an".repeat(row), ["Oulu", "Vaasa"][row % 2])).collect();
        for text in [
            "Matti;Oulu\nLiisa;Vaasa\nTimo;Turku\nAino;Kemi",
            "matti;Oulu\nLiisa;Vaasa\nTimo;Turku\nAino;Kemi",
            "A7;B8\nA9;B1\nA2;B3",
            "Matti;12\nLiisa;14",
            "alfa;beeta\nalfa;12\nTimo;13\nTimo;14",
            "x;\nMatti;Oulu\nLiisa;Vaasa\nTimo;Oulu",
            "x;x\nMatti;Oulu\nLiisa;Vaasa\nTimo;Oulu",
            &format!("Suku;Oulu{towns}"),
        ] {
            assert!(!is(text), "{text}");
        }
    }
}
