//! Texts and keys as numbers under a secret, so that nobody can choose texts that collide.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Odd numbers with as many ones as zeros about: the fractions of the square roots of 2, 3 and 5.
const SPREAD: [u64; 3] = [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b];

/// Hashes under one secret. 0 is no hash: it stands for what is absent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hashing(u64);

impl Hashing {
    /// Under a secret.
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        Self(xxh3_64_with_seed(secret, 0))
    }

    /// The hash of a key; 0 for an empty one.
    pub(crate) fn text(self, key: &str) -> u64 {
        if key.is_empty() { 0 } else { xxh3_64_with_seed(key.as_bytes(), self.0).max(1) }
    }

    /// The hash of hashes in their order: products of 128 bits, their halves folded.
    #[inline]
    pub(crate) const fn join(self, parts: [u64; 3]) -> u64 {
        let first = folded(parts[0] ^ self.0, parts[1] ^ SPREAD[0]);
        folded(first ^ SPREAD[1], parts[2] ^ SPREAD[2])
    }
}

#[expect(clippy::cast_possible_truncation, reason = "both halves are taken")]
const fn folded(one: u64, other: u64) -> u64 {
    let product = one as u128 * other as u128;
    product as u64 ^ (product >> u64::BITS) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn parts_that_differ_anywhere_have_other_hashes() {
        let hashing = Hashing::new(&[3; 32]);
        let parts =
            (0..20_u64).flat_map(|one| (0..20).flat_map(move |two| (0..20).map(move |it| [one, two, it])));
        let hashes: Vec<u64> = parts.map(|parts| hashing.join(parts)).collect();
        assert_eq!(hashes.iter().collect::<BTreeSet<_>>().len(), hashes.len());
        let upper: BTreeSet<u64> = hashes.iter().map(|hash| hash >> 48).collect();
        assert!(upper.len() > 7_000, "upper bits are spread: {}", upper.len());
    }
}
