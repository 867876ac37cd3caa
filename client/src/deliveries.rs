//! Deliveries of subscriptions, copied as they are: encrypted, the same bytes each time.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use poimuri_shared::delivery::{MANIFEST, Manifest, PartFile};
use poimuri_shared::ids::SubscriptionId;
use reqwest::{Method, Response};
use sha2::{Digest as _, Sha256};

use crate::calls::{Client, send};
use crate::error::ClientError;

impl Client {
    /// Copies the delivery of a step into the folder `out`, which is made if missing. Files are compared with the
    /// manifest, which is written last: a copy without it is not whole. What is there already is written again.
    ///
    /// # Errors
    /// If nothing was delivered in that step or it was erased, a file is not what the manifest says, the folder cannot be
    /// written, or the scheduler cannot be reached.
    pub async fn copy_delivery(
        &self,
        id: &SubscriptionId,
        step: u32,
        out: &Path,
    ) -> Result<Manifest, ClientError> {
        let bytes = self.delivery(id, step, MANIFEST).await?.bytes().await?;
        let manifest = Manifest::parse(&bytes).map_err(|error| ClientError::Answer(error.to_string()))?;
        fs::create_dir_all(out).map_err(ClientError::Output)?;
        for file in &manifest.files {
            let answer = self.delivery(id, step, &file.object).await?;
            copy(answer, file, &out.join(&file.object)).await?;
        }
        fs::write(out.join(MANIFEST), bytes).map_err(ClientError::Output)?;
        Ok(manifest)
    }

    async fn delivery(&self, id: &SubscriptionId, step: u32, file: &str) -> Result<Response, ClientError> {
        let path = format!("/v1/subscriptions/{id}/deliveries/{step}/{file}");
        send(self.request(Method::GET, &path)).await
    }
}

async fn copy(mut answer: Response, file: &PartFile, path: &Path) -> Result<(), ClientError> {
    let mut target = File::create(path).map_err(ClientError::Output)?;
    let (mut digest, mut length) = (Sha256::new(), 0);
    while let Some(piece) = answer.chunk().await? {
        digest.update(&piece);
        length += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        target.write_all(&piece).map_err(ClientError::Output)?;
    }
    target.sync_all().map_err(ClientError::Output)?;
    if (length, &hex::encode(digest.finalize())) == (file.sealed_bytes, &file.sealed_sha256) {
        return Ok(());
    }
    Err(ClientError::Answer("a file of the delivery is not the one that the manifest names".into()))
}
