//! The report of a linkage: one HTML file without network, scripts or values of records.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use poimuri_worker::engine::link::{Account, Model, Outcome as Linked, Pair, Step, Table};

use super::write::whole;
use crate::failure::Outcome;

/// Clusters shown, the largest first.
const CLUSTERS: usize = 20;
/// Bars of the histogram: one for each bit of weight from the least.
const BITS: std::ops::RangeInclusive<i32> = -7..=40;

const STYLE: &str =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
h2{margin-top:2.5rem}table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}svg{background:#f6f6f4;display:block}
.bar{display:inline-block;height:.8em;background:#3a6ea5}.neg{background:#b5533c}small{color:#666}";

/// A pair and the steps to its weight.
pub(super) type Explained<'p> = (&'p Pair, Vec<Step>);

/// Writes `report.html`.
///
/// # Errors
/// The file cannot be written.
pub(super) fn write(
    folder: &Path,
    table: &Table,
    model: &Model,
    linked: &Linked,
    explained: &[Explained<'_>],
) -> Outcome<()> {
    let mut page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Linkage</title><style>{STYLE}</style><h1>Linkage</h1>"
    );
    page += &summary(&linked.account);
    if let Some(unlinked) = linked.account.unlinked {
        page += &format!("<p><strong>{unlinked}</strong></p>");
    }
    page += &histogram(&linked.pairs, linked.account.threshold);
    page += &thresholds(&linked.pairs);
    page += &fields(model);
    page += &rules(model);
    page += &clusters(table, linked);
    page += &waterfalls(table, explained);
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

/// Pairs by weight; heights on a logarithmic scale.
fn histogram(pairs: &[Pair], threshold: f64) -> String {
    let mut counts: BTreeMap<i32, u32> = BTreeMap::new();
    for pair in pairs {
        let bit = BITS.rev().find(|bit| f64::from(*bit) <= pair.weight).unwrap_or(*BITS.start());
        *counts.entry(bit).or_insert(0) += 1;
    }
    let tallest = counts.values().map(|count| f64::from(*count).ln_1p()).fold(1.0, f64::max);
    let mut svg = String::new();
    for (bit, count) in &counts {
        let height = 160.0 * f64::from(*count).ln_1p() / tallest;
        let colour =
            if f64::from(*bit) >= (threshold / (1.0 - threshold)).log2() { "#3a6ea5" } else { "#aaa" };
        svg += &format!(
            "<rect x={} y={:.1} width=14 height={height:.1} fill='{colour}'><title>{bit} bits: {count} pairs</title></rect>",
            (bit - BITS.start()) * 16,
            170.0 - height,
        );
    }
    format!(
        "<h2>Pairs by match weight</h2><svg width=770 height=172>{svg}</svg><small>One bar for each bit from {} to {}, \
         logarithmic heights; blue bars are above the threshold.</small>",
        BITS.start(),
        BITS.end()
    )
}

/// Expected precision and recall at other thresholds.
fn thresholds(pairs: &[Pair]) -> String {
    let total: f64 = pairs.iter().map(|pair| pair.probability).sum();
    let mut text = "<h2>Other thresholds</h2>".to_owned();
    text += &head(&["probability", "pairs", "expected precision", "expected recall"]);
    for threshold in [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999] {
        let above = pairs.iter().filter(|pair| pair.probability >= threshold);
        let (count, found) = above.fold((0_u32, 0.0), |(n, sum), pair| (n + 1, sum + pair.probability));
        let share = |of: f64| if of > 0.0 { format!("{:.4}", found / of) } else { "–".to_owned() };
        text += &row(&[threshold.to_string(), count.to_string(), share(f64::from(count)), share(total)]);
    }
    text + "</table>"
}

fn bar(weight: f64) -> String {
    let class = if weight < 0.0 { "bar neg" } else { "bar" };
    format!("<span class='{class}' style='width:{:.1}rem'></span> {weight:+.2}", weight.abs().min(25.0) * 0.4)
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
                bar(weight),
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

/// The largest clusters: how many of their pairs are likely, and the weakest.
fn clusters(table: &Table, linked: &Linked) -> String {
    let mut sizes = vec![0_u32; linked.clusters.len()];
    linked.clusters.iter().for_each(|home| sizes[*home as usize] += 1);
    let alone = sizes.iter().filter(|size| **size == 1).count();
    let mut largest: Vec<(u32, u32)> = sizes.into_iter().zip(0..).filter(|(size, _)| *size > 1).collect();
    largest.sort_by(|a, b| b.cmp(a));
    largest.truncate(CLUSTERS);
    let mut seen: BTreeMap<u32, (u32, f64)> =
        largest.iter().map(|(_, home)| (*home, (0, f64::INFINITY))).collect();
    let place = |row: u32| linked.clusters.get(row as usize).copied().unwrap_or(row);
    for pair in linked.pairs.iter().filter(|pair| pair.linked) {
        if let Some((likely, weakest)) = seen.get_mut(&place(pair.a)) {
            *likely += u32::from(pair.probability >= linked.account.threshold);
            *weakest = weakest.min(pair.weight);
        }
    }
    let mut text = format!("<h2>Clusters</h2><p>{alone} records stand alone. The largest clusters:</p>");
    text += &head(&["first record", "records", "density", "weakest pair, bits"]);
    for (size, home) in largest {
        let (likely, weakest) = seen.get(&home).copied().unwrap_or((0, 0.0));
        let density = f64::from(likely) / (f64::from(size) * f64::from(size - 1) / 2.0);
        let id = table.ids.get(home as usize).unwrap_or_default();
        text += &row(&[escaped(id), size.to_string(), format!("{density:.3}"), format!("{weakest:+.1}")]);
    }
    text + "</table>"
}

fn waterfalls(table: &Table, explained: &[Explained<'_>]) -> String {
    let mut text = "<h2>How pairs came to their weight</h2>".to_owned();
    for (pair, steps) in explained {
        let id = |row: u32| escaped(table.ids.get(row as usize).unwrap_or_default());
        text += &format!(
            "<h3>{} and {} <small>{:+.2} bits, probability {:.4}</small></h3>",
            id(pair.a),
            id(pair.b),
            pair.weight,
            pair.probability
        );
        text += &head(&["field", "level", "bits"]);
        for step in steps {
            text += &row(&[escaped(&step.field), step.level.to_owned(), bar(step.weight)]);
        }
        text += "</table>";
    }
    text
}
