//! Points within areas, in whole numbers: borders belong to the area, polygons are even-odd.

use poimuri_shared::order::criteria::Area;

use crate::engine::EngineError;

/// No coordinate of an area may be further out (metres), so that products stay exact.
const FAR: i64 = 1 << 40;

/// An area with the box around it.
#[derive(Debug, Clone)]
pub(crate) struct Region {
    shape: Shape,
    /// Least and greatest north.
    pub(super) north: (i32, i32),
    /// Least and greatest east.
    pub(super) east: (i32, i32),
}

#[derive(Debug, Clone)]
enum Shape {
    Circle { north: i64, east: i64, radius_squared: i128 },
    Box,
    Polygon(Vec<(i64, i64)>),
}

impl Region {
    /// # Errors
    /// [`EngineError::Area`]: a coordinate or radius is out of bounds.
    pub(crate) fn new(area: &Area) -> Result<Self, EngineError> {
        let near = |number: &i64| (-FAR..=FAR).contains(number);
        match area {
            Area::Circle { north, east, radius } => {
                if ![north, east, radius].into_iter().all(near) || *radius < 0 {
                    return Err(EngineError::Area);
                }
                let radius_squared = i128::from(*radius) * i128::from(*radius);
                let shape = Shape::Circle { north: *north, east: *east, radius_squared };
                let around = |centre: i64| cut(centre - radius, centre + radius);
                Ok(Self { shape, north: around(*north), east: around(*east) })
            }
            Area::Box { n0, e0, n1, e1 } => {
                Ok(Self { shape: Shape::Box, north: cut(*n0, *n1), east: cut(*e0, *e1) })
            }
            Area::Polygon(corners) => {
                if !corners.iter().all(|(n, e)| near(n) && near(e)) {
                    return Err(EngineError::Area);
                }
                let extent = |part: fn(&(i64, i64)) -> i64| {
                    let least = corners.iter().map(part).min().unwrap_or(1);
                    cut(least, corners.iter().map(part).max().unwrap_or(0))
                };
                let (north, east) = (extent(|corner| corner.0), extent(|corner| corner.1));
                Ok(Self { shape: Shape::Polygon(corners.clone()), north, east })
            }
        }
    }

    /// Whether no point can be within the area.
    pub(super) const fn is_empty(&self) -> bool {
        self.north.0 > self.north.1 || self.east.0 > self.east.1
    }

    /// Whether a point within the box around is within the area.
    pub(super) fn contains_in_box(&self, north: i32, east: i32) -> bool {
        let (n, e) = (i64::from(north), i64::from(east));
        match &self.shape {
            Shape::Box => true,
            Shape::Circle { north, east, radius_squared } => {
                let (dn, de) = (i128::from(n - north), i128::from(e - east));
                dn * dn + de * de <= *radius_squared
            }
            Shape::Polygon(corners) => in_polygon(corners, n, e),
        }
    }

    /// Whether a point is within the area.
    #[cfg(test)]
    pub(crate) fn contains(&self, north: i32, east: i32) -> bool {
        let within = |value: i32, (low, high): (i32, i32)| (low..=high).contains(&value);
        within(north, self.north) && within(east, self.east) && self.contains_in_box(north, east)
    }
}

/// A range cut to what a column can hold; an empty one stays empty.
fn cut(low: i64, high: i64) -> (i32, i32) {
    let least = i64::from(i32::MIN) + 1;
    if low > high || high < least || low > i64::from(i32::MAX) {
        return (1, 0);
    }
    let fit = |number: i64| i32::try_from(number.clamp(least, i64::from(i32::MAX))).unwrap_or(0);
    (fit(low), fit(high))
}

fn in_polygon(corners: &[(i64, i64)], north: i64, east: i64) -> bool {
    let mut inside = false;
    let mut previous = corners.last().copied().unwrap_or((0, 0));
    for corner in corners {
        let ((n0, e0), (n1, e1)) = (previous, *corner);
        // Twice the signed area of edge and point: 0 on the line through the edge.
        let side = i128::from(e1 - e0) * i128::from(north - n0) - i128::from(n1 - n0) * i128::from(east - e0);
        let beside = (n0.min(n1)..=n0.max(n1)).contains(&north) && (e0.min(e1)..=e0.max(e1)).contains(&east);
        if side == 0 && beside {
            return true;
        }
        // The ray to growing east crosses edges that span the point's north, one end included.
        if (n0 <= north) != (n1 <= north) && (side > 0) == (n1 > n0) {
            inside = !inside;
        }
        previous = *corner;
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(area: &Area, inside: &[(i32, i32)], outside: &[(i32, i32)]) {
        let region = Region::new(area).unwrap();
        for (n, e) in inside {
            assert!(region.contains(*n, *e), "{n} {e} of {area:?}");
        }
        for (n, e) in outside {
            assert!(!region.contains(*n, *e), "{n} {e} of {area:?}");
        }
    }

    #[test]
    fn borders_belong_to_the_area() {
        let circle = Area::Circle { north: 100, east: 200, radius: 5 };
        check(&circle, &[(105, 200), (103, 204), (100, 195)], &[(104, 204), (106, 200), (95, 201)]);
        let corners = Area::Box { n0: 1, e0: 2, n1: 3, e1: 4 };
        check(&corners, &[(1, 2), (3, 4), (2, 3)], &[(0, 2), (4, 4), (2, 5)]);
        let triangle = Area::Polygon(vec![(0, 0), (10, 0), (0, 10)]);
        check(&triangle, &[(0, 0), (5, 5), (0, 7), (1, 1), (10, 0)], &[(6, 5), (-1, 0), (11, 0), (0, 11)]);
    }

    #[test]
    fn polygons_are_even_odd() {
        // A bow tie, and a square that is walked twice: what is covered twice is outside.
        let bow = Area::Polygon(vec![(0, 0), (10, 10), (10, 0), (0, 10)]);
        check(&bow, &[(9, 5), (1, 5), (5, 5), (0, 5)], &[(5, 1), (5, 9)]);
        let square = [(0, 0), (10, 0), (10, 10), (0, 10)];
        let twice = Area::Polygon(square.iter().chain(&square).copied().collect());
        check(&twice, &[(0, 5), (10, 10)], &[(5, 5)]);
    }

    #[test]
    fn far_areas_are_refused_or_cut() {
        assert!(Region::new(&Area::Circle { north: i64::MAX, east: 0, radius: 1 }).is_err());
        assert!(Region::new(&Area::Polygon(vec![(0, 0), (0, 1), (i64::MIN, 1)])).is_err());
        let all = Area::Box { n0: i64::MIN, e0: i64::MIN, n1: i64::MAX, e1: i64::MAX };
        check(&all, &[(0, 0), (i32::MAX, i32::MIN + 1)], &[]);
        let none = Area::Box { n0: 1 << 40, e0: 0, n1: 1 << 41, e1: 1 };
        check(&none, &[], &[(0, 0), (i32::MAX, 0)]);
    }
}
