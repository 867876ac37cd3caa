//! Submitting orders and subscriptions to a scheduler from a program, and following them.
//!
//! ```no_run
//! # async fn example() -> Result<(), poimuri_client::ClientError> {
//! use poimuri_client::{Client, Submission};
//!
//! let client = Client::new("http://127.0.0.1:8480")?;
//! let order = std::fs::read_to_string("order.toml").unwrap_or_default();
//! let submitted = client.submit(&Submission::toml(order).key("campaign-17")).await?;
//! let mut watch = client.watch(&submitted.id).await?;
//! while let Some(progress) = watch.next().await? {
//!     println!("{} of 1000", progress.permille());
//! }
//! println!("{}", client.receipt(&submitted.id).await?);
//! # Ok(())
//! # }
//! ```
//!
//! Continuous updates go the same way: [`Client::subscribe`], [`Client::run_subscription`], [`Client::copy_delivery`],
//! [`Client::acknowledge`].
//!
//! Knows the HTTP API alone: no store, no queue.
#![warn(missing_docs)]

mod calls;
mod deliveries;
mod error;
mod events;
mod order;
mod registers;
mod subscriptions;
mod watch;

pub use calls::Client;
pub use error::ClientError;
pub use order::{OrderView, Submission, Submitted};
pub use watch::Watch;
