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

mod place;
mod stream;

#[cfg(test)]
mod tests;

use std::io;

use chacha20poly1305::aead::{AeadInOut as _, KeyInit as _};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

pub use self::place::SealedFile;
pub use self::stream::{Opener, Sealer, create_sealed, finish_sealed, open_sealed};
use super::StoreError;

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
    fn nonce(&self, number: u32, is_last: bool) -> XNonce {
        let mut nonce = [0; 24];
        nonce[..RANDOM_BYTES].copy_from_slice(&self.random);
        nonce[RANDOM_BYTES..23].copy_from_slice(&number.to_be_bytes());
        nonce[23] = u8::from(is_last);
        nonce.into()
    }

    fn next_number(&mut self) -> io::Result<u32> {
        let number = self.number;
        self.number = number.checked_add(1).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(number)
    }

    /// The frames of sealed content that begins with this header.
    fn of_header(key: &SealKey, name: &str, header: &[u8]) -> io::Result<Self> {
        let random = header.strip_prefix(&[VERSION]).and_then(|random| random.try_into().ok());
        let random = random.ok_or(io::ErrorKind::InvalidData)?;
        Ok(Self { key: key.clone(), name: name.to_owned(), random, number: 0 })
    }

    /// Encrypts the frame in its place; the tag goes behind it.
    fn seal(&mut self, frame: &mut [u8], is_last: bool) -> io::Result<[u8; TAG_BYTES]> {
        let number = self.next_number()?;
        let nonce = self.nonce(number, is_last);
        let tag = self.key.0.encrypt_inout_detached(&nonce, self.name.as_bytes(), frame.into());
        tag.map(Into::into).map_err(io::Error::other)
    }

    /// Decrypts the next frame in its place.
    fn unseal(&mut self, frame: &mut [u8], tag: &[u8; TAG_BYTES], is_last: bool) -> io::Result<()> {
        let number = self.next_number()?;
        self.unseal_at(number, frame, tag, is_last)
    }

    /// Decrypts the frame of a number in its place.
    fn unseal_at(
        &self,
        number: u32,
        frame: &mut [u8],
        tag: &[u8; TAG_BYTES],
        is_last: bool,
    ) -> io::Result<()> {
        let nonce = self.nonce(number, is_last);
        self.key
            .0
            .decrypt_inout_detached(&nonce, self.name.as_bytes(), frame.into(), &(*tag).into())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
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
