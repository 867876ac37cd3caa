//! `order show`, `receipt`, and the decisions `cancel`, `pause`, `resume`, `retry`.

use poimuri_client::OrderView;
use serde_json::Value;

use super::Which;
use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::context::block_on;
use crate::desk::{Decision, Desk};
use crate::failure::Outcome;

pub(super) fn show(global: &Global, which: &Which) -> Outcome<Answer> {
    let context = which.reach.context(global)?;
    let view = block_on(async { Desk::open(&context).await?.show(&which.id).await })?;
    Answer::new(&view, view_text(&view))
}

pub(super) fn decide(global: &Global, which: &Which, decision: Decision) -> Outcome<Answer> {
    let context = which.reach.context(global)?;
    let view = block_on(async { Desk::open(&context).await?.decide(&context, &which.id, decision).await })?;
    Answer::new(&view, view_text(&view))
}

pub(super) fn receipt(global: &Global, which: &Which) -> Outcome<Answer> {
    let context = which.reach.context(global)?;
    let receipt = block_on(async { Desk::open(&context).await?.receipt(&context, &which.id).await })?;
    let text = receipt_text(&receipt);
    Answer::new(&receipt, text)
}

/// How far an order is, for people.
pub(super) fn view_text(view: &OrderView) -> String {
    let progress = &view.progress;
    let paused = if progress.paused { ", paused" } else { "" };
    let ended = progress.ended_at.map(|at| format!(", ended {}", to_the_second(&at.to_string())));
    let ended = ended.unwrap_or_default();
    let mut text = format!(
        "order {} of {}: {}{paused}\n{} on snapshot {}, accepted {}{ended}\n",
        progress.id,
        view.customer,
        progress.state.name(),
        view.kind,
        view.snapshot,
        to_the_second(&view.accepted_at)
    );
    if let Some(reason) = &progress.reason {
        text.push_str(&format!("because: {reason}\n"));
    }
    let cells: Vec<_> = progress
        .stages
        .iter()
        .map(|stage| [stage.stage.clone(), stage.done.to_string(), stage.total.to_string()])
        .collect();
    text.push_str(&table(["stage", "done", "tasks"], &cells));
    text
}

/// A moment of UTC without the fraction of its second.
pub(super) fn to_the_second(moment: &str) -> String {
    match moment.split_once('.') {
        Some((second, _)) => format!("{second}Z"),
        None => moment.to_owned(),
    }
}

/// A receipt for people. What is rounded for a customer is shown as it comes.
pub(crate) fn receipt_text(receipt: &Value) -> String {
    let line = |name: &str| plain(receipt.get(name));
    let kind = receipt.get("kind").and_then(Value::as_str).unwrap_or_default();
    let came_to = if kind == "count" {
        "a size, no delivery".to_owned()
    } else {
        format!("{} delivered to {}", line("delivered"), line("recipient"))
    };
    let mut text = format!(
        "order {} ({}): {came_to}\nsnapshot {}, reference date {}, seed {}\n\n",
        line("order"),
        line("kind"),
        line("snapshot"),
        line("reference_date"),
        line("seed"),
    );
    let steps = receipt.get("funnel").and_then(Value::as_array).cloned().unwrap_or_default();
    let cells: Vec<_> =
        steps.iter().map(|step| [plain(step.get("step")), plain(step.get("count"))]).collect();
    text.push_str(&table(["step", if kind == "deduplication" { "records" } else { "people" }], &cells));
    if let Some(account) = receipt.get("deduplication").filter(|account| account.is_object()) {
        text.push_str(&deduplication_text(account));
    }
    let groups = receipt.get("groups").and_then(Value::as_array).cloned().unwrap_or_default();
    if groups.len() > 1 {
        let cell =
            |group: &Value| ["name", "eligible", "allocated", "drawn"].map(|name| plain(group.get(name)));
        let cells: Vec<_> = groups.iter().map(cell).collect();
        text.push('\n');
        text.push_str(&table(["group", "eligible", "allocated", "drawn"], &cells));
    }
    if let Some(total) = receipt.get("price").and_then(|price| price.get("total")) {
        text.push_str(&format!("\nprice with VAT: {} EUR\n", plain(Some(total))));
    }
    if kind != "count" {
        text.push_str(&format!("digest of the rows: {}\n", line("digest")));
    }
    text
}

/// How records were linked, and who decided which of them stay.
fn deduplication_text(account: &Value) -> String {
    let line = |name: &str| plain(account.get(name));
    let real = |name: &str| account.get(name).and_then(Value::as_f64).unwrap_or_default();
    let by_rule = account.get("survivors").and_then(Value::as_object).into_iter().flatten();
    let by_rule: Vec<String> =
        by_rule.map(|(rule, count)| format!("{rule} {}", plain(Some(count)))).collect();
    let extended = account.get("extended").filter(|extended| extended.is_object());
    format!(
        "\n{} pairs compared, {} left out, {} linked from a probability of {:.3}; expected precision {:.3}, recall {:.3}\n\
         {}{} clusters of several records; who stays was decided by: {}\n",
        line("compared"),
        line("left_out"),
        line("linked"),
        real("threshold"),
        real("expected_precision"),
        real("expected_recall"),
        extended.map(extended_text).unwrap_or_default(),
        line("clusters_of_several"),
        if by_rule.is_empty() { "-".to_owned() } else { by_rule.join(", ") }
    )
}

/// What was taken over of an earlier order.
fn extended_text(extended: &Value) -> String {
    let records = |name: &str| plain(extended.get("records").and_then(|records| records.get(name)));
    let pairs = if extended.get("all_compared").and_then(Value::as_bool) == Some(true) {
        "all pairs compared again, for the earlier order compared others".to_owned()
    } else {
        format!("{} pairs keep their weights", plain(extended.get("pairs_kept")))
    };
    format!(
        "since the earlier order: records as they were {}, new {}, changed {}, gone {}; {pairs}\n",
        records("unchanged"),
        records("new"),
        records("changed"),
        records("gone"),
    )
}

/// A JSON value in plain text: numbers grouped, nothing as a dash.
pub(crate) fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.as_u64().map_or_else(|| number.to_string(), thousands),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_receipt_is_readable_exact_or_guarded() {
        let exact = json!({
            "order": "o-1", "kind": "extraction", "delivered": 12345, "recipient": "posti",
            "funnel": [{"step": "population", "count": 200_000}, {"step": "matched", "count": 20_000}],
            "groups": [{"name": "a", "eligible": 5, "allocated": 2, "drawn": 2}, {"name": "b"}],
            "price": {"total": "12.50"}
        });
        let text = receipt_text(&exact);
        for part in ["12 345 delivered to posti", "population  200 000", "a      5", "12.50 EUR", "seed -"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let lists = json!({
            "kind": "deduplication", "funnel": [{"step": "records", "count": 1_500}],
            "deduplication": {"compared": 9_000, "linked": 12, "threshold": 0.25, "survivors": {"newest": 7}}
        });
        let text = receipt_text(&lists);
        for part in ["records  1 500", "9 000 pairs compared", "probability of 0.250", "decided by: newest 7"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("earlier"), "{text}");
        let records = json!({"unchanged": 1_200, "new": 3, "changed": 2, "gone": 1});
        let told = |extended: &Value| receipt_text(&json!({ "deduplication": { "extended": extended } }));
        let text = told(&json!({"records": records, "pairs_kept": 40, "all_compared": false}));
        assert!(text.contains("were 1 200, new 3, changed 2, gone 1; 40 pairs keep their weights"), "{text}");
        let text = told(&json!({"records": records, "pairs_kept": 0, "all_compared": true}));
        assert!(text.contains("gone 1; all pairs compared again"), "{text}");
        let guarded =
            json!({"delivered": "under 100", "funnel": [{"step": "matched", "count": "under 100"}]});
        assert!(receipt_text(&guarded).contains("matched  under 100"));
    }
}
