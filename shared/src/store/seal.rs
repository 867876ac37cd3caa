//! Encryption at rest: content in frames, each with its place, under a key and a name.
//!
//! ```text
//! sealed = version (1) ‖ random (19) ‖ frame 0 ‖ frame 1 ‖ … ‖ last frame
//! frame  = XChaCha20-Poly1305(key, nonce, 64 KiB of content, associated data = name) ‖ tag (16)
//! nonce  = random ‖ frame number (4, big-endian) ‖ 1 for the last frame, else 0
//! ```
//!
//! Frames cannot be reordered, dropped, cut off or moved to another object unnoticed. Every
//! frame but the last is full; the last may be empty only if the content is.

use std::io::{self, Read, Write};

use chacha20poly1305::aead::{AeadInOut as _, KeyInit as _};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize as _, Zeroizing};

use super::{DataWriter, Objects, StoreError};

const VERSION: u8 = 1;
const RANDOM_BYTES: usize = 19;
const HEADER_BYTES: usize = 1 + RANDOM_BYTES;
const FRAME_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 16;

/// A key that content is sealed with: 32 bytes, wiped when dropped.
#[derive(Clone)]
pub struct SealKey(XChaCha20Poly1305);

impl SealKey {
    /// The key of the given bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&(*bytes).into()))
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey")
    }
}

/// The nonces of one sealed content, in order.
struct Frames {
    key: SealKey,
    name: String,
    random: [u8; RANDOM_BYTES],
    number: u32,
}

impl Frames {
    fn next_nonce(&mut self, is_last: bool) -> io::Result<XNonce> {
        let mut nonce = [0; 24];
        nonce[..RANDOM_BYTES].copy_from_slice(&self.random);
        nonce[RANDOM_BYTES..23].copy_from_slice(&self.number.to_be_bytes());
        nonce[23] = u8::from(is_last);
        self.number = self.number.checked_add(1).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(nonce.into())
    }

    /// The frames of sealed content that begins with this header.
    fn of_header(key: &SealKey, name: &str, header: &[u8]) -> io::Result<Self> {
        let random = header.strip_prefix(&[VERSION]).and_then(|random| random.try_into().ok());
        let random = random.ok_or(io::ErrorKind::InvalidData)?;
        Ok(Self { key: key.clone(), name: name.to_owned(), random, number: 0 })
    }

    /// Encrypts the frame in its place; the tag goes behind it.
    fn seal(&mut self, frame: &mut [u8], is_last: bool) -> io::Result<[u8; TAG_BYTES]> {
        let nonce = self.next_nonce(is_last)?;
        let tag = self.key.0.encrypt_inout_detached(&nonce, self.name.as_bytes(), frame.into());
        tag.map(Into::into).map_err(io::Error::other)
    }

    /// Decrypts the frame in its place.
    fn unseal(&mut self, frame: &mut [u8], tag: &[u8; TAG_BYTES], is_last: bool) -> io::Result<()> {
        let nonce = self.next_nonce(is_last)?;
        self.key
            .0
            .decrypt_inout_detached(&nonce, self.name.as_bytes(), frame.into(), &(*tag).into())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}

/// Seals what is written to it. Nothing is complete before [`Sealer::finish`].
pub struct Sealer<W> {
    frames: Frames,
    frame: Vec<u8>,
    inner: W,
}

impl<W: Write> Sealer<W> {
    /// Begins content that belongs to the object `name`.
    ///
    /// # Errors
    /// Of the writer, or if the operating system gives no random bytes.
    pub fn new(key: &SealKey, name: &str, mut inner: W) -> io::Result<Self> {
        let mut random = [0; RANDOM_BYTES];
        super::fill_random(&mut random)?;
        inner.write_all(&[VERSION])?;
        inner.write_all(&random)?;
        let frames = Frames { key: key.clone(), name: name.to_owned(), random, number: 0 };
        Ok(Self { frames, frame: Vec::with_capacity(FRAME_BYTES + TAG_BYTES), inner })
    }

    /// Writes the last frame; returns the writer.
    ///
    /// # Errors
    /// Of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_frame(true)?;
        Ok(self.inner)
    }

    fn write_frame(&mut self, is_last: bool) -> io::Result<()> {
        let tag = self.frames.seal(&mut self.frame, is_last)?;
        self.frame.extend_from_slice(&tag);
        self.inner.write_all(&self.frame)?;
        self.frame.clear();
        Ok(())
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full frame waits until it is known not to be the last one.
        if self.frame.len() == FRAME_BYTES && !bytes.is_empty() {
            self.write_frame(false)?;
        }
        let taken = bytes.len().min(FRAME_BYTES - self.frame.len());
        self.frame.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Reads sealed content; what it gives has been authenticated.
///
/// A content cut short or changed is an error of kind `InvalidData`.
pub struct Opener<R> {
    frames: Frames,
    inner: R,
    /// The frame after the one being given out, still sealed: only its existence tells
    /// that the frame before it is not the last.
    ahead: Vec<u8>,
    plain: Zeroizing<Vec<u8>>,
    given: usize,
    is_done: bool,
}

impl<R: Read> Opener<R> {
    /// Begins to read content that belongs to the object `name`.
    ///
    /// # Errors
    /// Of the reader, or `InvalidData` if this is no sealed content.
    pub fn new(key: &SealKey, name: &str, mut inner: R) -> io::Result<Self> {
        let mut header = [0; HEADER_BYTES];
        let length = read_full(&mut inner, &mut header)?;
        let frames = Frames::of_header(key, name, &header[..length])?;
        let ahead = read_frame(&mut inner)?;
        Ok(Self { frames, inner, ahead, plain: Zeroizing::default(), given: 0, is_done: false })
    }

    fn next_frame(&mut self) -> io::Result<()> {
        let mut frame = std::mem::replace(&mut self.ahead, read_frame(&mut self.inner)?);
        let is_last = self.ahead.is_empty();
        let (hidden, tag) = frame.split_last_chunk_mut::<TAG_BYTES>().ok_or(io::ErrorKind::InvalidData)?;
        self.frames.unseal(hidden, tag, is_last)?;
        frame.truncate(frame.len() - TAG_BYTES);
        self.plain.zeroize();
        self.plain = Zeroizing::new(frame);
        self.given = 0;
        self.is_done = is_last;
        Ok(())
    }
}

impl<R: Read> Read for Opener<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.plain.len() && !self.is_done && !buffer.is_empty() {
            self.next_frame()?;
        }
        let rest = &self.plain[self.given..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

impl<W> std::fmt::Debug for Sealer<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl<R> std::fmt::Debug for Opener<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opener")
    }
}

fn read_frame(inner: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; FRAME_BYTES + TAG_BYTES];
    let count = read_full(inner, &mut frame)?;
    frame.truncate(count);
    Ok(frame)
}

/// Fills the buffer as far as the reader goes.
fn read_full(inner: &mut impl Read, mut buffer: &mut [u8]) -> io::Result<usize> {
    let wanted = buffer.len();
    while !buffer.is_empty() {
        match inner.read(buffer) {
            Ok(0) => break,
            Ok(count) => buffer = &mut buffer[count..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(wanted - buffer.len())
}

/// Content sealed for the object `name`.
///
/// # Errors
/// [`StoreError::Io`] if the operating system gives no random bytes.
pub fn seal(key: &SealKey, name: &str, content: &[u8]) -> Result<Vec<u8>, StoreError> {
    seal_at_once(key, name, content).map_err(|error| StoreError::from_io("seal", name, error))
}

/// As [`Sealer`] does it, without its buffer between.
fn seal_at_once(key: &SealKey, name: &str, content: &[u8]) -> io::Result<Vec<u8>> {
    let mut frames = Frames { key: key.clone(), name: name.to_owned(), random: [0; RANDOM_BYTES], number: 0 };
    super::fill_random(&mut frames.random)?;
    let frame_count = content.len() / FRAME_BYTES + 1;
    let mut sealed = Vec::with_capacity(HEADER_BYTES + content.len() + frame_count * TAG_BYTES);
    sealed.push(VERSION);
    sealed.extend_from_slice(&frames.random);
    let mut rest = content;
    loop {
        let (frame, after) = rest.split_at(rest.len().min(FRAME_BYTES));
        let begin = sealed.len();
        sealed.extend_from_slice(frame);
        let tag = frames.seal(&mut sealed[begin..], after.is_empty())?;
        sealed.extend_from_slice(&tag);
        rest = after;
        if rest.is_empty() {
            return Ok(sealed);
        }
    }
}

/// The content sealed for the object `name`.
///
/// # Errors
/// [`StoreError::Damaged`] if it was sealed for another name or with another key, or changed.
pub fn unseal(key: &SealKey, name: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    unseal_at_once(key, name, sealed).map_err(|error| damage(name, error))
}

/// As [`Opener`] does it, without its buffers between.
fn unseal_at_once(key: &SealKey, name: &str, sealed: &[u8]) -> io::Result<Vec<u8>> {
    let (header, mut rest) = sealed.split_at_checked(HEADER_BYTES).ok_or(io::ErrorKind::InvalidData)?;
    let mut frames = Frames::of_header(key, name, header)?;
    let mut content = Vec::with_capacity(rest.len());
    loop {
        let (frame, after) = rest.split_at(rest.len().min(FRAME_BYTES + TAG_BYTES));
        let (hidden, tag) = frame.split_last_chunk::<TAG_BYTES>().ok_or(io::ErrorKind::InvalidData)?;
        let begin = content.len();
        content.extend_from_slice(hidden);
        frames.unseal(&mut content[begin..], tag, after.is_empty())?;
        rest = after;
        if rest.is_empty() {
            return Ok(content);
        }
    }
}

/// What an error of an [`Opener`] means for the object `name`.
#[must_use]
pub fn damage(name: &str, error: io::Error) -> StoreError {
    if error.kind() == io::ErrorKind::InvalidData {
        StoreError::Damaged {
            name: name.to_owned(),
            reason: "its content is not what was sealed under this name",
        }
    } else {
        StoreError::from_io("read", name, error)
    }
}

/// Begins an object whose content is sealed while it is written.
///
/// # Errors
/// Any [`StoreError`] of writing.
pub fn create_sealed(
    objects: &dyn Objects,
    key: &SealKey,
    name: &str,
) -> Result<Sealer<Box<dyn DataWriter>>, StoreError> {
    let writer = objects.create_data(name)?;
    Sealer::new(key, name, writer).map_err(|error| StoreError::from_io("write", name, error))
}

/// Ends an object begun by [`create_sealed`]; returns its bytes as stored.
///
/// # Errors
/// Any [`StoreError`] of writing.
pub fn finish_sealed(name: &str, sealer: Sealer<Box<dyn DataWriter>>) -> Result<u64, StoreError> {
    sealer.finish().map_err(|error| StoreError::from_io("write", name, error))?.finish()
}

/// Begins to read an object written by [`create_sealed`].
///
/// # Errors
/// [`StoreError::Missing`] if there is none; [`StoreError::Damaged`] if it is not sealed.
pub fn open_sealed(
    objects: &dyn Objects,
    key: &SealKey,
    name: &str,
) -> Result<Opener<Box<dyn Read + Send>>, StoreError> {
    Opener::new(key, name, objects.open(name)?).map_err(|error| damage(name, error))
}

#[cfg(test)]
mod tests {
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
}
