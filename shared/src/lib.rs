//! The vocabulary and the contracts of Poimuri: what the other crates agree on.
//!
//! Nothing here is a process of its own. `scheduler` and `worker` never
//! import each other; they meet in this crate.
#![warn(missing_docs)]

pub mod admission;
pub mod asked;
pub mod audit;
pub mod clock;
pub mod codec;
pub mod customer_register;
pub mod delivery;
pub mod disclosed;
pub mod document;
pub mod error;
pub mod ids;
pub mod lifecycle;
pub mod normalise;
pub mod order;
pub mod orders;
pub mod partial;
pub mod permit;
pub mod plan;
pub mod policy;
pub mod price;
pub mod private_file;
pub mod progress;
pub mod queue;
pub mod receipt;
pub mod recipient;
pub mod register;
pub mod registers;
pub mod registry;
pub mod retention;
pub mod snapshot;
pub mod store;
pub mod subscriptions;
