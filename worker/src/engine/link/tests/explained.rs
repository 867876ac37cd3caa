//! What is told of pairs and records: parts of weights, what brings a pair together, who cannot be linked.

use super::*;

fn list(count: usize) -> Vec<(usize, [String; 5])> {
    people(count).into_iter().enumerate().collect()
}

fn made(rows: &[(usize, [String; 5])], settings: &Settings) -> (Prepared, Model) {
    let prepared = prepare(&table(rows), settings).unwrap();
    let model = train(&prepared, settings).unwrap();
    (prepared, model)
}

#[test]
fn steps_sum_to_the_weight_of_any_pair_whichever_comes_first() {
    let mut rows = list(400);
    // Names in each other's place.
    let [first, last, ..] = rows[7].1.clone();
    let mut crossed = rows[7].1.clone();
    (crossed[0], crossed[1]) = (last, first);
    rows.push((rows.len(), crossed));
    let (prepared, model) = made(&rows, &Settings::default());
    let outcome =
        link(&prepared, &model, &compare(&prepared, &model).unwrap(), &Settings::default()).unwrap();
    let waterfalls = Waterfalls::new(&prepared, &model).unwrap();
    let far = (0..200).map(|row| (row, row + 150));
    let pairs = outcome.pairs.iter().map(|pair| (pair.a, pair.b)).chain(far).chain([(7, 480)]);
    for (a, b) in pairs {
        let weight = waterfalls.weight(a, b);
        let steps = waterfalls.steps(a, b, weight);
        assert_eq!(steps, waterfalls.steps(b, a, weight));
        let sum: f64 = steps.iter().map(|step| step.weight).sum();
        assert!((sum - weight).abs() < 1e-9, "{sum} of {weight}");
        let fields: Vec<&str> = steps.iter().map(|step| step.field.as_str()).collect();
        assert_eq!(fields[..6], ["", "etunimi", "sukunimi", "syntymäaika", "kunta", "katuosoite"]);
        let others: Vec<&str> = steps[6..].iter().map(|step| step.level).collect();
        assert_eq!(others, ["a person may have moved", "what others have in common too"]);
        // That others may have something in common never speaks for one person.
        assert!(steps[6].weight >= 0.0 && steps[7].weight <= 1e-9, "{steps:?}");
        assert!(waterfalls.parts(a, b).eq(steps[..6].iter().map(|step| step.weight)));
    }
    for pair in &outcome.pairs {
        assert_eq!(waterfalls.weight(pair.a, pair.b).to_bits(), pair.weight.to_bits());
    }
    // A weight of an earlier run is told apart from what it would be.
    let steps = waterfalls.steps(0, 1, waterfalls.weight(0, 1) + 0.5);
    let earlier = steps.iter().find(|step| step.level.contains("as frequent as")).unwrap();
    assert!((earlier.weight - 0.5).abs() < 1e-9, "{steps:?}");
}

#[test]
fn what_brings_pairs_together_is_what_compares_them() {
    let mut rows = list(2_200);
    rows.iter_mut().filter(|(id, _)| id % 40 != 0).for_each(|(_, row)| row[3] = "turku".to_owned());
    let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<String>>();
    let rules = vec![keys(&["kunta"]), keys(&["sukunimi"]), keys(&["syntymäaika", "etunimi"])];
    let settings = Settings { rules: Some(rules.clone()), ..Settings::default() };
    let (prepared, model) = made(&rows, &settings);
    let compared = compare(&prepared, &model).unwrap();
    assert!(compared.cut > 0, "a block is cut");
    let kept: std::collections::BTreeSet<(u32, u32)> =
        compared.by_table(&prepared).into_iter().map(|(a, b, _)| (a.min(b), a.max(b))).collect();
    let waterfalls = Waterfalls::new(&prepared, &model).unwrap();
    let all = (0..2_600_u32).flat_map(|a| [1, 7, 900].map(|step| (a, a + step))).filter(|(_, b)| *b < 2_600);
    let telling: Vec<(u32, u32)> =
        all.filter(|(a, b)| waterfalls.weight(*a, *b) >= compare::FLOOR).take(300).collect();
    assert!(telling.len() > 100, "{}", telling.len());
    let (mut cut, mut none) = (0, 0);
    // Of other towns than nearly all.
    let far = (0..50).map(|n| (n * 40, n * 40 + 21));
    let pairs: Vec<(u32, u32)> = telling.iter().copied().chain(far).collect();
    for (pair, brought) in pairs.iter().zip(brought(&prepared, &model, &pairs).unwrap()) {
        if waterfalls.weight(pair.0, pair.1) >= compare::FLOOR {
            assert_eq!(brought.is_compared, kept.contains(pair), "{pair:?}: {brought:?}");
        }
        let shared = brought.rules.unwrap();
        let cells = |row: u32| &rows[numbers::wide(row)].1;
        let shares = |column: usize| {
            cells(pair.0)[column] == cells(pair.1)[column] && !cells(pair.0)[column].is_empty()
        };
        let expected = [shares(3), shares(1), shares(2) && shares(0)];
        for (rule, expected) in rules.iter().zip(expected) {
            assert_eq!(shared.iter().any(|rule_of| rule_of.keys == *rule), expected, "{pair:?}");
        }
        cut += usize::from(shared.iter().any(|rule| rule.is_cut));
        none += usize::from(shared.is_empty());
    }
    assert!(cut > 0 && none > 0, "{cut} and {none}");
    let (prepared, model) = made(&list(100), &Settings::default());
    let told = brought(&prepared, &model, &[(0, 50)]).unwrap();
    assert_eq!(told, [Brought { is_compared: true, rules: None }], "a short list is compared whole");
}

#[test]
fn records_are_weighed_with_themselves_as_any_pair_is() {
    let mut rows = list(1_000);
    // Of some little is known, of some nothing.
    for (id, row) in &mut rows {
        let known = *id % 7;
        row.iter_mut().skip(known).for_each(String::clear);
    }
    let (prepared, model) = made(&rows, &Settings::default());
    let waterfalls = Waterfalls::new(&prepared, &model).unwrap();
    let weights: Vec<f64> = (0..numbers::narrow(rows.len())).map(|row| waterfalls.weight(row, row)).collect();
    for most in [0.0, 5.0, 20.0, 500.0] {
        let own = own_weights(&prepared, &model, most).unwrap();
        assert_eq!(own.records, weights.len() as u64);
        for threshold in [-50.0, -7.0, 0.0, 3.3, 5.0, 20.0, 500.0].into_iter().filter(|t| *t <= most) {
            let below = weights.iter().filter(|weight| **weight < threshold).count();
            assert_eq!(own.below(threshold), below as u64, "below {threshold}");
        }
    }
    let own = own_weights(&prepared, &model, 20.0).unwrap();
    let blank = rows.iter().filter(|(_, row)| row.iter().all(String::is_empty)).count() as u64;
    let below = own.below(15.0);
    assert!(own.below(-1.0) >= blank && below > blank && below < own.records, "{below} of {}", own.records);
    assert!((own.share_below(15.0) * 1_200.0 - numbers::real(below)).abs() < 1e-9);
}
