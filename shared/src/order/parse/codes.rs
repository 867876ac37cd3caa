//! Codes of criteria against the code lists of the register.

use super::fields::List;
use crate::register::codes;

/// Whether a list has a code.
pub(super) fn is_known(list: List, code: &str) -> bool {
    match list {
        List::Sex => codes::is_sex(code),
        List::MotherTongue => code == "other" || codes::is_mother_tongue(code),
        List::Municipality => codes::is_municipality(code),
        List::Region => codes::is_region(code),
        List::Use1994 => codes::is_use_1994(code),
        List::Class2018 => codes::is_class_2018(code),
        List::HeatingMethod => codes::is_heating_method(code),
        List::HeatingSource => codes::is_heating_source(code),
        List::CodeVersion => codes::is_code_version(code),
        List::PermitAction => codes::is_permit_action(code),
    }
}

/// The code that took the place of an abolished one.
pub(super) fn successor(list: List, code: &str) -> Option<&'static str> {
    if list == List::Municipality { codes::successor(code) } else { None }
}

/// What a code of the list is, for messages.
pub(super) const fn rule(list: List) -> &'static str {
    match list {
        List::Sex => "sex is `1` (man), `2` (woman) or empty",
        List::MotherTongue => "languages have two small letters (ISO 639-1), or are `98`, `99` or `other`",
        List::Municipality => "municipalities have three digits, as `091`",
        List::Region => "regions have two digits, as `01`",
        List::Use1994 => "uses of 1994 have three digits, as `011`",
        List::Class2018 => "classes of 2018 have four digits, as `0110`",
        List::HeatingMethod => "heating methods are `1` to `5`, in the newer list `01` to `07` and `99`",
        List::HeatingSource => "heating sources are `01` to `11` and `99`",
        List::CodeVersion => "code lists are `1994` and `2018`",
        List::PermitAction => "actions are `new`, `extension`, `alteration` and `demolition`",
    }
}
