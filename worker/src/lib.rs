//! Executes tasks: the engine, and the handlers that feed it.

pub mod consume;
pub mod deliver;
pub mod engine;
pub mod execute;
pub mod heartbeat;
