//! What fields add to the weight of a pair.

use super::kinds_of_lists::{birth, listed, name};
use super::*;

const HEADINGS: [&str; 4] = ["first_name", "surname", "date_of_birth", "city"];

/// People of whom some are there again, and after them the rows given.
fn with(rows: &[[&str; 4]]) -> Table {
    let mut people = Vec::new();
    for person in 0..1_200_usize {
        let seed = person as u64;
        // Every third has the one common surname, the others have those of four.
        let surname = if person % 3 == 0 { "virtanen".to_owned() } else { name(seed % 300, 1) };
        let row = [name(seed % 90, 2), surname, birth(seed, [3, 4, 5]), name(seed % 15, 6)];
        if person % 6 == 0 {
            let mut twin = row.clone();
            twin[if person % 4 == 0 { 0 } else { 3 }].insert(2, 'x');
            people.push((person, twin));
        }
        people.push((person, row));
    }
    people.extend(rows.iter().map(|row| (9_999, row.map(str::to_owned))));
    listed(HEADINGS, &people)
}

/// The steps of the pair that the last two rows are, by field.
fn steps(table: &Table) -> Vec<Step> {
    let prepared = prepare(table, &Settings::default()).unwrap();
    let model = train(&prepared, &Settings::default()).unwrap();
    let last = numbers::narrow(table.rows());
    let waterfalls = Waterfalls::new(&prepared, &model).unwrap();
    let weight = waterfalls.weight(last - 2, last - 1);
    waterfalls.steps(last - 2, last - 1, weight)[1..=HEADINGS.len()].to_vec()
}

#[test]
fn a_rare_surname_weighs_more_than_a_common_one() {
    let of = |surname: &str| {
        let row = ["anna", surname, "1950-05-05", "turku"];
        let step = steps(&with(&[row, ["liisa", surname, "1960-06-06", "oulu"]]))[1].clone();
        assert_eq!(step.level, "equal");
        step.weight
    };
    let (rare, common) = (of("oudonlainen"), of("virtanen"));
    assert!(rare > common + 4.0 && common > 0.0, "{rare} {common}");
}

#[test]
fn a_missing_value_says_nothing() {
    let row = ["anna", "oudonlainen", "1950-05-05", "turku"];
    let steps = steps(&with(&[row, ["anna", "oudonlainen", "", "turku"]]));
    assert_eq!((steps[2].level, steps[2].weight), ("missing", 0.0));
    assert!([0, 1, 3].into_iter().all(|field| steps[field].weight > 0.0), "{steps:?}");
}

#[test]
fn names_in_each_others_place_speak_for_one_person() {
    let row = ["anna", "oudonlainen", "1950-05-05", "turku"];
    let steps = steps(&with(&[row, ["oudonlainen", "anna", "1950-05-05", "turku"]]));
    for name in [0, 1] {
        assert!(steps[name].level == "one letter off" && steps[name].weight > 0.0, "{steps:?}");
    }
}
