//! Sealed content in a file, read at any place: one frame at a time.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::{Mutex, PoisonError};

use zeroize::{Zeroize as _, Zeroizing};

use super::{FRAME_BYTES, Frames, HEADER_BYTES, SealKey, TAG_BYTES};

/// Sealed content in a file; what it gives has been authenticated.
pub struct SealedFile {
    file: File,
    frames: Frames,
    /// Bytes of the content.
    length: u64,
    last: Mutex<Kept>,
}

/// The frame that was read last.
#[derive(Default)]
struct Kept {
    number: Option<u64>,
    plain: Zeroizing<Vec<u8>>,
}

impl SealedFile {
    /// Content that belongs to the object `name`, as a [`super::Sealer`] wrote it from the beginning of the file.
    ///
    /// # Errors
    /// Of the file, or `InvalidData` if this is no sealed content.
    pub fn new(key: &SealKey, name: &str, file: File) -> io::Result<Self> {
        let mut header = [0; HEADER_BYTES];
        file.read_exact_at(&mut header, 0)?;
        let frames = Frames::of_header(key, name, &header)?;
        let sealed = file.metadata()?.len().saturating_sub(HEADER_BYTES as u64);
        let tags = sealed.div_ceil(SEALED_FRAME_BYTES) * TAG_BYTES as u64;
        let length = sealed.checked_sub(tags).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Self { file, frames, length, last: Mutex::default() })
    }

    /// Bytes of the content.
    pub const fn bytes(&self) -> u64 {
        self.length
    }

    /// Fills the buffer from `start` as far as the content and one frame go; 0 at its end.
    ///
    /// # Errors
    /// Of the file, or `InvalidData` if it was changed.
    pub fn read_at(&self, start: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if start >= self.length {
            return Ok(0);
        }
        let number = start / FRAME_BYTES as u64;
        let within = usize::try_from(start % FRAME_BYTES as u64).map_err(io::Error::other)?;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.number != Some(number) {
            self.read_frame(number, &mut last)?;
        }
        let rest = last.plain.get(within..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn read_frame(&self, number: u64, kept: &mut Kept) -> io::Result<()> {
        kept.number = None;
        kept.plain.zeroize();
        let begin = number * FRAME_BYTES as u64;
        let is_last = self.length - begin <= FRAME_BYTES as u64;
        let length = usize::try_from(self.length - begin).map_or(FRAME_BYTES, |rest| rest.min(FRAME_BYTES));
        kept.plain.resize(length + TAG_BYTES, 0);
        self.file.read_exact_at(&mut kept.plain, HEADER_BYTES as u64 + number * SEALED_FRAME_BYTES)?;
        let (hidden, tag) =
            kept.plain.split_last_chunk_mut::<TAG_BYTES>().ok_or(io::ErrorKind::InvalidData)?;
        let frame = u32::try_from(number).map_err(io::Error::other)?;
        self.frames.unseal_at(frame, hidden, tag, is_last)?;
        kept.plain.truncate(length);
        kept.number = Some(number);
        Ok(())
    }
}

/// A frame and its tag.
const SEALED_FRAME_BYTES: u64 = (FRAME_BYTES + TAG_BYTES) as u64;

impl fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedFile")
    }
}
