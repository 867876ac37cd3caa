//! A result over time: extended by new rows, judged by a reviewer, its clusters named.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Rows in an order that a seed decides.
fn shuffled(mut rows: Vec<(usize, [String; 5])>, seed: u64) -> Vec<(usize, [String; 5])> {
    rows.sort_by_key(|(id, _)| numbers::mix(seed ^ *id as u64));
    rows
}

fn list(count: usize) -> Vec<(usize, [String; 5])> {
    people(count).into_iter().enumerate().collect()
}

fn ready(table: &Table, model: &Model) -> Prepared {
    let columns = table.columns.iter().map(|column| (column.name.clone(), model.kind(&column.name)));
    prepare(table, &Settings { columns: columns.collect(), ..Settings::default() }).unwrap()
}

/// A run as it is stored: kept pairs by identifier, names by identifier, the threshold.
struct Stored {
    pairs: Vec<(String, String, f64)>,
    names: BTreeMap<String, String>,
    threshold: f64,
}

/// Clusters, names them, and stores.
fn stored(table: &Table, model: &Model, compared: &Compared, before: Option<&Stored>) -> Stored {
    let prepared = ready(table, model);
    let known = Given { threshold_weight: before.map(|before| before.threshold), ..Given::default() };
    let outcome = link_given(&prepared, model, compared, &Settings::default(), &known).unwrap();
    let earlier: Vec<Option<&str>> =
        table.ids.iter().map(|id| Some(before?.names.get(id)?.as_str())).collect();
    let names = names(&outcome.clusters, &table.ids, &earlier);
    let id = |row: u32| table.ids[numbers::wide(row)].to_owned();
    let named = |(id, home): (&str, &u32)| (id.to_owned(), names[home].clone());
    Stored {
        pairs: compared.by_table(&prepared).into_iter().map(|(a, b, w)| (id(a), id(b), w)).collect(),
        names: table.ids.iter().zip(&outcome.clusters).map(named).collect(),
        threshold: outcome.account.threshold_weight,
    }
}

/// What is known of a table's rows from an earlier run.
fn earlier(table: &Table, before: &Stored) -> Earlier {
    let rows: BTreeMap<&str, u32> = table.ids.iter().zip(0..).collect();
    let pair = |(a, b, weight): &(String, String, f64)| (rows[a.as_str()], rows[b.as_str()], *weight);
    Earlier {
        fresh: table.ids.iter().map(|id| !before.names.contains_key(id)).collect(),
        pairs: before.pairs.iter().map(pair).collect(),
    }
}

/// A first run over some rows.
fn begun(rows: &[(usize, [String; 5])], rules: Option<Vec<Vec<String>>>) -> (Model, Stored, u64) {
    let table = table(rows);
    let settings = Settings { rules, ..Settings::default() };
    let model = train(&prepare(&table, &settings).unwrap(), &settings).unwrap();
    let compared = compare(&ready(&table, &model), &model).unwrap();
    (model.clone(), stored(&table, &model, &compared, None), compared.compared)
}

/// Groups of identifiers that have one name.
fn groups(names: &BTreeMap<String, String>) -> BTreeSet<BTreeSet<&str>> {
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (id, name) in names {
        groups.entry(name).or_default().insert(id);
    }
    groups.into_values().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn an_extended_result_is_that_of_old_weights_and_new_pairs(seed in any::<u64>(), by_rules in any::<bool>()) {
        let rows = shuffled(list(240), seed);
        let rules = vec![vec!["sukunimi:start".to_owned()], vec!["syntymäaika:year".to_owned()]];
        let (model, before, first) = begun(&rows[..200], by_rules.then_some(rules));
        let all = table(&rows);
        let prepared = ready(&all, &model);
        let extended = extend(&prepared, &model, &earlier(&all, &before)).unwrap();

        // The same as comparing everything and putting the old weights back.
        let mut whole = compare(&prepared, &model).unwrap();
        let row = |place: u32| prepared.origin[numbers::wide(place)];
        prop_assert_eq!(whole.compared, first + extended.compared);
        whole.pairs.retain(|pair| row(pair.a) >= 200 || row(pair.b) >= 200);
        let old = |pair: &&compare::Weighed| row(pair.a) < 200 && row(pair.b) < 200;
        whole.pairs.extend(extended.pairs.iter().filter(old));
        prop_assert_eq!(extended.pairs.iter().filter(old).count(), before.pairs.len());
        whole.pairs.sort_by_key(|pair| (pair.a, pair.b));
        prop_assert_eq!(&extended.pairs, &whole.pairs);

        // Rows in another order: the same clusters under the same names.
        let after = stored(&all, &model, &extended, Some(&before));
        let other = table(&shuffled(rows, !seed));
        let again = extend(&ready(&other, &model), &model, &earlier(&other, &before)).unwrap();
        prop_assert_eq!(&stored(&other, &model, &again, Some(&before)).names, &after.names);

        // A cluster that is as it was has its name.
        let unchanged = groups(&before.names);
        for group in groups(&after.names).intersection(&unchanged) {
            let id = group.first().copied().unwrap();
            prop_assert_eq!(&after.names[id], &before.names[id]);
        }
    }

    #[test]
    fn judgements_hold_whatever_the_weights(seed in any::<u64>()) {
        let rows = list(200);
        let (model, before, _) = begun(&rows, None);
        let all = table(&rows);
        let prepared = ready(&all, &model);
        let compared = compare(&prepared, &model).unwrap();
        // What was linked is kept apart, and rows far from each other are joined, in pairs that share no row.
        let linked: Vec<(u32, u32)> = (compared.by_table(&prepared).into_iter())
            .filter(|(_, _, weight)| *weight >= before.threshold)
            .map(|(a, b, _)| (a, b))
            .filter(|(a, _)| numbers::mix(seed ^ u64::from(*a)) & 1 == 0)
            .collect();
        let same: Vec<(u32, u32)> = (0..20).map(|row| (row, 239 - row)).collect();
        let is_free = |(a, b): &&(u32, u32)| !same.contains(&(*a.min(b), *a.max(b)));
        let different: Vec<(u32, u32)> = linked.iter().filter(is_free).copied().collect();
        let known = Given { judged: Judged { same: same.clone(), different: different.clone() }, ..Given::default() };
        let outcome = link_given(&prepared, &model, &compared, &Settings::default(), &known).unwrap();
        let home = |row: &u32| outcome.clusters[numbers::wide(*row)];
        prop_assert!(same.iter().all(|(a, b)| home(a) == home(b)));
        prop_assert!(different.iter().all(|(a, b)| home(a) != home(b)));
        let told = |pair: &(u32, u32)| outcome.pairs.iter().any(|of| {
            (of.a.min(of.b), of.a.max(of.b)) == *pair && of.linked
        });
        prop_assert!(same.iter().all(told));
    }
}

#[test]
fn nothing_new_changes_nothing() {
    let rows = list(300);
    let (model, before, _) = begun(&rows, None);
    let all = table(&rows);
    let extended = extend(&ready(&all, &model), &model, &earlier(&all, &before)).unwrap();
    assert_eq!(extended.compared, 0);
    let after = stored(&all, &model, &extended, Some(&before));
    assert_eq!((after.names, after.threshold), (before.names, before.threshold));
}

#[test]
fn judgements_that_contradict_each_other_are_refused() {
    let (model, ..) = begun(&list(50), None);
    let all = table(&list(50));
    let prepared = ready(&all, &model);
    let compared = compare(&prepared, &model).unwrap();
    let judged = Judged { same: vec![(0, 1), (1, 2)], different: vec![(2, 0)] };
    let known = Given { judged, ..Given::default() };
    let told = link_given(&prepared, &model, &compared, &Settings::default(), &known);
    assert_eq!(told.err(), Some(LinkError::Contradiction(2)));
}
