//! What `--suggest` tells: blocking rules with their counts, before anything is compared.

use poimuri_worker::engine::link::{self, Settings, Suggestion, Suggestions, Table};
use serde_json::json;

use super::refused;
use crate::answer::{Answer, table, thousands};
use crate::failure::{Failure, Outcome};

/// Suggests blocking rules for a table.
///
/// # Errors
/// No column tells records apart, or the settings do not fit the table.
pub(super) fn suggest(list: &Table, settings: &Settings) -> Outcome<Answer> {
    let prepared = link::prepare(list, settings).map_err(|error| refused(&error))?;
    let found = link::suggest(&prepared, settings).map_err(|error| refused(&error))?;
    let text = toml::to_string(&found.settings(&prepared, settings))
        .map_err(|error| Failure::failed(format!("write the settings: {error}")))?;
    let document = json!({ "suggestions": &found, "settings": &text });
    Answer::new(&document, format!("{}\n\n{}", told(&found), text.trim_end()))
}

fn told(found: &Suggestions) -> String {
    let headings =
        ["picked", "records that share", "pairs", "largest block", "left out", "records with it", "reach"];
    let rows: Vec<[String; 7]> = found.rules.iter().map(row).collect();
    let picked = if found.is_whole {
        format!(
            "The list is short: all {} pairs are compared, unless the settings name rules. The picked rules would bring together {} of them",
            thousands(found.all_pairs),
            thousands(found.compared)
        )
    } else {
        format!(
            "The picked rules bring together {} of {} pairs",
            thousands(found.compared),
            thousands(found.all_pairs)
        )
    };
    format!(
        "{}\n\n{picked}, and an estimated {} of the pairs of the same person.\nThe settings that say so (--settings FILE):",
        table(headings, &rows),
        percent(found.reach)
    )
}

fn row(rule: &Suggestion) -> [String; 7] {
    [
        if rule.picked { "yes" } else { "" }.to_owned(),
        rule.keys.join(" and "),
        thousands(rule.pairs),
        thousands(rule.largest_block),
        thousands(rule.cut),
        percent(rule.records),
        percent(rule.reach),
    ]
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
