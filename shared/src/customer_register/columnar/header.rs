//! What a page of Parquet says of itself at its beginning, as far as it is needed before the reader has it.

/// What a page says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) is_dictionary: bool,
    /// Bytes when it is inflated.
    pub(super) inflated: u64,
    /// Bytes at its beginning that are never packed.
    pub(super) levels: usize,
    /// Whether the others may be.
    pub(super) is_packed: bool,
}

/// What a page's header begins with, in Thrift's compact form: the kind of page and its bytes, inflated and as they are, in fields
/// of 32 bits; pages of the second version say behind it how many of them are never packed.
pub(super) fn said(header: &[u8]) -> Option<Said> {
    const DICTIONARY: u64 = 2;
    const SECOND_VERSION: u64 = 3;
    let (kind, rest) = next(header)?;
    let (inflated, rest) = next(rest)?;
    let mut said = Said { is_dictionary: kind == DICTIONARY, inflated, levels: 0, is_packed: true };
    if kind != SECOND_VERSION {
        return Some(said);
    }
    let (_packed, rest) = next(rest)?;
    // Field 8, with or without field 4 between, a checksum of any sign.
    let mut rest = match rest.split_first()? {
        (0x5c, rest) => rest,
        (0x15, rest) => rest[varint(rest)?.1..].strip_prefix(&[0x4c])?,
        _ => return None,
    };
    let mut fields = [0; 6];
    for field in &mut fields {
        (*field, rest) = next(rest)?;
    }
    let [_values, _nulls, _rows, _encoding, definitions, repetitions] = fields;
    said.levels = usize::try_from(definitions + repetitions).ok()?;
    said.is_packed = rest.first() != Some(&0x12);
    Some(said)
}

/// The number in the next field, one of 32 bits that is not negative, and what stands behind it.
fn next(bytes: &[u8]) -> Option<(u64, &[u8])> {
    number(bytes.strip_prefix(&[0x15])?)
}

/// A number of seven bits a byte, the lowest first, and how many bytes it has.
fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let last = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)?;
    let value = bytes[..=last].iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f));
    Some((value, last + 1))
}

/// A number that is not negative, and what stands behind it: its sign is the lowest bit.
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (value, length) = varint(bytes)?;
    (value & 1 == 0).then(|| (value >> 1, &bytes[length..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_how_large_it_is() {
        let told = |header: &[u8]| said(header).map(|said| (said.is_dictionary, said.inflated));
        assert_eq!(told(&[0x15, 0, 0x15, 2, 0x15, 2]), Some((false, 1)));
        assert_eq!(told(&[0x15, 4, 0x15, 0x80, 0x80, 0x80, 0x80, 0x08, 0x15]), Some((true, 1 << 30)));
        for header in [&[][..], &[0x15], &[0x15, 0, 0x25, 2], &[0x15, 0, 0x15, 1], &[0x15, 0, 0x15, 0x80]] {
            assert_eq!(told(header), None, "{header:?}");
        }
        let second = [0x15, 6, 0x15, 80, 0x15, 40];
        let levels = [0x15, 2, 0x15, 0, 0x15, 2, 0x15, 0, 0x15, 6, 0x15, 4];
        for (between, end, is_packed) in [
            (&[0x5c][..], &[0x00][..], true),
            (&[0x15, 0x81, 0x01, 0x4c], &[0x11, 0x00], true),
            (&[0x5c], &[0x12, 0x00], false),
        ] {
            let said = said(&[&second[..], between, &levels, end].concat()).unwrap();
            assert_eq!(said, Said { is_dictionary: false, inflated: 40, levels: 5, is_packed });
        }
        assert_eq!(told(&[&second[..], &[0x2c], &levels].concat()), None);
    }
}
