//! Code lists: what a code of the register may be, and what belongs to it.
//!
//! Heating codes exist in two lists, and `10` means different things in them; a building names its
//! list in `code_version`. The list of VTJ goes by `1994` (with the classification of use of that
//! year), the newer list by `2018`.

mod building;
mod municipality;

pub use building::{
    CODE_VERSIONS, CONNECTIONS, NATURAL_OWNER_TYPES, OWNER_TYPES, PERMIT_ACTIONS, class_of_use, classes_2018,
    heating_methods, heating_sources, is_class_2018, is_code_version, is_connection, is_heating_method,
    is_heating_source, is_owner_type, is_permit_action, is_use_1994, uses_1994,
};
pub use municipality::{
    ABROAD, Language, Municipality, NO_DOMICILE, REGIONS, UNKNOWN, is_municipality, is_region,
    municipalities, municipality, region_of, successor,
};

/// Mother tongues: ISO 639-1, `98` (a language given in clear text) and `99` (unknown); sorted.
pub const MOTHER_TONGUES: &[&str] = &[
    "98", "99", "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg",
    "bh", "bi", "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da",
    "de", "dv", "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy",
    "ga", "gd", "gl", "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia", "id",
    "ie", "ig", "ii", "ik", "io", "is", "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk", "kl", "km",
    "kn", "ko", "kr", "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln", "lo", "lt", "lu", "lv",
    "mg", "mh", "mi", "mk", "ml", "mn", "mr", "ms", "mt", "my", "na", "nb", "nd", "ne", "ng", "nl", "nn",
    "no", "nr", "nv", "ny", "oc", "oj", "om", "or", "os", "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn",
    "ro", "ru", "rw", "sa", "sc", "sd", "se", "sg", "sh", "si", "sk", "sl", "sm", "sn", "so", "sq", "sr",
    "ss", "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn", "to", "tr", "ts", "tt",
    "tw", "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh", "yi", "yo", "za", "zh", "zu",
];

/// Whether a mother tongue has this code; the group `other` is no code.
#[must_use]
pub fn is_mother_tongue(code: &str) -> bool {
    MOTHER_TONGUES.binary_search(&code).is_ok()
}

/// Whether a service language has this code: `fi` or `sv`.
#[must_use]
pub fn is_service_language(code: &str) -> bool {
    matches!(code, "fi" | "sv")
}

/// Whether a sex has this code: `1` man, `2` woman, empty missing.
#[must_use]
pub fn is_sex(code: &str) -> bool {
    matches!(code, "" | "1" | "2")
}

/// The rows of an embedded table, cut at tabs, without its comment lines.
fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut cells = line.split('\t');
        std::array::from_fn(|_| cells.next().unwrap_or(""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_sorted_and_known() {
        assert!(MOTHER_TONGUES.is_sorted());
        for good in ["fi", "sv", "se", "ru", "98", "99"] {
            assert!(is_mother_tongue(good), "{good}");
        }
        for bad in ["", "other", "FI", "xx", "97", "fin"] {
            assert!(!is_mother_tongue(bad), "{bad}");
        }
    }
}
