//! How a run gets its memory from the machine.

/// Takes memory in small pages: a run touches much memory once and ends soon. Large pages would be cleared for it as a whole,
/// and those that a virtual machine has given back to its host come back slowly.
pub(super) fn in_small_pages() {
    // Where the kernel gives no such choice, a run is as right, and slower at most.
    _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_pages_are_given_up() {
        in_small_pages();
        assert!(rustix::thread::transparent_huge_pages_are_disabled().unwrap());
    }
}
