//! An upload as a blocking thread reads it: piece by piece, never whole in memory.

use std::io::{self, Read};

use axum::body::{Body, Bytes};
use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Pieces of the upload that may wait for the reader.
const WAITING_MAX: usize = 16;

/// The body of a call, to be read on a thread that may block. The task that fetches it ends with the call.
pub(super) fn pieces(body: Body) -> (Pieces, Fetching) {
    let (pieces, received) = mpsc::channel(WAITING_MAX);
    (Pieces { received, piece: Bytes::new() }, Fetching(tokio::spawn(pump(body, pieces))))
}

/// Fetches a body until it is dropped.
pub(super) struct Fetching(JoinHandle<()>);

impl Drop for Fetching {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn pump(body: Body, pieces: mpsc::Sender<io::Result<Bytes>>) {
    let mut stream = body.into_data_stream();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(io::Error::other);
        if pieces.send(piece).await.is_err() {
            return;
        }
    }
}

/// What was fetched.
pub(super) struct Pieces {
    received: mpsc::Receiver<io::Result<Bytes>>,
    piece: Bytes,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.received.blocking_recv() {
                Some(piece) => self.piece = piece?,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.piece.len());
        buffer[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}
