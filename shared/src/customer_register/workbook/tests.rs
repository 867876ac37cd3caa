//! Workbooks zipped by hand: what cells say, which sheet is read, and files that are damaged or made to burst.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::customer_register::{Input, Reading, RegisterError, Table};

const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const PARTS: &str = r#"<Relationships>
<Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="http://x/worksheet" Target="/xl/worksheets/sheet2.xml"/>
<Relationship Id="rId3" Type="http://x/sharedStrings" Target="sharedStrings.xml"/>
<Relationship Id="rId4" Type="http://x/styles" Target="styles.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns:r="http://r"><sheets><sheet name="Ohje" sheetId="1" state="hidden" r:id="rId1"/>
<sheet name="Asiakkaat &amp; muut" sheetId="2" r:id="rId2"/></sheets></workbook>"#;
const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00000"/><numFmt numFmtId="165" formatCode="d\.m\.yyyy"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
const STRINGS: &str = r#"<sst><si><t>hetu</t></si><si><t xml:space="preserve"> M&#228;ki &amp; Co </t></si>
<si><r><t>Anna-</t></r><r><rPr><b/></rPr><t>Maija</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si><si><t/></si></sst>"#;
const SHEET: &str = r#"<worksheet><sheetData>
<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="inlineStr"><is><t>nimi</t></is></c><c r="D2" t="str"><f>"p"&amp;"n"</f><v>postinumero</v></c><c r="E2" t="inlineStr"><is><t>syntynyt</t></is></c></row>
<row r="3"><c r="A3" t="inlineStr"><is><t>131052-308T</t></is></c><c r="B3" t="s"><v>1</v></c><c r="D3" s="1"><v>100</v></c><c r="E3" s="2"><v>19280</v></c></row>
<row r="4"><c r="A4" s="1"/><c r="F4" t="s"><v>3</v></c></row>
<row r="6"><c r="A6"><v>12345</v></c><c r="B6" t="s"><v>2</v></c><c r="C6" t="b"><v>1</v></c><c r="D6" t="e"><v>#N/A</v></c><c r="E6" t="d"><v>1952-06-03T00:00:00</v></c><c r="F6" t="inlineStr"><is><t>a
b</t></is></c></row>
<row><c><v>1</v></c><c t="str"><f>x</f><v></v></c></row>
</sheetData><extLst/></worksheet>"#;

/// Files of a workbook with the given sheet.
fn files(sheet: &str) -> Vec<(&'static str, String)> {
    vec![
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", RELATIONS.to_owned()),
        ("xl/workbook.xml", BOOK.to_owned()),
        ("xl/_rels/workbook.xml.rels", PARTS.to_owned()),
        ("xl/sharedStrings.xml", STRINGS.to_owned()),
        ("xl/styles.xml", STYLES.to_owned()),
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row r=\"1\"><c t=\"inlineStr\"><is><t>hetu</t></is></c></row></sheetData></worksheet>".to_owned()),
        ("xl/worksheets/sheet2.xml", sheet.to_owned()),
    ]
}

fn zipped(files: &[(&str, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn rows(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<(u64, String)>, RegisterError> {
    let table = Table::open_as(Input::of_stream(bytes), &Reading { sheet, is_headed: false })?;
    let mut rows = vec![(0, table.form().columns.join("|"))];
    table.each(|row| {
        let cells: Vec<_> = (0..row.len()).map(|index| row.cell(index)).collect();
        rows.push((row.line, cells.join("|")));
        Ok::<(), RegisterError>(())
    })?;
    Ok(rows)
}

/// Digits that do not compress well.
fn digits(count: usize) -> String {
    let mut state = 1_u64;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from_digit(u32::try_from(state >> 33).unwrap() % 10, 10).unwrap()
    };
    (0..count).map(next).collect()
}

/// The fault of a workbook whose one sheet has these rows.
fn fault(rows_of_sheet: &str) -> String {
    let sheet = format!("<worksheet><sheetData>{rows_of_sheet}</sheetData></worksheet>");
    rows(&zipped(&files(&sheet)), None).unwrap_err().to_string()
}

#[test]
fn cells_are_told_as_a_customer_would_write_them() {
    let expected = [
        (0, "hetu|nimi||postinumero|syntynyt"),
        (3, "131052-308T| Mäki & Co ||00100|1952-10-13"),
        (6, "12345|Anna-Maija|true|#N/A|1952-06-03|a b"),
        (7, "1||||"),
    ];
    let expected = expected.map(|(line, cells)| (line, cells.to_owned()));
    assert_eq!(rows(&zipped(&files(SHEET)), None).unwrap(), expected);
}

#[test]
fn the_first_sheet_that_is_not_hidden_is_read_unless_one_is_named() {
    let bytes = zipped(&files(SHEET));
    let form = |sheet| {
        Table::open_as(Input::of_stream(&bytes[..]), &Reading { sheet, is_headed: false })
            .map(|t| t.form().clone())
    };
    assert_eq!(form(None).unwrap().sheet.as_deref(), Some("Asiakkaat & muut"));
    assert_eq!(form(Some("asiakkaat & MUUT")).unwrap().sheet.as_deref(), Some("Asiakkaat & muut"));
    assert_eq!(form(Some("Ohje")).unwrap().columns, ["hetu"]);
    let missing = form(Some("x")).unwrap_err().to_string();
    assert!(missing.contains("it has: Ohje, Asiakkaat & muut"), "{missing}");
}

#[test]
fn faulty_sheets_are_told_by_row_and_without_values() {
    let cell = |inside: &str| format!("<row r=\"4\"><c r=\"A4\">{inside}</c></row>");
    let long = "Secret".repeat(40_000);
    let checks = [
        (cell("<f>SUM(B1)</f><v></v>"), "row 4: a formula without its value"),
        ("<row r=\"4\"><c t=\"s\"><v>99</v></c></row>".to_owned(), "row 4: a cell refers to a string"),
        ("<row r=\"4\"><c t=\"z\"><v>Secret</v></c></row>".to_owned(), "row 4: a cell of an unknown type"),
        ("<row r=\"4\"><c r=\"12\"/></row>".to_owned(), "row 4: a cell has no column"),
        ("<row r=\"4\"><c r=\"B4\"/><c r=\"A4\"/></row>".to_owned(), "row 4: a cell stands behind"),
        (cell("<v>1</v>").repeat(2), "row 4: the row stands behind"),
        ("<row r=\"4\"><c r=\"XFD4\"><v>1</v></c></row>".to_owned(), "row 4: it has a cell beyond"),
        ("<row r=\"1048577\"/>".to_owned(), "more than 1048576 rows"),
        ("<row r=\"x\"/>".to_owned(), "a row has no number"),
        (cell(&format!("<v>{long}</v>")), "a string longer than a cell"),
        (cell("<v>&secret;</v>"), "an entity of its own"),
        (format!("<row r=\"{}\"/>", digits(2_000_000)), "more than a mebibyte"),
        ("<row r=\"4\"><c r=\"A4\"><v>1</v>".to_owned(), "no XML in UTF-8"),
        (String::new(), "the register is empty"),
    ];
    for (rows, expected) in checks {
        let message = fault(&rows);
        assert!(message.contains(expected), "{expected}: {message}");
        assert!(!message.contains("Secret"), "{message}");
    }
}

#[test]
fn files_made_to_burst_are_refused_before_they_do() {
    let empty = "<row/>".repeat(2_000_000);
    assert!(fault(&empty).contains("more than 200 times its size"));
    // A part that says it is smaller, and one that says it is larger, than it is.
    for size in [100_u32, 5_000] {
        let bytes = zipped(&files(SHEET));
        let told = u32::try_from(SHEET.len()).unwrap().to_le_bytes();
        let mut lying = bytes.clone();
        let places = bytes.windows(4).enumerate().filter(|(_, word)| *word == told);
        for (at, _) in places {
            lying[at..at + 4].copy_from_slice(&size.to_le_bytes());
        }
        assert_ne!(lying, bytes);
        assert!(message(&lying).contains("another size than the file says"), "{size}");
    }
    // A long string behind many references.
    let mut burst = files(&{
        let cell = |row: u32| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>");
        let rows: String = (1..3_000).map(cell).collect();
        format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
    });
    burst[4].1 = format!("<sst><si><t>{}</t></si></sst>", digits(32_000));
    assert!(message(&zipped(&burst)).contains("more than 8 times the bytes of the sheet"));
    let many: Vec<(String, String)> = (0..5_000).map(|index| (format!("x{index}"), String::new())).collect();
    let mut many: Vec<(&str, String)> =
        many.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    many.extend(files(SHEET));
    assert!(message(&zipped(&many)).contains("more than 4096 parts"));
    let deep = "<aab>".repeat(180_000);
    assert!(fault(&deep).contains("too deep in each other"));
}

fn message(bytes: &[u8]) -> String {
    rows(bytes, None).unwrap_err().to_string()
}

#[test]
fn other_and_damaged_files_are_refused() {
    let whole = zipped(&files(SHEET));
    assert!(message(&zipped(&[("a.txt", "x".to_owned())])).contains("no Excel workbook"));
    let without =
        |name: &str| zipped(&files(SHEET).into_iter().filter(|(n, _)| *n != name).collect::<Vec<_>>());
    assert!(message(&without("xl/workbook.xml")).contains("no Excel workbook"));
    assert!(message(&without("xl/worksheets/sheet2.xml")).contains("a part is missing"));
    for cut in [5, 100, whole.len() / 2, whole.len() - 10] {
        assert!(message(&whole[..cut]).contains("the workbook cannot be read"), "{cut}");
    }
    // Whatever byte is wrong, the answer is a fault or the same rows: not every byte of a ZIP file counts.
    let expected = rows(&whole, None).unwrap();
    for at in 0..whole.len() {
        let mut wrong = whole.clone();
        wrong[at] ^= 0x41;
        if let Ok(found) = rows(&wrong, None) {
            assert_eq!(found, expected, "byte {at}");
        }
    }
}
