//! Who lives with whom: people of one block with sex and year of birth only, arranged into households.
//!
//! Cheap enough to be drawn twice: once to count the identity codes each block needs, once to write it.

use super::calendar::{LAST_DAY, THIS_YEAR, first_day};
use super::dice::{Dice, split};
use super::family::{children, parents};
use super::identity::Cohorts;
use super::plan::Block;
use super::pyramid::AGES;
use super::waiting::Waiting;

/// A person before names and codes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) male: bool,
    pub(super) year: i16,
    /// Has a previous identity code.
    pub(super) changed: bool,
}

/// How the people of a household belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Single,
    /// Two adults, the man first.
    Couple,
    /// The given number of parents, then their children.
    Family(usize),
    /// Adults who share a dwelling.
    Shared,
    Institution,
}

/// Members who share a dwelling, neighbours in [`Skeleton::members`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Household {
    pub(super) kind: Kind,
    pub(super) first: usize,
    pub(super) count: usize,
}

/// A dead person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dead {
    pub(super) member: usize,
    pub(super) death_day: i32,
    /// Household whose dwelling is still recorded.
    pub(super) household: Option<usize>,
}

/// The people of one block.
pub(super) struct Skeleton {
    pub(super) members: Vec<Member>,
    pub(super) households: Vec<Household>,
    /// Members without a dwelling.
    pub(super) roofless: std::ops::Range<usize>,
    pub(super) dead: Vec<Dead>,
}

fn year_of(age: usize) -> i16 {
    THIS_YEAR - i16::try_from(age).unwrap_or(0)
}

impl Skeleton {
    /// Draws the people of a block.
    pub(super) fn draw(seed: u64, block: &Block) -> Self {
        let mut dice = Dice::new(seed, 4, block.index);
        let mut waiting = Waiting::draw(seed, block);
        let mut drawn =
            Self { members: Vec::new(), households: Vec::new(), roofless: 0..0, dead: Vec::new() };
        drawn.members.reserve(usize::try_from(block.people + block.dead).unwrap_or(0));
        if block.area.is_some() {
            let roofless = drawn.set_aside(&mut dice, &mut waiting, block.people);
            drawn.families(&mut dice, &mut waiting);
            drawn.couples(&mut dice, &mut waiting, block.people);
            drawn.singles(&mut dice, &mut waiting);
            dice.shuffle(&mut drawn.households);
            let start = drawn.members.len();
            roofless.into_iter().for_each(|(male, age)| drawn.join(&mut dice, male, year_of(age)));
            drawn.roofless = start..drawn.members.len();
            drawn.bury(&mut dice, block.dead);
        } else {
            let all = waiting.take_spread(&mut dice, block.people, 0..AGES);
            all.into_iter().for_each(|(male, age)| drawn.join(&mut dice, male, year_of(age)));
            drawn.roofless = 0..drawn.members.len();
        }
        drawn
    }

    /// Identity codes needed in each cohort.
    pub(super) fn needs(&self) -> Cohorts {
        let mut needs = Cohorts::empty();
        for member in &self.members {
            for _ in 0..=u32::from(member.changed) {
                needs.take(member.male, member.year);
            }
        }
        needs
    }

    fn join(&mut self, dice: &mut Dice, male: bool, year: i16) {
        self.members.push(Member { male, year, changed: dice.chance(6_000) });
    }

    fn settle(&mut self, dice: &mut Dice, kind: Kind, people: &[(bool, usize)]) {
        let household = Household { kind, first: self.members.len(), count: people.len() };
        people.iter().for_each(|(male, age)| self.join(dice, *male, year_of(*age)));
        self.households.push(household);
    }

    /// People in institutions, and those without a dwelling, who are returned.
    fn set_aside(&mut self, dice: &mut Dice, waiting: &mut Waiting, people: u64) -> Vec<(bool, usize)> {
        let beds = people * 13 / 1000;
        if beds >= 10 {
            let mut inmates = waiting.take_spread(dice, beds * 4 / 5, 78..AGES);
            inmates.extend(waiting.take_spread(dice, beds / 5, 19..60));
            dice.shuffle(&mut inmates);
            let homes = inmates.len().div_ceil(48);
            for home in inmates.chunks(inmates.len().div_ceil(homes).max(1)) {
                self.settle(dice, Kind::Institution, home);
            }
        }
        let roofless =
            people * 12 / 1000 + u64::from(dice.below(1000) < u32::try_from(people * 12 % 1000).unwrap_or(0));
        waiting.take_spread(dice, roofless, 18..66)
    }

    /// Children with their parents.
    fn families(&mut self, dice: &mut Dice, waiting: &mut Waiting) {
        let mut children = children(dice, waiting);
        children.sort_by_key(|(order, ..)| *order);
        let mut rest = children.as_slice();
        while !rest.is_empty() {
            let size = dice.among(&[(1, 40), (2, 39), (3, 14), (4, 5), (5, 1), (7, 1)]).min(rest.len());
            let (siblings, others) = rest.split_at(size);
            rest = others;
            let oldest = siblings.iter().map(|(_, _, age)| *age).max().unwrap_or(0);
            let mut people = parents(dice, waiting, i32::try_from(oldest).unwrap_or(0));
            let kind = if people.is_empty() { Kind::Shared } else { Kind::Family(people.len()) };
            people.extend(siblings.iter().map(|(_, male, age)| (*male, *age)));
            self.settle(dice, kind, &people);
        }
    }

    fn couples(&mut self, dice: &mut Dice, waiting: &mut Waiting, people: u64) {
        let inclined = |age: usize| match age {
            0..22 => 0,
            22..30 => 45,
            30..48 => 40,
            48..80 => 100,
            _ => 60,
        };
        let men: Vec<u64> = (0..AGES).map(|age| u64::from(waiting.0[1][age]) * inclined(age)).collect();
        let couples = (people * 152 / 1000).min(men.iter().sum::<u64>() / 100);
        for (age, share) in split(couples, men.into_iter()).into_iter().enumerate() {
            for _ in 0..share {
                let target = i32::try_from(age).unwrap_or(0) - 2 + dice.bell(3);
                if let Some(woman) = waiting.take_near(false, target, 18, target + 15) {
                    if waiting.take(true, age) {
                        self.settle(dice, Kind::Couple, &[(true, age), (false, woman)]);
                    } else {
                        waiting.0[0][woman] += 1;
                    }
                }
            }
        }
    }

    /// Everybody left lives alone, or with a few others.
    fn singles(&mut self, dice: &mut Dice, waiting: &mut Waiting) {
        let rest = waiting.take_spread(dice, u64::MAX, 0..AGES);
        let mut rest = rest.as_slice();
        while !rest.is_empty() {
            let size = dice.among(&[(1, 942), (2, 36), (3, 17), (4, 5)]).min(rest.len());
            let (people, others) = rest.split_at(size);
            rest = others;
            self.settle(dice, if size == 1 { Kind::Single } else { Kind::Shared }, people);
        }
    }

    /// The dead of the last years, and a few born in the 1800s. Some are still recorded in a household.
    fn bury(&mut self, dice: &mut Dice, count: u64) {
        for _ in 0..count {
            let long_ago = dice.chance(8_000);
            let age = match dice.below(100) {
                0..=3 => dice.between(1, 49),
                4..=13 => dice.between(50, 64),
                14..=44 => dice.between(65, 79),
                _ => dice.between(80, 99),
            };
            let (birth_year, death_day) = if long_ago {
                let year = dice.between(1872, 1899);
                (year, first_day(year + dice.between(66, 98)) + dice.between(0, 364))
            } else {
                let day = LAST_DAY - dice.between(0, 6 * 365);
                (1970 + day / 365 - 1 - age, day)
            };
            let household = (!long_ago && dice.chance(300_000)).then(|| self.bereaved(dice)).flatten();
            let member = self.members.len();
            self.join(dice, dice_sex(birth_year, member), i16::try_from(birth_year).unwrap_or(1940));
            self.dead.push(Dead { member, death_day, household });
        }
    }

    /// A household of one elderly person, found by trying.
    fn bereaved(&self, dice: &mut Dice) -> Option<usize> {
        let fits = |household: &Household| {
            household.kind == Kind::Single && self.members[household.first].year < 1960
        };
        (0..6)
            .map(|_| dice.index(self.households.len()))
            .find(|index| self.households.get(*index).is_some_and(fits))
    }
}

/// About as many men as women among the dead.
const fn dice_sex(year: i32, member: usize) -> bool {
    (member + year.unsigned_abs() as usize).is_multiple_of(2)
}
