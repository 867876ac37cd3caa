//! People of a block by sex and age who wait to be placed in a household.

use std::sync::LazyLock;

use super::dice::{Dice, split};
use super::plan::Block;
use super::pyramid::{AGES, MEN, WOMEN};

/// Running sums over ages, men before women.
static PYRAMID: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut sum = 0;
    let cells = MEN.into_iter().zip(WOMEN).flat_map(|(men, women)| [men, women]);
    cells
        .map(|count| {
            sum += u64::from(count);
            sum
        })
        .collect()
});

/// People still to be placed, by sex (women, men) and age.
pub(super) struct Waiting(pub(super) [[u32; AGES]; 2]);

impl Waiting {
    /// The block's people by age and sex: an even spread over the pyramid, so that shares hold in every block.
    pub(super) fn draw(seed: u64, block: &Block) -> Self {
        let mut counts = [[0; AGES]; 2];
        let total = PYRAMID.last().copied().unwrap_or(1);
        let offset = Dice::new(seed, 3, 0).below(u32::MAX);
        for person in block.first_person..block.first_person + block.people {
            let spread = person.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(u64::from(offset) << 32);
            let place = (u128::from(spread) * u128::from(total)) >> 64;
            let cell = PYRAMID.partition_point(|until| u128::from(*until) <= place);
            counts[usize::from(cell.is_multiple_of(2))][(cell / 2).min(AGES - 1)] += 1;
        }
        Self(counts)
    }

    pub(super) fn take(&mut self, male: bool, age: usize) -> bool {
        let count = &mut self.0[usize::from(male)][age];
        let any = *count > 0;
        *count -= u32::from(any);
        any
    }

    /// Takes the person of this sex whose age is nearest to the target, within bounds.
    pub(super) fn take_near(&mut self, male: bool, target: i32, low: i32, high: i32) -> Option<usize> {
        let bound = |age: i32| usize::try_from(age).unwrap_or(0).min(AGES - 1);
        let (target, low, high) = (bound(target.clamp(low, high.max(low))), bound(low), bound(high));
        (0..AGES).find_map(|far| {
            let older = Some(target + far).filter(|age| *age <= high);
            let younger = target.checked_sub(far).filter(|age| *age >= low);
            [older, younger].into_iter().flatten().find(|age| self.take(male, *age))
        })
    }

    /// Takes up to `count` people of an age range, in proportion to what waits.
    pub(super) fn take_spread(
        &mut self,
        dice: &mut Dice,
        count: u64,
        ages: std::ops::Range<usize>,
    ) -> Vec<(bool, usize)> {
        let cells: Vec<(bool, usize)> = ages.flat_map(|age| [(true, age), (false, age)]).collect();
        let weights: Vec<u64> =
            cells.iter().map(|(male, age)| u64::from(self.0[usize::from(*male)][*age])).collect();
        let count = count.min(weights.iter().sum());
        let mut taken = Vec::new();
        for ((male, age), share) in cells.into_iter().zip(split(count, weights.into_iter())) {
            taken.extend((0..share).filter(|_| self.take(male, age)).map(|_| (male, age)));
        }
        dice.shuffle(&mut taken);
        taken
    }
}
