//! Orders that may not be carried out, each with its reasons.

use jiff::civil::date;

use super::*;
use crate::document::Format;
use crate::order::parse;
use crate::recipient::keygen;

const ORDER: &str = r#"
kind = "extraction"
customer = "acme"
permit = "P-1"
purpose = "direct-marketing"
reference_date = 2026-11-01
criteria = { field = "person.surname", eq = "x" }
sample = { size = 1000 }
delivery = { recipient = "posti-jakelu" }
"#;

const PERMIT: &str = r#"
id = "P-1"
holder = "acme"
services = ["extraction", "update"]
purposes = ["direct-marketing", "register-update"]
fields = ["name", "address"]
recipients = ["posti-jakelu", "acme", "nobody"]
valid_from = 2026-01-01
valid_to = 2026-12-31
"#;

fn check_order(from: &str, to: &str) -> Vec<String> {
    assert!(ORDER.contains(from), "{from}");
    let order = parse::order(ORDER.replacen(from, to, 1).as_bytes(), Format::Toml).unwrap().value;
    let permit = crate::permit::read(PERMIT.as_bytes(), Format::Toml).unwrap();
    let wanted = order.delivery.as_ref().map(|delivery| delivery.recipient.clone());
    let recipient =
        wanted.filter(|id| id.as_str() != "nobody").map(|id| Recipient { id, key: keygen().public });
    let evidence = Evidence {
        permit: Some(&permit).filter(|permit| order.permit.as_ref() == Some(&permit.id)),
        recipient: recipient.as_ref(),
        snapshot_date: date(2026, 11, 1),
        policy: &Policy::default(),
        today: date(2026, 11, 20),
    };
    match check(&order, &evidence, Moment::Acceptance) {
        Ok(admitted) => vec![admitted.reference_date.to_string()],
        Err(refusals) => refusals.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn each_reason_is_told_by_its_field() {
    let full_name =
        r#"{ all = [{ field = "person.surname", eq = "x" }, { field = "person.first_name", eq = "y" }] }"#;
    let by_groups = r#"{ size = 1000, group = [{ name = "a", weight = 1, criteria = { field = "person.birth_date", eq = 1980-01-01 } }] }"#;
    let small_groups = r#"{ group = [{ name = "a", size = 20 }, { name = "b", size = 19 }] }"#;
    let rows = [
        ("acme", "acme", "2026-11-01"),
        ("reference_date = 2026-11-01\n", "", "2026-11-01"),
        ("2026-11-01", "2027-11-02", "2027-11-02"),
        ("2026-11-01", "2027-11-03", "reference_date: must be within 366 days"),
        ("2026-11-01", "2025-10-30", "reference_date: must be within 366 days"),
        ("P-1", "P-2", "permit: the permit is not known"),
        ("acme", "other", "permit: permit has another holder"),
        ("posti-jakelu", "acme", "delivery.recipient: the recipient of an extraction must be a third party"),
        ("posti-jakelu", "nobody", "delivery.recipient: the recipient is not registered"),
        ("direct-marketing", "register-update", "purpose: an extraction is for"),
        ("size = 1000", "size = 99", "sample.size: a delivery must have at least 100 rows"),
        ("{ size = 1000 }", small_groups, "sample.group[1]: a group must have at least 20 rows"),
        (r#"{ field = "person.surname", eq = "x" }"#, full_name, "criteria: criteria would identify persons"),
        ("{ size = 1000 }", by_groups, "criteria: criteria would identify persons"),
    ];
    for (from, to, expected) in rows {
        let told = check_order(from, to);
        assert!(told.len() == 1 && told[0].starts_with(expected), "{from} -> {to}: {told:?}");
    }
}

#[test]
fn a_deduplication_goes_back_to_its_customer_under_a_permit_for_it() {
    let order = |purpose: &str, recipient: &str| {
        let order = format!(
            "kind = \"deduplication\"\ncustomer = \"acme\"\npermit = \"P-1\"\npurpose = \"{purpose}\"\n\
             list = [{{ name = \"a\", id = \"r\" }}]\ndeduplication = {{ per = \"person\" }}\n\
             delivery = {{ recipient = \"{recipient}\" }}\n"
        );
        check_order(ORDER, &order)
    };
    let not_for_it = "permit: permit is not for orders of kind deduplication";
    assert_eq!(order("register-update", "acme"), [not_for_it]);
    let told = order("market-research", "posti-jakelu");
    let expected = [
        not_for_it,
        "permit: permit is not for this purpose",
        "delivery.recipient: a de-duplication goes back to the customer alone",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_update_goes_back_to_its_customer_for_its_own_purpose() {
    let order = |purpose: &str, recipient: &str, package: &str| {
        let order = format!(
            "kind = \"update\"\ncustomer = \"acme\"\npermit = \"P-1\"\npurpose = \"{purpose}\"\nregister = {{ id = \"r\" }}\n\
             update = {{ package = {package} }}\ndelivery = {{ recipient = \"{recipient}\" }}\n"
        );
        check_order(ORDER, &order)
    };
    let rows = [
        ("register-update", "acme", "[\"name\", \"address\"]", "2026-11-01"),
        ("direct-marketing", "acme", "[\"name\"]", "purpose: an update is for updating a register alone"),
        ("register-update", "posti-jakelu", "[\"name\"]", "delivery.recipient: an update goes back"),
        (
            "register-update",
            "acme",
            "\"death\"",
            "permit: permit does not allow the fields death_date, emigrated_on",
        ),
    ];
    for (purpose, recipient, package, expected) in rows {
        let told = order(purpose, recipient, package);
        assert!(told.len() == 1 && told[0].starts_with(expected), "{package}: {told:?}");
    }
}

#[test]
fn updates_of_few_persons_are_not_released() {
    let told = |rows, found, persons| check_update(rows, found, persons, &Policy::default());
    assert_eq!(told(200, 100, 100), []);
    assert_eq!(told(200, 150, 99), [Refusal::TooFewPersons(100)]);
    assert_eq!(told(300, 149, 149), [Refusal::TooFewFound]);
    assert_eq!(told(0, 0, 0), [Refusal::TooFewPersons(100)]);
    let brought = |persons| check_brought(persons, &Policy::default()).is_some();
    assert_eq!([0, 1, 9, 10, 1000].map(brought), [false, true, true, false, false]);
}

#[test]
fn small_results_are_not_released() {
    let group = |drawn| GroupAccount { name: "g".into(), eligible: 1000, allocated: drawn, drawn };
    let rows = [
        (100, vec![20, 80], vec![]),
        (99, vec![20, 79], vec![Refusal::TooFew(100)]),
        (100, vec![0, 100], vec![]),
        (119, vec![19, 100], vec![Refusal::GroupTooSmall { index: 0, least: 20 }]),
        (0, vec![], vec![Refusal::TooFew(100)]),
    ];
    for (delivered, drawn, expected) in rows {
        let groups: Vec<GroupAccount> = drawn.into_iter().map(group).collect();
        assert_eq!(check_result(delivered, &groups, &Policy::default()), expected, "{delivered}");
    }
}
