//! The engine on small made-up lists: laws that hold for any data, and people that it must tell apart.

mod chains;
mod explained;
mod kinds_of_lists;
mod large_blocks;
mod over_time;
mod shares;
mod taught;
mod weights;

use poimuri_shared::codec;
use proptest::prelude::*;

use super::*;

/// A small list of made-up people, some of them twice with faults.
fn people(count: usize) -> Vec<[String; 5]> {
    let first = ["matti", "maija", "juhani", "anneli", "kalle", "liisa", "timo", "ritva", "eino", "helmi"];
    let last = ["virtanen", "korhonen", "nieminen", "makela", "laine", "heikkila", "koskela", "salonen"];
    let towns = ["helsinki", "turku", "oulu", "vaasa", "kemi"];
    let mut rows = Vec::new();
    for n in 0..count {
        let mixed = numbers::mix(n as u64);
        let pick = |salt: u32, below: usize| usize::try_from(mixed >> salt & 0xffff).unwrap() % below;
        let row = [
            first[pick(0, 10)].to_owned() + ["", "na", "la", "o"][pick(5, 4)],
            last[pick(16, 8)].to_owned() + ["", "en", "la", "maa", "salo"][pick(21, 5)],
            format!("19{:02}-{:02}-{:02}", 20 + pick(3, 79), 1 + pick(11, 12), 1 + pick(29, 28)),
            towns[pick(40, 5)].to_owned(),
            format!("{}katu {}", ["koulu", "ranta", "kirkko", "maki"][pick(33, 4)], 1 + pick(44, 60)),
        ];
        if n % 5 == 0 {
            let mut twin = row.clone();
            match n % 3 {
                0 => twin[0].truncate(1),
                1 => twin[1].insert(2, 'x'),
                _ => twin[3].clear(),
            }
            rows.push(twin);
        }
        rows.push(row);
    }
    rows
}

fn table(rows: &[(usize, [String; 5])]) -> Table {
    let names = ["etunimi", "sukunimi", "syntymäaika", "kunta", "katuosoite"];
    let columns = names.iter().enumerate().map(|(index, name)| {
        let mut coding = Coding::default();
        let codes = rows.iter().map(|(_, row)| coding.code(&row[index])).collect();
        Column { name: (*name).to_owned(), texts: coding.finish().into(), codes, read: None }
    });
    let columns = columns.collect();
    Table { ids: rows.iter().map(|(id, _)| format!("r{id}")).collect(), first_rows: rows.len(), columns }
}

fn run(table: &Table, settings: &Settings) -> (Model, Outcome) {
    let prepared = prepare(table, settings).unwrap();
    let model = train(&prepared, settings).unwrap();
    let compared = compare(&prepared, &model).unwrap();
    let outcome = link(&prepared, &model, &compared, settings).unwrap();
    (model, outcome)
}

/// Pairs by identifier, bits of their weights, and clusters by identifier.
type Plain = (Vec<(String, String, u64)>, Vec<(String, String)>);

fn plain(table: &Table, outcome: &Outcome) -> Plain {
    let id = |row: u32| table.ids[numbers::wide(row)].to_owned();
    let pairs = outcome.pairs.iter().map(|pair| (id(pair.a), id(pair.b), pair.weight.to_bits())).collect();
    let mut clusters: Vec<(String, String)> = outcome
        .clusters
        .iter()
        .enumerate()
        .map(|(row, home)| (table.ids[row].to_owned(), id(*home)))
        .collect();
    clusters.sort();
    (pairs, clusters)
}

#[test]
fn twins_are_found_and_others_kept_apart() {
    let rows: Vec<(usize, [String; 5])> = people(1_500).into_iter().enumerate().collect();
    let table = table(&rows);
    let (model, outcome) = run(&table, &Settings::default());
    let kinds: Vec<Kind> = model.fields.iter().map(|field| field.kind).collect();
    assert_eq!(kinds, [Kind::GivenName, Kind::Surname, Kind::Date, Kind::Place, Kind::Street]);
    // A twin stands right before its original, and every fifth person has one.
    let found = outcome.pairs.iter().filter(|pair| pair.linked);
    let (right, wrong): (Vec<&Pair>, Vec<&Pair>) = found.partition(|pair| {
        pair.a.abs_diff(pair.b) == 1 && rows[numbers::wide(pair.a)].1[2] == rows[numbers::wide(pair.b)].1[2]
    });
    assert!(right.len() >= 290, "{} of 300", right.len());
    assert!(wrong.len() <= 3, "{}", wrong.len());
    assert!(outcome.account.expected_precision > 0.95);
}

#[test]
fn families_at_one_address_stay_several_people() {
    let mut rows: Vec<[String; 5]> = Vec::new();
    for (home, person) in people(1_800).into_iter().enumerate() {
        let [_, surname, _, town, street] = person;
        for (member, first) in ["matti", "liisa", "eino"].into_iter().enumerate() {
            let first =
                format!("{first}{}", ["", "na", "la", "ko", "mi", "ri", "su"][(home * 3 + member) % 7]);
            let row = [first, format!("{surname}{}", home % 31), String::new(), town.clone(), street.clone()];
            if home % 10 == 0 && member == 0 {
                let mut twin = row.clone();
                twin[4] = twin[4].replacen("katu", "kat", 1);
                rows.push(twin);
            }
            rows.push(row);
        }
    }
    let rows: Vec<(usize, [String; 5])> = rows.into_iter().enumerate().collect();
    let (_, outcome) = run(&table(&rows), &Settings::default());
    let first = |row: u32| rows[numbers::wide(row)].1[0].as_str();
    let linked: Vec<&Pair> = outcome.pairs.iter().filter(|pair| pair.linked).collect();
    let wrong = linked.iter().filter(|pair| first(pair.a) != first(pair.b)).count();
    assert!(wrong * 10 <= linked.len(), "{wrong} of {}", linked.len());
}

#[test]
fn a_stored_model_gives_the_same_weights() {
    let rows: Vec<(usize, [String; 5])> = people(400).into_iter().enumerate().collect();
    let table = table(&rows);
    let (model, outcome) = run(&table, &Settings::default());
    let stored: Model = toml::from_str(&toml::to_string(&model).unwrap()).unwrap();
    assert_eq!(stored, model);
    let prepared = prepare(&table, &Settings::default()).unwrap();
    let compared = compare(&prepared, &stored).unwrap();
    let again = link(&prepared, &stored, &compared, &Settings::default()).unwrap();
    assert_eq!(again, outcome);
}

#[test]
fn columns_that_were_encoded_one_by_one_are_as_their_table() {
    let rows: Vec<(usize, [String; 5])> = people(600).into_iter().enumerate().collect();
    let mut table = table(&rows);
    // Words of two other columns again, and a given name as a surname.
    let joined = |row: usize| {
        let cell =
            |column: usize| table.columns[column].texts.text(table.columns[column].codes[row]).to_owned();
        format!("{} {}", cell(0), cell(1))
    };
    let joined: Vec<String> = (0..table.rows()).map(joined).collect();
    let mut coding = Coding::default();
    let codes = joined.iter().map(|text| coding.code(text)).collect();
    table.columns.push(Column {
        name: "address".to_owned(),
        texts: coding.finish().into(),
        codes,
        read: None,
    });
    for first_rows in [table.rows(), 200] {
        table.first_rows = first_rows;
        let whole = prepare(&table, &Settings::default()).unwrap();
        let kinds: Vec<Kind> = whole.fields.iter().map(|field| field.kind).collect();
        assert!(kinds.contains(&Kind::GivenName) && kinds.contains(&Kind::Surname), "{kinds:?}");
        assert_eq!(kinds.len(), table.columns.len() - 1, "one repeats others");
        let starts: &[u32] = if whole.is_link() { &[0, 200] } else { &[0] };
        let encode = |column: &Column| {
            let encoded = Encoded::new(column, None, whole.locale, (&whole.origin, starts));
            codec::decode(&codec::encode(&encoded).unwrap()).unwrap()
        };
        let encoded: Vec<Encoded> = table.columns.iter().map(encode).collect();
        let of = Prepared::of(encoded, whole.locale, whole.origin.clone(), first_rows).unwrap();
        assert_eq!((&of.codes, of.names), (&whole.codes, whole.names));
        for (of, whole) in of.fields.iter().zip(&whole.fields) {
            assert_eq!((&of.name, of.kind, &of.counts), (&whole.name, whole.kind, &whole.counts));
            let texts = |field: &prepared::Field| -> Vec<Vec<u8>> {
                (0..numbers::narrow(field.values.len()))
                    .map(|code| field.values.text(code).to_vec())
                    .collect()
            };
            assert_eq!(texts(of), texts(whole));
        }
    }
}

#[test]
fn lists_that_cannot_be_linked_are_refused() {
    let same: Vec<(usize, [String; 5])> = (0..50).map(|id| (id, Default::default())).collect();
    assert_eq!(prepare(&table(&same), &Settings::default()).err(), Some(LinkError::NoColumns));
    let rows: Vec<(usize, [String; 5])> = people(40).into_iter().enumerate().collect();
    let unknown = Settings { columns: [("x".to_owned(), Kind::Date)].into(), ..Settings::default() };
    assert_eq!(prepare(&table(&rows), &unknown).err(), Some(LinkError::NoSuchColumn("x".to_owned())));
    let prepared = prepare(&table(&rows), &Settings::default()).unwrap();
    let rules = Settings { rules: Some(vec![vec!["nothing".to_owned()]]), ..Settings::default() };
    assert_eq!(train(&prepared, &rules).err(), Some(LinkError::NoSuchKey("nothing".to_owned())));
}

#[test]
fn lists_of_no_pairs_give_single_clusters() {
    let alone = table(&people(3).into_iter().take(1).enumerate().collect::<Vec<_>>());
    assert_eq!(run(&alone, &Settings::default()).1.clusters, [0]);
    for count in [0, 1, 2] {
        let rows: Vec<(usize, [String; 5])> =
            people(10).into_iter().skip(1).take(count).enumerate().collect();
        let columns = ["etunimi", "sukunimi"].map(|name| (name.to_owned(), Kind::Text));
        let settings = Settings { columns: columns.into(), ..Settings::default() };
        let (_, outcome) = run(&table(&rows), &settings);
        assert_eq!(outcome.clusters.len(), count);
        assert!(outcome.pairs.iter().all(|pair| pair.weight.is_finite()));
    }
}

#[test]
fn partners_are_limited_as_asked() {
    let mut rows = people(300);
    rows.sort();
    let mut table = table(&rows.into_iter().enumerate().collect::<Vec<_>>());
    table.first_rows = table.rows() / 2;
    let settings = Settings { partners: Partners::OneToOne, ..Settings::default() };
    let (_, outcome) = run(&table, &settings);
    let mut sizes = std::collections::BTreeMap::new();
    outcome.clusters.iter().for_each(|home| *sizes.entry(*home).or_insert(0) += 1);
    assert!(sizes.values().all(|size| *size <= 2));
    assert!(outcome.pairs.iter().all(|p| p.a.min(p.b) < 180 && p.a.max(p.b) >= 180));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn neither_the_order_of_rows_nor_threads_change_a_bit(seed in any::<u64>(), threads in 1_usize..4) {
        let rows: Vec<(usize, [String; 5])> = people(250).into_iter().enumerate().collect();
        let straight = table(&rows);
        let expected = plain(&straight, &run(&straight, &Settings::default()).1);
        let mut shuffled = rows;
        shuffled.sort_by_key(|(id, _)| numbers::mix(seed ^ *id as u64));
        let shuffled = table(&shuffled);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| run(&shuffled, &Settings::default()).1);
        prop_assert_eq!(plain(&shuffled, &found), expected);
    }
}
