//! Municipalities and regions: the 308 and 19 of 2026, those abolished before, and the codes for none.

use std::sync::LazyLock;

use super::rows;

/// Code of persons without a municipality of domicile in Finland.
pub const NO_DOMICILE: &str = "198";
/// Code of persons whose municipality is unknown.
pub const UNKNOWN: &str = "199";
/// Code of persons abroad.
pub const ABROAD: &str = "200";

/// Regions (Statistics Finland, 2026): code, Finnish and Swedish name; sorted by code.
pub const REGIONS: &[(&str, &str, &str)] = &[
    ("01", "Uusimaa", "Nyland"),
    ("02", "Varsinais-Suomi", "Egentliga Finland"),
    ("04", "Satakunta", "Satakunta"),
    ("05", "Kanta-Häme", "Egentliga Tavastland"),
    ("06", "Pirkanmaa", "Birkaland"),
    ("07", "Päijät-Häme", "Päijänne-Tavastland"),
    ("08", "Kymenlaakso", "Kymmenedalen"),
    ("09", "Etelä-Karjala", "Södra Karelen"),
    ("10", "Etelä-Savo", "Södra Savolax"),
    ("11", "Pohjois-Savo", "Norra Savolax"),
    ("12", "Pohjois-Karjala", "Norra Karelen"),
    ("13", "Keski-Suomi", "Mellersta Finland"),
    ("14", "Etelä-Pohjanmaa", "Södra Österbotten"),
    ("15", "Pohjanmaa", "Österbotten"),
    ("16", "Keski-Pohjanmaa", "Mellersta Österbotten"),
    ("17", "Pohjois-Pohjanmaa", "Norra Österbotten"),
    ("18", "Kainuu", "Kajanaland"),
    ("19", "Lappi", "Lappland"),
    ("21", "Ahvenanmaa", "Åland"),
];

/// The official languages of a municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Finnish only.
    Finnish,
    /// Both, Finnish in the majority.
    FinnishSwedish,
    /// Both, Swedish in the majority.
    SwedishFinnish,
    /// Swedish only.
    Swedish,
}

impl Language {
    /// Whether both languages are official.
    #[must_use]
    pub const fn is_bilingual(self) -> bool {
        matches!(self, Self::FinnishSwedish | Self::SwedishFinnish)
    }
}

/// A municipality of 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Municipality {
    /// Three digits.
    pub code: &'static str,
    /// Code of its region.
    pub region: &'static str,
    /// Official languages.
    pub language: Language,
    /// Finnish name.
    pub name_fi: &'static str,
    /// Swedish name.
    pub name_sv: &'static str,
    /// Northing of its centre, metres.
    pub north: i32,
    /// Easting of its centre, metres.
    pub east: i32,
    /// Inhabitants when the country has 5 634 472.
    pub population: u32,
    /// Speakers of Swedish per 10 000 inhabitants.
    pub swedish_per_10000: u32,
}

static MUNICIPALITIES: LazyLock<Vec<Municipality>> =
    LazyLock::new(|| rows(include_str!("../tables/municipalities.tsv")).map(read).collect());

static ABOLISHED: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    rows(include_str!("../tables/abolished.tsv")).map(|[code, successor]| (code, successor)).collect()
});

fn read(
    [code, region, language, name_fi, name_sv, north, east, population, swedish]: [&'static str; 9],
) -> Municipality {
    let language = match language {
        "sv" => Language::Swedish,
        "sv+fi" => Language::SwedishFinnish,
        "fi+sv" => Language::FinnishSwedish,
        _ => Language::Finnish,
    };
    Municipality {
        code,
        region,
        language,
        name_fi,
        name_sv: if name_sv.is_empty() { name_fi } else { name_sv },
        north: north.parse().unwrap_or(0),
        east: east.parse().unwrap_or(0),
        population: population.parse().unwrap_or(0),
        swedish_per_10000: swedish.parse().unwrap_or(0),
    }
}

/// The municipalities of 2026, sorted by code.
#[must_use]
pub fn municipalities() -> &'static [Municipality] {
    &MUNICIPALITIES
}

/// The municipality of 2026 with this code.
#[must_use]
pub fn municipality(code: &str) -> Option<&'static Municipality> {
    let index = MUNICIPALITIES.binary_search_by_key(&code, |municipality| municipality.code).ok()?;
    MUNICIPALITIES.get(index)
}

/// Where an abolished municipality went; codes are never used again. The list is not complete.
#[must_use]
pub fn successor(code: &str) -> Option<&'static str> {
    let index = ABOLISHED.binary_search_by_key(&code, |(abolished, _)| *abolished).ok()?;
    ABOLISHED.get(index).map(|(_, successor)| *successor)
}

/// Whether a municipality of domicile may have this code: 2026, or none, unknown, abroad, not known.
#[must_use]
pub fn is_municipality(code: &str) -> bool {
    matches!(code, NO_DOMICILE | UNKNOWN | ABROAD | "999") || municipality(code).is_some()
}

/// The region of a municipality of 2026; none for every other code.
#[must_use]
pub fn region_of(municipality_code: &str) -> Option<&'static str> {
    municipality(municipality_code).map(|municipality| municipality.region)
}

/// Whether a region has this code.
#[must_use]
pub fn is_region(code: &str) -> bool {
    REGIONS.binary_search_by_key(&code, |(region, ..)| *region).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let all = municipalities();
        assert_eq!(all.len(), 308);
        assert!(all.is_sorted_by_key(|municipality| municipality.code));
        assert_eq!(all.iter().map(|municipality| municipality.population).sum::<u32>(), 5_634_472);
        assert!(all.iter().all(|municipality| is_region(municipality.region)));
        assert!(all.iter().all(|m| (6_600_000..7_800_000).contains(&m.north)));
        assert!(all.iter().all(|m| (80_000..740_000).contains(&m.east)));
        let with = |language| all.iter().filter(|municipality| municipality.language == language).count();
        let counts =
            [Language::Finnish, Language::FinnishSwedish, Language::SwedishFinnish, Language::Swedish];
        assert_eq!(counts.map(with), [259, 18, 15, 16]);
    }

    #[test]
    fn codes_are_looked_up() {
        assert_eq!(municipality("858").map(|tuusula| tuusula.name_sv), Some("Tusby"));
        assert_eq!(municipality("049").map(|espoo| espoo.name_fi), Some("Espoo"));
        assert_eq!(region_of("091"), Some("01"));
        for none in ["198", "199", "200", "588", "", "91", "ABC"] {
            assert_eq!(region_of(none), None, "{none}");
        }
        assert!(is_municipality("200") && !is_municipality("588"));
    }

    #[test]
    fn abolished_municipalities_went_to_existing_ones() {
        assert!(ABOLISHED.is_sorted());
        assert_eq!(successor("588"), Some("507"));
        for (abolished, successor) in ABOLISHED.iter() {
            assert!(municipality(abolished).is_none() && municipality(successor).is_some(), "{abolished}");
        }
    }
}
