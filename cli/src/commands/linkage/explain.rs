//! What `--explain` tells: how any two records come to their weight, and what becomes of them.

use std::fmt::Write as _;

use poimuri_worker::engine::link::{
    self, Brought, COARSE, Decimal, FINE, Judged, Step, Table, Waterfalls, rounded,
};
use serde_json::{Value, json};

use super::refused;
use super::review::Rows;
use super::run::Done;
use crate::answer::{self, Answer};
use crate::failure::{Failure, Outcome};

/// The rows of pairs that are named by two identifiers with a comma between them; `flag` names them, `find` knows the rows,
/// `hint` says what an identifier is.
///
/// # Errors
/// A name is of no pair, or may be of two.
pub(crate) fn pairs(
    (flag, hint): (&str, &str),
    named: &[String],
    find: impl Fn(&str, &str) -> Option<(u32, u32)>,
) -> Outcome<Vec<(u32, u32)>> {
    let pair = |(number, name): (usize, &String)| {
        // An identifier may have a comma in it.
        let cuts = name.match_indices(',').map(|(at, _)| (name[..at].trim(), name[at + 1..].trim()));
        let mut found = cuts.filter_map(|(a, b)| find(a, b));
        match (found.next(), found.next()) {
            (Some(pair), None) => Ok(pair),
            (None, _) => {
                Err(Failure::refused(format!("pair {} of {flag} is no two records", number + 1)).hint(hint))
            }
            (Some(_), Some(_)) => {
                Err(Failure::refused(format!("pair {} of {flag} can be read in two ways", number + 1)))
            }
        }
    };
    named.iter().enumerate().map(pair).collect()
}

/// The rows of pairs of a table.
///
/// # Errors
/// As [`pairs`].
pub(super) fn pairs_of(table: &Table, named: &[String]) -> Outcome<Vec<(u32, u32)>> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Rows::new(table);
    let hint =
        "ID_A,ID_B are two values of the column that --id names; of two lists the first is of the first list";
    pairs(("--explain", hint), named, |a, b| rows.pair(a, b))
}

const EARLIER: &str = "both records are as they were: it was for the earlier order to compare them";

/// A pair with all that is told of it.
pub(crate) struct Told<'t> {
    pub(crate) ids: [&'t str; 2],
    pub(crate) weight: f64,
    pub(crate) linked: bool,
    /// Whether a reviewer judged it the same.
    pub(crate) judged: Option<bool>,
    /// Whether identity codes say that it is the same, where they are looked at.
    pub(crate) by_codes: Option<bool>,
    pub(crate) brought: Brought,
    /// Whether it was for an earlier order to compare the pair.
    pub(crate) is_of_earlier: bool,
    pub(crate) steps: Vec<Step>,
}

/// Explains pairs after a run.
///
/// # Errors
/// The model is of other columns; a defect of ours.
pub(super) fn explain(table: &Table, done: &Done, pairs: &[(u32, u32)]) -> Outcome<Answer> {
    let waterfalls = Waterfalls::new(&done.prepared, &done.model).map_err(|error| refused(&error))?;
    let brought = link::brought(&done.prepared, &done.model, pairs).map_err(|error| refused(&error))?;
    let told = |(pair, brought): (&(u32, u32), Brought)| {
        let (a, b) = *pair;
        let kept = done.linked.pairs.iter().find(|kept| is_same((kept.a, kept.b), *pair));
        let weight = kept.map_or_else(|| waterfalls.weight(a, b), |kept| kept.weight);
        Told {
            ids: [a, b].map(|row| &table.ids[row as usize]),
            weight,
            linked: done.linked.clusters[a as usize] == done.linked.clusters[b as usize],
            judged: judged(&done.given.judged, *pair),
            by_codes: None,
            brought,
            is_of_earlier: false,
            steps: waterfalls.steps(a, b, weight),
        }
    };
    let told: Vec<Told<'_>> = pairs.iter().zip(brought).map(told).collect();
    answer(done.linked.account.threshold_weight, &told)
}

/// What is told of pairs that are linked from a weight on.
///
/// # Errors
/// A defect of ours.
pub(crate) fn answer(threshold: f64, told: &[Told<'_>]) -> Outcome<Answer> {
    let document = json!({
        "threshold_weight": fine(threshold),
        "pairs": told.iter().map(Told::document).collect::<Vec<Value>>(),
    });
    let texts: Vec<String> = told.iter().map(|told| told.text(threshold)).collect();
    Answer::new(&document, texts.join("\n"))
}

fn is_same((a, b): (u32, u32), other: (u32, u32)) -> bool {
    other == (a, b) || other == (b, a)
}

fn judged(judged: &Judged, pair: (u32, u32)) -> Option<bool> {
    let has = |pairs: &[(u32, u32)]| pairs.iter().any(|other| is_same(*other, pair));
    if has(&judged.same) { Some(true) } else { has(&judged.different).then_some(false) }
}

const fn word(same: bool) -> &'static str {
    if same { "same" } else { "different" }
}

fn fine(weight: f64) -> f64 {
    Decimal::<FINE>::of(weight).number()
}

impl Told<'_> {
    fn document(&self) -> Value {
        let bits = rounded::<FINE>(&self.steps, self.weight);
        let step = |(step, bits): (&Step, Decimal<FINE>)| {
            let field = Some(&step.field).filter(|field| !field.is_empty());
            json!({ "field": field, "level": step.level, "weight": bits.number() })
        };
        let mut document = json!({
            "id_a": self.ids[0],
            "id_b": self.ids[1],
            "weight": fine(self.weight),
            "probability": fine(link::probability(self.weight)),
            "linked": self.linked,
            "judged": self.judged.map(word),
            "brought_together": self.brought,
            "steps": self.steps.iter().zip(bits).map(step).collect::<Vec<Value>>(),
        });
        if let Some(same) = self.by_codes {
            document["identity_codes"] = json!(word(same));
        }
        if self.is_of_earlier {
            document["left_to_earlier"] = json!(true);
        }
        document
    }

    fn text(&self, threshold: f64) -> String {
        let weight = Decimal::<COARSE>::of(self.weight);
        let mut text = format!(
            "{} and {}: {weight:+} bits, probability {:.4}; linked from {:+} bits\n{}\n{}",
            self.ids[0],
            self.ids[1],
            link::probability(self.weight),
            Decimal::<COARSE>::of(threshold),
            if self.is_of_earlier { EARLIER.to_owned() } else { self.way() },
            if self.linked { "linked" } else { "not linked" },
        );
        if let Some(same) = self.judged {
            _ = write!(text, "; judged {}", if same { "the same" } else { "different" });
        }
        if let Some(same) = self.by_codes {
            let decided = if same { "the same person" } else { "different people" };
            _ = write!(text, "; {decided} by their identity codes, whatever the weight");
        }
        let bits = rounded::<COARSE>(&self.steps, self.weight);
        let row = |(step, bits): (&Step, Decimal<COARSE>)| {
            [step.field.clone(), step.level.to_owned(), format!("{bits:>+7}")]
        };
        let sum = [String::new(), "weight".to_owned(), format!("{weight:>+7}")];
        let rows: Vec<[String; 3]> = self.steps.iter().zip(bits).map(row).chain([sum]).collect();
        format!("{text}\n\n{}", answer::table(["field", "level", "   bits"], &rows))
    }

    /// What brings the pair together.
    fn way(&self) -> String {
        let Some(rules) = &self.brought.rules else {
            return "compared, as all pairs of a short list are".to_owned();
        };
        let names = |is_cut: bool| {
            let rules = rules.iter().filter(|rule| rule.is_cut == is_cut);
            rules.map(|rule| rule.keys.join(" and ")).collect::<Vec<_>>().join("; ")
        };
        let (whole, cut) = (names(false), names(true));
        let mut way = if self.brought.is_compared { "compared" } else { "not compared" }.to_owned();
        if rules.is_empty() {
            way += ": no blocking rule brings them together";
        }
        if !whole.is_empty() {
            _ = write!(way, "; brought together by {whole}");
        }
        if !cut.is_empty() {
            _ = write!(way, "; the block was too large and cut between them of {cut}");
        }
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_named_by_their_identifiers() {
        let ids = ["1", "2", "a,b", "b", "a", "b,c", "c"].into_iter().collect();
        let mut table = Table { ids, first_rows: 7, columns: Vec::new() };
        let told = |table: &Table, name: &str| {
            pairs_of(table, &[name.to_owned()])
                .map_err(|failure| failure.to_text().lines().next().map(str::to_owned))
        };
        assert_eq!(told(&table, "2,1"), Ok(vec![(0, 1)]));
        assert_eq!(told(&table, "1, a,b"), Ok(vec![(0, 2)]));
        for (name, expected) in
            [("1", "no two"), ("1,1", "no two"), ("1,Secret", "no two"), ("a,b,c", "in two ways")]
        {
            let message = told(&table, name).unwrap_err().unwrap();
            assert!(message.contains(expected) && !message.contains("Secret"), "{name}: {message}");
        }
        table.first_rows = 3;
        assert_eq!(told(&table, "1,b"), Ok(vec![(0, 3)]));
        assert!(told(&table, "1,2").is_err(), "both are of the first list");
    }
}
