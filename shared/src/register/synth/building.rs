//! The facts of a building: use, age, heating, connections, permit, size.

use super::calendar::{LAST_DAY, first_day};
use super::country::Area;
use super::dice::Dice;
use super::heating::{Heat, heat};
use super::places::Point;
use super::table::Table;
use crate::register::building_id::BuildingId;
use crate::register::check_char::{check_char, write_digits};
use crate::register::codes::class_of_use;

/// What kind of building it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    House,
    Row,
    Flats,
    Cottage,
    Outbuilding,
    Institution,
    Other,
}

/// Uses of buildings that are neither homes nor cottages, by frequency (an estimate).
const OTHER_USES: &[(&str, u32)] = &[
    ("119", 90),
    ("112", 30),
    ("111", 25),
    ("141", 30),
    ("151", 70),
    ("121", 12),
    ("124", 60),
    ("129", 10),
    ("131", 15),
    ("139", 8),
    ("161", 8),
    ("162", 55),
    ("163", 12),
    ("164", 25),
    ("169", 35),
    ("214", 8),
    ("219", 8),
    ("229", 15),
    ("231", 35),
    ("239", 15),
    ("311", 4),
    ("322", 6),
    ("323", 12),
    ("331", 30),
    ("341", 15),
    ("342", 10),
    ("351", 4),
    ("352", 3),
    ("354", 10),
    ("359", 15),
    ("369", 15),
    ("511", 45),
    ("521", 20),
    ("531", 8),
    ("532", 4),
    ("549", 8),
    ("611", 15),
    ("613", 40),
    ("691", 130),
    ("692", 90),
    ("699", 60),
    ("711", 70),
    ("712", 25),
    ("719", 90),
    ("721", 10),
    ("729", 4),
    ("811", 60),
    ("819", 40),
    ("891", 30),
    ("892", 25),
    ("893", 6),
    ("899", 60),
    ("999", 20),
];

const HOUSE_YEARS: &[((i32, i32), u32)] =
    &[((1890, 1939), 9), ((1940, 1959), 22), ((1960, 1979), 24), ((1980, 1999), 27), ((2000, 2025), 18)];
const ROW_YEARS: &[((i32, i32), u32)] = &[((1955, 1979), 30), ((1980, 1999), 52), ((2000, 2025), 18)];
const FLATS_YEARS: &[((i32, i32), u32)] =
    &[((1890, 1939), 6), ((1940, 1959), 14), ((1960, 1979), 40), ((1980, 1999), 20), ((2000, 2025), 20)];
const COTTAGE_YEARS: &[((i32, i32), u32)] =
    &[((1900, 1939), 8), ((1940, 1959), 15), ((1960, 1979), 37), ((1980, 1999), 27), ((2000, 2025), 13)];

/// A building before it is written.
pub(super) struct Building {
    site: Site,
    use_1994: &'static str,
    pub(super) completed: Option<i32>,
    year: i32,
    floors: i32,
    floor_area: i32,
    heat: Option<Heat>,
    newer_codes: bool,
    piped: bool,
}

impl Building {
    /// Draws the facts; `dwellings` and their whole area decide the size of homes.
    pub(super) fn draw(dice: &mut Dice, site: Site, area: &Area, dwellings: usize, living_area: i32) -> Self {
        let years = match site {
            Site::House | Site::Outbuilding => HOUSE_YEARS,
            Site::Row => ROW_YEARS,
            Site::Flats | Site::Institution | Site::Other => FLATS_YEARS,
            Site::Cottage => COTTAGE_YEARS,
        };
        let (from, to) = dice.among(years);
        let year = dice.between(from, to);
        let use_1994 = use_code(dice, site, dwellings);
        let floors = match use_1994 {
            "691" | "111" | "931" | "941" => 1,
            "039" => dice.between(2, 8).max(i32::try_from(dwellings / 20).unwrap_or(8).min(8)),
            "012" => 2,
            "032" => dice.between(2, 3),
            _ => 1 + i32::from(dice.chance(380_000)),
        };
        let floor_area = match site {
            Site::Cottage => 20 + dice.exponential(38),
            Site::Outbuilding => 8 + dice.exponential(22),
            Site::Other => 60 + dice.exponential(700),
            Site::House | Site::Row | Site::Flats | Site::Institution => {
                living_area + living_area * dice.between(5, 35) / 100
            }
        };
        Self {
            site,
            use_1994,
            completed: (!dice.chance(8_000)).then(|| (first_day(year) + dice.between(0, 364)).min(LAST_DAY)),
            year,
            floors,
            floor_area,
            heat: heat(dice, site, year, area.flats),
            newer_codes: dice.chance(if year >= 2019 { 900_000 } else { 140_000 }),
            piped: dice.chance(area.flats * 700 + 320_000),
        }
    }

    /// Writes the row.
    pub(super) fn write(&self, dice: &mut Dice, table: &mut Table, id: BuildingId, town: &str, point: Point) {
        let known = dice.chance(990_000);
        let class = class_of_use(self.use_1994).filter(|_| self.newer_codes || dice.chance(400_000));
        let heating = self.heat.map(|heat| heat.codes(self.newer_codes));
        let [sewer, water, electricity, gas, cable] = self.connections(dice);
        let permit = self.permit(dice);
        let id = id.to_text().map(char::from).iter().collect::<String>();
        let sized = dice.chance(985_000);
        table
            .row()
            .text(&id)
            .maybe((!dice.chance(6_000)).then_some(self.use_1994))
            .maybe(class)
            .maybe(heating.map(|(method, _)| method))
            .maybe(heating.and_then(|(_, source)| source))
            .text(if self.newer_codes { "2018" } else { "1994" })
            .flag(sewer)
            .flag(water)
            .flag(electricity)
            .flag(gas)
            .flag(cable)
            .date(self.completed)
            .maybe(permit.as_ref().map(|permit| permit.id.as_str()))
            .date(permit.as_ref().map(|permit| permit.day))
            .maybe(permit.as_ref().map(|permit| permit.action))
            .int(sized.then_some(self.floors))
            .int(sized.then_some(self.floor_area))
            .int(known.then_some(point.north))
            .int(known.then_some(point.east))
            .text(town);
    }

    /// Sewer, water, electricity, gas, cable; what heats by electricity or gas is connected to it.
    fn connections(&self, dice: &mut Dice) -> [bool; 5] {
        let electric = self.heat.is_some_and(Heat::is_electric);
        match self.site {
            Site::Cottage => {
                let piped = self.piped && dice.chance(180_000);
                [
                    piped,
                    piped || dice.chance(120_000),
                    electric || dice.chance(700_000),
                    false,
                    dice.chance(30_000),
                ]
            }
            Site::Outbuilding => {
                [dice.chance(30_000), dice.chance(60_000), electric || dice.chance(350_000), false, false]
            }
            Site::House | Site::Row | Site::Flats | Site::Institution | Site::Other => {
                let town = self.piped || self.site == Site::Flats;
                let gas = self.heat == Some(Heat::Gas) || (town && dice.chance(9_000));
                [
                    town,
                    town || dice.chance(350_000),
                    electric || dice.chance(985_000),
                    gas,
                    town && dice.chance(620_000),
                ]
            }
        }
    }

    fn permit(&self, dice: &mut Dice) -> Option<Permit> {
        let built = self.completed.filter(|_| self.year >= 1975 && dice.chance(740_000));
        let (day, action) = if let Some(completed) = built {
            (completed - dice.between(150, 900), "new")
        } else if dice.chance(75_000) {
            let action = dice.among(&[("extension", 45), ("alteration", 50), ("demolition", 5)]);
            let earliest = self.completed.unwrap_or(0).max(first_day(1975));
            (dice.between(earliest, LAST_DAY), action)
        } else {
            return None;
        };
        let number = 300_000_000 + dice.below(100_000_000);
        let mut id = [check_char(number); 10];
        write_digits(&mut id[..9], number);
        Some(Permit { id: id.map(char::from).iter().collect(), day, action })
    }
}

struct Permit {
    id: String,
    day: i32,
    action: &'static str,
}

fn use_code(dice: &mut Dice, site: Site, dwellings: usize) -> &'static str {
    match site {
        Site::House if dwellings > 1 => "012",
        Site::House => dice.among(&[("011", 985), ("013", 15)]),
        Site::Row => dice.among(&[("021", 93), ("022", 7)]),
        Site::Flats if dwellings < 16 => dice.among(&[("032", 35), ("039", 65)]),
        Site::Flats => "039",
        Site::Cottage => "041",
        Site::Outbuilding => dice.among(&[("941", 62), ("931", 38)]),
        Site::Institution => {
            dice.among(&[("221", 70), ("229", 8), ("223", 8), ("131", 10), ("241", 2), ("222", 2)])
        }
        Site::Other => dice.among(OTHER_USES),
    }
}
