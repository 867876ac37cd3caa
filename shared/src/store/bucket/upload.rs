//! Large objects on their way into a bucket, in parts; small ones in one put.

use std::io::{self, Write};
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStoreExt as _, PutPayload};

use super::super::{DataWriter, StoreError};
use super::{Remote, failed};

/// Above the 5 MiB that S3 asks of every part but the last.
const PART_BYTES: usize = 8 * 1024 * 1024;

pub(super) struct Upload {
    remote: Arc<Remote>,
    name: String,
    parts: Option<Box<dyn MultipartUpload>>,
    block: Vec<u8>,
    bytes: u64,
}

impl Upload {
    pub(super) fn new(remote: Arc<Remote>, name: &str) -> Self {
        Self { remote, name: name.to_owned(), parts: None, block: Vec::new(), bytes: 0 }
    }

    fn send_part(&mut self) -> Result<(), object_store::Error> {
        let parts = match &mut self.parts {
            Some(parts) => parts,
            None => {
                let path = Path::from(self.name.as_str());
                self.parts.insert(self.remote.wait(self.remote.store.put_multipart(&path))?)
            }
        };
        let part = parts.put_part(PutPayload::from_bytes(Bytes::from(std::mem::take(&mut self.block))));
        self.remote.wait(part)
    }

    fn complete(&mut self) -> Result<(), object_store::Error> {
        if self.parts.is_none() {
            let payload = PutPayload::from_bytes(Bytes::from(std::mem::take(&mut self.block)));
            let path = Path::from(self.name.as_str());
            return self.remote.wait(self.remote.store.put(&path, payload)).map(|_| ());
        }
        if !self.block.is_empty() {
            self.send_part()?;
        }
        if let Some(parts) = &mut self.parts {
            self.remote.wait(parts.complete())?;
        }
        self.parts = None;
        Ok(())
    }
}

impl Write for Upload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.block.len() >= PART_BYTES {
            self.send_part().map_err(io::Error::other)?;
        }
        let taken = bytes.len().min(PART_BYTES - self.block.len());
        self.block.extend_from_slice(&bytes[..taken]);
        self.bytes += u64::try_from(taken).map_err(io::Error::other)?;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl DataWriter for Upload {
    fn finish(mut self: Box<Self>) -> Result<u64, StoreError> {
        self.complete().map_err(|error| failed("write", &self.name, error))?;
        Ok(self.bytes)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(mut parts) = self.parts.take() {
            // What cannot be taken back falls under the bucket's own rule.
            self.remote.wait(parts.abort()).ok();
        }
    }
}
