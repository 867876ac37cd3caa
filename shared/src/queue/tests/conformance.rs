//! One suite for both queues.

use std::time::Duration;

use super::worker;
use crate::queue::{Cause, Failure, Fingerprint, Queue};

/// Runs a scenario against each queue.
macro_rules! suite {
    ($($name:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test] async fn $name() {
                let hands = crate::queue::tests::Hands::new();
                super::$name(&crate::queue::tests::memory(&hands), &hands).await;
            })*
        }
        mod redis {
            $(#[tokio::test] async fn $name() {
                let (server, hands) = (crate::queue::tests::server::Server::start(), crate::queue::tests::Hands::new());
                super::$name(&crate::queue::tests::redis(&server, &hands).await, &hands).await;
            })*
        }
    };
}

mod leases;
mod orders;

fn failure(cause: Cause) -> Failure {
    Failure { cause, fingerprint: Fingerprint::new("store-away"), retry_after: Duration::ZERO }
}

async fn idle(queue: &dyn Queue) -> bool {
    queue.claim(&worker("w-idle")).await.unwrap().is_none()
}
