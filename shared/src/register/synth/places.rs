//! Where things lie: a rough outline of the country, and points scattered about centres inside it.
//!
//! Metres in ETRS-TM35FIN, north before east.

use super::dice::Dice;

/// The mainland with its archipelago, kilometres, north and east; drawn from the border and the coast by hand.
const MAINLAND: &[(i32, i32)] = &[
    (6711, 544),
    (6698, 500),
    (6694, 456),
    (6680, 423),
    (6669, 389),
    (6660, 355),
    (6652, 327),
    (6634, 270),
    (6661, 238),
    (6675, 200),
    (6704, 180),
    (6733, 177),
    (6765, 188),
    (6792, 201),
    (6842, 206),
    (6887, 202),
    (6932, 200),
    (6977, 202),
    (7012, 208),
    (7040, 250),
    (7073, 280),
    (7090, 306),
    (7134, 345),
    (7178, 376),
    (7211, 380),
    (7237, 418),
    (7277, 408),
    (7295, 367),
    (7346, 347),
    (7413, 362),
    (7480, 356),
    (7541, 356),
    (7593, 328),
    (7629, 297),
    (7673, 251),
    (7696, 271),
    (7675, 289),
    (7662, 308),
    (7628, 342),
    (7618, 378),
    (7608, 414),
    (7644, 444),
    (7699, 455),
    (7733, 477),
    (7760, 500),
    (7775, 534),
    (7734, 577),
    (7678, 573),
    (7644, 560),
    (7599, 561),
    (7566, 575),
    (7512, 623),
    (7467, 595),
    (7416, 590),
    (7378, 611),
    (7334, 633),
    (7284, 640),
    (7233, 624),
    (7189, 628),
    (7146, 659),
    (7113, 671),
    (7079, 658),
    (7026, 710),
    (6982, 729),
    (6925, 707),
    (6878, 662),
    (6855, 645),
    (6833, 646),
    (6810, 628),
    (6781, 600),
    (6758, 565),
    (6735, 552),
];

/// Åland.
const ISLANDS: &[(i32, i32)] =
    &[(6673, 85), (6708, 86), (6721, 121), (6721, 179), (6688, 176), (6656, 159), (6666, 115)];

/// A position in whole metres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) north: i32,
    pub(super) east: i32,
}

impl Point {
    fn halfway(self, to: Self) -> Self {
        Self { north: i32::midpoint(self.north, to.north), east: i32::midpoint(self.east, to.east) }
    }

    const fn moved(self, north: i32, east: i32) -> Self {
        Self { north: self.north + north, east: self.east + east }
    }

    /// Distance in metres.
    pub(super) fn distance(self, other: Self) -> u64 {
        let square = |a: i32, b: i32| (i64::from(a) - i64::from(b)).unsigned_abs().pow(2);
        (square(self.north, other.north) + square(self.east, other.east)).isqrt()
    }
}

/// Whether a point lies inside the outline.
pub(super) fn is_inside(point: Point) -> bool {
    within(MAINLAND, point) || within(ISLANDS, point)
}

fn within(outline: &[(i32, i32)], point: Point) -> bool {
    let (north, east) = (i64::from(point.north), i64::from(point.east));
    let mut inside = false;
    for (index, to) in outline.iter().enumerate() {
        let from = outline[(index + outline.len() - 1) % outline.len()];
        let (n0, e0) = (i64::from(from.0) * 1000, i64::from(from.1) * 1000);
        let (n1, e1) = (i64::from(to.0) * 1000, i64::from(to.1) * 1000);
        if (n0 > north) != (n1 > north) {
            let crossing = (north - n0) * (e1 - e0) / (n1 - n0) + e0;
            inside ^= east < crossing;
        }
    }
    inside
}

/// A point scattered about a centre like a town: dense in the middle.
pub(super) fn town(dice: &mut Dice, centre: Point, deviation: i32) -> Point {
    let (north, east) = (dice.bell(deviation), dice.bell(deviation));
    drawn_in(centre, centre.moved(north, east))
}

/// The land of a municipality: what lies nearer to its centre than to any other.
pub(super) struct Cell {
    pub(super) centre: Point,
    /// Nearest other centres.
    neighbours: Vec<Point>,
    /// How far the land reaches, about, in metres.
    pub(super) radius: i32,
}

impl Cell {
    /// The cell of one of all centres.
    pub(super) fn new(centre: Point, all: &[Point]) -> Self {
        let mut others: Vec<Point> = all.iter().filter(|other| **other != centre).copied().collect();
        others.sort_by_key(|other| other.distance(centre));
        others.truncate(16);
        let near = others.iter().take(6).map(|other| other.distance(centre)).sum::<u64>() / 6;
        let radius = i32::try_from(near * 4 / 5).unwrap_or(10_000).clamp(4_000, 70_000);
        Self { centre, neighbours: others, radius }
    }

    fn holds(&self, point: Point) -> bool {
        let far = point.distance(self.centre);
        far <= u64::from(self.radius.unsigned_abs())
            && self.neighbours.iter().all(|other| other.distance(point) >= far)
            && is_inside(point)
    }

    /// A point anywhere in the cell.
    pub(super) fn country(&self, dice: &mut Dice) -> Point {
        for _ in 0..24 {
            let (north, east) =
                (dice.between(-self.radius, self.radius), dice.between(-self.radius, self.radius));
            let point = self.centre.moved(north, east);
            if self.holds(point) {
                return point;
            }
        }
        town(dice, self.centre, self.radius / 5)
    }

    /// A point of the cell at about the given distance from its centre.
    pub(super) fn ring(&self, dice: &mut Dice, distance: i32) -> Point {
        let wanted = u64::from(distance.unsigned_abs());
        let mut best = self.centre;
        for _ in 0..40 {
            let (north, east) = (dice.between(-distance, distance), dice.between(-distance, distance));
            let point = self.centre.moved(north, east);
            let far = point.distance(self.centre);
            if far <= wanted && far > best.distance(self.centre) && self.holds(point) {
                best = point;
                if far * 5 >= wanted * 4 {
                    break;
                }
            }
        }
        best
    }
}

/// Draws a point that fell into the sea or over the border back towards the centre.
fn drawn_in(centre: Point, mut point: Point) -> Point {
    for _ in 0..4 {
        if is_inside(point) {
            return point;
        }
        point = point.halfway(centre);
    }
    point
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::codes::municipalities;

    #[test]
    fn centres_of_municipalities_are_inside() {
        let outside: Vec<&str> = municipalities()
            .iter()
            .filter(|m| !is_inside(Point { north: m.north, east: m.east }))
            .map(|m| m.name_fi)
            .collect();
        assert_eq!(outside, Vec::<&str>::new());
        for (north, east) in
            [(6_580_000, 385_000), (6_580_000, 675_000), (7_500_000, 200_000), (6_700_000, 700_000)]
        {
            assert!(!is_inside(Point { north, east }));
        }
    }
}
