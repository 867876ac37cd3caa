//! Texts and keys as numbers under the order's seed, so that nobody can choose texts that collide.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Hashes under one seed. 0 is no hash: it stands for what is absent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hashing(u64);

impl Hashing {
    /// Of the order's seed.
    pub(crate) fn new(seed: &[u8; 32]) -> Self {
        Self(xxh3_64_with_seed(seed, 0))
    }

    /// The hash of a key; 0 for an empty one.
    pub(crate) fn text(self, key: &str) -> u64 {
        if key.is_empty() { 0 } else { xxh3_64_with_seed(key.as_bytes(), self.0).max(1) }
    }

    /// The hash of hashes in their order.
    pub(crate) fn join(self, parts: [u64; 3]) -> u64 {
        let mut bytes = [0_u8; 24];
        for (place, part) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(parts) {
            *place = part.to_le_bytes();
        }
        xxh3_64_with_seed(&bytes, self.0)
    }
}
