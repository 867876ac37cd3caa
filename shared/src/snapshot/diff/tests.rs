//! Each kind of difference is found where it is, and nothing else; codes are followed.

use serde_json::{Value, json};

use super::*;
use crate::snapshot::build::tests::small::{Place, Rows, hetu};

fn villager(number: u16) -> String {
    hetu(jiff::civil::date(1970, 1, 1 + i8::try_from(number).unwrap()), 2 + number)
}

fn code(text: &str) -> Hetu {
    Hetu::parse(text).unwrap()
}

/// Older and newer codes and the names of the kinds of all differences between villages.
fn found(change: impl FnOnce(&mut Rows)) -> Vec<(Option<Hetu>, Option<Hetu>, Vec<&'static str>)> {
    let mut rows = Rows::villages(6);
    change(&mut rows);
    let places = (Place::new(Rows::villages(6)), Place::new(rows));
    let (old, new) = (places.0.build(3), places.1.build(2));
    let differences = diff(&old, &new).unwrap();
    assert_eq!(differences.same() + u64::try_from(differences.len()).unwrap() - gone(&differences), 6);
    let told = |difference: Difference| {
        for (snapshot, side) in [(&old, difference.old), (&new, difference.new)] {
            if let Some(side) = side {
                let whose = snapshot.identity().unwrap().find(side.code.packed()).unwrap();
                assert_eq!((whose.position, whose.previous), (side.position, false));
            }
        }
        let code = |side: Option<Side>| side.map(|side| side.code);
        (code(difference.old), code(difference.new), difference.kinds.iter().map(Kind::name).collect())
    };
    differences.map(told).collect()
}

fn gone(differences: &Differences) -> u64 {
    differences.counts().into_iter().filter(|(kind, _)| *kind == Kind::New).map(|(_, count)| count).sum()
}

#[test]
fn each_field_has_its_kind() {
    let set = |column: &'static str, value: Value| move |rows: &mut Rows| rows.persons[1][column] = value;
    let rows: Vec<(&str, Value, &[&str])> = vec![
        ("surname", json!("Virtanen"), &["names"]),
        ("first_names", json!("Maija"), &["names"]),
        ("call_name", Value::Null, &["names"]),
        ("names_since", json!("2020-01-01"), &["names"]),
        ("former_surnames", json!(["Ng"]), &["former-names"]),
        ("former_first_names", json!(["Ng"]), &["former-names"]),
        ("dwelling_id", Value::Null, &["address"]),
        ("moved_in", json!("2020-01-01"), &["moved-in"]),
        ("municipality", json!("837"), &["municipality"]),
        ("death_date", json!("2020-01-01"), &["death"]),
        ("mother_tongue", json!("sv"), &["language"]),
        ("service_language", json!("sv"), &["language"]),
        ("sex", json!("1"), &["sex"]),
        ("birth_date", json!("1969-01-02"), &["birth-date"]),
        ("foreign_country", json!("752"), &["emigrated"]),
        ("foreign_address", json!("x"), &["address-abroad"]),
        ("emigrated_on", json!("2020-01-01"), &["address-abroad"]),
        ("spouse_id", json!(villager(2)), &["family"]),
        ("guardian_ids", json!([villager(2)]), &["family"]),
        ("occupation", json!("x"), &["occupation"]),
        ("care_of", json!("x"), &["care-of"]),
        ("no_marketing", json!(true), &["no-marketing-set"]),
        ("no_register_update", json!(true), &["no-register-update-set"]),
        ("no_contact_info", json!(true), &["no-contact-info-set"]),
        ("no_directory", json!(true), &["no-directory-set"]),
        ("no_genealogy", json!(true), &["no-genealogy-set"]),
        ("security_until", json!("2030-01-01"), &["security-set"]),
    ];
    let one = Some(code(&villager(1)));
    for (column, value, kinds) in rows {
        assert_eq!(found(set(column, value)), [(one, one, kinds.to_vec())], "{column}");
    }
    assert_eq!(found(|_| ()), []);
    let zero = Some(code(&villager(0)));
    let revoked = found(|rows| rows.persons[0]["no_marketing"] = json!(false));
    assert_eq!(revoked, [(zero, zero, vec!["no-marketing-revoked"])]);
    let renamed = found(|rows| rows.addresses[0]["street_fi"] = json!("Uusi tie"));
    assert_eq!(renamed, [(zero, zero, vec!["address-in-words"])]);
}

#[test]
fn the_other_way_round_is_told_as_such() {
    let mut rows = Rows::villages(3);
    for (column, value) in [
        ("death_date", json!("2020-01-01")),
        ("foreign_country", json!("752")),
        ("security_until", json!("2030-01-01")),
    ] {
        rows.persons[1][column] = value;
    }
    let places = (Place::new(rows), Place::new(Rows::villages(3)));
    let (old, new) = (places.0.build(1), places.1.build(1));
    let differences = diff(&old, &new).unwrap();
    let counts = differences.counts();
    let counts: Vec<_> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(counts, [(Kind::DeathAnnulled, 1), (Kind::Returned, 1), (Kind::SecurityRevoked, 1)]);
}

#[test]
fn codes_are_followed_back_too() {
    let mut rows = Rows::villages(4);
    let newer = hetu(jiff::civil::date(1970, 1, 3), 700);
    for rows in [&mut rows.persons, &mut rows.owners, &mut rows.previous] {
        rows[2]["person_id"] = json!(newer);
    }
    rows.persons[2]["previous_ids"] = json!([villager(2)]);
    // One of the villagers turned out to be another.
    rows.persons[0]["previous_ids"] = json!([villager(3)]);
    for rows in [&mut rows.persons, &mut rows.owners, &mut rows.previous] {
        rows.remove(3);
    }
    let places = (Place::new(rows), Place::new(Rows::villages(4)));
    let (newer, older) = (places.0.build(2), places.1.build(3));
    let nonzero = |from: &Snapshot, to: &Snapshot| -> Vec<(Kind, u64)> {
        diff(from, to).unwrap().counts().into_iter().filter(|(_, count)| *count > 0).collect()
    };
    assert_eq!(nonzero(&older, &newer), [(Kind::Merged, 1), (Kind::IdentityCode, 1)]);
    assert_eq!(nonzero(&newer, &older), [(Kind::New, 1), (Kind::IdentityCode, 1)]);
}

#[test]
fn people_come_and_go_and_change_their_codes() {
    let new = hetu(jiff::civil::date(1970, 1, 3), 700);
    let renamed = new.clone();
    let followed = found(|rows| {
        rows.persons[2]["person_id"] = json!(renamed);
        rows.persons[2]["previous_ids"] = json!([villager(2)]);
        rows.owners[2]["person_id"] = json!(renamed);
        rows.previous[2]["person_id"] = json!(renamed);
    });
    assert_eq!(followed, [(Some(code(&villager(2))), Some(code(&new)), vec!["identity-code"])]);
    let merged = found(|rows| {
        rows.persons[3]["previous_ids"] = json!([villager(2)]);
        rows.persons.remove(2);
        rows.owners.remove(2);
        rows.previous.remove(2);
    });
    assert_eq!(merged, [(Some(code(&villager(2))), Some(code(&villager(3))), vec!["merged"])]);
    let swapped = found(|rows| {
        rows.persons.remove(4);
        rows.owners.remove(4);
        rows.previous.remove(4);
        rows.persons.push(json!({
            "person_id": new, "first_names": "Otso", "surname": "Ng", "sex": "1", "birth_date": "1970-01-03",
            "mother_tongue": "fi", "municipality": "091",
        }));
    });
    let mut expected =
        vec![(Some(code(&villager(4))), None, vec!["removed"]), (None, Some(code(&new)), vec!["new"])];
    expected.sort_by_key(|(old, new, _)| new.or(*old));
    assert_eq!(swapped, expected);
}
