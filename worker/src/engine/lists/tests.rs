//! Lists from rows to survivors: keys, households, rules.

use poimuri_shared::customer_register::Table as Rows;
use poimuri_shared::customer_register::lists::layouts;
use poimuri_shared::customer_register::{ColumnsBuilder, RegisterError, Row as Read};
use poimuri_shared::document::Format;
use poimuri_shared::order::{Order, parse};
use poimuri_shared::receipt::KnownBy;

use super::*;
use crate::engine::link;

mod again;

const SEED: [u8; 32] = [7; 32];

fn order(asked: &str, lists: &str) -> Order {
    let text = format!(
        "kind = \"deduplication\"\ncustomer = \"acme\"\npermit = \"P-1\"\npurpose = \"register-update\"\n\
         delivery = {{ recipient = \"acme\" }}\nlist = [{lists}]\ndeduplication = {{ {asked} }}"
    );
    parse::order(text.as_bytes(), Format::Toml).unwrap().value
}

/// Lists as the tasks of an order leave them.
struct Told {
    records: Records,
    columns: Vec<link::Column>,
}

impl Told {
    /// The texts of a column, row by row.
    fn cells(&self, name: &str) -> Vec<&str> {
        let column = self.columns.iter().find(|column| column.name == name).unwrap();
        column.codes.iter().map(|code| column.texts.text(*code)).collect()
    }

    fn ids(&self) -> Vec<String> {
        (0..self.records.named.identified.origin.len())
            .map(|row| self.records.named.id(u32::try_from(row).unwrap()))
            .collect()
    }
}

/// The rows of a list from one on, so many.
fn piece(text: &str, spec: &ListSpec, from: usize, rows: usize) -> Piece {
    let table = open(text);
    let (mut part, mut at) = (ColumnsBuilder::new(table.form().columns.len()), 0);
    let take = |row: &Read<'_>| {
        if (from..from + rows).contains(&at) {
            part.push(row);
        }
        at += 1;
        Ok::<(), RegisterError>(())
    };
    table.each(take).unwrap();
    Piece::new(spec, &SEED, &part.take())
}

fn open(text: &str) -> Rows<&[u8]> {
    Rows::text(text.as_bytes().to_vec().leak() as &[u8]).unwrap()
}

/// Lists that are each cut into pieces of some rows.
fn told(order: &Order, texts: &[&str], rows: usize) -> Result<Told, RecordsError> {
    let asked = order.deduplication.as_ref().unwrap();
    let forms: Vec<_> = texts.iter().map(|text| open(text).form().clone()).collect();
    let columns = layouts(&order.lists, asked, &forms.iter().collect::<Vec<_>>()).unwrap();
    let mut joined = Joined::all(&columns);
    let (mut runs, mut parts) = (Vec::new(), Vec::new());
    for (list, text) in texts.iter().enumerate() {
        let spec = ListSpec::of(&columns, list, asked);
        let cut = (0..text.lines().count() - 1).step_by(rows);
        let pieces: Vec<Piece> = cut.map(|from| piece(text, &spec, from, rows)).collect();
        let name = &order.lists[list].name;
        let run = |piece: &Piece| Run::new(name, &piece.keys, piece.lines.clone(), vec![1]);
        runs.push(pieces.iter().map(run).collect());
        parts.push(pieces);
    }
    let keys = |list: usize| {
        let mut keys = AllKeys::default();
        parts[list].iter().for_each(|piece: &Piece| keys.add(&piece.keys));
        Ok::<AllKeys, RecordsError>(keys)
    };
    let identified = identify(&order.lists, asked.compare, runs, keys)?;
    let mut records = Records::begin(identified, &order.lists);
    for Piece { keys, columns, traits, .. } in parts.into_iter().flatten() {
        joined.iter_mut().zip(columns).for_each(|(column, piece)| column.add(piece));
        records.add(&keys, traits);
    }
    Ok(Told { records, columns: joined.into_iter().map(Joined::finish).collect() })
}

/// Clusters of the records as the linkage would give them, then households and survivors.
fn clustered(order: &Order, texts: &[&str], clusters: &[u32]) -> Clustered {
    let told = told(order, texts, 2).unwrap();
    let account = link::Account {
        records: clusters.len() as u64,
        compared: 0,
        cut: 0,
        linked_pairs: 0,
        clusters: 0,
        clusters_of_several: 0,
        threshold: 0.5,
        threshold_weight: 0.0,
        expected_precision: 1.0,
        expected_recall: 1.0,
        partners: link::Partners::Auto,
        unlinked: None,
    };
    let linked = link::Outcome { pairs: Vec::new(), clusters: clusters.to_vec(), account };
    let asked = order.deduplication.as_ref().unwrap();
    cluster(&told.records, linked, asked, &order.lists, &SEED)
}

const A: &str = "{ name = \"a\", id = \"r-a\", priority = 200 }";
const B: &str = "{ name = \"b\", id = \"r-b\" }";

#[test]
fn pieces_are_one_table_however_they_are_cut() {
    let order = order("per = \"person\"", &format!("{A}, {B}"));
    let texts = [
        "id;sukunimi;hetu;x\n1;Mäki;131052-308T;u\n2;Laine;;v\n3;Mäki;;\n",
        "x;nimi;sukunimi;hetu\nu;q;Laine;\n;q;;\n",
    ];
    let whole = told(&order, &texts, 9).unwrap();
    let names: Vec<&str> = whole.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["sukunimi", "hetu", "x"]);
    for rows in 1..4 {
        let cut = told(&order, &texts, rows).unwrap();
        names.iter().for_each(|name| assert_eq!(cut.cells(name), whole.cells(name)));
        assert_eq!(
            (cut.ids(), &cut.records.named.identified),
            (whole.ids(), &whole.records.named.identified)
        );
    }
    let identified = &whole.records.named.identified;
    assert_eq!(identified.starts, [0, 3]);
    assert_eq!(identified.known_by, [KnownBy::Key, KnownBy::Row]);
    assert_eq!(identified.place(4), (1, 2));
    let find = |name: &str| whole.records.named.find(name);
    assert_eq!(
        ["a:2", "b:2", "a:4", "b:3", "b:0", "2", "c:1", "b"].map(find),
        [Some(1), Some(4), None, None, None, None, None, None]
    );
    assert_eq!(whole.ids(), ["a\u{1f}1", "a\u{1f}2", "a\u{1f}3", "b\u{1f}1", "b\u{1f}2"]);
}

#[test]
fn records_are_in_the_order_of_their_digests_list_by_list_where_two_are_linked() {
    let texts = ["id;sukunimi\n1;a\n2;b\n3;c\n4;d\n", "id;sukunimi\n1;a\n1;b\n2;c\n"];
    for (compare, first_rows) in [("between", 4), ("both", 7)] {
        let order = order(&format!("per = \"person\", compare = \"{compare}\""), &format!("{A}, {B}"));
        let told = told(&order, &texts, 2).unwrap();
        let (ids, identified) = (told.ids(), &told.records.named.identified);
        assert_eq!(identified.first_rows, first_rows);
        let mut expected: Vec<u32> = (0..7).collect();
        expected.sort_by_key(|row| {
            let is_second = *row as usize >= first_rows;
            (is_second, xxhash_rust::xxh3::xxh3_64(ids[*row as usize].as_bytes()))
        });
        assert_eq!(identified.origin, expected, "{compare}");
    }
}

#[test]
fn an_identity_code_tells_the_date_of_birth() {
    let order = order("per = \"person\"", A);
    let text = "id;hetu;syntymäaika\n1;131052-308T;\n2;;1.2.1990\n3;131052-308T;2.2.1990\n4;x;\n";
    let told = told(&order, &[text], 9).unwrap();
    assert_eq!(told.cells("syntymäaika"), ["1952-10-13", "1.2.1990", "2.2.1990", ""]);
}

#[test]
fn keys_that_the_order_names_must_tell_rows_apart() {
    let named = A.replace("priority = 200", "columns = { key = \"nro\" }");
    let check = |text: &str, expected: &str| {
        let told = told(&order("per = \"person\"", &named), &[text], 2).err();
        assert!(told.as_ref().is_some_and(|told| told.to_string().contains(expected)), "{told:?}");
    };
    check("nro;sukunimi\n1;a\n;b\n", "1 rows have no value");
    check(
        "nro;sukunimi\n1;a\n2;b\n\n1;c\n2;d\n",
        "2 rows have a key that an earlier row has too, on the lines 5, 6",
    );
}

#[test]
fn rules_decide_one_after_another() {
    let text_a = "id;sukunimi;oma;päivitetty\n1;a;;2026-01-02\n2;b;;\n3;c;y;2026-01-01\n";
    let text_b = "id;sukunimi;päivitetty\n4;a;2026-05-01\n5;b;2026-05-02\n";
    let check = |keep: &str, expected: [u32; 5], rules: &[(&str, u64)]| {
        let order = order(&format!("per = \"person\", keep = {keep}"), &format!("{A}, {B}"));
        // Rows 1, 4 and 2, 5 are the same person; row 3 is alone.
        let found = clustered(&order, &[text_a, text_b], &[0, 4, 2, 0, 4]);
        assert_eq!(found.survivors, expected, "{keep}");
        let counts: Vec<(&str, u64)> =
            found.account.survivors.iter().map(|(rule, count)| (rule.as_str(), *count)).collect();
        assert_eq!(counts, rules, "{keep}");
        assert_eq!((found.account.clusters, found.account.clusters_of_several), (3, 2));
    };
    check("\"list-priority\"", [0, 1, 2, 0, 1], &[("list-priority", 2)]);
    check("\"newest\"", [3, 4, 2, 3, 4], &[("newest", 2)]);
    check("[\"most-complete\", \"newest\"]", [3, 4, 2, 3, 4], &[("most-complete", 1), ("newest", 1)]);
    let order = order("per = \"person\", keep = \"random\"", &format!("{A}, {B}"));
    let lot = clustered(&order, &[text_a, text_b], &[0, 4, 2, 0, 4]).survivors;
    assert!(lot[0] == lot[3] && [0, 3].contains(&lot[0]) && lot[2] == 2, "{lot:?}");
}

#[test]
fn households_are_those_at_one_address() {
    let check = |rows: &[(&str, &str)], expected: &[u32]| {
        let order = order("per = \"household\"", A);
        let mut text = "id;sukunimi;katuosoite;postinumero\n".to_owned();
        for (index, (surname, street)) in rows.iter().enumerate() {
            text.push_str(&format!("{index};{surname};{street};00100\n"));
        }
        let alone: Vec<u32> = (0..).take(rows.len()).collect();
        assert_eq!(clustered(&order, &[&text], &alone).clusters, expected, "{rows:?}");
    };
    check(&[("a", "Koivukuja 2 A 3"), ("b", "koivukuja 2 a 3"), ("a", "Koivukuja 2 A 4")], &[0, 0, 2]);
    check(&[("Laine", "Koivukuja 2"), ("Mäki", "Koivukuja 2"), ("Laine-Salo", "Koivukuja 2")], &[0, 1, 0]);
    check(&[("a", ""), ("a", ""), ("a", "PL 5"), ("a", "PL 5")], &[0, 1, 2, 3]);
    let many: Vec<(&str, &str)> = vec![("a", "Koivukuja 2 A 3"); 9];
    check(&many, &[0, 1, 2, 3, 4, 5, 6, 7, 8]);
    check(&many[..8], &[0; 8]);
}

#[test]
fn identity_codes_decide_before_any_weight() {
    let texts =
        ["id;hetu\n1;131052-308T\n2;131052-308T\n3;131052A308T\n4;x\n", "id;hetu\n5;131052-308T\n6;\n"];
    let check = |compare: &str, expected: &[(u32, u32)]| {
        let order = order(&format!("per = \"person\", compare = \"{compare}\""), &format!("{A}, {B}"));
        let told = told(&order, &texts, 2).unwrap();
        let judged = judged(&told.records, order.deduplication.as_ref().unwrap().compare);
        assert_eq!(judged.same, expected, "{compare}");
        assert_eq!(judged.different, [(0, 2)]);
        let decided = |a, b| decided(&told.records, a, b);
        assert_eq!(
            [decided(1, 4), decided(2, 4), decided(0, 3), decided(5, 4)],
            [Some(true), Some(false), None, None]
        );
    };
    check("both", &[(0, 1), (1, 4)]);
    check("within", &[(0, 1)]);
    check("between", &[(1, 4), (0, 4)]);
}
