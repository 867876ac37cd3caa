//! The bytes of a register as UTF-8 or something like ASCII, with its beginning to look at first.

use std::fmt;
use std::io::Read;

use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE};

use super::RegisterError;

/// Bytes read at once.
const CHUNK: usize = 256 << 10;

/// A stream of bytes without NUL bytes between its characters.
pub(super) struct Source<R> {
    input: R,
    raw: Vec<u8>,
    text: Vec<u8>,
    /// Of a file that names its encoding; others are read as they are.
    decoder: Option<Decoder>,
    /// Line ends decoded so far.
    line_ends: u64,
    /// Whether `text` is read but not yet handed out.
    has_text: bool,
    is_at_end: bool,
}

impl<R> fmt::Debug for Source<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}

impl<R: Read> Source<R> {
    /// Reads the beginning and finds the encoding from the byte order mark.
    pub(super) fn open(input: R) -> Result<Self, RegisterError> {
        let mut source = Self {
            input,
            raw: Vec::with_capacity(CHUNK),
            text: Vec::new(),
            decoder: None,
            line_ends: 0,
            has_text: false,
            is_at_end: false,
        };
        source.fill()?;
        let mark = match source.raw.as_slice() {
            [0xef, 0xbb, 0xbf, ..] => Some((3, UTF_8)),
            [0xff, 0xfe, ..] => Some((2, UTF_16LE)),
            [0xfe, 0xff, ..] => Some((2, UTF_16BE)),
            _ => None,
        };
        if let Some((length, encoding)) = mark {
            source.raw.drain(..length);
            source.decoder = Some(encoding.new_decoder_without_bom_handling());
        }
        source.decode()?;
        Ok(source)
    }

    /// The beginning, before it is handed out as the first chunk.
    pub(super) fn sample(&self) -> Result<&[u8], RegisterError> {
        if self.text.is_empty() { Err(RegisterError::Empty) } else { Ok(&self.text) }
    }

    /// The next bytes; none at the end.
    pub(super) fn chunk(&mut self) -> Result<Option<&[u8]>, RegisterError> {
        if !self.has_text {
            if self.is_at_end {
                return Ok(None);
            }
            self.fill()?;
            self.decode()?;
        }
        self.has_text = false;
        Ok(Some(&self.text))
    }

    /// Fills `raw` anew, whole unless the input ends.
    fn fill(&mut self) -> Result<(), RegisterError> {
        self.raw.clear();
        let most = u64::try_from(CHUNK).unwrap_or(u64::MAX);
        let read = self.input.by_ref().take(most).read_to_end(&mut self.raw).map_err(RegisterError::of_io)?;
        self.is_at_end = read < CHUNK;
        Ok(())
    }

    fn decode(&mut self) -> Result<(), RegisterError> {
        self.has_text = true;
        let Some(decoder) = &mut self.decoder else {
            std::mem::swap(&mut self.raw, &mut self.text);
            return Ok(());
        };
        let room = decoder.max_utf8_buffer_length_without_replacement(self.raw.len());
        self.text.resize(room.unwrap_or(CHUNK * 4), 0);
        let decoded = decoder.decode_to_utf8_without_replacement(&self.raw, &mut self.text, self.is_at_end);
        let (result, _, written) = decoded;
        self.text.truncate(written);
        self.line_ends += u64::try_from(self.text.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0);
        match result {
            DecoderResult::InputEmpty => Ok(()),
            DecoderResult::OutputFull | DecoderResult::Malformed(..) => {
                Err(RegisterError::Undecodable(self.line_ends + 1))
            }
        }
    }
}
