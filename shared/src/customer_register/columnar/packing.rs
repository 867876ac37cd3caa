//! How a page is packed, and whether it holds more than its header says. The reader inflates some ways of packing to their end,
//! whatever the header says: a page of these is inflated before, to nowhere and no further than it should go.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use lz4_flex::frame::FrameDecoder;
use parquet::basic::Compression;

/// What frames of LZ4 begin with.
const LZ4_FRAMES: [&[u8]; 2] = [&[0x04, 0x22, 0x4d, 0x18], &[0x02, 0x21, 0x4c, 0x18]];
/// What is held of Brotli's input at once.
const BUFFER: usize = 4 << 10;

/// How the pages of a piece of a column are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Brotli,
    /// Frames of older writers are inflated to their end, other forms into the room there is.
    Lz4,
    /// Not at all, or inflated into the room that the header asks for.
    Bounded,
}

impl Packing {
    pub(super) const fn of(compression: Compression) -> Self {
        match compression {
            Compression::GZIP(_) => Self::Gzip,
            Compression::BROTLI(_) => Self::Brotli,
            Compression::LZ4 => Self::Lz4,
            Compression::UNCOMPRESSED
            | Compression::SNAPPY
            | Compression::LZO
            | Compression::ZSTD(_)
            | Compression::LZ4_RAW => Self::Bounded,
        }
    }

    /// Whether what is packed has at most so many bytes.
    ///
    /// # Errors
    /// It is not packed like this.
    pub(super) fn holds_at_most(self, packed: &[u8], most: u64) -> io::Result<bool> {
        match self {
            Self::Gzip => ends_within(MultiGzDecoder::new(packed), most),
            Self::Brotli => ends_within(brotli::Decompressor::new(packed, BUFFER), most),
            Self::Lz4 if LZ4_FRAMES.iter().any(|frame| packed.starts_with(frame)) => {
                ends_within(FrameDecoder::new(packed), most)
            }
            Self::Lz4 | Self::Bounded => Ok(true),
        }
    }
}

fn ends_within(inflated: impl Read, most: u64) -> io::Result<bool> {
    Ok(io::copy(&mut inflated.take(most + 1), &mut io::sink())? <= most)
}
