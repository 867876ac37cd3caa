//! Objects on their way out of a bucket, block by block.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use futures_util::stream::BoxStream;

use super::Remote;

/// An object being read.
pub(super) struct Download {
    pub(super) remote: Arc<Remote>,
    pub(super) stream: BoxStream<'static, Result<Bytes, object_store::Error>>,
    pub(super) block: Bytes,
}

impl Read for Download {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.block.is_empty() {
            match self.remote.wait(self.stream.try_next()).map_err(io::Error::other)? {
                Some(block) => self.block = block,
                None => return Ok(0),
            }
        }
        let count = self.block.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.block.split_to(count));
        Ok(count)
    }
}
