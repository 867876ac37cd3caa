//! Shares of the pairs: together every pair once, and of several lists only those that are asked for.

use poimuri_shared::order::deduplication::Across;

use super::*;

fn made(count: usize, rules: Option<Vec<Vec<String>>>) -> (Prepared, Model) {
    let mut rows: Vec<(usize, [String; 5])> = people(count).into_iter().enumerate().collect();
    // A twin stands beside its original: apart from it, they may be of different lists.
    rows.sort_by_key(|(id, _)| numbers::mix(*id as u64));
    let settings = Settings { rules, ..Settings::default() };
    let prepared = prepare(&table(&rows), &settings).unwrap();
    let model = train(&prepared, &settings).unwrap();
    (prepared, model)
}

#[test]
fn shares_together_are_the_whole() {
    let by_rules = vec![vec!["sukunimi".to_owned()], vec!["syntymäaika:year".to_owned(), "kunta".to_owned()]];
    for rules in [None, Some(by_rules)] {
        let (prepared, model) = made(700, rules);
        let whole = compare(&prepared, &model).unwrap();
        assert!(whole.compared > 1_000 && !whole.pairs.is_empty());
        for of in [1, 2, 7] {
            let share = |index| {
                let scope = Scope::new(&prepared, Share::new(index, of), &[0], Across::Both);
                compare_within(&prepared, &model, &scope).unwrap()
            };
            let shares: Vec<Compared> = (0..of).rev().map(share).collect();
            assert!(shares.iter().all(|share| share.compared > 0), "an empty share of {of}");
            assert_eq!(Compared::joined(shares), whole);
        }
    }
}

#[test]
fn pairs_within_and_between_lists_are_all_pairs() {
    let (prepared, model) = made(300, None);
    let compared = |across| {
        let scope = Scope::new(&prepared, Share::WHOLE, &[0, 100, 250], across);
        compare_within(&prepared, &model, &scope).unwrap()
    };
    let (within, between, both) =
        (compared(Across::Within), compared(Across::Between), compared(Across::Both));
    let list = |row: u32| {
        let row = prepared.origin[numbers::wide(row)];
        u8::from(row >= 100) + u8::from(row >= 250)
    };
    assert!(within.pairs.iter().all(|pair| list(pair.a) == list(pair.b)) && !within.pairs.is_empty());
    assert!(between.pairs.iter().all(|pair| list(pair.a) != list(pair.b)) && !between.pairs.is_empty());
    assert_eq!(Compared::joined([within, between]), both);
}

#[test]
fn what_is_seen_in_shares_together_is_what_is_seen_at_once() {
    // All pairs of a short list, those that rules bring together of a longer one; of two lists, those across them.
    for (count, is_link, by_rules) in [(200, false, false), (3_000, false, true), (3_000, true, true)] {
        let rows: Vec<(usize, [String; 5])> = people(count).into_iter().enumerate().collect();
        let mut table = table(&rows);
        table.first_rows = if is_link { rows.len() / 2 } else { rows.len() };
        let settings = Settings::default();
        let prepared = prepare(&table, &settings).unwrap();
        let looking = Looking::new(&prepared);
        assert_eq!(looking.rules.is_some(), by_rules, "{count}");
        let whole = looking.observe(&prepared, Share::WHOLE);
        assert!(!whole.drawn.is_empty() && !whole.seen.is_empty());
        let expected = train(&prepared, &settings).unwrap();
        for of in [1, 2, 7] {
            let share = |index| Looking::new(&prepared).observe(&prepared, Share::new(index, of));
            let shares: Vec<Observed> = (0..of).rev().map(share).collect();
            assert!(of == 1 || shares.iter().all(|share| *share != whole), "a share of {of} has all");
            let joined = Observed::joined(shares);
            assert_eq!(joined, whole, "{count} in {of}");
            assert_eq!(
                train_on(&prepared, &settings, &looking, &joined, &Judged::default()).unwrap(),
                expected
            );
        }
    }
}
