//! What the demo says at its end: what was delivered where, how long it took, what to try next.

use std::path::Path;
use std::time::Duration;

use super::{Done, prepare::Folders, prepare::Prepared};
use crate::answer::{table, thousands};
use crate::progress::seconds;

/// The report for people.
pub(super) fn report(folders: &Folders, prepared: &Prepared, done: &[Done], whole: Duration) -> String {
    let mut text = format!(
        "\nOut of a synthetic register of {} people ({}), three orders were carried out:\n",
        thousands(prepared.people),
        prepared.snapshot
    );
    text.extend(done.iter().map(|done| order(folders, done)));
    text.push_str("\nHow long it took:\n");
    text.push_str(&times(prepared, done, whole));
    text.push_str(&next(folders, done));
    text
}

fn order(folders: &Folders, done: &Done) -> String {
    let receipt = &done.finished.receipt;
    let count = |step: &str| {
        let found = receipt.funnel.iter().find(|found| found.step == step);
        thousands(found.map_or(0, |found| found.count))
    };
    let excluded: u64 =
        receipt.funnel.iter().filter(|step| step.step.starts_with("excluded:")).map(|step| step.count).sum();
    let recipient = receipt.recipient.as_ref().map_or_else(String::new, ToString::to_string);
    format!(
        "\n  {}, ordered by {}\n    {} people match; {} of them may not be addressed (dead, no address, prohibited, \
         too young).\n    {} rows went to {recipient}, encrypted: {}\n    Only {recipient} can open them; with its key \
         they were opened into {}\n",
        done.about,
        receipt.customer,
        count("matched"),
        thousands(excluded),
        thousands(receipt.delivered),
        folders.store().join("deliveries").join(receipt.order.as_str()).display(),
        done.opened.display(),
    )
}

fn times(prepared: &Prepared, done: &[Done], whole: Duration) -> String {
    let mut rows: Vec<[String; 2]> =
        prepared.steps.iter().map(|(step, took)| [format!("  {step}"), seconds(*took)]).collect();
    rows.extend(done.iter().map(|done| [format!("  {}", done.about), seconds(done.finished.took)]));
    rows.push(["  everything".to_owned(), seconds(whole)]);
    table(["", ""], &rows).trim_start_matches('\n').to_owned()
}

/// Commands that work as they stand.
fn next(folders: &Folders, done: &[Done]) -> String {
    let program = std::env::args().next().unwrap_or_else(|| "poimuri".to_owned());
    let store = format!("--store {}", quoted(&folders.store()));
    let order = |name: &str| quoted(&folders.orders().join(name));
    let mut text = String::from("\nWhat to try next:\n");
    let mut say =
        |what: &str, command: String| text.push_str(&format!("  # {what}\n  {program} {command} {store}\n"));
    if let Some(first) = done.first() {
        let id = &first.finished.receipt.order;
        say("what the first order asked for and what became of it", format!("order explain {id}"));
        say("carry it out again and compare every byte", format!("order verify {id}"));
    }
    say("how many owners of old cottages are there?", format!("count {}", order("cottage-owners.toml")));
    say("a weighted sample", format!("order run {}", order("women-and-men-weighted.toml")));
    say(
        "a scheduler with its HTTP API; orders go to it with --scheduler http://127.0.0.1:8480",
        "scheduler".to_owned(),
    );
    text
}

fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    if text.contains(|c: char| c.is_whitespace() || "'\"$".contains(c)) {
        format!("'{}'", text.replace('\'', "'\\''"))
    } else {
        text
    }
}
