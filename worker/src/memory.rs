//! Memory that is given back: the allocator keeps it for a while, for the next task asks for as much.
//!
//! Memory that is new to a process is slow: the system clears each page when it is first touched.

use libmimalloc_sys::{mi_option_set_default, mi_option_t};

/// The option of the allocator after how many milliseconds memory goes back to the system; the crate has no name for it.
const PURGE_DELAY: mi_option_t = 15;
/// Tasks of an order follow each other within it. No clock runs: later work gives back what is kept longer.
const KEPT_MS: i64 = 10_000;

/// Lets the allocator keep what is given back for ten seconds of work. Where `MIMALLOC_PURGE_DELAY` is set in the environment, so many
/// milliseconds count.
#[expect(unsafe_code, reason = "a call into the allocator, which takes any option and any value")]
pub fn keep_for_a_while() {
    // SAFETY: both are plain numbers; an option that is not there is ignored.
    unsafe { mi_option_set_default(PURGE_DELAY, KEPT_MS) }
}

#[cfg(test)]
mod tests {
    use libmimalloc_sys::mi_option_get;

    use super::*;

    #[test]
    #[expect(unsafe_code, reason = "the allocator is asked")]
    fn the_option_is_the_one_that_is_meant() {
        // SAFETY: a plain number.
        let value = || unsafe { mi_option_get(PURGE_DELAY) };
        if std::env::var_os("MIMALLOC_PURGE_DELAY").is_none() {
            assert_eq!(
                value(),
                1_000,
                "the allocator's own value: options have other numbers in another version"
            );
            keep_for_a_while();
            assert_eq!(value(), KEPT_MS);
        }
    }
}
