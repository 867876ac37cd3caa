//! What is wrong with a document: place, path of the field, reason.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Problems told of one document; more are counted.
const TOLD_MAX: usize = 20;

/// One thing wrong, or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Line, from 1; none where the document as a whole is meant.
    pub line: Option<usize>,
    /// Column in characters, from 1.
    pub column: Option<usize>,
    /// Path of the field, as `criteria.all[2].between`; empty for the document.
    pub field: String,
    /// Why. Never holds a value.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "line {line}, column {column}: ")?;
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.reason)
    }
}

/// A document with problems; at least one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub struct Refused {
    /// The first problems, in the order they were found.
    pub problems: Vec<Problem>,
    /// How many more there are.
    pub more: usize,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let gap = if index == 0 { "" } else { "; " };
            write!(f, "{gap}{problem}")?;
        }
        if self.more > 0 { write!(f, "; and {} more", self.more) } else { Ok(()) }
    }
}

impl Refused {
    /// Refuses the document as a whole.
    pub(super) fn whole(reason: String) -> Self {
        let problem = Problem { line: None, column: None, field: String::new(), reason };
        Self { problems: vec![problem], more: 0 }
    }
}

/// The way from the document to a field.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'p> {
    Root,
    Key(&'p Self, &'p str),
    Index(&'p Self, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Key(Self::Root, key) => f.write_str(key),
            Self::Key(parent, key) => write!(f, "{parent}.{key}"),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// Collects what is wrong while a document is read.
#[derive(Debug)]
pub(crate) struct Report<'t> {
    text: &'t str,
    problems: Vec<Problem>,
    more: usize,
    warnings: Vec<Problem>,
}

impl<'t> Report<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, problems: Vec::new(), more: 0, warnings: Vec::new() }
    }

    /// A problem of the text itself.
    pub(super) fn fault(&mut self, at: usize, reason: impl Into<String>) {
        let _none: Option<()> = self.problem(at, &Path::Root, reason);
    }

    /// Something that refuses the document. `None`, for the caller to return.
    pub(crate) fn problem<T>(&mut self, at: usize, path: &Path<'_>, reason: impl Into<String>) -> Option<T> {
        if self.problems.len() < TOLD_MAX {
            let problem = self.locate(at, path, reason.into());
            self.problems.push(problem);
        } else {
            self.more += 1;
        }
        None
    }

    /// Something worth knowing.
    pub(crate) fn warning(&mut self, at: usize, path: &Path<'_>, reason: impl Into<String>) {
        if self.warnings.len() < TOLD_MAX {
            let warning = self.locate(at, path, reason.into());
            self.warnings.push(warning);
        }
    }

    fn locate(&self, at: usize, path: &Path<'_>, reason: String) -> Problem {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        Problem { line: Some(line), column: Some(column), field: path.to_string(), reason }
    }

    /// The value with the warnings, unless something was wrong.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<(T, Vec<Problem>), Refused> {
        match value {
            Some(value) if self.problems.is_empty() => Ok((value, self.warnings)),
            _ => Err(Refused::from(self)),
        }
    }
}

impl From<Report<'_>> for Refused {
    fn from(report: Report<'_>) -> Self {
        if report.problems.is_empty() {
            return Self::whole("the document cannot be read".to_owned());
        }
        Self { problems: report.problems, more: report.more }
    }
}
