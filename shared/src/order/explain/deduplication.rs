//! What a de-duplication asks for, in plain sentences.

use super::source;
use crate::order::Order;
use crate::order::deduplication::{Across, Clustering, Deduplication, KeepRule, Output, Partners, Unit};

/// The lists, the pairs that are compared, and who stays.
pub(super) fn explain(order: &Order, asked: &Deduplication) -> Vec<String> {
    let mut lines = vec!["The records of these lists are compared with each other:".to_owned()];
    lines.extend(
        order
            .lists
            .iter()
            .map(|list| format!("  {}: {}, of priority {}", list.name, source(&list.source), list.priority)),
    );
    let pairs = match asked.compare {
        Across::Within => "Only records of the same list are compared",
        Across::Between => "Only records of different lists are compared",
        Across::Both => "All records are compared",
    };
    let threshold = asked.threshold.map_or_else(
        || "linked from a probability on that is found from the data".to_owned(),
        |threshold| format!("linked from a probability of {threshold} on"),
    );
    lines.push(format!("{pairs}, and {threshold}."));
    lines.extend(match asked.partners {
        Partners::Auto => None,
        Partners::OneToOne => Some("Each record has at most one partner in the other list.".to_owned()),
        Partners::OneToMany => Some("A record of the first list may have several partners.".to_owned()),
        Partners::ManyToOne => Some("A record of the second list may have several partners.".to_owned()),
        Partners::ManyToMany => Some("A record may have any number of partners.".to_owned()),
    });
    if asked.clustering == Clustering::Connected {
        lines.push("Whatever a chain of linked pairs connects is one cluster.".to_owned());
    }
    lines.extend(asked.reviews.as_ref().map(|reviews| {
        format!(
            "Pairs that somebody judged ({}) are linked or kept apart as they were judged.",
            source(reviews)
        )
    }));
    lines.extend(asked.earlier.as_ref().map(|earlier| {
        format!(
            "It goes on from the order {earlier}, by its model and threshold: records that are as they were there are not compared \
             with each other again, and clusters keep their names."
        )
    }));
    let unit = match asked.per {
        Unit::Person => "person",
        Unit::Household => {
            "household (those at one address; without an apartment, those who share a part of the surname)"
        }
    };
    let rules = asked.keep.iter().map(|rule| match rule {
        KeepRule::ListPriority => "the list of the highest priority",
        KeepRule::MostComplete => "the most complete record",
        KeepRule::Newest => "the newest record",
        KeepRule::Random => "a random record",
    });
    let rules: Vec<&str> = rules.collect();
    lines.push(format!("One record is kept of each {unit}: {}.", rules.join(", then ")));
    lines
}

/// What comes back.
pub(super) const fn delivered(output: Output) -> &'static str {
    match output {
        Output::Clusters => "every record with its cluster",
        Output::Survivors => "the records that stay",
        Output::Pairs => "the pairs with their weights",
        Output::Cleaned => "the records that stay with their own columns",
    }
}

#[cfg(test)]
mod tests {
    use crate::document::Format;
    use crate::order::{explain, parse};

    #[test]
    fn a_deduplication_is_told_in_sentences() {
        let order = r#"
            kind = "deduplication"
            customer = "acme"
            permit = "P-1"
            purpose = "register-update"
            list = [{ name = "own", file = "own.csv", priority = 200 }, { name = "club", id = "r-1" }]
            deduplication = { per = "person", compare = "between", keep = ["newest", "random"], threshold = 0.9,
              clustering = "connected", reviews = { file = "judged.csv" }, earlier = "o-1" }
            delivery = { recipient = "acme" }
        "#;
        let order = parse::order(order.as_bytes(), Format::Toml).unwrap().value;
        let expected = [
            "A de-duplication of a customer register for acme, for updating a register, under permit P-1.",
            "It reads nothing of the population register; the latest snapshot dates it.",
            "The records of these lists are compared with each other:",
            "  own: the file own.csv, of priority 200",
            "  club: the uploaded register r-1, of priority 100",
            "Only records of different lists are compared, and linked from a probability of 0.9 on.",
            "Whatever a chain of linked pairs connects is one cluster.",
            "Pairs that somebody judged (the file judged.csv) are linked or kept apart as they were judged.",
            "It goes on from the order o-1, by its model and threshold: records that are as they were there are not compared \
             with each other again, and clusters keep their names.",
            "One record is kept of each person: the newest record, then a random record.",
            "acme receives every record with its cluster as CSV, encrypted.",
        ];
        assert_eq!(explain(&order), expected);
    }
}
