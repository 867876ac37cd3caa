//! Registers that are an earlier one but for a few rows: held, whatever those rows are and however they are hidden.

use std::cell::Cell;

use poimuri_tests::callers::{CUSTOMER, OPERATOR};
use poimuri_tests::cluster::{Cluster, LIMIT};
use poimuri_tests::http::Answer;
use poimuri_tests::store::Store;
use poimuri_tests::wait::wait_for;

use crate::customers::{HEADING, Known, people, register};

/// Nobody has these names.
const NOBODY: &str = ";Olematon;Eikukaan;1990-01-01;";

/// A customer that asks again and again; fewer than five are few.
struct Asking {
    cluster: Cluster,
    /// Who may be told of.
    known: Vec<Known>,
    /// Who may not.
    hidden: Vec<Known>,
    asked: Cell<u32>,
}

impl Asking {
    fn start() -> Self {
        let store = Store::with_people(3_000, 4);
        let (known, hidden) = people(&store).into_iter().partition(|person| person.is_disclosable);
        let known: Vec<Known> = known;
        let known = known.into_iter().filter(|person| !person.is_dead).collect();
        let mut cluster = Cluster::start(store, 0);
        cluster.ask_for_tokens("\n[policy]\nrepeat_persons = 5\n");
        cluster.add_worker();
        Self { cluster, known, hidden, asked: Cell::new(0) }
    }

    /// Rows of some of the known, without a heading.
    fn rows(&self, skip: usize, count: usize) -> String {
        let text = register(self.known.iter().skip(skip).take(count));
        text.split_once('\n').unwrap().1.to_owned()
    }

    fn hand_in(&self, token: &str, rows: &str, more: &str) -> Answer {
        self.asked.set(self.asked.get() + 1);
        let id = format!("r-{}", self.asked.get());
        let text = format!("{HEADING}\n{rows}");
        let path = format!("/v1/registers/{id}?customer=acme");
        assert_eq!(self.cluster.call(token, "PUT", &path, &text).status, 201);
        let order = format!(
            r#"{{"kind":"update","customer":"acme","permit":"P-2026-0002","purpose":"register-update","register":{{"id":"{id}"}},
            "update":{{"package":"address","mode":"changes"{more}}},"delivery":{{"recipient":"acme","format":"csv"}}}}"#
        );
        self.cluster.call(token, "POST", "/v1/orders", &order)
    }

    /// How an update of these rows ends, and why.
    fn ends(&self, token: &str, rows: &str, more: &str) -> (String, String) {
        let accepted = self.hand_in(token, rows, more);
        assert_eq!(accepted.status, 201, "{}", accepted.body);
        let path = format!("/v1/orders/{}", accepted.json()["id"].as_str().unwrap());
        wait_for("the end of the update", LIMIT, || {
            let shown = self.cluster.call(token, "GET", &path, "").json();
            let state = shown["state"].as_str().unwrap_or_default().to_owned();
            let reason = shown["reason"].as_str().unwrap_or_default().to_owned();
            ["delivered", "refused", "failed"].contains(&state.as_str()).then_some((state, reason))
        })
    }

    #[track_caller]
    fn delivers(&self, what: &str, rows: &str) {
        let (state, why) = self.ends(CUSTOMER, rows, "");
        assert_eq!(state, "delivered", "{what}: {why}");
    }

    /// The reason a customer gets.
    #[track_caller]
    fn refuses(&self, what: &str, rows: &str) -> String {
        let (state, why) = self.ends(CUSTOMER, rows, "");
        assert_eq!(state, "refused", "{what}: {why}");
        assert!(why.contains("policy.repeat_persons"), "{what}: {why}");
        why
    }
}

/// A row that finds somebody by name and date of birth.
fn by_name(person: &Known) -> String {
    format!(";{};{};{};", person.surname, person.first_names, person.born)
}

fn row(number: usize, row: &str) -> String {
    format!("B{number};{row}\n")
}

fn many(count: usize, of: &str) -> String {
    (0..count).map(|number| row(number, of)).collect()
}

#[test]
fn a_list_with_a_row_more_or_less_is_refused_whatever_the_row_is() {
    let asking = Asking::start();
    let list = asking.rows(0, 200);
    asking.delivers("the list", &list);
    let (new, old, hidden) = (&asking.known[250], &asking.known[0], &asking.hidden[0]);
    let mut reasons = vec![
        asking.refuses("a row less", &asking.rows(0, 199)),
        asking.refuses("four more", &asking.rows(0, 204)),
    ];
    for (what, more) in [
        ("somebody new", by_name(new)),
        ("nobody", NOBODY.to_owned()),
        ("somebody hidden", by_name(hidden)),
        ("a code of somebody hidden", format!("{};;;;", hidden.code)),
        ("an invalid code", "010190-9xx;;;;".to_owned()),
        ("no key", ";;;;".to_owned()),
        ("a person of the list under another key", by_name(old)),
        ("a row of the list once more", list.lines().next().unwrap().split_once(';').unwrap().1.to_owned()),
    ] {
        reasons.push(asking.refuses(what, &format!("{list}{}", row(1, &more))));
    }
    assert!(reasons.iter().all(|reason| *reason == reasons[0]), "reasons tell rows apart: {reasons:#?}");

    let mut lines: Vec<&str> = list.lines().collect();
    lines.reverse();
    asking.delivers("the same in another order", &format!("{}\n", lines.join("\n")));
    asking.delivers("the same written in another way", &list.to_uppercase());
    asking.delivers("five more", &asking.rows(0, 205));
}

#[test]
fn a_question_about_one_person_is_not_hidden_among_other_rows() {
    let asking = Asking::start();
    asking.delivers("a list", &asking.rows(0, 200));
    asking.delivers("another", &asking.rows(300, 150));
    let (new, nobody) = (row(1, &by_name(&asking.known[250])), row(1, NOBODY));
    let junk = many(90, NOBODY);
    let half = format!("{}{}", asking.rows(0, 100), many(100, NOBODY));
    let of_both = format!("{}{}", asking.rows(0, 60), asking.rows(300, 60));
    let respelled = asking.rows(1, 199);
    let one = many(90, &by_name(&asking.known[250]));
    for (what, rows) in [
        ("padded", format!("{}{junk}", asking.rows(0, 200))),
        ("as many found as not", half),
        ("a part of the list", asking.rows(0, 120)),
        ("parts of two lists", of_both.clone()),
        ("the list by other keys", respelled.clone()),
        ("one person many times", format!("{}{one}", asking.rows(0, 150))),
    ] {
        // Whether the person is there changes nothing, not even the reason.
        let reasons = [&new, &nobody].map(|one| asking.refuses(what, &format!("{rows}{one}")));
        assert_eq!(reasons[0], reasons[1], "{what}");
    }
    asking.delivers("parts of two lists", &of_both);
    asking.delivers("the list by other keys", &respelled);
    asking.delivers("enough new persons", &format!("{}{}", asking.rows(0, 120), asking.rows(500, 5)));
}

#[test]
fn an_operator_may_hand_in_what_it_reviewed() {
    let asking = Asking::start();
    asking.delivers("the list", &asking.rows(0, 200));
    let longer = asking.rows(0, 201);
    let (state, why) = asking.ends(OPERATOR, &longer, "");
    assert!(state == "refused" && why.contains("update.reviewed"), "{state}: {why}");
    let reviewed = r#","reviewed":true"#;
    let refused = asking.hand_in(CUSTOMER, &longer, reviewed);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("an operator alone"), "{}", refused.body);
    let (state, why) = asking.ends(OPERATOR, &longer, reviewed);
    assert_eq!(state, "delivered", "{why}");
    assert_eq!(asking.cluster.store.audit().matches("update-reviewed").count(), 1);
    let padded = format!("{}{}", asking.rows(0, 150), many(60, NOBODY));
    let (state, why) = asking.ends(OPERATOR, &padded, "");
    assert_eq!(state, "delivered", "an operator pads no list to hide a question: {why}");
}
