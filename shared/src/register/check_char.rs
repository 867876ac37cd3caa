//! The check character identity codes and building identifiers share: digits modulo 31.

/// The 31 characters in the order of their remainders (Statistics Finland; no G, I, O, Q, Z).
pub(super) const CHARS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// The check character of a number of nine digits.
#[inline]
pub(super) fn check_char(number: u32) -> u8 {
    usize::try_from(number % 31).ok().and_then(|index| CHARS.get(index)).copied().unwrap_or(b'0')
}

/// The number written by ASCII digits, at most nine of them. Without a way out early: next to all are digits.
#[inline]
pub(super) fn digits(text: &[u8]) -> Option<u32> {
    let (mut number, mut highest) = (0_u32, 0);
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        highest = digit.max(highest);
        number = number.wrapping_mul(10).wrapping_add(u32::from(digit));
    }
    (highest <= 9).then_some(number)
}

/// Writes a number with leading zeros over the whole slice.
pub(super) fn write_digits(out: &mut [u8], mut number: u32) {
    for slot in out.iter_mut().rev() {
        *slot = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}
