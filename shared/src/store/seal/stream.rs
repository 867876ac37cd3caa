//! Sealing and opening what is too large to hold: one frame at a time.

use std::io::{self, Read, Write};

use zeroize::{Zeroize as _, Zeroizing};

use super::super::{DataWriter, Objects, StoreError, fill_random};
use super::{FRAME_BYTES, Frames, HEADER_BYTES, RANDOM_BYTES, SealKey, TAG_BYTES, VERSION, damage};

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
        fill_random(&mut random)?;
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
