//! What a command answers: one JSON document, or the same for people.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::failure::{Failure, Outcome};

/// The answer of a command that succeeded.
#[derive(Debug)]
pub(crate) struct Answer {
    json: Value,
    text: String,
}

impl Answer {
    /// An answer with its JSON document and its text for people.
    ///
    /// # Errors
    /// If the document cannot be made; a defect of ours.
    pub(crate) fn new(document: &impl Serialize, text: impl Into<String>) -> Outcome<Self> {
        let json = serde_json::to_value(document)
            .map_err(|error| Failure::failed(format!("make the JSON document: {error}")))?;
        Ok(Self { json, text: text.into() })
    }

    /// An answer whose JSON document is made.
    pub(crate) fn with(json: Value, text: impl Into<String>) -> Self {
        Self { json, text: text.into() }
    }

    /// An answer that is a JSON document for people too.
    pub(crate) fn json(document: Value) -> Self {
        let text = pretty(&document);
        Self { json: document, text }
    }

    /// The answer of a role that ended as it was asked to.
    pub(crate) fn ended() -> Self {
        Self { json: serde_json::json!({ "ended": true }), text: String::new() }
    }

    /// Writes it to standard output.
    ///
    /// # Errors
    /// If standard output cannot be written to.
    pub(crate) fn print(&self, as_json: bool) -> Outcome<()> {
        let text = if as_json { pretty(&self.json) } else { self.text.clone() };
        print(&text)
    }
}

/// Writes text to standard output, ending in one line feed.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn print(text: &str) -> Outcome<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    let written = out.write_all(text.trim_end_matches('\n').as_bytes());
    written
        .and_then(|()| out.write_all(b"\n"))
        .and_then(|()| out.flush())
        .map_err(|error| Failure::output(&error))
}

fn pretty(document: &Value) -> String {
    serde_json::to_string_pretty(document).unwrap_or_default()
}

/// A number with spaces between thousands, as people write it.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// Columns of text, each as wide as its widest cell; the last is not filled up.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = head.map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[String; N]| {
        let filled = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        format!("{}\n", filled.collect::<Vec<_>>().join("  ").trim_end())
    };
    let mut text = line(&head.map(str::to_owned));
    text.extend(rows.iter().map(line));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1 000"), (5_634_472, "5 634 472")] {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn columns_line_up() {
        let rows = [["åbo".into(), "1".into()], ["b".into(), "22".into()]];
        assert_eq!(table(["a", "n"], &rows), "a    n\nåbo  1\nb    22\n");
    }
}
