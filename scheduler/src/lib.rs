//! Accepts orders, plans them, hands their tasks to the queue, and reconciles.
//!
//! Opens no shard and computes no result; never imports `worker`. All it knows it reads from
//! the store, so that it may be killed at any moment.
//!
//! ```text
//! api ──► service ──► accept  ──► orders in the store ◄── look, advance ◄── reconcile ◄── hints, timer
//!                └──► control ──┘
//! ```

pub mod accept;
pub mod advance;
pub mod api;
pub mod continuous;
pub mod control;
mod erase;
pub mod error;
mod guard;
pub mod look;
mod own_register;
mod place;
pub mod progress;
pub mod reconcile;
pub mod role;
pub mod service;
mod settings;
mod submission;

pub use service::{Scheduler, ServiceError};
