//! What is not among many hashes, told by a bit for each: most others do not pass.

/// A bit for the upper bits of each hash.
#[derive(Debug)]
pub(super) struct Filter {
    bits: Vec<u64>,
    shift: u32,
}

impl Filter {
    /// An empty filter for so many hashes, with about so many bits for each of them.
    pub(super) fn new(hashes: usize, bits_each: usize) -> Self {
        let bits = (hashes * bits_each).next_power_of_two().max(64);
        Self { bits: vec![0; bits / 64], shift: 64 - bits.trailing_zeros() }
    }

    #[inline]
    fn place(&self, hash: u64) -> (usize, u64) {
        let place = hash >> self.shift;
        (usize::try_from(place / 64).unwrap_or(0), 1 << (place % 64))
    }

    pub(super) fn add(&mut self, hash: u64) {
        let (word, bit) = self.place(hash);
        self.bits[word] |= bit;
    }

    /// Whether a hash may have been added.
    #[inline]
    pub(super) fn has(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.bits[word] & bit != 0
    }
}
