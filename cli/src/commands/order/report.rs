//! `order report`: the match report of an update, as JSON or as a page with bars.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use super::Which;
use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::context::block_on;
use crate::desk::Desk;
use crate::failure::{Failure, Outcome};

const EXAMPLES: &str = "Examples:
  poimuri order report o-01kbt6v8q5z3f9x2m7c4n1h0ds
  poimuri order report o-01kbt6v8q5z3f9x2m7c4n1h0ds --html report.html";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Report {
    #[command(flatten)]
    which: Which,
    /// Write a page to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// What a page shows: the field of the account, its title, what its names mean.
const SECTIONS: [(&str, &str); 4] = [
    ("statuses", "Rows by status"),
    ("keys", "Found by"),
    ("flags", "Changes"),
    ("reasons", "Why not found"),
];

/// The same of rows that nobody was found for; customers are given rounded numbers or words.
const APPROXIMATE: ([&str; 2], &str) =
    (["approximate", "approximately"], "May nearly mean somebody: nothing is told of them");

const MEANINGS: [(&str, &str); 29] = [
    ("10", "no change"),
    ("11", "changed"),
    ("12", "deceased"),
    ("13", "moved abroad"),
    ("14", "no permanent address"),
    ("20", "not found or not disclosable"),
    ("30", "several persons"),
    ("31", "keys disagree"),
    ("40", "no valid key"),
    ("41", "same person as an earlier row"),
    ("50", "key not permitted"),
    ("M1", "identity code"),
    ("M2", "previous identity code"),
    ("M3", "name and date of birth"),
    ("M4", "name and address"),
    ("M5", "name and postal code, one person with a surname rare there"),
    ("M6", "M3 or M4 but for a slip in one part"),
    ("N", "name"),
    ("F", "found by a former name"),
    ("A", "address"),
    ("M", "municipality"),
    ("L", "mother tongue"),
    ("S", "sex"),
    ("H", "identity code"),
    ("D", "death"),
    ("E", "moved abroad"),
    ("I", "back from abroad"),
    ("P", "postal code without a move"),
    ("C", "the customer's value is newer"),
];

impl Report {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = self.which.reach.context(global)?;
        let id = &self.which.id;
        let receipt = block_on(async { Desk::open(&context).await?.receipt(&context, id).await })?;
        let account = receipt.get("update").filter(|account| account.is_object());
        let account = account.ok_or_else(|| Failure::refused(format!("order {id} is no update")))?;
        let Some(path) = &self.html else { return Answer::new(account, text(account)) };
        std::fs::write(path, page(id.as_str(), account))
            .map_err(|error| Failure::file("write the report", path, &error))?;
        Answer::new(account, format!("the report is in {}", path.display()))
    }
}

fn meaning(name: &str) -> &str {
    MEANINGS.iter().find(|(known, _)| *known == name).map_or("", |(_, meaning)| meaning)
}

fn counts<'a>(account: &'a Value, section: &str) -> Vec<(&'a str, u64)> {
    let counts = account.get(section).and_then(Value::as_object).into_iter().flatten();
    counts.map(|(name, count)| (name.as_str(), count.as_u64().unwrap_or(0))).collect()
}

/// Rows that may nearly mean somebody, by key, as they are written.
fn approximate(account: &Value) -> Vec<(&str, String)> {
    let written = |count: &Value| match count.as_u64() {
        Some(count) => thousands(count),
        None => count.as_str().unwrap_or_default().to_owned(),
    };
    let fields = APPROXIMATE.0.into_iter().filter_map(|field| account.get(field)?.as_object());
    fields.flatten().map(|(key, count)| (key.as_str(), written(count))).collect()
}

fn number(account: &Value, name: &str) -> u64 {
    account.get(name).and_then(Value::as_u64).unwrap_or(0)
}

fn text(account: &Value) -> String {
    let (rows, persons) = (number(account, "rows"), number(account, "persons"));
    let mut text = format!("{} rows, {} persons\n", thousands(rows), thousands(persons));
    for (section, title) in SECTIONS {
        let cells: Vec<[String; 3]> = counts(account, section)
            .into_iter()
            .map(|(name, count)| [name.to_owned(), thousands(count), meaning(name).to_owned()])
            .collect();
        if !cells.is_empty() {
            text.push_str(&format!("\n{}", table([title, "rows", ""], &cells)));
        }
    }
    let cells: Vec<[String; 3]> = approximate(account)
        .into_iter()
        .map(|(key, count)| [key.to_owned(), count, meaning(key).to_owned()])
        .collect();
    if !cells.is_empty() {
        text.push_str(&format!("\n{}", table([APPROXIMATE.1, "rows", ""], &cells)));
    }
    text
}

fn page(order: &str, account: &Value) -> String {
    let rows = number(account, "rows").max(1);
    let mut body = String::new();
    for (section, title) in SECTIONS {
        let mut lines = String::new();
        for (name, count) in counts(account, section) {
            let per_mille = count * 1000 / rows;
            // Writing to a text does not fail.
            let _written = writeln!(
                lines,
                "<tr><th>{name}</th><td>{}</td><td class=n>{}</td><td class=n>{}.{} %</td><td><i style=\"width:{}px\"></i></td></tr>",
                meaning(name),
                thousands(count),
                per_mille / 10,
                per_mille % 10,
                per_mille * 3 / 10,
            );
        }
        if !lines.is_empty() {
            let _written = writeln!(body, "<h2>{title}</h2>\n<table>\n{lines}</table>");
        }
    }
    let row = |(key, count): (&str, String)| {
        format!("<tr><th>{key}</th><td>{}</td><td class=n>{count}</td></tr>\n", meaning(key))
    };
    let lines: String = approximate(account).into_iter().map(row).collect();
    if !lines.is_empty() {
        let _written = writeln!(body, "<h2>{}</h2>\n<table>\n{lines}</table>", APPROXIMATE.1);
    }
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Match report {order}</title>\n<style>{STYLE}</style>\n\
         <h1>Match report of order {order}</h1>\n<p>{} rows, {} different persons found.</p>\n{body}</html>\n",
        thousands(number(account, "rows")),
        thousands(number(account, "persons")),
    )
}

const STYLE: &str = "body{font:15px sans-serif;margin:2em;color:#222}table{border-collapse:collapse}th{text-align:left}\
td,th{padding:2px 12px 2px 0}.n{text-align:right}i{display:inline-block;height:11px;background:#36c}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_table_and_a_page() {
        let account = serde_json::json!({
            "rows": 1500, "persons": 900, "statuses": { "10": 750, "20": 750 }, "keys": { "M1": 750 }, "flags": {},
            "reasons": { "not-found-or-not-disclosable": 750 },
        });
        let told = text(&account);
        assert!(told.contains("1 500 rows, 900 persons") && told.contains("identity code"), "{told}");
        assert!(!told.contains("Changes") && !told.contains("nearly"), "{told}");
        for (field, count, expected) in [
            ("approximate", serde_json::json!(1234), "1 234"),
            ("approximately", serde_json::json!("under 100"), "under 100"),
        ] {
            let account = serde_json::json!({ "rows": 1500, "persons": 900, field: { "M6": count } });
            let (told, page) = (text(&account), page("o-1", &account));
            assert!(told.contains("a slip in one part") && told.contains(expected), "{told}");
            assert!(page.contains(&format!("<td class=n>{expected}</td>")), "{page}");
        }
        let page = page("o-1", &account);
        assert!(page.contains("<td class=n>50.0 %</td>") && page.contains("width:150px"), "{page}");
    }
}
