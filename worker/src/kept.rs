//! The last few things opened, shared by the tasks that need them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// The last few things opened.
#[derive(Debug)]
pub(crate) struct Kept<K, V> {
    most: usize,
    held: Mutex<VecDeque<(K, Arc<V>)>>,
}

impl<K: Clone + PartialEq, V> Kept<K, V> {
    pub(crate) const fn new(most: usize) -> Self {
        Self { most, held: Mutex::new(VecDeque::new()) }
    }

    /// What is held under the key, or what opening brings. Two callers may open at the same time; the
    /// first to finish is kept.
    pub(crate) fn get_or_open<E>(&self, key: &K, open: impl FnOnce() -> Result<V, E>) -> Result<Arc<V>, E> {
        if let Some(held) = self.find(key) {
            return Ok(held);
        }
        let opened = Arc::new(open()?);
        if let Some(held) = self.find(key) {
            return Ok(held);
        }
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= self.most {
            held.pop_front();
        }
        held.push_back((key.clone(), Arc::clone(&opened)));
        Ok(opened)
    }

    /// Lets go of what is held under the key; who has it goes on with it.
    pub(crate) fn forget(&self, key: &K) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).retain(|(of, _)| of != key);
    }

    fn find(&self, key: &K) -> Option<Arc<V>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.iter().find(|(of, _)| of == key).map(|(_, value)| Arc::clone(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room() {
        let kept: Kept<u8, u8> = Kept::new(2);
        for key in [1, 2, 3] {
            assert_eq!(*kept.get_or_open::<()>(&key, || Ok(key * 10)).unwrap(), key * 10);
        }
        assert_eq!(*kept.get_or_open::<()>(&3, || Err(())).unwrap(), 30);
        assert!(kept.get_or_open(&1, || Err(())).is_err());
    }

    #[test]
    fn what_is_forgotten_is_opened_again() {
        let kept: Kept<u8, u8> = Kept::new(2);
        let held = [1, 2].map(|key| kept.get_or_open::<()>(&key, || Ok(key)).unwrap());
        kept.forget(&1);
        assert_eq!(*held[0], 1);
        assert!(kept.get_or_open(&1, || Err(())).is_err());
        assert_eq!(kept.get_or_open(&2, || Err(())), Ok(Arc::new(2)));
    }
}
