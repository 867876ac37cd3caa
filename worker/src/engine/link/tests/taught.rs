//! A list that goes wrong without labels, and what some labels make of it.

use super::*;

/// A person of a made-up list, and the row as it is written.
type Row = (usize, [String; 5]);

/// Families under one membership number, taken for a number of a person; some people stand twice, with faults. Without dates
/// of birth nothing but the given name tells who of a family it is.
fn families(count: usize, is_dated: bool) -> Vec<Row> {
    let first = ["matti", "maija", "juhani", "anneli", "kalle", "liisa", "timo", "ritva", "eino", "helmi"];
    let last = ["virtanen", "korhonen", "nieminen", "makela", "laine", "heikkila", "koskela", "salonen"];
    let mut rows = Vec::new();
    for family in 0..count {
        let mixed = numbers::mix(family as u64 + 77);
        let pick = |salt: u32, below: usize| usize::try_from(mixed >> salt & 0xffff).unwrap() % below;
        let surname = format!("{}{}", last[pick(0, 8)], ["", "en", "la", "maa", "salo"][pick(5, 5)]);
        let street =
            format!("{}katu {}", ["koulu", "ranta", "kirkko", "maki"][pick(33, 4)], 1 + pick(20, 90));
        for member in 0..3 {
            let person = family * 3 + member;
            let own = numbers::mix(person as u64 + 5_000);
            let of = |salt: u32, below: usize| usize::try_from(own >> salt & 0xffff).unwrap() % below;
            let born = format!("19{:02}-{:02}-{:02}", 20 + of(3, 79), 1 + of(11, 12), 1 + of(29, 28));
            let row = [
                first[(pick(11, 10) + member * 3) % 10].to_owned(),
                surname.clone(),
                if is_dated { born } else { String::new() },
                street.clone(),
                format!("M{:05}", 10_000 + family),
            ];
            if person % 7 == 0 {
                let mut twin = row.clone();
                match person % 3 {
                    0 => twin[0].truncate(1),
                    1 => twin[1].insert(2, 'x'),
                    _ => twin[4].clear(),
                }
                rows.push((person, twin));
            }
            rows.push((person, row));
        }
    }
    rows
}

fn of_families(rows: &[Row]) -> Table {
    let numbered: Vec<(usize, [String; 5])> =
        rows.iter().enumerate().map(|(id, (_, row))| (id, row.clone())).collect();
    let mut table = table(&numbered);
    "jäsennumero".clone_into(&mut table.columns[4].name);
    "katuosoite".clone_into(&mut table.columns[3].name);
    table
}

/// Clusters, with or without what was judged; a number is taken for one of a person.
fn linked(table: &Table, judged: &Judged) -> Outcome {
    let number = table.columns.iter().filter(|column| column.name == "jäsennumero");
    let columns = number.map(|column| (column.name.clone(), Kind::Identifier)).collect();
    let settings = Settings { columns, ..Settings::default() };
    let prepared = prepare(table, &settings).unwrap();
    let model = train_given(&prepared, &settings, judged).unwrap();
    let compared = compare(&prepared, &model).unwrap();
    let given = Given { judged: judged.clone(), ..Given::default() };
    link_given(&prepared, &model, &compared, &settings, &given).unwrap()
}

/// F1 of the pairs in one cluster, those that were judged aside.
fn f1(rows: &[Row], outcome: &Outcome, judged: &Judged) -> f64 {
    let (mut found, mut right, mut there) = (0_u32, 0_u32, 0_u32);
    for a in 0..numbers::narrow(rows.len()) {
        for b in a + 1..numbers::narrow(rows.len()) {
            if judged.same.contains(&(a, b)) || judged.different.contains(&(a, b)) {
                continue;
            }
            let (one, other) = (numbers::wide(a), numbers::wide(b));
            let is_same = rows[one].0 == rows[other].0;
            let is_found = outcome.clusters[one] == outcome.clusters[other];
            found += u32::from(is_found);
            there += u32::from(is_same);
            right += u32::from(is_same && is_found);
        }
    }
    2.0 * f64::from(right) / f64::from((found + there).max(1))
}

/// What a reviewer who knows the truth says of some of the pairs, as many of each kind at most.
fn reviewed(rows: &[Row], outcome: &Outcome, most: usize) -> Judged {
    let mut pairs: Vec<(u32, u32)> =
        outcome.pairs.iter().map(|pair| (pair.a.min(pair.b), pair.a.max(pair.b))).collect();
    // Neighbours are of one family for the most part.
    pairs.extend((1..numbers::narrow(rows.len())).map(|row| (row - 1, row)));
    pairs.sort_unstable_by_key(|(a, b)| numbers::mix(u64::from(*a) << 32 | u64::from(*b)));
    pairs.dedup();
    let is_same = |pair: &&(u32, u32)| rows[numbers::wide(pair.0)].0 == rows[numbers::wide(pair.1)].0;
    Judged {
        same: pairs.iter().filter(is_same).take(most).copied().collect(),
        different: pairs.iter().filter(|pair| !is_same(pair)).take(most).copied().collect(),
    }
}

#[test]
fn labels_put_right_what_goes_wrong_without() {
    let rows = families(250, false);
    let table = of_families(&rows);
    let alone = linked(&table, &Judged::default());
    let few = reviewed(&rows, &alone, 9);
    let some = reviewed(&rows, &alone, 30);
    let (taught, forced) = (linked(&table, &some), linked(&table, &few));
    let (before, after) = (f1(&rows, &alone, &some), f1(&rows, &taught, &some));
    let forced = f1(&rows, &forced, &few);
    assert!(before < 0.5 && forced < 0.5 && after > 0.7, "{before}, too few {forced}, enough {after}");
    let home = |row: &u32| taught.clusters[numbers::wide(*row)];
    assert!(some.same.iter().all(|(a, b)| home(a) == home(b)));
    assert!(some.different.iter().all(|(a, b)| home(a) != home(b)));
}

#[test]
fn labels_do_no_harm_where_nothing_is_wrong() {
    let rows = families(250, true);
    let table = of_families(&rows);
    let alone = linked(&table, &Judged::default());
    let judged = reviewed(&rows, &alone, 30);
    assert!(judged.can_teach(), "{judged:?}");
    let (before, after) = (f1(&rows, &alone, &judged), f1(&rows, &linked(&table, &judged), &judged));
    assert!(before > 0.99 && after >= before - 0.002, "{before} and with labels {after}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn the_order_of_rows_and_labels_changes_no_bit(seed in any::<u64>(), threads in 1_usize..4) {
        let rows = families(80, true);
        let straight = of_families(&rows);
        let judged = reviewed(&rows, &linked(&straight, &Judged::default()), 20);
        let expected = plain(&straight, &linked(&straight, &judged));

        let mut order: Vec<u32> = (0..numbers::narrow(rows.len())).collect();
        order.sort_by_key(|row| numbers::mix(seed ^ u64::from(*row)));
        let mut place = vec![0; rows.len()];
        (0..).zip(&order).for_each(|(at, row): (u32, _)| place[numbers::wide(*row)] = at);
        let numbered = order.iter().map(|row| (numbers::wide(*row), rows[numbers::wide(*row)].1.clone()));
        let mut shuffled = table(&numbered.collect::<Vec<_>>());
        shuffled.columns.iter_mut().zip(&straight.columns).for_each(|(to, from)| to.name.clone_from(&from.name));
        let moved = |pairs: &[(u32, u32)]| -> Vec<(u32, u32)> {
            let at = |row: &u32| place[numbers::wide(*row)];
            pairs.iter().rev().map(|(a, b)| (at(b), at(a))).collect()
        };
        let judged = Judged { same: moved(&judged.same), different: moved(&judged.different) };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| linked(&shuffled, &judged));
        prop_assert_eq!(plain(&shuffled, &found), expected);
    }
}
