//! Children and the parents found for them.

use super::dice::Dice;
use super::waiting::Waiting;

/// Children, and young adults still at home: with an order that keeps likely siblings together.
pub(super) fn children(dice: &mut Dice, waiting: &mut Waiting) -> Vec<(i32, bool, usize)> {
    let at_home = |age: usize| match age {
        0..18 => 1_000_000,
        18 => 900_000,
        19 => 620_000,
        20 => 380_000,
        21 => 240_000,
        22 => 150_000,
        _ => 90_000,
    };
    let mut children = Vec::new();
    for age in 0..25 {
        for male in [true, false] {
            for _ in 0..waiting.0[usize::from(male)][age] {
                if dice.chance(at_home(age)) {
                    waiting.take(male, age);
                    children.push((i32::try_from(age).unwrap_or(0) * 12 + dice.between(0, 60), male, age));
                }
            }
        }
    }
    children
}

/// One or two parents for a family whose oldest child has the given age; none if no adult is left.
pub(super) fn parents(dice: &mut Dice, waiting: &mut Waiting, oldest: i32) -> Vec<(bool, usize)> {
    let target = oldest + 29 + dice.bell(4);
    let both = dice.chance(780_000);
    let mother_first = both || dice.chance(830_000);
    let first = waiting.take_near(!mother_first, target, oldest + 16, oldest + 52);
    let first = first.map(|age| (!mother_first, age)).or_else(|| {
        let age = waiting.take_near(mother_first, target, oldest + 16, oldest + 60)?;
        Some((mother_first, age))
    });
    let Some((male, age)) = first else { return Vec::new() };
    let near = i32::try_from(age).unwrap_or(0) + if male { -2 } else { 2 } + dice.bell(3);
    let second = if both { waiting.take_near(!male, near, oldest + 16, near + 12) } else { None };
    let mut people = vec![(male, age)];
    people.extend(second.map(|age| (!male, age)));
    people.sort_unstable_by_key(|(male, _)| !*male);
    people
}
