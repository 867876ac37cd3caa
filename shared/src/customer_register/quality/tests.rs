//! Counts of registers, by columns that are named and by usual headings.

use super::*;
use crate::customer_register::{Table, named_columns};

fn quality(text: &str, columns: &[&str]) -> (Quality, Vec<String>) {
    let table = Table::open(text.as_bytes()).unwrap();
    let headings = table.form().columns.clone();
    let mapping = Mapping::of_any(&headings, &named_columns(columns.iter().copied()).unwrap()).unwrap();
    let mut counting = Counting::new(&mapping, headings.len());
    table.each(|row| counting.add(row)).unwrap();
    let quality = counting.finish();
    let doubts = quality.doubts(&mapping);
    (quality, doubts)
}

const fn exactly(count: u64) -> Option<Repeated> {
    Some(Repeated { count, is_estimate: false })
}

#[test]
fn a_register_is_described_in_counts() {
    let (quality, doubts) =
        quality("hetu;sukunimi;etunimet\n131052-308T;Mäki;A\n131052-308T;;\nx;Mäki;B;9\n;Mäki;C\n", &[]);
    assert_eq!((quality.rows, quality.uneven, quality.mixed_encoding), (4, 1, 0));
    assert_eq!(quality.empty["surname"], 1);
    assert_eq!(quality.empty["identity_code"], 1);
    let codes = quality.identity_codes.unwrap();
    assert_eq!((codes.rows, codes.valid, codes.duplicates), (4, 2, 1));
    assert_eq!(codes.faults(), "1 by length (line 4)");
    assert_eq!((quality.repeated_rows, quality.repeated_keys), (exactly(0), None));
    assert_eq!(doubts, [""; 0]);
}

#[test]
fn columns_are_counted_as_they_are_named() {
    let text = "nro;tunnus;synt\n1;131052-308T;1.1.1990\n1;;x\n2;131052-308T;\n1;;x\n";
    let (without, _) = quality(text, &[]);
    assert_eq!((without.identity_codes, without.empty.len()), (None, 0));
    let columns = ["key=nro", "identity_code=Tunnus", "birth_date=synt"];
    let (named, doubts) = quality(text, &columns);
    let codes = named.identity_codes.unwrap();
    assert_eq!((codes.valid, codes.duplicates, codes.invalid.len()), (2, 1, 0));
    assert_eq!(named.empty["identity_code"], 2);
    assert_eq!((named.repeated_rows, named.repeated_keys), (exactly(1), exactly(2)));
    assert_eq!(named.invalid_birth_dates.unwrap(), Invalid { count: 2, first_lines: vec![3, 5] });
    assert_eq!(doubts.len(), 1, "{doubts:?}");
    let headless = text.split_once('\n').unwrap().1;
    let (headless, _) = quality(headless, &["key=column 1", "identity_code=column 2"]);
    assert_eq!((headless.rows, headless.repeated_keys), (4, exactly(2)));
    assert_eq!((headless.identity_codes.unwrap().valid, headless.empty["identity_code"]), (2, 2));
}

#[test]
fn cells_that_only_join_to_the_same_are_no_repeat() {
    let (quality, _) = quality("a;b;c\nx;yz;1\nxy;z;1\nx;yz;1\n\"x;y\";z;1\n", &[]);
    assert_eq!(quality.repeated_rows, exactly(1));
}

#[test]
fn a_wrong_column_is_doubted_without_its_values() {
    let text = "nro;sukunimi;etunimet\n1;Salainen;A\n2;Mäki;B\n3;;C\n";
    let (_, doubts) = quality(text, &["identity_code=sukunimi", "birth_date=etunimet"]);
    assert_eq!(
        doubts,
        [
            "register.columns.identity_code: 2 of 2 values in column 2 are no personal identity codes; \
             is it the right column?",
            "register.columns.birth_date: 3 of 3 values in column 3 are no dates; is it the right column?",
        ]
    );
}
