//! A vector of numbers encoded in as few bytes each as the largest needs: `#[serde(with = "packed")]`.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

/// Bytes of a number at most.
const WIDEST: usize = 4;

/// Writes numbers: the bytes of each, then all of them, the lowest byte first.
///
/// # Errors
/// What the serializer fails with.
pub fn serialize<S: Serializer>(numbers: &[u32], serializer: S) -> Result<S::Ok, S::Error> {
    let largest = numbers.iter().fold(0, |all, number| all | number);
    let width = (1..WIDEST).find(|width| largest >> (width * 8) == 0).unwrap_or(WIDEST);
    let mut bytes = Vec::with_capacity(1 + numbers.len() * width);
    bytes.push(u8::try_from(width).unwrap_or(u8::MAX));
    let each = numbers.iter().map(|number| number.to_le_bytes());
    match width {
        1 => each.for_each(|[a, ..]| bytes.push(a)),
        2 => each.for_each(|[a, b, ..]| bytes.extend_from_slice(&[a, b])),
        3 => each.for_each(|[a, b, c, _]| bytes.extend_from_slice(&[a, b, c])),
        _ => each.for_each(|all| bytes.extend_from_slice(&all)),
    }
    serializer.serialize_bytes(&bytes)
}

/// Reads numbers.
///
/// # Errors
/// What the deserializer fails with; also bytes that are no such numbers.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
    deserializer.deserialize_bytes(Packed)
}

struct Packed;

impl Visitor<'_> for Packed {
    type Value = Vec<u32>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("packed numbers")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u32>, E> {
        let numbers = bytes.split_first().and_then(|(width, bytes)| match width {
            1 => numbers(bytes, |[a]: [u8; 1]| [a, 0, 0, 0]),
            2 => numbers(bytes, |[a, b]: [u8; 2]| [a, b, 0, 0]),
            3 => numbers(bytes, |[a, b, c]: [u8; 3]| [a, b, c, 0]),
            4 => numbers(bytes, |all: [u8; 4]| all),
            _ => None,
        });
        numbers.ok_or_else(|| E::custom("not packed numbers"))
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Vec<u32>, E> {
        self.visit_bytes(&bytes)
    }
}

/// The numbers of bytes that come in so many; none if some are left over.
fn numbers<const N: usize>(bytes: &[u8], all: impl Fn([u8; N]) -> [u8; 4]) -> Option<Vec<u32>> {
    let (each, rest) = bytes.as_chunks::<N>();
    rest.is_empty().then(|| each.iter().map(|bytes| u32::from_le_bytes(all(*bytes))).collect())
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use crate::codec;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Numbers(#[serde(with = "super")] Vec<u32>);

    #[derive(Serialize)]
    struct Bytes(#[serde(with = "crate::partial::bytes")] Vec<u8>);

    #[test]
    fn numbers_come_back_whatever_they_need() {
        for (largest, width) in
            [(0, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 3), (1 << 24, 4), (u32::MAX, 4)]
        {
            let numbers = Numbers(vec![7, largest, 0, largest / 2]);
            let bytes = codec::encode(&numbers).unwrap();
            assert_eq!(bytes.len(), 3 + 4 * width, "{largest}");
            assert_eq!(codec::decode::<Numbers>(&bytes).unwrap(), numbers);
        }
        let none = Numbers(Vec::new());
        assert_eq!(codec::decode::<Numbers>(&codec::encode(&none).unwrap()).unwrap(), none);
    }

    #[test]
    fn what_is_no_packing_is_refused() {
        for bytes in [vec![], vec![0], vec![5, 1, 1, 1, 1, 1], vec![2, 1], vec![3, 1, 1, 1, 1]] {
            let bytes = codec::encode(&Bytes(bytes)).unwrap();
            assert!(codec::decode::<Numbers>(&bytes).is_err());
        }
    }
}
