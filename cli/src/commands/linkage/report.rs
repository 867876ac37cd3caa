//! The report of a linkage: one HTML file without network, scripts or values of records.

mod charts;
mod clusters;

use std::io::Write as _;
use std::path::Path;

use poimuri_worker::engine::link::{Account, COARSE, Decimal, Model, Pair, Table, Waterfalls, rounded};

use super::run::{Done, shown};
use super::write::whole;
use crate::failure::Outcome;

const STYLE: &str =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
h2{margin-top:2.5rem}table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}svg{background:#f6f6f4;display:block}
.bar{display:inline-block;height:.8em;background:#3a6ea5}.neg{background:#b5533c}small{color:#666}";

/// Writes `report.html`.
///
/// # Errors
/// The file cannot be written.
pub(super) fn write(folder: &Path, table: &Table, done: &Done, waterfalls: &Waterfalls<'_>) -> Outcome<()> {
    let Done { model, linked, own, .. } = done;
    let threshold = linked.account.threshold_weight;
    let mut page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Linkage</title><style>{STYLE}</style><h1>Linkage</h1>"
    );
    page += &summary(&linked.account);
    if let Some(unlinked) = linked.account.unlinked {
        page += &format!("<p><strong>{unlinked}</strong></p>");
    }
    page += &charts::histogram(&linked.pairs, threshold);
    page += &charts::thresholds(&linked.pairs);
    page += &charts::unlinkable(own, threshold);
    page += &fields(model);
    page += &rules(model);
    page += &clusters::clusters(table, linked);
    page += &explained(table, &shown(linked), waterfalls);
    whole(&folder.join("report.html"), |out| out.write_all(page.as_bytes()))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn row(cells: &[String]) -> String {
    let cells = cells.iter().enumerate();
    let cell = |(index, cell): (usize, &String)| {
        if index == 0 { format!("<td>{cell}") } else { format!("<td class=n>{cell}") }
    };
    format!("<tr>{}", cells.map(cell).collect::<String>())
}

fn head(cells: &[&str]) -> String {
    format!("<table><tr>{}", cells.iter().map(|cell| format!("<th>{cell}")).collect::<String>())
}

fn summary(account: &Account) -> String {
    let rows = [
        ("records", account.records.to_string()),
        ("pairs compared", account.compared.to_string()),
        ("pairs left out because their block was too large", account.cut.to_string()),
        ("pairs linked", account.linked_pairs.to_string()),
        ("clusters of several records", account.clusters_of_several.to_string()),
        ("linked from a probability of", format!("{:.3}", account.threshold)),
        ("expected precision", format!("{:.4}", account.expected_precision)),
        ("expected recall of compared pairs", format!("{:.4}", account.expected_recall)),
    ];
    let rows = rows.map(|(name, value)| row(&[name.to_owned(), value]));
    format!("{}{}</table>", head(&["", ""]), rows.concat())
}

fn bar(weight: Decimal<COARSE>) -> String {
    let bits = weight.number();
    let class = if bits < 0.0 { "bar neg" } else { "bar" };
    format!("<span class='{class}' style='width:{:.1}rem'></span> {weight:+}", bits.abs().min(25.0) * 0.4)
}

fn fields(model: &Model) -> String {
    let mut text = "<h2>Fields</h2>".to_owned();
    for (field, levels) in model.levels() {
        let kind = format!("{:?}", field.kind).to_lowercase();
        text += &format!("<h3>{} <small>{kind}</small></h3>", escaped(&field.name));
        text += &head(&["level", "same person", "random pairs", "bits"]);
        for level in levels {
            let weight = (level.same / level.random).log2();
            let cells = [
                level.level.to_owned(),
                format!("{:.4}", level.same),
                format!("{:.6}", level.random),
                bar(Decimal::of(weight)),
            ];
            text += &row(&cells);
        }
        text += "</table>";
    }
    text
}

fn rules(model: &Model) -> String {
    let mut text = "<h2>Blocking rules</h2>".to_owned();
    let Some(rules) = &model.rules else {
        return text + "<p>The list is short: all pairs were compared.</p>";
    };
    text += &head(&["records that share", "pairs they bring", "share that only this rule reaches"]);
    for rule in rules {
        let cells =
            [escaped(&rule.keys.join(" and ")), format!("{:.0}", rule.pairs), format!("{:.4}", rule.gain)];
        text += &row(&cells);
    }
    text + "</table>"
}

/// Pairs with the steps to their weights.
fn explained(table: &Table, pairs: &[&Pair], waterfalls: &Waterfalls<'_>) -> String {
    let mut text = "<h2>How pairs came to their weight</h2>".to_owned();
    for pair in pairs {
        let id = |row: u32| escaped(&table.ids[row as usize]);
        text += &format!(
            "<h3>{} and {} <small>{:+} bits, probability {:.4}</small></h3>",
            id(pair.a),
            id(pair.b),
            Decimal::<COARSE>::of(pair.weight),
            pair.probability
        );
        text += &head(&["field", "level", "bits"]);
        let steps = waterfalls.steps(pair.a, pair.b, pair.weight);
        for (step, bits) in steps.iter().zip(rounded(&steps, pair.weight)) {
            text += &row(&[escaped(&step.field), step.level.to_owned(), bar(bits)]);
        }
        text += "</table>";
    }
    text
}
