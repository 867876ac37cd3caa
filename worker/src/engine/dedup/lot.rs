//! The lot of a person: XXH3 with 64 bits of the identity code's eleven characters, in registers.
//!
//! Random survivors are the commonest rule, and a hash of each of millions of codes its whole cost. XXH3 of
//! eleven bytes is one product of the first and the last eight; the test compares it with the library.

use poimuri_shared::register::hetu::Hetu;

/// Words of XXH3's default secret, as it is used for 9 to 16 bytes.
const FIRST: u64 = 0x1f67_b3b7_a4a4_4072 ^ 0x78e5_c0cc_4ee6_79cb;
const LAST: u64 = 0x2172_ffcc_7dd0_5a82 ^ 0x8e24_43f7_7446_08b8;
const LENGTH: u64 = 11;
const PRIME: u64 = 0x1656_6791_9e37_79f9;

/// The hash of the code that packs to `packed`, under a seed.
#[inline]
pub(super) fn lot(packed: u64, seed: u64) -> u64 {
    let (first, last) = Hetu::from_trusted(packed).text_ends();
    let first = first ^ FIRST.wrapping_add(seed);
    let last = last ^ LAST.wrapping_sub(seed);
    let product = u128::from(first) * u128::from(last);
    let folded = low(product) ^ low(product >> 64);
    let sum = LENGTH.wrapping_add(first.swap_bytes()).wrapping_add(last).wrapping_add(folded);
    let mixed = (sum ^ sum >> 37).wrapping_mul(PRIME);
    mixed ^ mixed >> 32
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is asked for")]
const fn low(word: u128) -> u64 {
    word as u64
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;
    use poimuri_shared::register::hetu::signs_of;
    use proptest::prelude::*;
    use xxhash_rust::xxh3::xxh3_64_with_seed;

    use super::*;

    proptest! {
        #[test]
        fn a_lot_is_the_librarys_hash_of_the_text(
            (year, month, day) in (1850_i16..2030, 1_i8..=12, 1_i8..=28),
            (sign, number, seed) in (0_usize..6, 2_u16..=999, any::<u64>()),
        ) {
            let signs = signs_of(year);
            let code = Hetu::new(Date::constant(year, month, day), signs[sign % signs.len()], number).unwrap();
            prop_assert_eq!(lot(code.packed(), seed), xxh3_64_with_seed(&code.to_text(), seed));
        }
    }
}
