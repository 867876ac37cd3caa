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

#[test]
fn a_sealed_file_is_read_at_any_place() {
    for bytes in [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES + 9] {
        let content = content(bytes);
        let file = tempfile::tempfile().unwrap();
        let mut sealer = Sealer::new(&key(), "a", &file).unwrap();
        sealer.write_all(&content).unwrap();
        sealer.finish().unwrap();
        let sealed = SealedFile::new(&key(), "a", file.try_clone().unwrap()).unwrap();
        assert_eq!(sealed.bytes(), bytes as u64);
        for start in [0, 1, FRAME_BYTES - 1, FRAME_BYTES, 2 * FRAME_BYTES + 5, bytes, bytes + 1, 7] {
            let mut found = Vec::new();
            let mut buffer = [0; 40_000];
            loop {
                let count = sealed.read_at((start + found.len()) as u64, &mut buffer).unwrap();
                if count == 0 {
                    break;
                }
                found.extend_from_slice(&buffer[..count]);
            }
            assert_eq!(found, content.get(start..).unwrap_or_default(), "{bytes} from {start}");
        }
    }
}

#[test]
fn a_change_in_a_sealed_file_is_seen_where_it_is_read() {
    use std::os::unix::fs::FileExt as _;

    let file = tempfile::tempfile().unwrap();
    file.write_all_at(&seal(&key(), "a", &content(2 * FRAME_BYTES + 5)).unwrap(), 0).unwrap();
    let open = |name, key: &SealKey| SealedFile::new(key, name, file.try_clone().unwrap()).unwrap();
    let fault = |sealed: &SealedFile, at| sealed.read_at(at, &mut [0; 9]).unwrap_err().kind();
    assert_eq!(fault(&open("b", &key()), 0), io::ErrorKind::InvalidData);
    assert_eq!(fault(&open("a", &SealKey::new(&[4; 32])), 0), io::ErrorKind::InvalidData);
    let second = FRAME_BYTES as u64;
    let sealed = open("a", &key());
    file.write_all_at(&[1, 2, 3], HEADER_BYTES as u64 + second + 300).unwrap();
    assert_eq!(sealed.read_at(second - 1, &mut [0; 9]).unwrap(), 1, "the first frame is as it was");
    assert_eq!(fault(&sealed, second), io::ErrorKind::InvalidData);
    assert_eq!(sealed.read_at(2 * second, &mut [0; 9]).unwrap(), 5, "and the last one");
    file.set_len(HEADER_BYTES as u64 + second + TAG_BYTES as u64).unwrap();
    assert_eq!(fault(&open("a", &key()), 0), io::ErrorKind::InvalidData, "cut where a frame ends");
}
