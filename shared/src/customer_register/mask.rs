//! Cells masked, so that rows can be shown without telling what is in them.

use super::account::code;
use super::table::Row;

/// Characters of a cell that are shown.
const SHOWN_MAX: usize = 30;
/// What is shown of a valid identity code: neither the date of birth nor the century.
const IDENTITY_CODE: &str = "******-****";

/// A cell as it may be shown: every letter and digit is hidden, so that its form alone is seen. Of a valid identity code
/// not even that.
#[must_use]
pub fn masked(cell: &str) -> String {
    if code(cell.as_bytes()).is_ok() {
        return IDENTITY_CODE.to_owned();
    }
    let hide = |c: char| match c {
        c if c.is_numeric() => '9',
        c if c.is_uppercase() => 'A',
        c if c.is_alphabetic() => 'a',
        c if c.is_control() || c.is_whitespace() => ' ',
        c if c.is_ascii() => c,
        // Marks that stand for part of a letter, signs and pictures.
        _ => '*',
    };
    cell.chars().take(SHOWN_MAX).map(hide).collect()
}

/// The cells of a row, masked; those beyond so many columns are left out.
pub(crate) fn masked_row(row: &Row<'_>, columns: usize) -> Vec<String> {
    (0..row.len().min(columns)).map(|index| masked(&row.cell(index))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_seen_but_the_form() {
        for (cell, seen) in [
            ("Mäki-131052", "Aaaa-999999"),
            ("131052-308T", "******-****"),
            (" 131052-308t ", "******-****"),
            ("131052-308X", "999999-999A"),
            ("a\u{308}i½\u{a0}№", "a*a9 *"),
            ("x@y.fi\t\u{1f600}", "a@a.aa *"),
        ] {
            assert_eq!(masked(cell), seen);
        }
        assert_eq!(masked(&"x".repeat(99)).len(), SHOWN_MAX);
    }
}
