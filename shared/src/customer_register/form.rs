//! The form of a register as a table: encoding, separator, headings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::RegisterError;
use super::encoding::Encoding;
use super::heading::is_heading;
use super::layout::{SEPARATORS, lines_of, raw_split, split};

/// Columns of a register at most.
pub(super) const COLUMNS_MAX: usize = 1_000;
/// Lines whose number of cells is compared.
const COMPARED: usize = 100;

/// What kind of file a register is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// Text with a separator between cells.
    #[default]
    Csv,
    /// Apache Parquet.
    Parquet,
    /// An Excel workbook.
    Xlsx,
}

/// How a register is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Form {
    /// What kind of file it is. What follows says of Parquet and workbooks how their cells are handed out as text.
    #[serde(default)]
    pub kind: FileKind,
    /// The sheet of a workbook that is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// How its characters are written.
    pub encoding: Encoding,
    /// What stands between cells.
    pub separator: char,
    /// Whether cells are quoted anywhere in the beginning.
    pub is_quoted: bool,
    /// Whether the first row holds headings.
    pub has_heading: bool,
    /// Headings; `column 1` and so on if there are none.
    pub columns: Vec<String>,
}

impl Form {
    /// Finds the form from the beginning of a file.
    ///
    /// # Errors
    /// [`RegisterError::Empty`], or [`RegisterError::Nul`] for what is no text.
    pub fn detect(sample: &[u8]) -> Result<Self, RegisterError> {
        Self::named(sample, false, &[])
    }

    /// As [`Form::detect`]; the first row holds headings if the file is known to have them, or one of the `named` stands there.
    pub(super) fn named(sample: &[u8], is_headed: bool, named: &[&str]) -> Result<Self, RegisterError> {
        let lines = lines_of(sample)?;
        let Some(first) = lines.first() else { return Err(RegisterError::Empty) };
        let encoding = Encoding::detect(sample);
        let separator = separator(&lines);
        let cells = split(first, separator);
        let texts = |line: &[u8]| -> Vec<String> {
            raw_split(line, separator).iter().map(|cell| encoding.text(cell).0.trim().to_owned()).collect()
        };
        let first = texts(first);
        let is_named = first.iter().any(|cell| named.iter().any(|named| is_same_heading(cell, named)));
        let has_heading = is_headed || is_named || is_heading(&cells, &below(&lines, separator));
        let columns = if has_heading {
            first
        } else {
            (1..=cells.len()).map(|number| format!("column {number}")).collect()
        };
        if columns.len() > COLUMNS_MAX {
            return Err(RegisterError::TooManyColumns);
        }
        let is_quoted = lines.iter().any(|line| line.contains(&b'"'));
        let separator = char::from(separator);
        Ok(Self { kind: FileKind::Csv, sheet: None, encoding, separator, is_quoted, has_heading, columns })
    }

    /// The separator as it is in the file.
    pub(super) fn separator_byte(&self) -> u8 {
        u8::try_from(self.separator).unwrap_or(b';')
    }
}

/// Whether two headings are one.
pub(super) fn is_same_heading(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// The separator by which most lines have as many cells as the first, of those the one that makes most cells.
fn separator(lines: &[&[u8]]) -> u8 {
    let quality = |separator: &u8| {
        let counts = lines.iter().take(COMPARED).map(|line| split(line, *separator).len());
        let counts: Vec<usize> = counts.collect();
        let first = counts.first().copied().unwrap_or(1);
        let equal = counts.iter().filter(|count| **count == first).count();
        if first < 2 { (0, 0) } else { (equal, first) }
    };
    let mut best = (SEPARATORS[0], (0, 0));
    for separator in SEPARATORS {
        let found = quality(&separator);
        if found > best.1 {
            best = (separator, found);
        }
    }
    best.0
}

/// The cells of the lines that are compared with the first.
fn below(lines: &[&[u8]], separator: u8) -> Vec<Vec<String>> {
    lines.iter().skip(1).take(COMPARED).map(|line| split(line, separator)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_found() {
        let rows: [(&[u8], char, bool, &[&str]); 7] = [
            (b"hetu;nimi\n131052-308T;x\n", ';', true, &["hetu", "nimi"]),
            (b"a,b\n1,2\n", ',', true, &["a", "b"]),
            (b"1;131052-308T\n2;131052-308T\n", ';', false, &["column 1", "column 2"]),
            (b"\"sukunimi\"\t\"etunimet\"\nM\tA\n", '\t', true, &["sukunimi", "etunimet"]),
            (b"hetu\n131052-308T\n", ';', true, &["hetu"]),
            (b"sukunimi|f\xf6rnamn|x\n1|2|3\n", '|', true, &["sukunimi", "förnamn", "x"]),
            (b"a;b, c;d\n1;2, 3;4\n1;2;4\n", ';', true, &["a", "b, c", "d"]),
        ];
        for (text, separator, has_heading, columns) in rows {
            let form = Form::detect(text).unwrap();
            assert_eq!((form.separator, form.has_heading), (separator, has_heading), "{form:?}");
            assert_eq!(form.columns, columns);
        }
        assert!(matches!(Form::detect(b"  \n"), Err(RegisterError::Empty)));
    }

    #[test]
    fn a_heading_that_is_named_is_one() {
        let text = b"Tunnus\n131052-308T\n";
        assert!(!Form::detect(text).unwrap().has_heading);
        assert_eq!(Form::named(text, false, &["tunnus "]).unwrap().columns, ["Tunnus"]);
        assert_eq!(Form::named(text, false, &["column 1"]).unwrap().columns, ["column 1"]);
    }
}
