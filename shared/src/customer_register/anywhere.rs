//! A file that is read at any place: the customer's own, or a stream that was set aside, sealed.
//!
//! What cannot be read twice is written to a file for temporary files that has no name, sealed with a key that is in
//! memory alone: whatever ends the reading, nothing is left of it that anybody could read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use super::RegisterError;
use crate::store::key::OrderKey;
use crate::store::seal::{SealedFile, Sealer};

/// What the content of the file is sealed for.
const NAME: &str = "register set aside";
/// Bytes written at once.
const PIECE: usize = 64 << 10;

/// A file that is read at any place, by several at once.
#[derive(Debug, Clone)]
pub(super) struct Anywhere(Arc<Kept>);

#[derive(Debug)]
enum Kept {
    /// On the customer's disk, as it is.
    Clear(File, u64),
    Sealed(SealedFile),
}

impl Anywhere {
    /// A file on a disk with so many bytes.
    pub(super) fn of_file(file: File, bytes: u64) -> Self {
        Self(Arc::new(Kept::Clear(file, bytes)))
    }

    /// What is left of a stream, set aside; none if it has more than `most` bytes.
    pub(super) fn set_aside(stream: impl Read, most: u64) -> Result<Option<Self>, RegisterError> {
        let file = tempfile::tempfile().map_err(RegisterError::Aside)?;
        set_aside_in(file, stream, most)
    }

    pub(super) fn bytes(&self) -> u64 {
        match &*self.0 {
            Kept::Clear(_, bytes) => *bytes,
            Kept::Sealed(sealed) => sealed.bytes(),
        }
    }

    /// Bytes from `start`, some of those that are there; 0 at the end.
    pub(super) fn read_at(&self, start: u64, buffer: &mut [u8]) -> io::Result<usize> {
        match &*self.0 {
            Kept::Clear(file, _) => file.read_at(buffer, start),
            Kept::Sealed(sealed) => sealed.read_at(start, buffer),
        }
    }

    /// Bytes one after another, from `start` until before `end`.
    pub(super) fn range(&self, start: u64, end: u64) -> Range {
        Range { file: self.clone(), at: start, end: end.min(self.bytes()) }
    }

    /// All bytes one after another.
    pub(super) fn all(&self) -> Range {
        self.range(0, self.bytes())
    }
}

fn set_aside_in(file: File, stream: impl Read, most: u64) -> Result<Option<Anywhere>, RegisterError> {
    let key = OrderKey::generate().map_err(RegisterError::Aside)?;
    let mut sealer = Sealer::new(key.seal_key(), NAME, file).map_err(RegisterError::Aside)?;
    let mut stream = stream.take(most + 1);
    let (mut piece, mut bytes) = (zeroize::Zeroizing::new(vec![0; PIECE]), 0);
    loop {
        let count = match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(RegisterError::of_io(error)),
        };
        sealer.write_all(&piece[..count]).map_err(RegisterError::Aside)?;
        bytes += count as u64;
    }
    if bytes > most {
        return Ok(None);
    }
    let file = sealer.finish().map_err(RegisterError::Aside)?;
    let sealed = SealedFile::new(key.seal_key(), NAME, file).map_err(RegisterError::Aside)?;
    Ok(Some(Anywhere(Arc::new(Kept::Sealed(sealed)))))
}

/// A range of a file, read from its beginning.
#[derive(Debug)]
pub(super) struct Range {
    file: Anywhere,
    at: u64,
    end: u64,
}

impl Read for Range {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        let mut count = 0;
        // As much as is asked for: whoever looks at the beginning of something must see it whole.
        while count < most {
            match self.file.read_at(self.at, &mut buffer[count..most])? {
                0 => break,
                more => {
                    count += more;
                    self.at += more as u64;
                }
            }
        }
        Ok(count)
    }
}

impl Seek for Range {
    /// Places count from the beginning of the file; its end is that of the range.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_aside_lies_nowhere_in_clear() {
        let content = "131052-308T;Salainen\n".repeat(20_000);
        let file = tempfile::tempfile().unwrap();
        let aside = set_aside_in(file.try_clone().unwrap(), content.as_bytes(), 1 << 20).unwrap().unwrap();
        let mut lies = vec![0; usize::try_from(file.metadata().unwrap().len()).unwrap()];
        file.read_exact_at(&mut lies, 0).unwrap();
        assert!(lies.len() > content.len());
        for word in [&b"131052"[..], b"Salainen"] {
            assert!(!lies.windows(word.len()).any(|bytes| bytes == word));
        }
        let mut back = String::new();
        aside.all().read_to_string(&mut back).unwrap();
        assert_eq!(back, content);
        let mut some = String::new();
        aside.range(200_000, 200_042).read_to_string(&mut some).unwrap();
        assert_eq!(some, content[200_000..200_042]);
        let mut end = aside.all();
        end.seek(SeekFrom::End(-9)).unwrap();
        some.clear();
        end.read_to_string(&mut some).unwrap();
        assert_eq!(some, content[content.len() - 9..]);
        // Whoever changes what lies there is found out.
        file.write_all_at(b"x", 100_000).unwrap();
        assert_eq!(aside.all().read_to_string(&mut back).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_stream_is_set_aside_up_to_a_limit() {
        assert_eq!(Anywhere::set_aside(&b"12345"[..], 5).unwrap().unwrap().bytes(), 5);
        assert!(Anywhere::set_aside(&b"123456"[..], 5).unwrap().is_none());
    }
}
