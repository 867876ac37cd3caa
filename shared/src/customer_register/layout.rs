//! How a register is laid out: its separator, whether it has headings, and which column holds the codes.

use super::RegisterError;
use super::account::code;
use super::encoding::decode;
use super::headings::{IDENTITY_CODE, plain};

/// Separators tried, the usual ones first.
pub(super) const SEPARATORS: [u8; 4] = [b';', b',', b'\t', b'|'];
/// Lines looked at.
const LINES: usize = 1_000;

/// How a register is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) separator: u8,
    /// Index of the column of codes.
    pub(super) column: usize,
    pub(super) has_heading: bool,
}

/// Finds the layout from the beginning of a register. `heading` names the column, if the order does.
pub(super) fn detect(sample: &[u8], heading: Option<&str>) -> Result<Layout, RegisterError> {
    let lines = lines_of(sample)?;
    let Some(first) = lines.first() else { return Err(RegisterError::Empty) };
    match (by_heading(first, heading), heading) {
        (Some(layout), _) => Ok(layout),
        (None, Some(_)) => Err(RegisterError::NoSuchHeading),
        (None, None) => by_content(&lines).ok_or(RegisterError::NoColumn),
    }
}

/// The lines to look at, blank ones aside.
pub(super) fn lines_of(sample: &[u8]) -> Result<Vec<&[u8]>, RegisterError> {
    if let Some(at) = sample.iter().position(|byte| *byte == 0) {
        let before = sample.get(..at).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        return Err(RegisterError::Nul(u64::try_from(line).unwrap_or(u64::MAX)));
    }
    let lines = sample.split(|byte| matches!(byte, b'\n' | b'\r'));
    Ok(lines.filter(|line| !line.iter().all(u8::is_ascii_whitespace)).take(LINES).collect())
}

fn by_heading(first: &[u8], heading: Option<&str>) -> Option<Layout> {
    let is_wanted = |cell: &String| match heading {
        Some(heading) => cell.trim().to_lowercase() == heading.trim().to_lowercase(),
        None => IDENTITY_CODE.contains(&plain(cell).as_str()),
    };
    let layouts = SEPARATORS.iter().filter_map(|separator| {
        let cells = split(first, *separator);
        let column = cells.iter().position(is_wanted)?;
        Some((cells.len(), Layout { separator: *separator, column, has_heading: true }))
    });
    // The one that makes the most cells; of equals the first, for a single column reads the same with all.
    let best = layouts.reduce(|best, other| if other.0 > best.0 { other } else { best });
    best.map(|(_, layout)| layout)
}

/// The column with the most codes.
fn by_content(lines: &[&[u8]]) -> Option<Layout> {
    let mut best: Option<(usize, Layout)> = None;
    for separator in SEPARATORS {
        let mut hits: Vec<usize> = Vec::new();
        for line in lines {
            for (column, cell) in split(line, separator).iter().enumerate() {
                if hits.len() <= column {
                    hits.push(0);
                }
                hits[column] += usize::from(code(cell.as_bytes()).is_ok());
            }
        }
        for (column, count) in hits.into_iter().enumerate() {
            if count > best.map_or(0, |(most, _)| most) {
                best = Some((count, Layout { separator, column, has_heading: false }));
            }
        }
    }
    let (_, layout) = best?;
    let cells = split(lines.first()?, layout.separator);
    // A heading is words: neither blank nor with a digit.
    let is_heading = |cell: &String| !cell.trim().is_empty() && !cell.bytes().any(|b| b.is_ascii_digit());
    Some(Layout { has_heading: cells.get(layout.column).is_some_and(is_heading), ..layout })
}

/// The cells of one line; separators within quotes are text.
pub(super) fn split(line: &[u8], separator: u8) -> Vec<String> {
    raw_split(line, separator).iter().map(|cell| decode(cell)).collect()
}

/// The cells of one line as bytes.
pub(super) fn raw_split(line: &[u8], separator: u8) -> Vec<Vec<u8>> {
    let mut cells = vec![Vec::new()];
    let mut is_quoted = false;
    for &byte in line {
        if byte == b'"' {
            is_quoted = !is_quoted;
        } else if byte == separator && !is_quoted {
            cells.push(Vec::new());
        } else if let Some(cell) = cells.last_mut() {
            cell.push(byte);
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text, heading of the order, layout.
    type Row = (&'static str, Option<&'static str>, Option<(u8, usize, bool)>);

    #[test]
    fn layouts_are_found_by_heading_or_content() {
        let rows: [Row; 14] = [
            ("hetu\n131052-308T", None, Some((b';', 0, true))),
            ("nimi,Henkilötunnus\nx,131052-308T", None, Some((b',', 1, true))),
            ("\"nimi\"\t\"identity_code\"\n", None, Some((b'\t', 1, true))),
            ("131052-308T", None, Some((b';', 0, false))),
            ("1;131052-308t;x\n2;;\n", None, Some((b';', 1, false))),
            ("nro|tunnus\n1|131052-308T", None, Some((b'|', 1, true))),
            ("\"Mäki, A\",131052-308T", None, Some((b',', 1, false))),
            ("hetu;oma\n131052-308T;131052-308T", Some("Oma"), Some((b';', 1, true))),
            ("hetu;oma\n131052-308T;131052-308T", Some("none"), None),
            ("nimi\nMatti", None, None),
            ("", None, None),
            (" \n\r\n", None, None),
            ("hetu\n", None, Some((b';', 0, true))),
            ("1;\n2;131052-308T", None, Some((b';', 1, false))),
        ];
        for (text, heading, expected) in rows {
            let found = detect(text.as_bytes(), heading).ok();
            let found = found.map(|layout| (layout.separator, layout.column, layout.has_heading));
            assert_eq!(found, expected, "{text:?}");
        }
        let latin = detect(b"nimi;henkil\xf6tunnus\nx;y", None).unwrap();
        assert_eq!(latin.column, 1);
    }
}
