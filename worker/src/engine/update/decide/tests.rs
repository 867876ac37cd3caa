//! Verdicts by example.

use super::*;
use crate::engine::update::candidates::Key;
use crate::engine::update::names::{NameKey, NameKeys};
use poimuri_shared::snapshot::tables::NULL_I32;
use smallvec::SmallVec;

const ALL: Allowed = Allowed { code: true, birth_date: true, address: true, is_barred: false };

fn empty_row() -> RowKeys<'static> {
    RowKeys {
        code: 0,
        code_fault: None,
        names: None,
        birth: NULL_I32,
        is_birth_faulty: false,
        address: None,
        postal_code: 0,
        municipality: 0,
        language: [0; 2],
        sex: 0,
        value_date: NULL_I32,
    }
}

/// Positions; negative ones may not be disclosed, the names of 2 are former ones.
fn candidates(positions: &[i32]) -> Vec<Candidate> {
    let candidate = |position: &i32| Candidate {
        row: 0,
        key: Key::BirthDate,
        position: position.unsigned_abs(),
        is_barred: *position < 0,
        is_former: position.unsigned_abs() == 2,
    };
    positions.iter().map(candidate).collect()
}

fn hit(position: u32, names: Names) -> Option<CodeHit> {
    Some(CodeHit { position, is_previous: false, is_barred: false, names })
}

fn found(position: u32, by: FoundBy) -> Verdict {
    let is_by_names = matches!(by, FoundBy::BirthDate | FoundBy::Address);
    Verdict::Found { position, by, names: is_by_names.then_some(Former(position == 2)) }
}

/// The hit by code, candidates by date of birth and by address, the verdict.
type Row<'a> = (Option<CodeHit>, &'a [i32], &'a [i32], Verdict);

#[test]
fn rows_stand_for_one_person_or_nobody() {
    let (code, birth, address) = (FoundBy::Code, FoundBy::BirthDate, FoundBy::Address);
    let rows: [Row<'_>; 24] = [
        (hit(1, Names::Whole), &[], &[], found(1, code)),
        (hit(1, Names::Whole), &[1], &[], found(1, code)),
        (hit(1, Names::Whole), &[1, 2], &[], found(1, code)),
        (hit(1, Names::Whole), &[], &[2], found(1, code)),
        (hit(1, Names::Whole), &[2], &[], Verdict::Disagree),
        (hit(1, Names::Part), &[], &[], found(1, code)),
        (hit(1, Names::Part), &[], &[2], Verdict::Disagree),
        (hit(1, Names::Part), &[], &[1, 2], found(1, code)),
        (hit(1, Names::Not), &[], &[], Verdict::Disagree),
        (hit(1, Names::Not), &[], &[-2], Verdict::NotFound),
        (hit(1, Names::Part), &[-2], &[], Verdict::NotFound),
        (hit(1, Names::Whole), &[1, -2], &[], found(1, code)),
        (None, &[], &[], Verdict::NotFound),
        (None, &[1], &[], found(1, birth)),
        (None, &[1], &[1, 2], found(1, birth)),
        (None, &[1], &[2], Verdict::Disagree),
        (None, &[1, 2], &[], Verdict::Several),
        (None, &[1, 2], &[2], found(2, address)),
        (None, &[1, 2], &[3], Verdict::Disagree),
        (None, &[], &[2], found(2, address)),
        (None, &[], &[2, 3], Verdict::Several),
        (None, &[1, -2], &[], Verdict::NotFound),
        (None, &[1], &[-2], Verdict::NotFound),
        (None, &[-1], &[], Verdict::NotFound),
    ];
    for (index, (hit, by_birth, by_address, expected)) in rows.into_iter().enumerate() {
        let verdict = decide(&empty_row(), ALL, hit, &candidates(by_birth), &candidates(by_address));
        assert_eq!(verdict, expected, "row {index}");
    }
    let barred = CodeHit { position: 1, is_previous: false, is_barred: true, names: Names::Not };
    assert_eq!(decide(&empty_row(), ALL, Some(barred), &[], &[]), Verdict::NotFound);
}

#[test]
fn rows_without_a_key_say_why() {
    let none = Allowed { code: false, birth_date: false, address: false, is_barred: false };
    let decided = |row: &RowKeys<'_>, allowed| decide(row, allowed, None, &[], &[]);
    let mut row = empty_row();
    assert_eq!(decided(&row, none), Verdict::Invalid(Fault::NoKey));
    row.birth = 0;
    assert_eq!(decided(&row, none), Verdict::Invalid(Fault::Name));
    row.code_fault = Some(Reason::Check);
    assert_eq!(decided(&row, none), Verdict::Invalid(Fault::Code(Reason::Check)));
    assert_eq!(decided(&row, Allowed { is_barred: true, ..none }), Verdict::NotPermitted);
    let surname = NameKey { whole: 1, bare: 1 };
    let names = NameKeys { surname, given: SmallVec::from_slice(&[1]), ..NameKeys::default() };
    let row = RowKeys { is_birth_faulty: true, names: Some(&names), ..empty_row() };
    assert_eq!(decided(&row, none), Verdict::Invalid(Fault::BirthDate));
}
