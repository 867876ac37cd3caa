//! Rows have their columns in order, and a blanked row is the row of nobody.

use super::*;

fn told(write: impl FnOnce(&Line<'_>, &mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    write(&Line { row: 7, key: "k;1", passed: vec!["Mäki, A"], columns: 2 }, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn rows_have_their_columns_in_order() {
    let facts = Facts { status: 11, flags: facts::NAME | facts::ADDRESS };
    assert_eq!(
        told(|line, out| line.found(facts, FoundBy::BirthDate, b"a,\"b,c\"", out)),
        "7,k;1,11,M3,NA,a,\"b,c\",,\"Mäki, A\"\r\n"
    );
    assert_eq!(
        told(|line, out| line.unfound(Verdict::Invalid(Fault::NoKey), out)),
        "7,k;1,40,,,,,no-key,\"Mäki, A\"\r\n"
    );
    let names = columns(&[Item::Single(Column::Sex)], &["nimi".to_owned()]);
    assert_eq!(names.join(","), "row,customer_key,status,key_used,flags,sex,reason,own.nimi");
}

#[test]
fn a_code_is_told_to_who_had_the_one_before_it() {
    let told =
        |mode, flags| gives(mode, (Facts { status: 11, flags }, FoundBy::PreviousCode), Column::IdentityCode);
    assert!(told(UpdateMode::Changes, facts::CODE) && told(UpdateMode::Current, facts::CODE));
    assert!(!told(UpdateMode::Changes, facts::NAME) && !told(UpdateMode::Current, facts::NAME));
    let dead = Facts { status: 12, flags: facts::CODE | facts::DEATH };
    assert!(!gives(UpdateMode::Current, (dead, FoundBy::PreviousCode), Column::IdentityCode));
}

#[test]
fn who_was_found_by_an_address_is_not_renamed() {
    let facts = Facts { status: 11, flags: facts::NAME | facts::ADDRESS };
    for mode in [UpdateMode::Changes, UpdateMode::Current] {
        for (by, is_told) in [(FoundBy::Code, true), (FoundBy::BirthDate, true), (FoundBy::Address, false)] {
            for column in [Column::Surname, Column::FirstNames, Column::CallName] {
                assert_eq!(gives(mode, (facts, by), column), is_told, "{by:?} {column:?}");
            }
            assert!(gives(mode, (facts, by), Column::PostalCode), "{by:?}");
        }
    }
}

#[test]
fn a_death_is_sure_by_a_code_alone() {
    let dead = Facts { status: 12, flags: facts::DEATH };
    for (by, reason) in [
        (FoundBy::Code, ""),
        (FoundBy::PreviousCode, ""),
        (FoundBy::BirthDate, "death-to-verify"),
        (FoundBy::Address, "death-to-verify"),
    ] {
        let row = told(|line, out| line.found(dead, by, b",2026-05-01", out));
        assert_eq!(row, format!("7,k;1,12,{},D,,2026-05-01,{reason},\"Mäki, A\"\r\n", by.name()));
    }
}

#[test]
fn a_blanked_row_is_the_row_of_nobody() {
    let cells = ["7", "k;1", "11", "M3", "NA", "a", "b", "", "Mäki, A"];
    let expected = told(|line, out| line.unfound(Verdict::NotFound, out));
    assert_eq!(String::from_utf8(blanked(&cells, 2, Blank::NotFound)).unwrap(), expected);
    let again = String::from_utf8(blanked(&cells, 2, Blank::Duplicate(3))).unwrap();
    assert_eq!(again, "7,k;1,41,,,,,same-person-as-row-3,\"Mäki, A\"\r\n");
}
