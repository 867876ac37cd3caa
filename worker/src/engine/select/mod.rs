//! Criteria: compiled once per order, then asked of each shard.

mod area;
mod column;
mod compile;
mod evaluate;
mod node;
mod place;
mod reads;
mod set;

pub(crate) use compile::compile;
pub(crate) use evaluate::narrow;
pub(crate) use node::Node;
pub use place::{Codes, Place};
pub use reads::Read;
