//! Code lists of buildings: use, class, heating, permits, connections, owners.

use std::sync::LazyLock;

use super::rows;

/// Values of `code_version`: which lists the heating codes of a building are from.
pub const CODE_VERSIONS: &[&str] = &["1994", "2018"];

/// Kinds of action of a building permit.
pub const PERMIT_ACTIONS: &[&str] = &["new", "extension", "alteration", "demolition"];

/// Network connections.
pub const CONNECTIONS: &[&str] = &["sewer", "water", "electricity", "gas", "cable"];

/// Types of owner in the order of the register's value list; two digits of our own, for no code is published.
pub const OWNER_TYPES: &[(&str, &str)] = &[
    ("01", "yksityinen maatalousyrittäjä"),
    ("02", "muu yksityinen henkilö tai perikunta"),
    ("03", "asunto-oy tai asunto-osuuskunta"),
    ("04", "kiinteistö oy"),
    ("05", "yksityinen yritys"),
    ("06", "valtio- tai kuntaenemmistöinen yritys"),
    ("07", "kunnan liikelaitos"),
    ("08", "valtion liikelaitos"),
    ("09", "pankki tai vakuutuslaitos"),
    ("10", "kunta tai kuntainliitto"),
    ("11", "valtio"),
    ("12", "sosiaaliturvarahasto"),
    ("13", "uskonnollinen yhteisö, säätiö, puolue tai yhdistys"),
    ("14", "ei tiedossa"),
];

/// Types of owner that may be natural persons.
pub const NATURAL_OWNER_TYPES: &[&str] = &["01", "02"];

/// Heating methods of VTJ: water, air, direct electric, stove, none.
const METHODS_1994: &[&str] = &["1", "2", "3", "4", "5"];
/// The newer list: water, air, electric, stove, solar, air heat pump, none, other.
const METHODS_2018: &[&str] = &["01", "02", "03", "04", "05", "06", "07", "99"];
/// Heating sources of VTJ: district, light oil, heavy oil, electricity, gas, coal, wood, peat, ground, other.
const SOURCES_1994: &[&str] = &["01", "02", "03", "04", "05", "06", "07", "08", "09", "10"];
/// The newer list: `10` is solar, `11` heat pump, `99` other.
const SOURCES_2018: &[&str] = &["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "99"];

static USES: LazyLock<Vec<[&str; 3]>> =
    LazyLock::new(|| rows(include_str!("../tables/use_1994.tsv")).collect());

static CLASSES: LazyLock<Vec<[&str; 2]>> =
    LazyLock::new(|| rows(include_str!("../tables/class_2018.tsv")).collect());

/// Codes and Finnish names of the uses of 1994, sorted by code.
pub fn uses_1994() -> impl ExactSizeIterator<Item = (&'static str, &'static str)> {
    USES.iter().map(|[code, _, name]| (*code, *name))
}

/// Codes and Finnish names of the classes of 2018, sorted by code.
pub fn classes_2018() -> impl ExactSizeIterator<Item = (&'static str, &'static str)> {
    CLASSES.iter().map(|[code, name]| (*code, *name))
}

/// Whether the classification of use of 1994 has this code.
#[must_use]
pub fn is_use_1994(code: &str) -> bool {
    class_of_use(code).is_some()
}

/// Whether the classification of 2018 has this code.
#[must_use]
pub fn is_class_2018(code: &str) -> bool {
    CLASSES.binary_search_by_key(&code, |[class, _]| class).is_ok()
}

/// The class of 2018 nearest to a use of 1994. The lists do not map one to one: a guess for test data.
#[must_use]
pub fn class_of_use(use_1994: &str) -> Option<&'static str> {
    let index = USES.binary_search_by_key(&use_1994, |[code, ..]| code).ok()?;
    USES.get(index).map(|[_, class, _]| *class)
}

/// The heating methods of one code version; empty for an unknown version.
#[must_use]
pub fn heating_methods(code_version: &str) -> &'static [&'static str] {
    match code_version {
        "1994" => METHODS_1994,
        "2018" => METHODS_2018,
        _ => &[],
    }
}

/// The heating sources of one code version; empty for an unknown version.
#[must_use]
pub fn heating_sources(code_version: &str) -> &'static [&'static str] {
    match code_version {
        "1994" => SOURCES_1994,
        "2018" => SOURCES_2018,
        _ => &[],
    }
}

/// Whether a heating method has this code in either list.
#[must_use]
pub fn is_heating_method(code: &str) -> bool {
    METHODS_1994.contains(&code) || METHODS_2018.contains(&code)
}

/// Whether a heating source has this code in either list.
#[must_use]
pub fn is_heating_source(code: &str) -> bool {
    SOURCES_1994.contains(&code) || SOURCES_2018.contains(&code)
}

/// Whether a code version has this name.
#[must_use]
pub fn is_code_version(code: &str) -> bool {
    CODE_VERSIONS.contains(&code)
}

/// Whether an action of a building permit has this name.
#[must_use]
pub fn is_permit_action(code: &str) -> bool {
    PERMIT_ACTIONS.contains(&code)
}

/// Whether a network connection has this name.
#[must_use]
pub fn is_connection(code: &str) -> bool {
    CONNECTIONS.contains(&code)
}

/// Whether a type of owner has this code.
#[must_use]
pub fn is_owner_type(code: &str) -> bool {
    OWNER_TYPES.iter().any(|(owner_type, _)| *owner_type == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_whole_and_sorted() {
        assert_eq!((USES.len(), CLASSES.len()), (77, 98));
        assert!(USES.is_sorted() && CLASSES.is_sorted());
        assert!(USES.iter().all(|[_, class, name]| is_class_2018(class) && !name.is_empty()));
    }

    #[test]
    fn codes_are_judged() {
        assert!(is_use_1994("011") && is_use_1994("041") && !is_use_1994("42") && !is_use_1994(""));
        assert!(is_class_2018("0110") && !is_class_2018("110"));
        assert!(is_heating_method("1") && is_heating_method("06") && !is_heating_method("6"));
        assert!(is_heating_source("10") && is_heating_source("99") && !is_heating_source("12"));
        assert!(!heating_sources("1994").contains(&"11") && heating_sources("2018").contains(&"11"));
        assert!(heating_methods("2030").is_empty());
        assert!(is_owner_type("02") && !is_owner_type("2"));
        assert_eq!(class_of_use("039"), Some("0121"));
    }
}
