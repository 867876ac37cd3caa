//! The last few things made, each under its key: what next to all rows ask for is made once.

/// Things kept at most.
const KEPT: usize = 8;

/// The last few things made, the newest first.
pub(super) struct Recent<K, V>(Vec<(K, V)>);

impl<K: Copy + PartialEq, V> Recent<K, V> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// What stands under a key; it is made if it does not, and the oldest makes room.
    pub(super) fn get_or_make(&mut self, key: K, make: impl FnOnce() -> V) -> &V {
        let at = self.0.iter().position(|(of, _)| *of == key).unwrap_or_else(|| {
            self.0.truncate(KEPT - 1);
            self.0.insert(0, (key, make()));
            0
        });
        &self.0[at].1
    }
}
