//! Conversions between indexes, codes and real numbers, each with what it does at the limit.

/// An index as a code; at most 2³² − 1.
pub(crate) fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A code as an index.
pub(crate) const fn wide(n: u32) -> usize {
    n as usize
}

/// A count as a real number.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(crate) const fn real(n: u64) -> f64 {
    n as f64
}

/// A length as a real number.
pub(crate) const fn size(n: usize) -> f64 {
    real(n as u64)
}

/// A real number as a count: rounded down, never negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates at both ends")]
pub(crate) const fn whole(x: f64) -> u64 {
    x as u64
}

/// Good mixing of 64 bits (the finaliser of `SplitMix64`).
pub(crate) const fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The upper 32 bits, never 0: 0 stands for a missing value.
pub(crate) fn short(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(u32::MAX).max(1)
}
