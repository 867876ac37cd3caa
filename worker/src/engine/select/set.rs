//! The values a test accepts, made once per order: codes, numbers, or points.
//!
//! Null is in no set, neither in that of a test nor in that of its opposite. That is all there is
//! to three-valued logic once every `not` stands at a test.

use poimuri_shared::snapshot::tables::NULL_I32;

use crate::engine::bits;

use super::area::Region;

/// Accepted values of one column.
#[derive(Debug, Clone)]
pub(crate) enum Set {
    Codes(Codes),
    Numbers(Numbers),
    Points { region: Region, inside: bool },
}

impl Set {
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Codes(codes) => codes.ranges.is_empty(),
            Self::Numbers(numbers) => numbers.ranges.is_empty(),
            Self::Points { .. } => false,
        }
    }

    /// A guess at the time for one row, to ask cheap questions first.
    pub(crate) fn cost(&self) -> u32 {
        match self {
            Self::Codes(codes) if codes.ranges.len() <= 2 => 1,
            Self::Numbers(numbers) if numbers.ranges.len() <= 2 => 2,
            Self::Codes(_) => 4,
            Self::Numbers(_) => 5,
            Self::Points { .. } => 6,
        }
    }
}

/// Codes, as bits and as ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Codes {
    bits: Vec<u64>,
    ranges: Vec<(u32, u32)>,
}

impl Codes {
    /// The accepted of the codes `0..=last`.
    pub(crate) fn new(last: u32, accepted: impl IntoIterator<Item = u32>) -> Self {
        let mut mask = bits::empty(last as usize + 1);
        for code in accepted {
            if code <= last {
                bits::insert(&mut mask, code);
            }
        }
        Self::of(mask)
    }

    fn of(bits: Vec<u64>) -> Self {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        bits::for_each(&bits, |row| {
            let Ok(code) = u32::try_from(row) else { return };
            match ranges.last_mut() {
                Some((_, high)) if *high + 1 == code => *high = code,
                _ => ranges.push((code, code)),
            }
        });
        Self { bits, ranges }
    }

    /// The codes `first..=last` that are not accepted. `first` is 1 where 0 is null.
    pub(crate) fn opposite(&self, first: u32, last: u32) -> Self {
        Self::new(last, (first..=last).filter(|code| !self.contains(*code)))
    }

    #[inline]
    pub(crate) fn contains(&self, code: u32) -> bool {
        bits::contains(&self.bits, code)
    }

    pub(crate) fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges.iter().flat_map(|(low, high)| *low..=*high)
    }
}

/// Numbers or days: disjoint ascending ranges, both ends included, without [`NULL_I32`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Numbers {
    ranges: Vec<(i32, i32)>,
}

const LEAST: i32 = NULL_I32 + 1;

impl Numbers {
    /// The union of ranges, in any order; ends beyond `i32` are cut off.
    pub(crate) fn new(ranges: impl IntoIterator<Item = (i64, i64)>) -> Self {
        let cut = |number: i64| number.clamp(i64::from(LEAST), i64::from(i32::MAX));
        let possible = |(low, high): &(i64, i64)| {
            low <= high && *low <= i64::from(i32::MAX) && *high >= i64::from(LEAST)
        };
        let mut ranges: Vec<(i64, i64)> = ranges.into_iter().filter(possible).collect();
        ranges.sort_unstable();
        let mut merged: Vec<(i32, i32)> = Vec::new();
        for (low, high) in ranges {
            let (Ok(low), Ok(high)) = (i32::try_from(cut(low)), i32::try_from(cut(high))) else { continue };
            match merged.last_mut() {
                Some((_, end)) if i64::from(low) <= i64::from(*end) + 1 => {
                    if high > *end {
                        *end = high;
                    }
                }
                _ => merged.push((low, high)),
            }
        }
        Self { ranges: merged }
    }

    /// The set of a test, or of its opposite.
    pub(crate) fn polarised(self, wanted: bool) -> Set {
        Set::Numbers(if wanted { self } else { self.opposite() })
    }

    /// All numbers that are not accepted.
    pub(crate) fn opposite(&self) -> Self {
        let mut ranges = Vec::new();
        let mut next = i64::from(LEAST);
        for (low, high) in &self.ranges {
            ranges.push((next, i64::from(*low) - 1));
            next = i64::from(*high) + 1;
        }
        ranges.push((next, i64::from(i32::MAX)));
        Self::new(ranges)
    }

    pub(crate) fn contains(&self, number: i32) -> bool {
        self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&number))
    }

    pub(crate) fn ranges(&self) -> &[(i32, i32)] {
        &self.ranges
    }

    /// The least number, and bit `i` for that number plus `i`; none if the greatest is not within `limit` of it.
    pub(crate) fn as_mask(&self, limit: usize) -> Option<(i32, Vec<u64>)> {
        let (least, greatest) = (self.ranges.first()?.0, self.ranges.last()?.1);
        let offset = |number: i32| usize::try_from(i64::from(number) - i64::from(least)).ok();
        let length = offset(greatest)?.checked_add(1).filter(|length| *length <= limit)?;
        let mut mask = bits::empty(length);
        for (low, high) in &self.ranges {
            bits::insert_range(&mut mask, offset(*low)?..offset(*high)? + 1);
        }
        Some((least, mask))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_neither_in_a_set_nor_in_its_opposite() {
        let codes = Codes::new(5, [1, 2, 4, 9]);
        assert_eq!(codes.ranges(), [(1, 2), (4, 4)]);
        assert_eq!(codes.opposite(1, 5).ranges(), [(3, 3), (5, 5)]);
        assert_eq!(codes.opposite(0, 5).ranges(), [(0, 0), (3, 3), (5, 5)]);
        let numbers = Numbers::new([(5, 7), (1, 3), (4, 4), (20, 10)]);
        assert_eq!(numbers.ranges(), [(1, 7)]);
        assert_eq!(numbers.opposite().ranges(), [(LEAST, 0), (8, i32::MAX)]);
        assert_eq!(Numbers::new([(i64::MIN, i64::MAX)]).ranges(), [(LEAST, i32::MAX)]);
        assert!(Numbers::new([(i64::MIN, i64::MAX)]).opposite().ranges().is_empty());
        assert!(Numbers::new([(1 << 40, 1 << 41)]).ranges().is_empty());
        let spread = Numbers::new([(-70, -70), (0, 3), (100, 200)]);
        let (least, mask) = spread.as_mask(271).unwrap();
        for number in -200..400_i32 {
            let found = bits::contains(&mask, number.wrapping_sub(least).cast_unsigned());
            assert_eq!(found, spread.contains(number), "{number}");
        }
        assert_eq!(spread.as_mask(270), None);
        assert!(!numbers.opposite().contains(NULL_I32));
    }
}
