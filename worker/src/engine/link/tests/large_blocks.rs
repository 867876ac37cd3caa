//! Blocks that are too large: in bounds, with pairs of both lists, and counted in pairs that would have been compared.

use std::collections::BTreeSet;

use poimuri_shared::order::deduplication::Across;

use super::*;

/// Rules by one key each.
fn rules(keys: &[&str]) -> Settings {
    let rules = keys.iter().map(|key| vec![(*key).to_owned()]).collect();
    Settings { rules: Some(rules), ..Settings::default() }
}

/// People nearly all of whom live in one town.
fn townspeople(count: usize) -> Vec<[String; 5]> {
    let mut rows = people(count);
    for (index, row) in rows.iter_mut().enumerate() {
        row[3] = if index % 20 == 0 { "oulu" } else { "turku" }.to_owned();
    }
    rows
}

/// Two lists of the same people, slips in the second.
fn two_lists() -> (Vec<(usize, [String; 5])>, usize) {
    let first = townspeople(1_700);
    let mut second = first.clone();
    second.iter_mut().for_each(|row| row[1].insert(2, 'x'));
    let count = first.len();
    (first.into_iter().chain(second).enumerate().collect(), count)
}

fn linked_table(rows: &[(usize, [String; 5])], first_rows: usize) -> Table {
    Table { first_rows, ..table(rows) }
}

#[test]
fn large_blocks_of_two_lists_keep_pairs_across_them() {
    let (rows, count) = two_lists();
    let inhabitants = rows[..count].iter().filter(|(_, row)| row[3] == "turku").count() as u64;
    let all = inhabitants.pow(2) + (count as u64 - inhabitants).pow(2);
    for keys in [&["kunta"][..], &["kunta", "syntymäaika"]] {
        let settings = rules(keys);
        let prepared = prepare(&linked_table(&rows, count), &settings).unwrap();
        let model = train(&prepared, &settings).unwrap();
        let whole = compare(&prepared, &model).unwrap();
        // Two windows, each with about half of the people of each list.
        assert!(whole.cut.abs_diff(inhabitants.pow(2) / 2) < all / 50, "{} of {all}", whole.cut);
        if keys.len() == 1 {
            assert_eq!(whole.compared + whole.cut, all);
        } else {
            let kept: BTreeSet<(u32, u32)> =
                whole.by_table(&prepared).into_iter().map(|(a, b, _)| (a, b)).collect();
            let twins = (0..count).map(|row| (numbers::narrow(row), numbers::narrow(row + count)));
            let missing = twins.filter(|twins| !kept.contains(twins)).count();
            assert_eq!(missing, 0, "twins that a later rule brings together");
        }
        let told = suggest(&prepared, &settings).unwrap();
        assert_eq!((told.compared, told.cut), (whole.compared, whole.cut), "{keys:?}");
        let share = |index| {
            let scope = Scope::new(&prepared, Share::new(index, 5), &[0], Across::Both);
            compare_within(&prepared, &model, &scope).unwrap()
        };
        assert_eq!(Compared::joined((0..5).map(share)), whole);
        // The order of rows decides nothing.
        let (mut first, mut second) = (rows[..count].to_vec(), rows[count..].to_vec());
        first.sort_by_key(|(id, _)| numbers::mix(*id as u64));
        second.reverse();
        let shuffled = linked_table(&[first, second].concat(), count);
        let plain_of = |table: &Table| plain(table, &run(table, &settings).1);
        assert_eq!(plain_of(&shuffled), plain_of(&linked_table(&rows, count)));
    }
}

#[test]
fn a_short_list_meets_all_of_a_long_one() {
    let rows: Vec<(usize, [String; 5])> = townspeople(5_000).into_iter().enumerate().collect();
    let settings = rules(&["kunta"]);
    let table = linked_table(&rows, 600);
    let prepared = prepare(&table, &settings).unwrap();
    let compared = compare(&prepared, &train(&prepared, &settings).unwrap()).unwrap();
    assert_eq!(compared.cut, 0);
    assert!(compared.compared > 570 * 5_000, "{}", compared.compared);
}

#[test]
fn what_a_large_block_parts_a_later_rule_brings_together() {
    let rows: Vec<(usize, [String; 5])> = townspeople(3_000).into_iter().enumerate().collect();
    let settings = rules(&["kunta", "syntymäaika"]);
    let prepared = prepare(&table(&rows), &settings).unwrap();
    let compared = compare(&prepared, &train(&prepared, &settings).unwrap()).unwrap();
    assert!(compared.cut > 0);
    let kept: BTreeSet<(u32, u32)> =
        compared.by_table(&prepared).into_iter().map(|(a, b, _)| (a.min(b), a.max(b))).collect();
    // A twin stands right before its original.
    let is_twin = |a: &usize| rows[*a].1[2] == rows[a + 1].1[2] && rows[*a].1[4] == rows[a + 1].1[4];
    let twins: Vec<usize> = (0..rows.len() - 1).filter(is_twin).collect();
    assert!(twins.len() >= 600);
    let has = |a: &usize| kept.contains(&(numbers::narrow(*a), numbers::narrow(a + 1)));
    assert!(twins.iter().all(has), "{:?}", twins.iter().find(|a| !has(a)));
}

#[test]
fn pairs_left_out_are_those_that_would_have_been_compared() {
    let rows: Vec<(usize, [String; 5])> = townspeople(3_000).into_iter().enumerate().collect();
    let settings = rules(&["kunta"]);
    let prepared = prepare(&table(&rows), &settings).unwrap();
    let model = train(&prepared, &settings).unwrap();
    let starts = [0_usize, 900, 2_000, rows.len()];
    let pairs = |count: usize| count as u64 * (count as u64 - 1) / 2;
    let of_towns = |rows: &[(usize, [String; 5])]| {
        let count = |town: &str| rows.iter().filter(|(_, row)| row[3] == town).count();
        pairs(count("turku")) + pairs(count("oulu"))
    };
    let within: u64 = starts.windows(2).map(|of| of_towns(&rows[of[0]..of[1]])).sum();
    let all = of_towns(&rows);
    let starts: Vec<u32> = starts[..3].iter().map(|start| numbers::narrow(*start)).collect();
    for (across, expected) in [(Across::Within, within), (Across::Between, all - within), (Across::Both, all)]
    {
        let scope = Scope::new(&prepared, Share::WHOLE, &starts, across);
        let compared = compare_within(&prepared, &model, &scope).unwrap();
        assert!(compared.cut > 0 && compared.compared > 0);
        assert_eq!(compared.compared + compared.cut, expected, "{across:?}");
    }
}

#[test]
fn pairs_with_a_fresh_record_are_those_of_the_whole_in_any_shares() {
    let (rows, count) = two_lists();
    let fresh: Vec<bool> = (0..rows.len()).map(|row| row % 40 == 7).collect();
    for (first_rows, keys) in [
        (count, &["kunta"][..]),
        (rows.len(), &["kunta"]),
        (count, &["kunta", "syntymäaika"]),
        (rows.len(), &["kunta", "syntymäaika"]),
    ] {
        let settings = rules(keys);
        let prepared = prepare(&linked_table(&rows, first_rows), &settings).unwrap();
        let model = train(&prepared, &settings).unwrap();
        let mut whole = compare(&prepared, &model).unwrap();
        let of = |share| {
            let scope = Scope::new(&prepared, share, &[0], Across::Both).with_fresh(&prepared, &fresh);
            compare_within(&prepared, &model, &scope).unwrap()
        };
        let found = of(Share::WHOLE);
        assert_eq!(Compared::joined((0..5).map(|index| of(Share::new(index, 5)))), found, "{keys:?}");
        let is_fresh = |place: u32| fresh[numbers::wide(prepared.origin[numbers::wide(place)])];
        whole.pairs.retain(|pair| is_fresh(pair.a) || is_fresh(pair.b));
        assert_eq!(found.pairs, whole.pairs, "{keys:?}");
        assert!(found.compared * 10 < whole.compared && found.cut > 0);
        if keys.len() == 1 {
            let pairs = |is_meant: &dyn Fn(usize) -> bool| {
                let in_town = |town: &str, of: std::ops::Range<usize>| {
                    of.filter(|row| rows[*row].1[3] == town && is_meant(*row)).count() as u64
                };
                let of_town = |town: &str| {
                    let (a, b) = (in_town(town, 0..first_rows), in_town(town, first_rows..rows.len()));
                    if first_rows < rows.len() { a * b } else { a * (a - 1) / 2 }
                };
                of_town("turku") + of_town("oulu")
            };
            assert_eq!(found.compared + found.cut, pairs(&|_| true) - pairs(&|row| !fresh[row]));
        }
    }
}
