//! Which household lives in which building, and what stands empty.

use super::building::Site;
use super::country::Area;
use super::dice::Dice;
use super::skeleton::{Household, Kind};

/// A building and its dwellings: index and size of the household in each, `None` where it is empty.
pub(super) type Lot = (Site, Vec<Option<(usize, usize)>>);

/// Dwellings that stand empty for each million occupied.
const EMPTY: u32 = 109_000;

/// Puts every household under a roof. `others` says whether the block has buildings of other kinds to live in.
pub(super) fn lots(dice: &mut Dice, households: &[Household], area: &Area, others: bool) -> Vec<Lot> {
    let (mut houses, mut rows, mut flats) = (Vec::new(), Vec::new(), Vec::new());
    let mut lots: Vec<Lot> = Vec::new();
    for (index, household) in households.iter().enumerate() {
        let here = Some((index, household.count));
        if household.kind == Kind::Institution {
            lots.push((Site::Institution, vec![here]));
        } else if others && dice.chance(15_000) {
            lots.push((Site::Other, vec![here]));
        } else {
            let list = match home(dice, area, household.count) {
                Home::Flats => &mut flats,
                Home::Row => &mut rows,
                Home::House => &mut houses,
            };
            list.push(here);
            if dice.chance(EMPTY) {
                list.push(None);
            }
        }
    }
    group(dice, &mut lots, Site::House, &houses, &[(1, 965), (2, 35)]);
    group(dice, &mut lots, Site::Row, &rows, &[(2, 8), (3, 17), (4, 25), (5, 16), (6, 16), (8, 11), (10, 7)]);
    group(
        dice,
        &mut lots,
        Site::Flats,
        &flats,
        &[(6, 13), (9, 12), (14, 15), (20, 20), (28, 19), (40, 14), (60, 7)],
    );
    lots
}

enum Home {
    House,
    Row,
    Flats,
}

/// Detached house, row house or flat: large households live in houses, singles in flats.
fn home(dice: &mut Dice, area: &Area, people: usize) -> Home {
    let odds = [2_500, 560, 370, 260][people.clamp(1, 4) - 1];
    let (flats, rest) = (area.flats * odds / 1000, 1000 - area.flats);
    match dice.weighted(&[flats, rest * 26 / 100, rest * 74 / 100]) {
        0 => Home::Flats,
        1 => Home::Row,
        _ => Home::House,
    }
}

fn group(
    dice: &mut Dice,
    lots: &mut Vec<Lot>,
    site: Site,
    dwellings: &[Option<(usize, usize)>],
    sizes: &[(usize, u32)],
) {
    let mut rest = dwellings;
    while !rest.is_empty() {
        let (here, others) = rest.split_at(dice.among(sizes).min(rest.len()));
        rest = others;
        lots.push((site, here.to_vec()));
    }
}
