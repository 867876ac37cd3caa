//! Identity codes: what is refused, and how packing keeps the order.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn text(code: Hetu) -> String {
    String::from_utf8(code.to_text().to_vec()).unwrap()
}

#[test]
fn texts_are_judged_by_the_first_rule_broken() {
    use HetuError::{Check, Length, Number, Sign};
    let rows: [(&str, Result<Date, HetuError>); 20] = [
        ("131052-308T", Ok(date(1952, 10, 13))),
        ("131052Y308T", Ok(date(1952, 10, 13))),
        ("010180-999A", Ok(date(1980, 1, 1))),
        ("290200A901C", Ok(date(2000, 2, 29))),
        ("311299-8997", Ok(date(1999, 12, 31))),
        ("150324A900A", Ok(date(2024, 3, 15))),
        ("010100A002H", Ok(date(2000, 1, 1))),
        ("131052-308U", Err(Check)),
        ("131052-308t", Err(Check)),
        ("310452-308T", Err(HetuError::Date)),
        ("290200-901C", Err(HetuError::Date)),
        ("001052-308T", Err(HetuError::Date)),
        ("131352-308T", Err(HetuError::Date)),
        ("13105a-308T", Err(HetuError::Date)),
        ("131052G308T", Err(Sign)),
        ("131052-0013", Err(Number)),
        ("131052-3x8T", Err(Number)),
        (" 131052-308T", Err(Length)),
        ("131052-308", Err(Length)),
        ("13105ä-308T", Err(Length)),
    ];
    for (text, expected) in rows {
        assert_eq!(Hetu::parse(text).map(Hetu::birth_date), expected, "{text}");
    }
    assert_eq!(Hetu::parse_lenient("\t131052y308t \n"), Hetu::parse("131052Y308T"));
}

#[test]
fn a_code_is_never_shown() {
    assert_eq!(format!("{:?}", Hetu::parse("131052-308T").unwrap()), "Hetu(***)");
}

#[test]
fn signs_belong_to_their_century() {
    assert!(Hetu::new(date(1999, 1, 1), b'A', 900).is_err());
    assert!(Hetu::new(date(2000, 1, 1), b'-', 900).is_err());
    assert!(Hetu::new(date(2000, 1, 1), b'A', 1000).is_err());
    assert_eq!(text(Hetu::new(date(1980, 1, 1), b'-', 999).unwrap()), "010180-999A");
    assert_eq!(text(Hetu::new(date(1899, 12, 31), b'+', 900).unwrap())[..10], *"311299+900");
}

#[test]
fn damaged_integers_are_no_codes() {
    let good = Hetu::parse("131052-308T").unwrap().packed();
    assert!(Hetu::from_packed(good).is_some());
    for bad in [0, 1, u64::MAX, good | (1 << 40), good & !1023, good | (15 << 10), good | 1023] {
        assert!(Hetu::from_packed(bad).is_none(), "{bad:x}");
    }
}

fn any_code() -> impl Strategy<Value = Hetu> {
    ((1800_i16..2100, 1_i8..=12, 1_i8..=28), 0_usize..6, 2_u16..=999).prop_map(|((y, m, d), sign, number)| {
        let signs = signs_of(y);
        Hetu::new(date(y, m, d), signs[sign % signs.len()], number).unwrap()
    })
}

proptest! {
    #[test]
    fn packed_codes_sort_as_texts_and_come_back(a in any_code(), b in any_code()) {
        prop_assert_eq!(a.cmp(&b), a.to_text().cmp(&b.to_text()));
        prop_assert_eq!(Hetu::parse(&text(a)), Ok(a));
        prop_assert_eq!(Hetu::from_packed(a.packed()), Some(a));
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,13}") {
        let _answer = Hetu::parse_lenient(&text);
    }
}
