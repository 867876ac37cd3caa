//! Names of fields, there and back, and the columns they become.

use super::*;

#[test]
fn fields_become_columns_once() {
    let items: Vec<Item> = ["surname", "name", "address", "age"].map(|text| text.parse().unwrap()).to_vec();
    let names: Vec<&str> = columns(&items).into_iter().map(Column::name).collect();
    let expected =
        ["surname", "first_names", "call_name", "street_address", "postal_code", "post_office", "age"];
    assert_eq!(names, expected);
}

#[test]
fn every_name_comes_back_and_identity_codes_are_for_updates() {
    for column in Column::ALL {
        assert_eq!(column.name().parse(), Ok(Item::Single(*column)));
    }
    assert!("identity_code".parse::<Item>().unwrap().is_for_updates());
    for bad in ["person_id", "spouse_id", "guardian_ids", "", "Name"] {
        assert_eq!(bad.parse::<Item>(), Err(UnknownItem), "{bad}");
    }
}
