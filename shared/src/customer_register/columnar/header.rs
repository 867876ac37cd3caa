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

/// Pages of the first version, dictionaries and pages of the second version have a part of their own in the header, in this field.
const PARTS: [(u64, u8); 3] = [(0, 5), (2, 7), (3, 8)];
/// How deep parts lie in each other: statistics in the part of a page.
const DEPTH: u8 = 2;

/// Whether a header says everything once, with the one part of its kind of page: readers believe what is said last.
pub(super) fn is_said_once(header: &[u8]) -> bool {
    let part = next(header).and_then(|(kind, _)| PARTS.iter().find(|(of, _)| *of == kind));
    part.is_some_and(|(_, field)| behind(header, 0, *field).is_some())
}

/// What stands behind a header or a part of it; its fields must ascend, and `part` is the only one that may be a part of the header.
fn behind(mut bytes: &[u8], depth: u8, part: u8) -> Option<&[u8]> {
    // Kinds of values in Thrift's compact form.
    const YES: u8 = 1;
    const NO: u8 = 2;
    const NUMBERS: std::ops::RangeInclusive<u8> = 4..=6;
    const BYTES: u8 = 8;
    const PART: u8 = 12;
    let mut field = 0_u8;
    loop {
        let (head, rest) = bytes.split_first()?;
        let (step, kind) = (head >> 4, head & 0x0f);
        if *head == 0 {
            return Some(rest);
        }
        // A number written in full, without a step, may be one that was there.
        field = field.checked_add(step).filter(|_| step > 0)?;
        bytes = match kind {
            YES | NO => rest,
            BYTES => {
                let (length, digits) = varint(rest)?;
                rest.get(digits..)?.get(usize::try_from(length).ok()?..)?
            }
            PART if depth < DEPTH && (depth > 0 || field == part) => behind(rest, depth + 1, part)?,
            kind if NUMBERS.contains(&kind) => rest.get(varint(rest)?.1..)?,
            _ => return None,
        };
    }
}

/// The number in the next field, one of 32 bits that is not negative, and what stands behind it.
fn next(bytes: &[u8]) -> Option<(u64, &[u8])> {
    number(bytes.strip_prefix(&[0x15])?)
}

/// A number of seven bits a byte, the lowest first, and how many bytes it has.
fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let last = bytes.iter().take(10).position(|byte| byte & 0x80 == 0)?;
    let value = bytes[..=last].iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f));
    Some((value, last + 1))
}

/// A number that is not negative, and what stands behind it: its sign is the lowest bit.
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (value, length) = varint(bytes)?;
    (length <= 5 && value & 1 == 0).then(|| (value >> 1, &bytes[length..]))
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

    #[test]
    fn what_is_said_twice_is_not_said_once() {
        let first = [0x15, 0, 0x15, 80, 0x15, 40, 0x2c, 0x15, 2, 0x15, 0, 0x15, 6, 0x15, 6];
        let statistics = [0x1c, 0x18, 2, 7, 7, 0x26, 0x80, 0x01, 0x21, 0x00];
        assert!(is_said_once(&[&first[..], &[0x00, 0x00]].concat()));
        assert!(is_said_once(&[&first[..], &statistics, &[0x00, 0x00, 9, 9]].concat()));
        let second =
            [0x15, 6, 0x15, 80, 0x15, 40, 0x5c, 0x15, 2, 0x15, 0, 0x15, 2, 0x15, 0, 0x15, 6, 0x15, 4, 0x12];
        assert!(is_said_once(&[&second[..], &[0x00, 0x00]].concat()));
        for end in [
            // Field 7 once more, its number in full; the part once more; the part of another kind of page; cut short.
            &[0x01, 0x0e, 0x00, 0x00][..],
            &[0x00, 0x0c, 0x10, 0x00, 0x00],
            &[0x00, 0x1c, 0x00, 0x00],
            &[0x00],
        ] {
            assert!(!is_said_once(&[&second[..], end].concat()), "{end:?}");
        }
        assert!(
            !is_said_once(&[&first[..], &[0x00, 0x3c, 0x00, 0x00]].concat()),
            "a part of pages of the second version"
        );
    }
}
