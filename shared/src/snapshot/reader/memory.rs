//! Mapped bytes as Arrow arrays without reading them: the one file of the snapshot with unsafe code.
//!
//! Three promises are made to Arrow here. Files of a published snapshot are never changed or
//! truncated in place (they are published by rename and are read-only), so mapped bytes stay as
//! they are. A buffer keeps its map alive. Texts are UTF-8 and offsets ascend: the writer made
//! them so, and the checksum shows whether they still are.
#![expect(unsafe_code, reason = "columns are read where they lie in mapped files")]

use std::fs::File;
use std::io;
use std::ptr::NonNull;
use std::sync::Arc;

use arrow_array::{ArrayRef, ListArray, StringArray};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::FieldRef;
use memmap2::{Advice, Mmap};

/// Bytes at either end of a file that opening it reads, about.
const ENDS: usize = 16 * 1024;

/// A mapped file and the same bytes as a buffer of Arrow.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    map: Arc<Mmap>,
    buffer: Buffer,
}

impl Memory {
    /// Maps a whole file for reading at random.
    pub(super) fn map(file: &File) -> io::Result<Self> {
        // SAFETY: published files are never modified or truncated in place (see the heading).
        let map = Arc::new(unsafe { Mmap::map(file)? });
        map.advise(Advice::Random)?;
        // What opening reads: the head of the batch and the footer, each in one go.
        let ends = ENDS.min(map.len());
        if ends > 0 {
            map.advise_range(Advice::WillNeed, 0, ends)?;
            map.advise_range(Advice::WillNeed, map.len() - ends, ends)?;
        }
        let start = NonNull::new(map.as_ptr().cast_mut()).unwrap_or(NonNull::dangling());
        // SAFETY: the pointer is valid for the map's length, and the buffer owns a share of the map.
        let buffer = unsafe { Buffer::from_custom_allocation(start, map.len(), Arc::clone(&map) as _) };
        Ok(Self { map, buffer })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.map
    }

    /// A part of the file; the caller has checked that it lies within.
    pub(super) fn slice(&self, start: usize, length: usize) -> Buffer {
        self.buffer.slice_with_length(start, length)
    }

    /// Asks the system to bring a part into the page cache.
    pub(super) fn will_need(&self, start: usize, length: usize) -> io::Result<()> {
        if length == 0 { Ok(()) } else { self.map.advise_range(Advice::WillNeed, start, length) }
    }

    /// Runs `read` over the whole file with the system reading ahead.
    pub(super) fn in_sequence<T>(&self, read: impl FnOnce(&[u8]) -> T) -> io::Result<T> {
        self.map.advise(Advice::Sequential)?;
        let answer = read(&self.map);
        self.map.advise(Advice::Random)?;
        Ok(answer)
    }
}

/// Validity bits of `rows` slots; `None` if no bit is cleared.
pub(super) fn validity(bits: Buffer, rows: usize, null_count: usize) -> Option<NullBuffer> {
    if null_count == 0 {
        return None;
    }
    // SAFETY: the count is the one written with the bits.
    Some(unsafe { NullBuffer::new_unchecked(BooleanBuffer::new(bits, 0, rows), null_count) })
}

/// Texts; `offsets` has one entry more than there are texts.
pub(super) fn texts(offsets: ScalarBuffer<i32>, bytes: Buffer, validity: Option<NullBuffer>) -> StringArray {
    // SAFETY: offsets ascend within the bytes, which are UTF-8 (see the heading).
    unsafe { StringArray::new_unchecked(OffsetBuffer::new_unchecked(offsets), bytes, validity) }
}

/// Lists; `offsets` has one entry more than there are lists.
pub(super) fn lists(item: FieldRef, offsets: ScalarBuffer<i32>, values: ArrayRef) -> ListArray {
    // SAFETY: offsets ascend within the values (see the heading).
    unsafe { ListArray::new_unchecked(item, OffsetBuffer::new_unchecked(offsets), values, None) }
}
