//! How many of each group, and which: exact whole numbers throughout.

mod allocate;
mod draw;
mod remainder;

pub(crate) use allocate::allocate;
pub(crate) use draw::draw_in_shard;
