//! Which columns of a source file are taken, and how.

use super::keys::DwellingIds;
use super::rules::Shape;
use super::values::Take;
use crate::snapshot::dictionary::Dict;

pub(crate) type Plan<'a> = [(&'static str, Take<'a>)];

const fn code(dict: Dict, shape: Shape) -> Take<'static> {
    Take::Code(dict, shape)
}

pub(crate) const BUILDINGS: &Plan<'static> = &[
    ("building_id", Take::Building),
    ("use_1994", code(Dict::Use1994, Shape::Digits(3))),
    ("class_2018", code(Dict::Class2018, Shape::Digits(4))),
    ("heating_method", code(Dict::HeatingMethod, Shape::Some(4))),
    ("heating_source", code(Dict::HeatingSource, Shape::Some(4))),
    ("code_version", code(Dict::CodeVersion, Shape::Some(16))),
    ("conn_sewer", Take::Flag),
    ("conn_water", Take::Flag),
    ("conn_electricity", Take::Flag),
    ("conn_gas", Take::Flag),
    ("conn_cable", Take::Flag),
    ("completed", Take::Date),
    ("permit_id", Take::Text(Shape::Any)),
    ("permit_date", Take::Date),
    ("permit_action", code(Dict::PermitAction, Shape::PermitAction)),
    ("floors", Take::Int),
    ("floor_area_m2", Take::Int),
    ("north", Take::Int),
    ("east", Take::Int),
    ("municipality", code(Dict::Municipality, Shape::Digits(3))),
];

pub(crate) const ADDRESSES: &Plan<'static> = &[
    ("building_id", Take::Building),
    ("address_no", Take::Int),
    ("street_fi", code(Dict::Street, Shape::Any)),
    ("street_sv", code(Dict::Street, Shape::Any)),
    ("house_number", code(Dict::HouseNumber, Shape::Any)),
    ("postal_code", code(Dict::PostalCode, Shape::Digits(5))),
    ("post_office_fi", code(Dict::PostOffice, Shape::Any)),
    ("post_office_sv", code(Dict::PostOffice, Shape::Any)),
];

pub(crate) const DWELLINGS: &Plan<'static> = &[
    ("dwelling_id", Take::Text(Shape::Some(32))),
    ("building_id", Take::Building),
    ("address_no", Take::Int),
    ("stair", code(Dict::Stair, Shape::Any)),
    ("apartment", code(Dict::Apartment, Shape::Any)),
    ("divider", code(Dict::Divider, Shape::Any)),
    ("rooms", Take::Int),
    ("area_m2", Take::Int),
];

pub(crate) const OWNERS: &Plan<'static> = &[
    ("building_id", Take::Building),
    ("person_id", Take::Hetu),
    ("owner_type", code(Dict::OwnerType, Shape::Some(4))),
];

pub(crate) const PREVIOUS: &Plan<'static> = &[
    ("person_id", Take::Hetu),
    ("street_fi", code(Dict::Street, Shape::Any)),
    ("street_sv", code(Dict::Street, Shape::Any)),
    ("house_number", code(Dict::HouseNumber, Shape::Any)),
    ("stair", code(Dict::Stair, Shape::Any)),
    ("apartment", code(Dict::Apartment, Shape::Any)),
    ("divider", code(Dict::Divider, Shape::Any)),
    ("postal_code", code(Dict::PostalCode, Shape::Digits(5))),
    ("since", Take::Date),
    ("until", Take::Date),
];

pub(crate) fn persons(dwellings: &DwellingIds) -> [(&'static str, Take<'_>); 29] {
    [
        ("person_id", Take::Hetu),
        ("previous_ids", Take::HetuList),
        ("first_names", code(Dict::FirstNames, Shape::Any)),
        ("call_name", code(Dict::GivenName, Shape::Any)),
        ("surname", code(Dict::Surname, Shape::Any)),
        ("former_surnames", Take::CodeList(Dict::Surname)),
        ("former_first_names", Take::CodeList(Dict::FirstNames)),
        ("names_since", Take::Date),
        ("sex", Take::Sex),
        ("birth_date", Take::Date),
        ("death_date", Take::Date),
        ("mother_tongue", code(Dict::MotherTongue, Shape::Language)),
        ("service_language", code(Dict::MotherTongue, Shape::ServiceLanguage)),
        ("municipality", code(Dict::Municipality, Shape::Digits(3))),
        ("dwelling_id", Take::Dwelling(dwellings)),
        ("moved_in", Take::Date),
        ("emigrated_on", Take::Date),
        ("foreign_country", code(Dict::Country, Shape::Digits(3))),
        ("foreign_address", Take::Text(Shape::Any)),
        ("care_of", Take::Text(Shape::Any)),
        ("occupation", code(Dict::Occupation, Shape::Most(35))),
        ("guardian_ids", Take::HetuList),
        ("spouse_id", Take::Hetu),
        ("security_until", Take::Date),
        ("no_marketing", Take::Flag),
        ("no_register_update", Take::Flag),
        ("no_contact_info", Take::Flag),
        ("no_directory", Take::Flag),
        ("no_genealogy", Take::Flag),
    ]
}
