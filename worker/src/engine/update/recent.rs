//! The last few things made, each under its key: what next to all rows ask for is made once.

/// Things kept at most.
const KEPT: usize = 8;

/// The last few things made, the newest first, and their keys apart.
pub(super) struct Recent<K, V> {
    keys: Vec<K>,
    made: Vec<V>,
}

impl<K: Copy + PartialEq, V> Recent<K, V> {
    pub(super) const fn new() -> Self {
        Self { keys: Vec::new(), made: Vec::new() }
    }

    /// What stands under a key; it is made if it does not, and the oldest makes room.
    #[inline]
    pub(super) fn get_or_make(&mut self, key: K, make: impl FnOnce() -> V) -> &V {
        let at = self.keys.iter().position(|of| *of == key).unwrap_or_else(|| {
            self.keys.truncate(KEPT - 1);
            self.made.truncate(KEPT - 1);
            self.keys.insert(0, key);
            self.made.insert(0, make());
            0
        });
        &self.made[at]
    }
}
