//! Values of predicates: numbers, dates, words and codes, each with its rule.

use jiff::civil::Date;

use super::codes;
use super::fields::List;
use crate::document::{FieldPath, Node, Report, Value};
use crate::order::criteria::Test;

/// Numbers in criteria lie within this of nought.
const NUMBER_MAX: i64 = 1_000_000_000;
/// Longest name or word.
const WORD_MAX: usize = 100;

/// A value of a predicate: its place, and the field for messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) node: &'a Node,
    pub(super) path: &'a FieldPath<'a>,
    /// The predicate's field.
    pub(super) name: &'static str,
}

impl At<'_> {
    pub(super) fn problem<T>(&self, report: &mut Report<'_>, reason: impl AsRef<str>) -> Option<T> {
        report.problem(self.node.at, self.path, format!("{}: {}", self.name, reason.as_ref()))
    }

    pub(super) const fn is_list(&self) -> bool {
        matches!(self.node.value, Value::List(_))
    }

    /// The items; not empty, at most `most`.
    pub(super) fn list(&self, most: usize, report: &mut Report<'_>) -> Option<&[Node]> {
        match self.node.list_if() {
            Some([]) => self.problem(report, "the list is empty"),
            Some(items) if items.len() > most => {
                self.problem(report, format!("the list has more than {most} entries"))
            }
            Some(items) => Some(items),
            None => self.must_be("a list", report),
        }
    }

    pub(super) fn flag(&self, report: &mut Report<'_>) -> Option<bool> {
        if let Value::Flag(flag) = self.node.value {
            Some(flag)
        } else {
            self.must_be("true or false", report)
        }
    }

    fn text(&self, report: &mut Report<'_>) -> Option<&str> {
        self.node.text_if().or_else(|| self.must_be("a text in quotes", report))
    }

    fn must_be<T>(&self, what: &str, report: &mut Report<'_>) -> Option<T> {
        self.problem(report, format!("must be {what}, not {}", self.node.value.kind()))
    }

    /// A name or a word.
    pub(super) fn word(&self, report: &mut Report<'_>) -> Option<String> {
        let text = self.text(report)?;
        let fits = !text.trim().is_empty()
            && text.chars().count() <= WORD_MAX
            && !text.chars().any(char::is_control);
        if fits {
            Some(text.to_owned())
        } else {
            self.problem(report, format!("must be a text of 1 to {WORD_MAX} characters on one line"))
        }
    }
}

/// A name or a word.
pub(super) fn word(at: &At<'_>, report: &mut Report<'_>) -> Option<String> {
    at.word(report)
}

pub(super) fn number(at: &At<'_>, report: &mut Report<'_>) -> Option<i64> {
    let Some(text) = at.node.number_if() else { return at.must_be("a number", report) };
    let number = text.parse().ok().filter(|number| (-NUMBER_MAX..=NUMBER_MAX).contains(number));
    match number {
        Some(number) => Some(number),
        None => at.problem(report, format!("must be a whole number from -{NUMBER_MAX} to {NUMBER_MAX}")),
    }
}

pub(super) fn date(at: &At<'_>, report: &mut Report<'_>) -> Option<Date> {
    let (Value::Date(text) | Value::Text(text)) = &at.node.value else {
        return at.must_be("a date", report);
    };
    match text.parse().ok().filter(|_| text.len() == 10) {
        Some(date) => Some(date),
        None => at.problem(report, "must be an existing date written as 1990-11-30, without time"),
    }
}

pub(super) fn code(at: &At<'_>, list: List, report: &mut Report<'_>) -> Option<String> {
    let text = at.text(report)?;
    if codes::is_known(list, text) {
        return Some(text.to_owned());
    }
    if let Some(successor) = codes::successor(list, text) {
        report.warning(
            at.node.at,
            at.path,
            format!(
                "{}: municipality {text} was abolished and is read as its successor {successor}",
                at.name
            ),
        );
        return Some(successor.to_owned());
    }
    at.problem(report, format!("unknown code; {}", codes::rule(list)))
}

pub(super) fn postal_code(at: &At<'_>, report: &mut Report<'_>) -> Option<String> {
    digits(at, 5, "must be a postal code of five digits", report)
}

pub(super) fn postal_prefix(at: &At<'_>, report: &mut Report<'_>) -> Option<String> {
    digits(at, 1, "must be the first one to five digits of a postal code", report)
}

fn digits(at: &At<'_>, fewest: usize, rule: &str, report: &mut Report<'_>) -> Option<String> {
    let text = at.text(report)?;
    if (fewest..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Some(text.to_owned())
    } else {
        at.problem(report, rule)
    }
}

/// `between` on numbers; ages of children lie within 0 to 17.
pub(super) fn number_range(at: &At<'_>, is_child_age: bool, report: &mut Report<'_>) -> Option<Test> {
    let (low, high) = range(at, number, report)?;
    if is_child_age && (low.is_some_and(|low| low > 17) || high.is_some_and(|high| high < 0)) {
        return at.problem(report, "the range has no age of a child, 0 to 17");
    }
    Some(Test::NumberBetween(low, high))
}

pub(super) fn date_range(at: &At<'_>, report: &mut Report<'_>) -> Option<Test> {
    range(at, date, report).map(|(low, high)| Test::DateBetween(low, high))
}

fn range<T: PartialOrd>(
    at: &At<'_>,
    read: fn(&At<'_>, &mut Report<'_>) -> Option<T>,
    report: &mut Report<'_>,
) -> Option<(Option<T>, Option<T>)> {
    let Some(ends) = at.node.list_if() else { return at.must_be("[low, high]", report) };
    let [low, high] = ends else {
        return at.problem(report, "must be [low, high]: two ends");
    };
    let mut end = |index: usize, node: &Node, infinity: &str| -> Option<Option<T>> {
        let is_open =
            matches!(node.value, Value::Null) || node.number_if().is_some_and(|number| number == infinity);
        if is_open {
            return Some(None);
        }
        let path = FieldPath::Index(at.path, index);
        read(&At { node, path: &path, name: at.name }, report).map(Some)
    };
    // TOML has no null: there an end is open at infinity.
    let (low, high) = (end(0, low, "-inf"), end(1, high, "inf"));
    match (low?, high?) {
        (None, None) => at.problem(report, "both ends are open"),
        (Some(low), Some(high)) if low > high => at.problem(report, "the low end is above the high end"),
        ends => Some(ends),
    }
}
