//! What an order asks for, in plain sentences; for the one who wrote it.

mod criteria;
mod deduplication;

use super::extraction::{
    DedupPer, Keep, Purpose, Quota, RegisterUse, Sample, SampleMethod, Shortage, Weighting,
};
use super::{Format, Kind, Order, RegisterFile, RegisterSource, SnapshotChoice, Update, UpdateMode};

pub use criteria::explain as explain_criteria;

/// What the order asks for, one sentence or list entry each; entries are indented by two blanks a level.
#[must_use]
pub fn explain(order: &Order) -> Vec<String> {
    let mut lines = vec![heading(order), when(order)];
    if let Some(criteria) = &order.criteria {
        lines.push("Looked for are persons who meet this:".to_owned());
        lines.extend(explain_criteria(criteria, 1));
    }
    if matches!(order.kind, Kind::Extraction | Kind::Count) {
        lines.push(EXCLUSIONS.to_owned());
    }
    lines.extend(register(order));
    lines.extend(dedup(order));
    match (&order.update, &order.deduplication) {
        (Some(asked), None) => lines.extend(update(asked)),
        (None, Some(asked)) => lines.extend(deduplication::explain(order, asked)),
        (None, None) | (Some(_), Some(_)) => lines.extend(sample(&order.sample)),
    }
    lines.extend(delivery(order));
    lines
}

const EXCLUSIONS: &str = "Left out are the dead, persons without an address in Finland, under a security \
    prohibition or a prohibition of direct marketing, and those under the minimum age.";

fn heading(order: &Order) -> String {
    let what = match order.kind {
        Kind::Extraction => "An extraction of addresses",
        Kind::Count => "A count",
        Kind::Update => "An update of a customer register",
        Kind::Deduplication => "A de-duplication of a customer register",
    };
    let purpose = order.purpose.map_or("", |purpose| match purpose {
        Purpose::DirectMarketing => ", for direct marketing",
        Purpose::MarketResearch => ", for market research",
        Purpose::OpinionResearch => ", for opinion research",
        Purpose::RegisterUpdate => ", for updating a register",
    });
    let permit = order.permit.as_ref().map(|permit| format!(", under permit {permit}")).unwrap_or_default();
    format!("{what} for {}{purpose}{permit}.", order.customer)
}

fn when(order: &Order) -> String {
    let snapshot = match &order.snapshot {
        SnapshotChoice::Latest => "the latest snapshot".to_owned(),
        SnapshotChoice::Id(id) => format!("snapshot {id}"),
    };
    let date = order.reference_date.map_or_else(|| "the date of the snapshot".to_owned(), |d| d.to_string());
    if order.kind == Kind::Deduplication {
        return format!("It reads nothing of the population register; {snapshot} dates it.");
    }
    format!("It runs on {snapshot}; ages and prohibitions are judged on {date}.")
}

fn register(order: &Order) -> Option<String> {
    let register = order.register.as_ref()?;
    let source = source(&register.source);
    Some(match register.used {
        Some(RegisterUse::Subtract) => format!("Persons in {source} are left out."),
        Some(RegisterUse::Intersect) => format!("Only persons in {source} are kept."),
        None => format!("It is about the persons in {source}."),
    })
}

fn source(source: &RegisterSource) -> String {
    match source {
        RegisterSource::Id(id) => format!("the uploaded register {id}"),
        RegisterSource::File(RegisterFile { path, sheet: None }) => format!("the file {path}"),
        RegisterSource::File(RegisterFile { path, sheet: Some(sheet) }) => {
            format!("the sheet {sheet} of the file {path}")
        }
    }
}

fn dedup(order: &Order) -> Option<String> {
    let unit = match order.dedup.per {
        DedupPer::None | DedupPer::Person => return None,
        DedupPer::Household => "household",
        DedupPer::Family => "family (those in a dwelling who share a part of the surname)",
    };
    let who = match order.dedup.keep {
        Keep::Random => "a random person",
        Keep::Oldest => "the oldest",
        Keep::Youngest => "the youngest",
        Keep::WomanFirst => "a woman before others",
        Keep::ManFirst => "a man before others",
    };
    Some(format!("One person is kept of each {unit}: {who}."))
}

fn update(update: &Update) -> Vec<String> {
    let mode = match update.mode {
        UpdateMode::Changes => "Told is what differs from the customer's register",
        UpdateMode::Current => "Told is what the population register holds",
    };
    let own = if update.pass_through { "; the customer's own columns come back behind it" } else { "" };
    let reviewed = "It was reviewed: it may be near to an earlier update of the customer.";
    let mut told = vec![
        format!("{mode}: {}{own}.", update.package.join(", ")),
        "Each row is matched to at most one person; a row whose person is not found, or may not be disclosed, has \
         status 20."
            .to_owned(),
    ];
    told.extend(update.reviewed.then(|| reviewed.to_owned()));
    told
}

fn sample(sample: &Sample) -> Vec<String> {
    let shortage = match sample.shortage {
        Shortage::TakeAll => "if there are fewer, all are taken",
        Shortage::Fail => "if there are fewer, the order fails",
    };
    let mut lines = vec![match (sample.method, sample.size) {
        (SampleMethod::All, _) => "Everybody left is taken.".to_owned(),
        (SampleMethod::Systematic, Some(size)) => {
            format!("Of those left {size} are drawn at equal steps through the country; {shortage}.")
        }
        (SampleMethod::Systematic, None) => {
            format!(
                "Of those left each group's number is drawn at equal steps through the country; {shortage}."
            )
        }
    }];
    let weight_of = match sample.weighting {
        Weighting::Shares => "share",
        Weighting::Rates => "sampling rate",
    };
    for group in &sample.groups {
        let name = &group.name;
        let quota = match group.quota {
            Quota::Weight(weight) => format!("{weight_of} in proportion to {weight}"),
            Quota::Size(size) => format!("{size} rows"),
        };
        if group.criteria.is_everybody() {
            lines.push(format!("  Group {name}, {quota}: everybody in no earlier group."));
        } else {
            lines.push(format!("  Group {name}, {quota}: those in no earlier group who meet this:"));
            lines.extend(explain_criteria(&group.criteria, 2));
        }
    }
    lines
}

fn delivery(order: &Order) -> Option<String> {
    let delivery = order.delivery.as_ref()?;
    let mut fields: Vec<&str> = delivery.fields.iter().map(|item| item.name()).collect();
    fields.extend(order.deduplication.as_ref().map(|asked| deduplication::delivered(asked.output)));
    let form = match delivery.format {
        Format::Csv => "as CSV",
        Format::Parquet => "as Parquet",
        Format::Xlsx => "as an Excel workbook",
        Format::Fixed => "in columns of fixed width",
    };
    Some(format!("{} receives {} {form}, encrypted.", delivery.recipient, fields.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format as Written;
    use crate::order::parse;

    const ORDER: &str = r#"
        kind = "extraction"
        customer = "acme"
        permit = "P-1"
        purpose = "direct-marketing"
        register = { id = "own", use = "subtract" }
        dedup = { per = "household", keep = "woman-first" }
        delivery = { recipient = "posti", fields = ["name", "age"] }
        [criteria]
        all = [
          { field = "person.age", between = [30, inf] },
          { not = { field = "person.municipality", in = ["091", "049"] } },
          { any = [
            { field = "household.child_age", between = [0, 6] },
            { field = "home.position", within = { circle = [6700000, 300000, 30000] } },
            { field = "owns.connections", all_of = ["gas", "cable"] },
          ] },
        ]
        [sample]
        size = 500
        group = [{ name = "women", weight = 60, criteria = { field = "person.sex", eq = "2" } }, { name = "rest", weight = 40 }]
    "#;

    #[test]
    fn an_order_is_told_in_sentences() {
        let order = parse::order(ORDER.as_bytes(), Written::Toml).unwrap().value;
        let expected = [
            "An extraction of addresses for acme, for direct marketing, under permit P-1.",
            "It runs on the latest snapshot; ages and prohibitions are judged on the date of the snapshot.",
            "Looked for are persons who meet this:",
            "  all of this:",
            "    age is 30 or more",
            "    not: municipality is 091 Helsinki or 049 Espoo",
            "    any of this:",
            "      a child in the household is 0 to 6 years old",
            "      the home lies within 30000 m of N 6700000, E 300000",
            "      an owned building is connected to all of gas, cable",
            EXCLUSIONS,
            "Persons in the uploaded register own are left out.",
            "One person is kept of each household: a woman before others.",
            "Of those left 500 are drawn at equal steps through the country; if there are fewer, all are taken.",
            "  Group women, share in proportion to 60: those in no earlier group who meet this:",
            "    sex is 2 (woman)",
            "  Group rest, share in proportion to 40: everybody in no earlier group.",
            "posti receives name, age as CSV, encrypted.",
        ];
        assert_eq!(explain(&order), expected);
    }
}
