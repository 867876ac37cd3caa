//! Randomness of the operating system.

/// A text no other writer will draw: 128 random bits as hexadecimal digits.
///
/// # Panics
/// If the operating system gives no random bytes.
#[must_use]
pub fn unique() -> String {
    let mut random = [0_u8; 16];
    fill_random(&mut random).expect("the operating system gives random bytes");
    hex::encode(random)
}

/// Fills the bytes with randomness of the operating system.
pub(crate) fn fill_random(bytes: &mut [u8]) -> std::io::Result<()> {
    getrandom::fill(bytes).map_err(|error| std::io::Error::other(error.to_string()))
}
