//! The country's places: postal code areas with their centres, density and languages. The same for every seed.

use std::sync::LazyLock;

use super::dice::{Dice, split};
use super::places::{Cell, Point};
use crate::register::codes::{Municipality, municipalities};

/// Cottages of each region, thousands, rounded (general knowledge); they follow lakes and coasts, not people.
const COTTAGES: &[(&str, u64)] = &[
    ("01", 43),
    ("02", 51),
    ("04", 21),
    ("05", 23),
    ("06", 50),
    ("07", 22),
    ("08", 20),
    ("09", 21),
    ("10", 52),
    ("11", 33),
    ("12", 25),
    ("13", 37),
    ("14", 13),
    ("15", 22),
    ("16", 5),
    ("17", 32),
    ("18", 13),
    ("19", 31),
    ("21", 7),
];

/// Share of flats among dwellings, per mille, by inhabitants of the municipality.
const FLATS_BY_TOWN: &[(i64, i64)] = &[
    (0, 60),
    (3_000, 90),
    (5_000, 150),
    (10_000, 240),
    (20_000, 345),
    (45_000, 460),
    (100_000, 590),
    (250_000, 700),
    (700_000, 840),
];

/// Factor on it, per mille, by inhabitants of the postal code area.
const FLATS_BY_AREA: &[(i64, i64)] =
    &[(0, 40), (500, 180), (1_500, 600), (4_000, 950), (10_000, 1_150), (30_000, 1_250)];

/// Standard deviation of positions about the centre of an area, metres, by its inhabitants.
const SPREAD: &[(i64, i64)] = &[(0, 3_800), (1_000, 2_400), (3_000, 1_400), (8_000, 950), (30_000, 900)];

/// The value at `x` on a line through sorted points.
fn line(points: &[(i64, i64)], x: i64) -> i64 {
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        if x < x1 {
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
        }
    }
    points.last().map_or(0, |(_, y)| *y)
}

/// A postal code area.
#[derive(Debug, Clone)]
pub(super) struct Area {
    pub(super) municipality: &'static Municipality,
    pub(super) postal_code: &'static str,
    /// Number among all areas.
    pub(super) index: u32,
    pub(super) centre: Point,
    /// Standard deviation of positions, metres.
    pub(super) spread: i32,
    /// Streets in use.
    pub(super) streets: u32,
    /// Share of flats among dwellings, per mille.
    pub(super) flats: u32,
    /// Speakers of other languages per 10 000.
    pub(super) foreign: u32,
    /// Inhabitants when the country has 5 634 472.
    weight: u64,
}

/// The places of the country, the same for every seed.
pub(super) struct Country {
    pub(super) areas: Vec<Area>,
    /// Range of areas of each municipality, in the order of the codes.
    spans: Vec<std::ops::Range<usize>>,
    /// Land of each municipality.
    cells: Vec<Cell>,
    cottage_weights: Vec<u32>,
}

/// The country, laid out once.
pub(super) static COUNTRY: LazyLock<Country> = LazyLock::new(Country::lay_out);

const POSTAL_AREAS: &str = include_str!("../tables/postal_areas.tsv");

impl Country {
    fn lay_out() -> Self {
        let towns = municipalities();
        let centres: Vec<Point> = towns.iter().map(centre).collect();
        let mut country = Self {
            areas: Vec::with_capacity(3_100),
            spans: Vec::with_capacity(towns.len()),
            cells: centres.iter().map(|centre| Cell::new(*centre, &centres)).collect(),
            cottage_weights: cottage_weights(towns),
        };
        let lines = POSTAL_AREAS.lines().filter(|line| !line.starts_with('#'));
        for ((town, line), cell) in towns.iter().zip(lines).zip(&country.cells) {
            let first = country.areas.len();
            let parts: Vec<(&str, u64)> = line[4..]
                .split(' ')
                .filter_map(|part| part.split_once(':'))
                .map(|(code, people)| (code, people.parse().unwrap_or(3)))
                .collect();
            let weights = split(u64::from(town.population), parts.iter().map(|(_, people)| *people));
            for (rank, ((code, _), weight)) in parts.iter().zip(weights).enumerate() {
                let area = area(town, code, first + rank, (rank, parts.len()), cell, weight);
                country.areas.push(area);
            }
            country.spans.push(first..country.areas.len());
        }
        country
    }

    /// People in each area. A small register keeps to the largest areas of each municipality: families are
    /// found among the people of one area, and a handful has none.
    pub(super) fn inhabitants(&self, population: u64) -> Vec<u64> {
        let towns = split(population, municipalities().iter().map(|town| u64::from(town.population)));
        let everywhere = population * 10 >= super::POPULATION;
        let in_town = |(town, span): (u64, &std::ops::Range<usize>)| {
            let kept = usize::try_from(town.div_ceil(300)).unwrap_or(usize::MAX);
            let weights = self.areas[span.clone()].iter().enumerate();
            let weights = weights.map(|(rank, area)| if everywhere || rank < kept { area.weight } else { 0 });
            split(town, weights)
        };
        towns.into_iter().zip(&self.spans).flat_map(in_town).collect()
    }

    /// Where a cottage stands: an area, and a point of its municipality's countryside.
    pub(super) fn cottage_place(&self, dice: &mut Dice) -> (&Area, Point) {
        let total = self.cottage_weights.last().copied().unwrap_or(1);
        let draw = dice.below(total);
        let town = self.cottage_weights.partition_point(|until| *until <= draw);
        let span = self.spans[town].clone();
        let area = &self.areas[span.start + dice.index(span.len())];
        (area, self.cells[town].country(dice))
    }

    /// Any area, the more likely the more people live in it.
    pub(super) fn any_area(&self, dice: &mut Dice) -> &Area {
        loop {
            let area = &self.areas[dice.index(self.areas.len())];
            if u64::from(dice.below(20_000)) < area.weight + 200 {
                return area;
            }
        }
    }
}

const fn centre(town: &Municipality) -> Point {
    Point { north: town.north, east: town.east }
}

/// Lays out an area by its rank among those of its municipality: the most populous is the centre, the rest around it.
fn area(
    town: &'static Municipality,
    postal_code: &'static str,
    index: usize,
    (rank, count): (usize, usize),
    cell: &Cell,
    weight: u64,
) -> Area {
    let index = u32::try_from(index).unwrap_or(0);
    let mut dice = Dice::new(0, 1, u64::from(index));
    let far = u64::from(cell.radius.unsigned_abs()).pow(2) * rank as u64 / count as u64;
    let centre =
        if rank == 0 { cell.centre } else { cell.ring(&mut dice, i32::try_from(far.isqrt()).unwrap_or(0)) };
    let people = i64::try_from(weight).unwrap_or(0);
    let flats = line(FLATS_BY_TOWN, i64::from(town.population)) * line(FLATS_BY_AREA, people) / 1000;
    let spread = line(SPREAD, people).min(i64::from(cell.radius) / 3);
    Area {
        municipality: town,
        postal_code,
        index,
        centre,
        spread: i32::try_from(spread).unwrap_or(1000),
        streets: u32::try_from(weight / 60 + 5).unwrap_or(5),
        flats: u32::try_from(flats.min(960)).unwrap_or(0),
        foreign: foreign_share(town),
        weight,
    }
}

fn cottage_weights(towns: &[Municipality]) -> Vec<u32> {
    // Towns have fewer cottages than their size says.
    let root = |town: &Municipality| match town.population {
        people @ ..30_000 => u64::from(people).isqrt(),
        30_000..150_000 => 173,
        _ => 60,
    };
    let of_region = |region| towns.iter().filter(|town| town.region == region).map(root).sum::<u64>();
    let mut until = 0;
    let weight = |town: &Municipality| {
        let cottages =
            COTTAGES.iter().find(|(region, _)| *region == town.region).map_or(0, |(_, count)| *count);
        until += u32::try_from(cottages * 10_000 * root(town) / of_region(town.region)).unwrap_or(0);
        until
    };
    towns.iter().map(weight).collect()
}

/// Speakers of languages other than Finnish and Swedish per 10 000 (general knowledge, fitted to the country's 10.87 %).
fn foreign_share(town: &Municipality) -> u32 {
    match (town.code, town.population) {
        ("092", _) => 2_640,
        ("049", _) => 2_300,
        ("091", _) => 1_960,
        ("853" | "545", _) => 1_640,
        ("890", _) => 4_300,
        ("047" | "148", _) => 1_400,
        ("245" | "837" | "905", _) => 1_170,
        (_, 100_000..) => 950,
        (_, 40_000..) => 850,
        (_, 15_000..) => 600,
        _ => 460,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_speakers_add_up() {
        let of_town =
            |town: &Municipality| u64::from(town.population) * u64::from(foreign_share(town)) / 10_000;
        let all: u64 = municipalities().iter().map(of_town).sum();
        assert!((606_000..618_000).contains(&all), "{all}");
    }
}
