//! Fields of a table by name: each is taken once, and what nobody took is refused.

use super::nearest::nearest;
use super::node::{Entry, Node, Value};
use super::report::{Path, Report};

/// Longest name of ours that a message repeats.
const SHOWN_MAX: usize = 40;
/// Characters of a date.
const DATE_LETTERS: usize = 10;

/// A table while its fields are taken.
#[derive(Debug)]
pub(crate) struct Table<'n> {
    at: usize,
    entries: &'n [Entry],
    asked: Vec<&'static str>,
}

impl<'n> Table<'n> {
    /// The table a node holds.
    pub(crate) fn of(node: &'n Node, path: &Path<'_>, report: &mut Report<'_>) -> Option<Self> {
        if let Value::Table(entries) = &node.value {
            Some(Self { at: node.at, entries, asked: Vec::new() })
        } else {
            report.problem(node.at, path, format!("must be a table, not {}", node.value.kind()))
        }
    }

    /// Where the table begins.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// Whether a field is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == name)
    }

    /// A field, if it is there.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<&'n Node> {
        self.asked.push(name);
        self.entries.iter().find(|entry| entry.key == name).map(|entry| &entry.node)
    }

    /// A field that must be there.
    pub(crate) fn require(
        &mut self,
        name: &'static str,
        path: &Path<'_>,
        report: &mut Report<'_>,
    ) -> Option<&'n Node> {
        let found = self.take(name);
        if found.is_none() { report.problem(self.at, &Path::Key(path, name), "is missing") } else { found }
    }

    /// Refuses what nobody took.
    pub(crate) fn finish(self, path: &Path<'_>, report: &mut Report<'_>) -> Option<()> {
        let mut good = Some(());
        for entry in self.entries.iter().filter(|entry| !self.asked.contains(&entry.key.as_str())) {
            let reason = format!("unknown key {}{}", shown(&entry.key), meant(&entry.key, &self.asked));
            good = report.problem(entry.key_at, path, reason);
        }
        good
    }

    /// Entries nobody has asked for so far.
    pub(crate) fn others(&self) -> impl Iterator<Item = &'n Entry> {
        self.entries.iter().filter(|entry| !self.asked.contains(&entry.key.as_str()))
    }
}

/// A word as messages may show it: only what looks like a name of ours, never what may be personal.
pub(crate) fn shown(word: &str) -> String {
    let is_name_like = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.');
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let fits = !word.is_empty() && word.len() <= SHOWN_MAX && digits <= 4 && word.chars().all(is_name_like);
    if fits { format!("`{word}`") } else { "(not repeated here)".to_owned() }
}

/// ` (did you mean …?)`, or nothing.
pub(crate) fn meant(word: &str, words: &[&str]) -> String {
    nearest(word, words).map(|word| format!(" (did you mean `{word}`?)")).unwrap_or_default()
}

impl Node {
    /// The text it holds, if it does.
    pub(crate) fn text_if(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The number it holds, as written, if it does.
    pub(crate) fn number_if(&self) -> Option<&str> {
        if let Value::Number(text) = &self.value { Some(text) } else { None }
    }

    /// The items of the list it holds, if it does.
    pub(crate) fn list_if(&self) -> Option<&[Self]> {
        if let Value::List(items) = &self.value { Some(items) } else { None }
    }

    /// The text it holds.
    pub(crate) fn text(&self, path: &Path<'_>, report: &mut Report<'_>) -> Option<&str> {
        if let Value::Text(text) = &self.value {
            Some(text)
        } else {
            report.problem(self.at, path, format!("must be a text in quotes, not {}", self.value.kind()))
        }
    }

    /// The text it holds: not empty, without control characters, of at most some characters.
    pub(crate) fn line(&self, longest: usize, path: &Path<'_>, report: &mut Report<'_>) -> Option<String> {
        let text = self.text(path, report)?;
        if text.trim().is_empty() || text.chars().any(char::is_control) || text.chars().count() > longest {
            let reason = format!("must be a text of 1 to {longest} characters on one line");
            return report.problem(self.at, path, reason);
        }
        Some(text.to_owned())
    }

    /// The items of the list it holds; not empty, at most `most`.
    pub(crate) fn list(&self, most: usize, path: &Path<'_>, report: &mut Report<'_>) -> Option<&[Self]> {
        let Value::List(items) = &self.value else {
            return report.problem(self.at, path, format!("must be a list, not {}", self.value.kind()));
        };
        if items.is_empty() {
            return report.problem(self.at, path, "the list is empty");
        }
        if items.len() > most {
            return report.problem(self.at, path, format!("the list has more than {most} entries"));
        }
        Some(items)
    }

    /// A name of ours, parsed; `error` tells the rule, never the value.
    pub(crate) fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        path: &Path<'_>,
        report: &mut Report<'_>,
    ) -> Option<T> {
        let text = self.text(path, report)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => report.problem(self.at, path, error.to_string()),
        }
    }

    /// One of some words.
    pub(crate) fn choice<T: Copy>(
        &self,
        choices: &[(&str, T)],
        path: &Path<'_>,
        report: &mut Report<'_>,
    ) -> Option<T> {
        let text = self.text(path, report)?;
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let hint = meant(text, &words);
        report.problem(self.at, path, format!("must be one of {}{hint}", words.join(", ")))
    }

    /// A whole number from `low` to `high`.
    pub(crate) fn whole(&self, low: i64, high: i64, path: &Path<'_>, report: &mut Report<'_>) -> Option<i64> {
        let Some(text) = self.number_if() else {
            return report.problem(self.at, path, format!("must be a number, not {}", self.value.kind()));
        };
        let number = text.parse().ok().filter(|number| (low..=high).contains(number));
        if number.is_none() {
            return report.problem(self.at, path, format!("must be a whole number from {low} to {high}"));
        }
        number
    }

    /// Yes or no.
    pub(crate) fn truth(&self, path: &Path<'_>, report: &mut Report<'_>) -> Option<bool> {
        let Value::Flag(flag) = &self.value else {
            return report.problem(
                self.at,
                path,
                format!("must be true or false, not {}", self.value.kind()),
            );
        };
        Some(*flag)
    }

    /// A civil date: of TOML, or as the text `2026-11-01`.
    pub(crate) fn date(&self, path: &Path<'_>, report: &mut Report<'_>) -> Option<jiff::civil::Date> {
        let (Value::Date(text) | Value::Text(text)) = &self.value else {
            return report.problem(self.at, path, format!("must be a date, not {}", self.value.kind()));
        };
        let date = text.parse().ok().filter(|_| text.len() == DATE_LETTERS);
        if date.is_none() {
            let reason = "must be an existing date written as 2026-11-01, without time";
            return report.problem(self.at, path, reason);
        }
        date
    }
}
