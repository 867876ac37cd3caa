//! Workbooks as they are delivered, read back as customer registers are.

use poimuri_shared::customer_register::{FileKind, RegisterError, Table};

use super::*;

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let table = Table::open(bytes).unwrap();
    assert_eq!(table.form().kind, FileKind::Xlsx);
    let mut rows = vec![table.form().columns.clone()];
    let read = table.each(|row| {
        rows.push((0..row.len()).map(|index| row.cell(index).into_owned()).collect());
        Ok::<(), RegisterError>(())
    });
    read.unwrap();
    rows
}

#[test]
fn a_workbook_holds_the_rows_and_is_the_same_each_time() {
    let rows = format!("{ROWS}a<b>&c,_x0041_\u{1},=1+1,00100,0,1899-12-31\r\n");
    let deliver = || {
        let bench = bench();
        let summary = bench.deliver(Format::Xlsx, Limits::of(Format::Xlsx), &[&rows]).unwrap();
        let [(name, bytes)] = <[_; 1]>::try_from(bench.open()).unwrap();
        assert_eq!((name.as_str(), summary.digest), ("o-1.xlsx", hex::encode(Sha256::digest(&rows))));
        bytes
    };
    let bytes = deliver();
    assert!(bytes == deliver(), "the same rows, the same bytes");
    let expected = [
        "surname|first_names|street_address|postal_code|age|birth_date",
        "Virtanen|Matti \"M\" Juhani|Katu 1, A 2|00100|41|1985-03-01",
        "Öberg||Gatan 3 B|65100||",
        "O'Hara|Aino|Tie 5|33100|7|2019-02-28",
        "a<b>&c|_x0041_\u{1}|=1+1|00100|0|1899-12-31",
    ];
    let found: Vec<String> = cells(&bytes).iter().map(|row| row.join("|")).collect();
    assert_eq!(found, expected);
}

#[test]
fn texts_longer_than_a_cell_are_cut_and_counted() {
    let bench = bench();
    let long = "ä".repeat(40_000);
    let summary = bench.deliver(Format::Xlsx, Limits::default(), &[&format!("{long},b,c,d,,\r\n")]).unwrap();
    assert_eq!(summary.rows, 1);
    let [(_, bytes)] = <[_; 1]>::try_from(bench.open()).unwrap();
    assert_eq!(cells(&bytes)[1][0].chars().count(), 32_767);
    let manifest = String::from_utf8(bench.objects.get(&layout::delivery_manifest(&bench.order)).unwrap());
    assert!(manifest.unwrap().contains("\"cut_values\": 1"));
}
