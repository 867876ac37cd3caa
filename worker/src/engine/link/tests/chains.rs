//! Clusters by chains of pairs, and settings that cannot be.

use super::compare::Weighed;
use super::*;

#[test]
fn a_chain_is_cut_unless_whatever_is_connected_is_asked_for() {
    let rows: Vec<(usize, [String; 5])> = people(900).into_iter().enumerate().collect();
    let mut settings = Settings { threshold: Some(0.9), ..Settings::default() };
    let prepared = prepare(&table(&rows), &settings).unwrap();
    let model = train(&prepared, &settings).unwrap();
    // Three people with nothing in common; two pairs of them weigh much.
    let chain = [(100, 500), (500, 900)].map(|(a, b)| Weighed { a, b, weight: 20.0 });
    let compared = Compared { pairs: chain.to_vec(), compared: 2, cut: 0 };
    let apart = Judged { same: Vec::new(), different: vec![(prepared.origin[100], prepared.origin[900])] };
    let mut sizes = |clustering: Clustering, judged: &Judged| {
        settings.clustering = clustering;
        let given = Given { judged: judged.clone(), ..Given::default() };
        let outcome = link_given(&prepared, &model, &compared, &settings, &given).unwrap();
        let is_open = outcome.account.partners_found(clustering) == Partners::Auto;
        assert_eq!(is_open, clustering == Clustering::Connected, "chains tell nothing of partners");
        let mut sizes = std::collections::BTreeMap::new();
        outcome.clusters.iter().for_each(|home| *sizes.entry(*home).or_insert(0) += 1);
        let mut sizes: Vec<i32> = sizes.into_values().filter(|size| *size > 1).collect();
        sizes.sort_unstable();
        (sizes, outcome.account.linked_pairs)
    };
    assert_eq!(sizes(Clustering::Agreeing, &Judged::default()), (vec![2], 1));
    assert_eq!(sizes(Clustering::Connected, &Judged::default()), (vec![3], 3));
    assert_eq!(sizes(Clustering::Connected, &apart), (vec![2], 1));
    settings.partners = Partners::OneToOne;
    settings.clustering = Clustering::Connected;
    assert_eq!(link(&prepared, &model, &compared, &settings), Err(LinkError::ChainedPartners));
}

#[test]
fn rules_that_compare_nothing_are_refused() {
    let rows: Vec<(usize, [String; 5])> = people(100).into_iter().enumerate().collect();
    let table = table(&rows);
    for rules in [vec![], vec![vec!["sukunimi".to_owned()], vec![]]] {
        let settings = Settings { rules: Some(rules), ..Settings::default() };
        let prepared = prepare(&table, &settings).unwrap();
        assert_eq!(train(&prepared, &settings), Err(LinkError::NoRules));
        assert_eq!(suggest(&prepared, &settings), Err(LinkError::NoRules));
    }
}

#[test]
fn running_numbers_are_not_compared() {
    let rows: Vec<(usize, [String; 5])> = people(300).into_iter().enumerate().collect();
    let mut table = table(&rows);
    let mut coding = Coding::default();
    let codes = (0..rows.len()).map(|row| coding.code(&(7_000 + row * 3).to_string())).collect();
    let texts = coding.finish().into();
    table.columns.push(Column { name: "jnro".to_owned(), texts, codes, read: None });
    let names = |table: &Table| {
        let prepared = prepare(table, &Settings::default()).unwrap();
        prepared.fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&table).len(), 5, "{:?}", names(&table));
    // What some row does not have is something else.
    table.columns[5].codes[40] = 0;
    assert_eq!(names(&table).len(), 6);
}
