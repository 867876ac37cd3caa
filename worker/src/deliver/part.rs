//! One encrypted file on its way into the store; its plain content exists nowhere but here.

use std::io::{self, Write};

use age::stream::StreamWriter;
use age::x25519;
use poimuri_shared::store::{DataWriter, Objects};
use sha2::{Digest as _, Sha256};

use super::error::DeliverError;

/// Counts and digests what passes.
pub(super) struct Tally<W> {
    inner: W,
    sha256: Sha256,
    bytes: u64,
}

/// What has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passed {
    pub(super) bytes: u64,
    /// 64 hexadecimal digits.
    pub(super) sha256: String,
}

impl<W> Tally<W> {
    pub(super) fn new(inner: W) -> Self {
        Self { inner, sha256: Sha256::new(), bytes: 0 }
    }

    pub(super) fn end(self) -> (W, Passed) {
        (self.inner, Passed { bytes: self.bytes, sha256: hex::encode(self.sha256.finalize()) })
    }

    fn count(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.bytes = self.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    }
}

impl<W: Write> Write for Tally<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.count(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: io::Read> io::Read for Tally<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count(&buffer[..read]);
        Ok(read)
    }
}

/// Takes plain content, stores it encrypted.
pub(super) type Sink = Tally<StreamWriter<Tally<Box<dyn DataWriter>>>>;

/// Begins a file as the object `name`.
pub(super) fn begin(
    objects: &dyn Objects,
    name: &str,
    recipient: &x25519::Recipient,
) -> Result<Sink, DeliverError> {
    let stored = Tally::new(objects.create_data(name)?);
    let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient as &dyn age::Recipient))
        .map_err(|error| DeliverError::write(name, io::Error::other(error)))?;
    let stream = encryptor.wrap_output(stored).map_err(|error| DeliverError::write(name, error))?;
    Ok(Tally::new(stream))
}

/// Makes the file durable; says what it was before and after encryption.
pub(super) fn finish(name: &str, sink: Sink) -> Result<(Passed, Passed), DeliverError> {
    let (stream, plain) = sink.end();
    let stored = stream.finish().map_err(|error| DeliverError::write(name, error))?;
    let (writer, sealed) = stored.end();
    writer.finish()?;
    Ok((plain, sealed))
}
