//! Sealed content comes back whole, or is damage.

use std::io::{Read as _, Write as _};

use super::*;

fn content(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

fn key() -> SealKey {
    SealKey::new(&[3; 32])
}

#[test]
fn what_is_sealed_is_opened_whatever_the_pieces() {
    for bytes in [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES, 200_001] {
        let content = content(bytes);
        let sealed = seal(&key(), "a", &content).unwrap();
        assert_eq!(unseal(&key(), "a", &sealed).unwrap(), content, "{bytes}");
        let mut sealer = Sealer::new(&key(), "a", Vec::new()).unwrap();
        for piece in content.chunks(9_973) {
            sealer.write_all(piece).unwrap();
        }
        let pieced = sealer.finish().unwrap();
        assert_eq!(pieced.len(), sealed.len());
        assert_eq!(unseal(&key(), "a", &pieced).unwrap(), content, "{bytes}");
        let mut streamed = Vec::new();
        Opener::new(&key(), "a", sealed.as_slice()).unwrap().read_to_end(&mut streamed).unwrap();
        assert_eq!(streamed, content, "{bytes}");
        assert_ne!(pieced, sealed, "every sealing is another one");
    }
}

#[test]
fn any_change_is_damage() {
    let sealed = seal(&key(), "a", &content(2 * FRAME_BYTES + 5)).unwrap();
    let frame = FRAME_BYTES + TAG_BYTES;
    let check = |what: &str, name: &str, key: &SealKey, sealed: &[u8]| {
        assert!(matches!(unseal(key, name, sealed), Err(StoreError::Damaged { .. })), "{what}");
        let streamed =
            Opener::new(key, name, sealed).and_then(|mut opener| opener.read_to_end(&mut Vec::new()));
        assert_eq!(streamed.unwrap_err().kind(), io::ErrorKind::InvalidData, "{what}, streamed");
    };
    check("another name", "b", &key(), &sealed);
    check("another key", "a", &SealKey::new(&[4; 32]), &sealed);
    check("nothing", "a", &key(), b"");
    check("header only", "a", &key(), &sealed[..HEADER_BYTES]);
    check("whole frames only", "a", &key(), &sealed[..HEADER_BYTES + 2 * frame]);
    check("one byte short", "a", &key(), &sealed[..sealed.len() - 1]);
    let mut swapped = sealed[..HEADER_BYTES].to_vec();
    swapped.extend_from_slice(&sealed[HEADER_BYTES + frame..HEADER_BYTES + 2 * frame]);
    swapped.extend_from_slice(&sealed[HEADER_BYTES..HEADER_BYTES + frame]);
    swapped.extend_from_slice(&sealed[HEADER_BYTES + 2 * frame..]);
    check("frames swapped", "a", &key(), &swapped);
    for at in [0, 1, HEADER_BYTES, HEADER_BYTES + frame + 7, sealed.len() - 1] {
        let mut flipped = sealed.clone();
        flipped[at] ^= 1;
        check("a flipped bit", "a", &key(), &flipped);
    }
}
