//! The characters of identity codes, looked up piece by piece: snapshots hold millions of codes.

use super::super::check_char::CHARS;
use super::SIGNS;

/// ASCII digits, the first in the lowest byte, and what the piece adds to the remainder of the check character.
type Piece = (u32, u32);

static DAYS_AND_MONTHS: [Piece; 4096] = pieces(4, 100_000);
static YEARS: [Piece; 128] = pieces(2, 1000);
static NUMBERS: [Piece; 1024] = pieces(3, 1);
static SIGN_OF_INDEX: [u8; 16] = signs();
static CHECK_OF_SUM: [u8; 128] = checks();

const fn pieces<const N: usize>(digits: u32, unit: u32) -> [Piece; N] {
    let mut pieces = [(0, 0); N];
    let mut number = 0_u32;
    while (number as usize) < N {
        let (mut text, mut rest, mut left) = (0, number, digits);
        while left > 0 {
            left -= 1;
            text |= (b'0' as u32 + rest % 10) << (8 * left);
            rest /= 10;
        }
        pieces[number as usize] = (text, number % 31 * (unit % 31) % 31);
        number += 1;
    }
    pieces
}

const fn signs() -> [u8; 16] {
    let mut signs = [b'+'; 16];
    let mut index = 0;
    while index < SIGNS.len() {
        signs[index] = SIGNS[index];
        index += 1;
    }
    signs
}

const fn checks() -> [u8; 128] {
    let mut checks = [0; 128];
    let mut sum = 0;
    while sum < checks.len() {
        checks[sum] = CHARS[sum % CHARS.len()];
        sum += 1;
    }
    checks
}

/// The sign with an index below 13.
#[inline]
pub(super) fn sign(index: u64) -> u8 {
    SIGN_OF_INDEX[(index & 15) as usize]
}

/// The first and the last eight of the eleven characters, each as a little-endian word.
#[inline]
pub(super) fn ends(date: u64, sign_index: u64, number: u64) -> (u64, u64) {
    let days = DAYS_AND_MONTHS[((date / 100) & 4095) as usize];
    let year = YEARS[(date % 100) as usize];
    let number = NUMBERS[(number & 1023) as usize];
    let check = CHECK_OF_SUM[((days.1 + year.1 + number.1) & 127) as usize];
    let (begin, number) = (u64::from(days.0) | (u64::from(year.0) << 32), u64::from(number.0));
    let first = begin | (u64::from(sign(sign_index)) << 48) | (number << 56);
    (first, (first >> 24) | ((number >> 8) << 40) | (u64::from(check) << 56))
}
