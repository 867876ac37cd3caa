//! Changes that cannot be applied: each is told by file, line and reason, and nothing of it stays.

use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int64Type, UInt64Type};
use jiff::civil::date;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use serde_json::{Value, json};

use super::same::{apply_lines, assert_same};
use crate::snapshot::Snapshot;
use crate::snapshot::apply::{Applied, ApplyError};
use crate::snapshot::build::Built;
use crate::snapshot::build::tests::small::{Place, Rows, hetu};
use crate::snapshot::tables::NULL_I32;

/// File, line, key, field and reason of what was left out.
fn report(path: &Path) -> Vec<(String, i64, u64, String, String)> {
    let mut found = Vec::new();
    for batch in ParquetRecordBatchReader::try_new(File::open(path).unwrap(), 1024).unwrap() {
        let batch = batch.unwrap();
        let text = |column: usize, row| batch.column(column).as_string::<i32>().value(row).to_owned();
        for row in 0..batch.num_rows() {
            let line = batch.column(1).as_primitive::<Int64Type>().value(row);
            let key = batch.column(2).as_primitive::<UInt64Type>().value(row);
            found.push((text(0, row), line, key, text(3, row), text(4, row)));
        }
    }
    found
}

/// The inhabitant of a village with this number.
fn villager(number: u16) -> String {
    hetu(date(1970, 1, 1 + i8::try_from(number).unwrap()), 2 + number)
}

fn dated(key: u64, person: &str, at: &str, group: &str, fields: &Value) -> String {
    let mut told = json!({ "tietoryhma": group, "muutosattribuutti": "MUUTETTU" });
    told.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let at = format!("{at}T10:00:00Z");
    json!({ "kirjausavain": key, "muutospv": at, "henkilotunnus": person, "tietoryhmat": [told] }).to_string()
}

fn line(key: u64, person: &str, group: &str, fields: &Value) -> String {
    dated(key, person, "2026-09-02", group, fields)
}

fn day(text: &str) -> Value {
    json!({ "arvo": text, "tarkkuus": "PAIVA" })
}

fn occupation(key: u64, person: &str, text: &str) -> String {
    line(key, person, "AMMATTI", &json!({ "ammatti": text }))
}

fn recoded(key: u64, person: &str, replaced: &str, active: &str) -> String {
    let fields = json!({ "muutettuHenkilotunnus": replaced, "aktiivinenHenkilotunnus": active });
    line(key, person, "HENKILOTUNNUS_KORJAUS", &fields)
}

struct Village {
    place: Place,
    base: Built,
}

impl Village {
    fn new() -> Self {
        let place = Place::new(Rows::villages(5));
        let base = place.try_build(2).unwrap();
        Self { place, base }
    }

    fn apply(&self, lines: &[String]) -> Applied {
        apply_lines(&self.place, &self.base.folder, &[lines.to_vec()], 100.0).unwrap()
    }

    /// Fields and reasons of what is left out of lines.
    fn left_out(&self, lines: &[String]) -> Vec<(i64, String, String)> {
        let applied = self.apply(lines);
        let rows = report(&applied.report);
        assert_eq!(applied.generation.report.rows, u64::try_from(rows.len()).unwrap());
        rows.into_iter().map(|(_, line, _, field, reason)| (line, field, reason)).collect()
    }
}

#[test]
fn each_rule_is_told_and_nothing_of_the_line_stays() {
    let village = Village::new();
    let (one, stranger) = (villager(1), hetu(date(1950, 2, 3), 77));
    let rows = [
        (occupation(1, &stranger, "x"), "person_id", "person is unknown"),
        (occupation(1, "010170-0023", "x"), "henkilotunnus", "identity code has a wrong check character"),
        (occupation(1, &one, &"x".repeat(36)), "occupation", "value has a wrong length"),
        (
            line(1, &one, "AIDINKIELI", &json!({ "kielikoodi": "FIN" })),
            "mother_tongue",
            "value has a wrong length",
        ),
        (
            line(1, &one, "KOTIKUNTA", &json!({ "kuntakoodi": "9x1" })),
            "municipality",
            "value has a wrong form",
        ),
        (
            line(1, &one, "KUOLINPAIVA", &json!({ "kuollut": true, "kuolinpv": day("1969-12-31") })),
            "death_date",
            "date is before the birth",
        ),
        (
            line(1, &one, "VAKINAINEN_KOTIMAINEN_ASUINPAIKKATUNNUS", &json!({ "asuinpaikantunnus": "x" })),
            "dwelling_id",
            "dwelling is unknown or left out",
        ),
        (
            line(1, &one, "VAKINAINEN_ULKOMAINEN_OSOITE", &json!({ "valtiokoodi": "SE" })),
            "foreign_country",
            "value has a wrong length",
        ),
        (
            line(1, &one, "SYNTYMAPAIVA", &json!({ "syntymapv": day("1492-01-01") })),
            "birth_date",
            "date is impossible",
        ),
        (recoded(1, &villager(3), &one, &villager(2)), "person_id", "identity code belongs to somebody else"),
        (line(1, &one, "LEMPIVARI", &json!({})), "tietoryhma", "group is unknown"),
        ("{\"kirjausavain\": 1, \"muutospv\": 5}".to_owned(), "muutospv", "value has a wrong type"),
    ];
    let nothing = village.apply(&[]);
    for (text, field, reason) in rows {
        // The second group of a line that is left out must not be applied.
        let text = text.replace("\"tietoryhmat\":[", "\"tietoryhmat\":[{\"tietoryhma\":\"SUKUPUOLI\",\"muutosattribuutti\":\"MUUTETTU\",\"sukupuoli\":\"MIES\"},");
        let applied = village.apply(std::slice::from_ref(&text));
        let found = report(&applied.report);
        let expected = ("changes-0.ndjson".to_owned(), 1, 1, field.to_owned(), reason.to_owned());
        assert_eq!(found, [expected], "{text}");
        if field != "tietoryhma" {
            assert_same(&applied.built, &nothing.built);
        }
    }
}

#[test]
fn a_new_person_is_told_whole_and_once() {
    let village = Village::new();
    let born = hetu(date(2026, 8, 30), 901);
    let groups = json!([
        { "tietoryhma": "SYNTYMAPAIVA", "muutosattribuutti": "LISATTY", "syntymapv": day("2026-08-30") },
        { "tietoryhma": "HENKILON_NIMI", "muutosattribuutti": "LISATTY", "etunimi": "Otso", "sukunimi": "Ng" },
        { "tietoryhma": "AIDINKIELI", "muutosattribuutti": "LISATTY", "kielikoodi": "fi" },
        { "tietoryhma": "KOTIKUNTA", "muutosattribuutti": "LISATTY", "kuntakoodi": "091" },
    ]);
    let told = |key: u64, groups: &[Value]| {
        let at = "2026-09-02T10:00:00Z";
        json!({ "kirjausavain": key, "muutospv": at, "henkilotunnus": born, "tietoryhmat": groups })
            .to_string()
    };
    let all = groups.as_array().unwrap();
    let lines = [told(1, &all[..3]), told(2, all), told(3, all), occupation(4, &born, "vauva")];
    let found = village.left_out(&lines);
    let expected = [
        (1, "municipality".to_owned(), "new person lacks this".to_owned()),
        (3, "person_id".to_owned(), "person is registered already".to_owned()),
    ];
    assert_eq!(found, expected);
    assert_eq!(village.apply(&lines).built.manifest.totals.population, 6);
}

#[test]
fn a_death_is_annulled_and_a_code_is_followed() {
    let village = Village::new();
    let codes = [villager(1), hetu(date(1970, 1, 2), 500), hetu(date(1970, 1, 2), 501)];
    let lines = [
        line(1, &codes[0], "KUOLINPAIVA", &json!({ "kuollut": true, "kuolinpv": day("2026-09-01") })),
        recoded(2, &codes[0], &codes[0], &codes[1]),
        recoded(3, &codes[1], &codes[1], &codes[2]),
        // The same once more, told of the passive code.
        recoded(4, &codes[0], &codes[0], &codes[2]),
        occupation(5, &codes[0], "suutari"),
        line(6, &codes[1], "KUOLINPAIVA", &json!({ "kuollut": false })),
    ];
    let applied = village.apply(&lines);
    assert_eq!(report(&applied.report), []);
    let snapshot = Snapshot::open(&applied.built.folder).unwrap();
    let code = |text: &str| crate::register::hetu::Hetu::parse(text).unwrap().packed();
    let found = codes.each_ref().map(|text| snapshot.identity().unwrap().find(code(text)).unwrap());
    assert!(found.iter().all(|whose| whose.position == found[2].position));
    assert_eq!(found.map(|whose| whose.previous), [true, true, false]);
    for shard in (0..snapshot.shard_count()).map(|index| snapshot.shard(index).unwrap()) {
        assert!(shard.persons().unwrap().death_date.iter().all(|day| *day == NULL_I32));
    }
    assert_eq!(applied.built.manifest.totals.population, 5);
}

#[test]
fn the_next_generation_goes_on_where_the_last_ended() {
    let village = Village::new();
    let one = villager(1);
    let first =
        village.apply(&[occupation(7, &one, "a"), occupation(8, &one, "b"), occupation(11, &one, "c")]);
    let generation = &first.generation;
    assert_eq!((generation.last_key, generation.applied, generation.missing.len()), (11, 3, 1));
    assert_eq!(report(&first.report)[0].4, "changes before this key are missing");
    let lines = [
        occupation(8, &one, "b"),
        occupation(9, &one, "late"),
        occupation(12, &one, "d"),
        dated(13, &one, "2026-10-01", "AMMATTI", &json!({ "ammatti": "tomorrow" })),
        occupation(14, &one, "after tomorrow"),
    ];
    let second = apply_lines(&village.place, &first.built.folder, &[lines.to_vec()], 100.0).unwrap();
    let generation = &second.generation;
    assert_eq!((generation.repeated, generation.applied, generation.later), (1, 1, 2));
    assert_eq!(generation.last_key, 12);
    let told: Vec<_> =
        report(&second.report).into_iter().map(|(_, line, _, _, reason)| (line, reason)).collect();
    let late = "change comes after later ones were applied".to_owned();
    assert_eq!(told, [(1, "change was told before".to_owned()), (2, late)]);
    assert_eq!(generation.left_out, 1);
    assert_eq!(generation.base, first.built.manifest.id);
}

#[test]
fn too_much_left_out_publishes_nothing() {
    let village = Village::new();
    let one = villager(1);
    let lines = [occupation(1, &one, "a"), "{".to_owned(), occupation(3, &one, "b")];
    let refused = apply_lines(&village.place, &village.base.folder, &[lines.to_vec()], 49.0).unwrap_err();
    let ApplyError::TooMany { left_out, lines, report: path, .. } = refused else { panic!("{refused}") };
    // The broken line, and the key it may have had.
    assert_eq!((left_out, lines, report(&path).len()), (2, 4, 2));
    let folders = std::fs::read_dir(village.place.folder.path().join("applied")).unwrap();
    let folders: Vec<_> = folders.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(folders, ["refused-2026-09-30"]);
}

#[test]
fn the_same_content_again_keeps_its_own_report() {
    let village = Village::new();
    let one = occupation(1, &villager(1), "a");
    let first = village.apply(std::slice::from_ref(&one));
    let again = village.apply(&[one, "{".to_owned()]);
    assert!(again.built.existed && !first.built.existed);
    assert_eq!(again.built.manifest.id, first.built.manifest.id);
    assert_eq!(report(&again.report).len(), 1);
    assert_ne!(again.report.parent(), first.report.parent());
}
