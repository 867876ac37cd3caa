//! Records known again in a later order: unchanged, changed, new and gone, whatever the order of rows and the cut of parts.

use poimuri_shared::order::deduplication::Across;
use poimuri_shared::receipt::ExtendedRecords;

use super::*;
use crate::engine::link::{
    Compared, Comparison, Digests, Earlier, Encoded, Model, Observed, Prepared, Scope, Share, extend,
};

const LISTS: &str = "{ name = \"a\", id = \"r-a\" }, { name = \"b\", id = \"r-b\" }";
const HEADING: &str = "id;sukunimi;etunimi;syntymäaika";

/// Lists as an order has them ready.
struct Ready {
    told: Told,
    digests: Vec<u64>,
    prepared: Prepared,
}

impl Ready {
    fn new(texts: &[&str], rows: usize) -> Self {
        let order = order("per = \"person\"", LISTS);
        let told = told(&order, texts, rows).unwrap();
        let identified = &told.records.named.identified;
        let encoded = |column: &link::Column| {
            Encoded::new(column, None, LOCALE, (&identified.origin, &identified.starts))
        };
        let encoded: Vec<Encoded> = told.columns.iter().map(encoded).collect();
        let mut digests = Digests::new(b"secret", identified.origin.len());
        encoded.iter().for_each(|column| digests.add_encoded(column));
        let digests = digests.finish();
        let (origin, first_rows) = (identified.origin.clone(), identified.first_rows);
        let prepared = Prepared::of(encoded, LOCALE, origin, first_rows).unwrap();
        Self { told, digests, prepared }
    }

    fn named(&self) -> &Named {
        &self.told.records.named
    }

    fn unchanged_since(&self, earlier: &Self) -> Unchanged {
        Unchanged::new((self.named(), &self.digests), (earlier.named(), &earlier.digests))
    }

    /// The pairs of all shares that have a fresh record.
    fn compared(&self, model: &Model, fresh: &[bool]) -> Compared {
        let comparison = Comparison::new(&self.prepared, model).unwrap();
        let starts = &self.named().identified.starts;
        let share = |index| {
            let scope = Scope::new(&self.prepared, Share::new(index, 3), starts, Across::Both);
            comparison.within(&self.prepared, &scope.with_fresh(&self.prepared, fresh))
        };
        Compared::joined((0..3).map(share))
    }
}

fn list(rows: impl Iterator<Item = usize>, letter: char, surname: impl Fn(usize) -> String) -> String {
    let row = |row: usize| {
        let (first, year) = (["Matti", "Maija", "Kalle"][row % 3], 1_940 + row % 60);
        format!("{letter}{row};{};{first};{year}-0{}-1{}\n", surname(row), 1 + row % 9, row % 7)
    };
    rows.fold(format!("{HEADING}\n"), |text, number| text + &row(number))
}

fn surname(row: usize) -> String {
    format!("{}nen", ["Virta", "Korho", "Niemi", "Mäki", "Lai"][row % 5].repeat(1 + row % 2))
}

#[test]
fn unchanged_records_keep_their_pairs_and_no_others_do() {
    let (a, b) = (list(0..120, 'a', surname), list(60..180, 'b', surname));
    let before = Ready::new(&[&a, &b], 40);
    let settings = link::Settings::default();
    let looking = link::Looking::new(&before.prepared);
    let observed = Observed::joined([looking.observe(&before.prepared, Share::WHOLE)]);
    let judged = link::Judged::default();
    let model = link::train_on(&before.prepared, &settings, &looking, &observed, &judged).unwrap();
    let all = before.compared(&model, &vec![true; 240]);
    assert!(all.compared > 1_000 && all.kept().count() > 50);

    // Rows in another order: a record in ten has another surname, b has lost ten and got ten.
    let married = |row: usize| if row % 10 == 3 { "Uusi".to_owned() } else { surname(row) };
    let (a, b) = (list((0..120).rev(), 'a', married), list(70..190, 'b', surname));
    let later = Ready::new(&[&a, &b], 17);
    let unchanged = later.unchanged_since(&before);
    assert_eq!(unchanged.records, ExtendedRecords { unchanged: 108 + 110, new: 10, changed: 12, gone: 10 });
    let expected = (0..120).rev().map(|row| row % 10 == 3).chain((70..190).map(|row| row >= 180));
    assert!(unchanged.fresh.iter().copied().eq(expected));
    let pairs: Vec<(u32, u32, f64)> = unchanged.pairs(before.named(), &all).collect();
    let id = |of: &Ready, row: u32| of.named().id(row);
    let kept = all.kept().map(|(a, b, weight)| {
        let row = |place: u32| before.named().identified.origin[place as usize];
        (id(&before, row(a)), id(&before, row(b)), weight)
    });
    let is_there = |id: &str| {
        let (list, key) = id.split_once('\u{1f}').unwrap();
        let number: usize = key[1..].parse().unwrap();
        if list == "a" { number % 10 != 3 } else { number >= 70 }
    };
    let kept = kept.filter(|(a, b, _)| is_there(a) && is_there(b));
    let now = pairs.iter().map(|(a, b, weight)| (id(&later, *a), id(&later, *b), *weight));
    assert_eq!(now.collect::<Vec<_>>(), kept.collect::<Vec<_>>());

    // As a stored result is extended.
    let fresh = later.compared(&model, &unchanged.fresh);
    let shared = Compared::joined([fresh, Compared::of_earlier(&later.prepared, &pairs)]);
    let earlier = Earlier { fresh: unchanged.fresh.clone(), pairs };
    assert_eq!(shared, extend(&later.prepared, &model, &earlier).unwrap());

    // What was taken over is taken over again.
    let third = later.unchanged_since(&later);
    assert_eq!(third.again(&earlier.pairs).collect::<Vec<_>>(), earlier.pairs);
    assert_eq!(later.compared(&model, &third.fresh).compared, 0);
}

#[test]
fn records_without_keys_of_their_own_are_new() {
    let (a, b) = (list(0..9, 'a', surname), list(0..9, 'b', surname));
    let again = b.replace("b3;", "b2;");
    let (before, later) = (Ready::new(&[&a, &b], 5), Ready::new(&[&a, &again], 5));
    assert_eq!(later.named().identified.known_by, [KnownBy::Key, KnownBy::Row]);
    for (later, earlier) in [(&later, &before), (&before, &later), (&later, &later)] {
        let unchanged = later.unchanged_since(earlier);
        assert_eq!(unchanged.records, ExtendedRecords { unchanged: 9, new: 9, changed: 0, gone: 9 });
        assert!(unchanged.fresh.iter().copied().eq((0..18).map(|row| row >= 9)));
    }
    // The same keys in other lists are other records.
    let swapped = Ready::new(&[&b.replace('b', "a"), &a], 5);
    let records = swapped.unchanged_since(&before).records;
    assert_eq!((records.new, records.unchanged + records.changed), (9, 9));
}
