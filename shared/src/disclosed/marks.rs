//! A sorted list of numbers, and which of them earlier lists have: nothing but numbers, read once from end to end.

use std::io::{ErrorKind, Read, Result};

/// A list and what is known of it.
#[derive(Debug)]
pub(super) struct Marks<'a> {
    /// Ascending; a number may come more than once.
    list: &'a [u64],
    /// Low bits that numbers are compared without.
    shift: u32,
    is_known: Vec<bool>,
}

impl<'a> Marks<'a> {
    pub(super) fn new(list: &'a [u64], shift: u32) -> Self {
        Self { list, shift, is_known: vec![false; list.len()] }
    }

    /// Lays an earlier list beside it and marks what stands in both; how many numbers stand in one of them alone. A number
    /// that comes twice in one list and once in the other counts as one.
    pub(super) fn meet(&mut self, mut earlier: impl Read) -> Result<u64> {
        let (mut at, mut apart) = (0, 0);
        let mut next = next(&mut earlier)?;
        loop {
            match (self.list.get(at), next) {
                (None, None) => return Ok(apart),
                (Some(one), Some(other)) if one >> self.shift == other >> self.shift => {
                    self.is_known[at] = true;
                    at += 1;
                    next = self::next(&mut earlier)?;
                }
                (Some(one), Some(other)) if one >> self.shift > other >> self.shift => {
                    apart += 1;
                    next = self::next(&mut earlier)?;
                }
                (None, Some(_)) => {
                    apart += 1;
                    next = self::next(&mut earlier)?;
                }
                (Some(_), _) => {
                    apart += 1;
                    at += 1;
                }
            }
        }
    }

    /// The numbers that no earlier list has.
    pub(super) fn new_ones(&self) -> impl Iterator<Item = u64> {
        self.list.iter().zip(&self.is_known).filter(|(_, is_known)| !**is_known).map(|(one, _)| *one)
    }
}

fn next(from: &mut impl Read) -> Result<Option<u64>> {
    let mut bytes = [0; 8];
    match from.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(u64::from_le_bytes(bytes))),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(list: &[u64]) -> Vec<u8> {
        list.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn differences_are_counted_each_time_a_number_comes() {
        let check = |ours: &[u64], theirs: &[u64], expected: u64| {
            let apart = Marks::new(ours, 0).meet(&bytes(theirs)[..]).unwrap();
            assert_eq!(apart, expected, "{ours:?} {theirs:?}");
        };
        check(&[], &[], 0);
        check(&[1, 2, 3], &[1, 2, 3], 0);
        check(&[1, 2, 3], &[1, 3], 1);
        check(&[1, 3], &[1, 2, 3, 4], 2);
        check(&[1, 3, 3], &[1, 3], 1);
        check(&[1, 3], &[1, 3, 3, 3], 2);
        check(&[1, 4, 9], &[2, 4, 8, 10], 5);
    }

    #[test]
    fn what_several_lists_have_together_is_not_new() {
        let mut marks = Marks::new(&[2, 5, 6, 9, 9], 0);
        marks.meet(&bytes(&[1, 2, 3])[..]).unwrap();
        marks.meet(&bytes(&[6, 9, 12])[..]).unwrap();
        assert_eq!(marks.new_ones().collect::<Vec<_>>(), [5, 9]);
        let mut marks = Marks::new(&[0b100, 0b101, 0b110], 1);
        assert_eq!(marks.meet(&bytes(&[0b101, 0b111])[..]).unwrap(), 1);
        assert_eq!(marks.new_ones().collect::<Vec<_>>(), [0b101], "low bits are no difference");
    }
}
