//! Registers as Excel workbooks on the real program: those made to burst, and results too long for a sheet.

use std::io::{Cursor, Write as _};

use poimuri_tests::cluster::Cluster;
use poimuri_tests::program;
use poimuri_tests::store::{Store, UPDATE};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const PARTS: &str = r#"<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="sheet.xml"/><Relationship Id="rId2" Type="http://x/sharedStrings" Target="strings.xml"/></Relationships>"#;
const BOOK: &str =
    r#"<workbook><sheets><sheet name="Asiakkaat &amp; jäsenet" r:id="rId1"/></sheets></workbook>"#;
/// Address space of the program while it reads, MiB.
const MEMORY: u32 = 700;

/// A workbook of a sheet and shared strings, each a beginning and something that is repeated.
pub(crate) fn workbook(sheet: (&str, usize), strings: (&str, usize)) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in
        [("_rels/.rels", RELATIONS), ("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", PARTS)]
    {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    for (name, begin, (text, times), end) in [
        ("xl/sheet.xml", "<worksheet><sheetData>", sheet, "</sheetData></worksheet>"),
        ("xl/strings.xml", "<sst uniqueCount=\"99999999999999\">", strings, "</sst>"),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(begin.as_bytes()).unwrap();
        (0..times).for_each(|_| zip.write_all(text.as_bytes()).unwrap());
        zip.write_all(end.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of the cells of a simple CSV text.
pub(crate) fn workbook_of(text: &str) -> Vec<u8> {
    let cell = |cell: &str| format!("<c t=\"inlineStr\"><is><t>{cell}</t></is></c>");
    let row = |line: &str| format!("<row>{}</row>", line.split(',').map(cell).collect::<String>());
    workbook((&text.lines().map(row).collect::<String>(), 1), ("", 0))
}

#[test]
fn workbooks_made_to_burst_are_refused_in_little_memory() {
    let store = Store::new();
    let row = "<row><c t=\"inlineStr\"><is><t>hetu</t></is></c></row>";
    let string = "<si><t>Salainen</t></si>";
    let text = "Salainen".repeat(8_192);
    let open = "<x>".repeat(4_096);
    let empty = ("", 0);
    for (what, bytes, word) in [
        ("marks in marks", workbook((&open, 32_768), empty), "too deep"),
        ("20 million strings", workbook((row, 1), (string, 20_000_000)), "200 times"),
        ("one text of 500 MB", workbook((row, 1), (&text, 8_192)), "mebibyte"),
        ("a million rows", workbook((row, 1_000_000), empty), "200 times"),
    ] {
        assert!(bytes.len() < 16 << 20, "{what}: {} bytes are no bomb", bytes.len());
        store.file("customers.xlsx", bytes);
        let arguments = ["customer-register", "add", "r-1", "--customer", "acme", "customers.xlsx"];
        let arguments = arguments.into_iter().chain(["--store", "store"]);
        let ended = program::run_within(store.folder(), MEMORY, arguments);
        assert_eq!(ended.code, 3, "{what}: {}", ended.said());
        assert!(ended.said().contains(word), "{what}: {}", ended.said());
        assert!(!ended.said().contains("Salainen"), "{what}: {}", ended.said());
        assert_eq!(store.run(["customer-register", "list", "--json"]).json().as_array().unwrap().len(), 0);
    }
}

#[test]
fn a_result_too_long_for_a_sheet_is_refused_at_acceptance() {
    let store = Store::with_people(1_000, 1);
    let rows = "hetu\n".to_owned() + &"131052-308T\n".repeat(1_048_576);
    store.file("customers.csv", rows);
    let order = UPDATE.replace("format = \"csv\"", "format = \"xlsx\"");
    assert_ne!(order, UPDATE);
    store.file("order.toml", order);
    let ended = store.run(["order", "run", "order.toml", "--json"]);
    assert_eq!(ended.code, 3, "{}", ended.said());
    assert!(ended.said().contains("1048575 rows"), "{}", ended.said());
    assert!(
        !store.path().join("open").exists()
            || store.run(["order", "list", "--json"]).json() == serde_json::json!([])
    );
}

#[test]
fn sheets_are_read_by_their_name_here_and_over_http() {
    let store = Store::with_people(1_000, 1);
    let cell = |text: &str| format!("<row><c t=\"inlineStr\"><is><t>{text}</t></is></c></row>");
    store.file("customers.xlsx", workbook((&(cell("hetu") + &cell("131052-308T")), 1), ("", 0)));
    let look = |sheet: &str| {
        let add = ["customer-register", "add", "r-1", "--customer", "acme", "customers.xlsx", "--look"];
        let arguments = add.into_iter().chain(["--json", "--sheet", sheet, "--store", "store"]);
        program::run(store.folder(), arguments)
    };
    let form = look("asiakkaat & jäsenet").json()["form"].clone();
    assert_eq!((form["kind"].as_str(), form["columns"][0].as_str()), (Some("xlsx"), Some("hetu")));
    let missing = look("Muut");
    assert_eq!(missing.code, 3, "{}", missing.said());
    assert!(missing.said().contains("it has: Asiakkaat & jäsenet"), "{}", missing.said());
    let cluster = Cluster::start(store, 0);
    for (sheet, code) in [("Asiakkaat & jäsenet", 0), ("Muut", 3)] {
        let register = format!("\"customers.xlsx\", sheet = \"{sheet}\"");
        cluster.store.file("order.toml", UPDATE.replace("\"customers.csv\"", &register));
        let ended = cluster.store.run(["order", "submit", "order.toml", "--json"]);
        assert_eq!(ended.code, code, "{sheet}: {}", ended.said());
    }
}
