//! Lists that differ in what tells people apart: movers, names in each other's place, families by whole names.

use super::*;

/// A number below `below` that depends on two others.
fn draw(seed: u64, salt: u64, below: usize) -> usize {
    usize::try_from(numbers::mix(numbers::mix(seed) ^ salt) % below as u64).unwrap()
}

/// A made-up name that few share.
pub(super) fn name(seed: u64, salt: u64) -> String {
    let syllables = ["ka", "li", "mo", "ra", "su", "ve", "no", "ti", "ha", "pe", "jo", "ly"];
    (0..3).map(|at| syllables[draw(seed, salt * 7 + at, syllables.len())]).collect()
}

/// A date of birth that depends on numbers.
pub(super) fn birth(seed: u64, [year, month, day]: [u64; 3]) -> String {
    format!(
        "19{:02}-{:02}-{:02}",
        draw(seed, year, 90) + 10,
        draw(seed, month, 12) + 1,
        draw(seed, day, 28) + 1
    )
}

/// A table of rows with these headings; a row's person is its first member.
pub(super) fn listed<const N: usize>(headings: [&str; N], rows: &[(usize, [String; N])]) -> Table {
    let columns = headings.iter().enumerate().map(|(index, heading)| {
        let mut coding = Coding::default();
        let codes = rows.iter().map(|(_, row)| coding.code(&row[index])).collect();
        Column { name: (*heading).to_owned(), texts: coding.finish().into(), codes, read: None }
    });
    let columns = columns.collect();
    Table { ids: (0..rows.len()).map(|row| format!("r{row}")).collect(), first_rows: rows.len(), columns }
}

/// Precision and recall of the pairs that a run links.
fn quality<const N: usize>(headings: [&str; N], rows: &[(usize, [String; N])]) -> (f64, f64) {
    let (_, outcome) = run(&listed(headings, rows), &Settings::default());
    let person = |row: u32| rows[numbers::wide(row)].0;
    let linked = outcome.pairs.iter().filter(|pair| pair.linked);
    let right = linked.clone().filter(|pair| person(pair.a) == person(pair.b)).count();
    let mut counts = std::collections::BTreeMap::new();
    rows.iter().for_each(|(person, _)| *counts.entry(person).or_insert(0_usize) += 1);
    let all: usize = counts.values().map(|count| count * (count - 1) / 2).sum();
    (numbers::size(right) / numbers::size(linked.count().max(1)), numbers::size(right) / numbers::size(all))
}

#[test]
fn people_who_moved_are_found() {
    let address = |seed: u64| {
        let town = draw(seed, 90, 40);
        [
            format!("{} {}", name(seed % 300, 91), draw(seed, 92, 60) + 1),
            format!("{:05}", town * 731),
            name(town as u64, 93),
        ]
    };
    let mut rows = Vec::new();
    for person in 0..4_000_u64 {
        let birth = birth(person, [1, 2, 3]);
        let [street, code, town] = address(person);
        let row = [name(person % 170, 4), name(person % 410, 5), birth, street, code, town];
        if person % 5 == 0 {
            let mut twin = row.clone();
            if person % 3 == 0 {
                let moved = address(person + 1_000_000);
                twin[3..].clone_from_slice(&moved);
            } else {
                twin[draw(person, 6, 2)].insert(2, 'x');
            }
            rows.push((numbers::wide(u32::try_from(person).unwrap()), twin));
        }
        rows.push((numbers::wide(u32::try_from(person).unwrap()), row));
    }
    let headings = ["first_name", "surname", "date_of_birth", "street_address", "postcode", "city"];
    let (precision, recall) = quality(headings, &rows);
    assert!(precision > 0.98 && recall > 0.95, "{precision} {recall}");
}

#[test]
fn names_in_each_others_place_are_found() {
    let mut rows = Vec::new();
    for person in 0..3_000_usize {
        let seed = person as u64;
        let birth = birth(seed, [1, 5, 6]);
        let row = [name(seed % 230, 2), name(seed % 510, 3), birth, name(seed % 17, 4)];
        if person % 4 == 0 {
            let mut twin = row.clone();
            match person % 3 {
                0 => twin.swap(0, 1),
                1 => twin[0].insert(3, 'x'),
                _ => twin[3].clear(),
            }
            rows.push((person, twin));
        }
        rows.push((person, row));
    }
    let (precision, recall) = quality(["given_name", "family_name", "date_of_birth", "city"], &rows);
    assert!(precision > 0.95 && recall > 0.95, "{precision} {recall}");
}

#[test]
fn families_with_whole_names_stay_several_people() {
    let mut rows = Vec::new();
    for home in 0..900_u64 {
        let (family, town) = (name(home % 320, 1), draw(home, 2, 30));
        let street = format!("{} {}", name(home % 400, 3), draw(home, 4, 90) + 1);
        for member in 0..3_u64 {
            let person = rows.len();
            let given = name(home * 3 + member, 5);
            let row = [
                format!("{given} {family}"),
                street.clone(),
                format!("{:05}", town * 731),
                name(town as u64, 6),
            ];
            if (home * 3 + member) % 6 == 0 {
                let mut twin = row.clone();
                match home % 3 {
                    0 => twin[1].insert(2, 'x'),
                    1 => twin[0] = format!("{family}, {given}"),
                    _ => twin[2] = twin[2].replacen('1', "7", 1),
                }
                rows.push((person, twin));
            }
            rows.push((person, row));
        }
    }
    let (precision, recall) = quality(["name", "address", "zip", "city"], &rows);
    assert!(precision > 0.95 && recall > 0.9, "{precision} {recall}");
}

#[test]
fn lists_of_two_columns_are_linked() {
    let mut rows = Vec::new();
    for person in 0..4_000_usize {
        let seed = person as u64;
        let birth = birth(seed, [1, 5, 6]);
        let row = [name(seed % 910, 3), birth];
        if person % 8 == 0 {
            let mut twin = row.clone();
            if person % 3 == 0 {
                twin[0].insert(2, 'x');
            }
            rows.push((person, twin));
        }
        rows.push((person, row));
    }
    let (precision, recall) = quality(["surname", "date_of_birth"], &rows);
    assert!(precision > 0.9 && recall > 0.9, "{precision} {recall}");
}
