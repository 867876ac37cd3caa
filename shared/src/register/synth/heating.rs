//! How buildings are heated, as the register knows it: it lags behind, overstates oil and misses most heat pumps.

use super::building::Site;
use super::dice::Dice;

/// A way of heating.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heat {
    District,
    Oil,
    HeavyOil,
    Direct,
    ElectricWater,
    Gas,
    Wood,
    Stove,
    Peat,
    Ground,
    AirPump,
    Solar,
    Nothing,
    Other,
}

impl Heat {
    pub(super) const fn is_electric(self) -> bool {
        matches!(self, Self::Direct | Self::ElectricWater | Self::AirPump)
    }

    /// Method and source after the newer or the older list; no source where nothing heats.
    pub(super) const fn codes(self, newer: bool) -> (&'static str, Option<&'static str>) {
        let (old, new) = match self {
            Self::District => (("1", Some("01")), ("01", Some("01"))),
            Self::Oil => (("1", Some("02")), ("01", Some("02"))),
            Self::HeavyOil => (("1", Some("03")), ("01", Some("03"))),
            Self::Direct => (("3", Some("04")), ("03", Some("04"))),
            Self::ElectricWater => (("1", Some("04")), ("01", Some("04"))),
            Self::Gas => (("1", Some("05")), ("01", Some("05"))),
            Self::Wood => (("1", Some("07")), ("01", Some("07"))),
            Self::Stove => (("4", Some("07")), ("04", Some("07"))),
            Self::Peat => (("1", Some("08")), ("01", Some("08"))),
            Self::Ground => (("1", Some("09")), ("01", Some("09"))),
            // The older list has no heat pump: what is there is electric.
            Self::AirPump => (("3", Some("04")), ("06", Some("11"))),
            Self::Solar => (("1", Some("10")), ("05", Some("10"))),
            Self::Nothing => (("5", None), ("07", None)),
            Self::Other => (("2", Some("10")), ("99", Some("99"))),
        };
        if newer { new } else { old }
    }
}

const OLD_HOUSE: &[(Heat, u32)] = &[
    (Heat::Oil, 250),
    (Heat::HeavyOil, 2),
    (Heat::Direct, 330),
    (Heat::ElectricWater, 85),
    (Heat::Wood, 105),
    (Heat::Stove, 95),
    (Heat::Ground, 45),
    (Heat::AirPump, 12),
    (Heat::Gas, 6),
    (Heat::Peat, 2),
    (Heat::Other, 8),
];
const NEW_HOUSE: &[(Heat, u32)] = &[
    (Heat::Ground, 350),
    (Heat::Direct, 300),
    (Heat::ElectricWater, 150),
    (Heat::AirPump, 70),
    (Heat::Wood, 50),
    (Heat::Oil, 30),
    (Heat::Stove, 25),
    (Heat::Solar, 3),
    (Heat::Gas, 6),
    (Heat::Other, 8),
];
const ROW: &[(Heat, u32)] = &[
    (Heat::District, 470),
    (Heat::Direct, 320),
    (Heat::ElectricWater, 30),
    (Heat::Oil, 110),
    (Heat::Ground, 45),
    (Heat::Gas, 12),
    (Heat::Wood, 13),
];
const FLATS: &[(Heat, u32)] = &[
    (Heat::District, 890),
    (Heat::Oil, 50),
    (Heat::HeavyOil, 4),
    (Heat::Direct, 20),
    (Heat::Gas, 12),
    (Heat::Ground, 18),
    (Heat::Wood, 4),
    (Heat::Peat, 2),
];
const COTTAGE: &[(Heat, u32)] = &[
    (Heat::Stove, 500),
    (Heat::Nothing, 160),
    (Heat::Direct, 290),
    (Heat::AirPump, 15),
    (Heat::Ground, 15),
    (Heat::Oil, 10),
    (Heat::Wood, 10),
];
const OUTBUILDING: &[(Heat, u32)] = &[(Heat::Nothing, 720), (Heat::Stove, 190), (Heat::Direct, 90)];
const OTHER: &[(Heat, u32)] = &[
    (Heat::District, 330),
    (Heat::Oil, 210),
    (Heat::HeavyOil, 12),
    (Heat::Direct, 160),
    (Heat::ElectricWater, 30),
    (Heat::Gas, 15),
    (Heat::Wood, 50),
    (Heat::Stove, 25),
    (Heat::Peat, 4),
    (Heat::Ground, 20),
    (Heat::Nothing, 130),
    (Heat::Other, 14),
];

/// Draws the heating; always known for homes. District heat follows the density of a place (flats per mille).
pub(super) fn heat(dice: &mut Dice, site: Site, year: i32, flats: u32) -> Option<Heat> {
    match site {
        Site::House if dice.chance(25_000 + flats * 190) => Some(Heat::District),
        Site::House => Some(dice.among(if year >= 2000 { NEW_HOUSE } else { OLD_HOUSE })),
        Site::Row => Some(dice.among(ROW)),
        Site::Flats | Site::Institution => Some(dice.among(FLATS)),
        Site::Cottage => (!dice.chance(25_000)).then(|| dice.among(COTTAGE)),
        Site::Outbuilding => (!dice.chance(450_000)).then(|| dice.among(OUTBUILDING)),
        Site::Other => (!dice.chance(120_000)).then(|| dice.among(OTHER)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::codes::{heating_methods, heating_sources};

    #[test]
    fn codes_are_of_the_list_the_building_names() {
        let tables = [OLD_HOUSE, NEW_HOUSE, ROW, FLATS, COTTAGE, OUTBUILDING, OTHER];
        for (heat, _) in tables.into_iter().flatten().chain(&[(Heat::District, 1), (Heat::Solar, 1)]) {
            for (newer, version) in [(false, "1994"), (true, "2018")] {
                let (method, source) = heat.codes(newer);
                assert!(heating_methods(version).contains(&method), "{heat:?}");
                assert_eq!(source.is_none(), *heat == Heat::Nothing);
                assert!(source.is_none_or(|source| heating_sources(version).contains(&source)), "{heat:?}");
            }
        }
    }
}
