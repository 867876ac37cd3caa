//! Executes tasks: the engine, and the handlers that feed it.
//!
//! ```text
//! consume ──► handler ──► opened ──► stages ──► engine
//!  (apalis)    (commit)   (order)    (reading)   (pure)
//! ```

pub mod consume;
pub mod deliver;
pub mod engine;
pub mod execute;
pub mod handler;
pub mod heartbeat;
mod kept;
pub mod memory;
pub mod opened;
pub mod reading;
pub mod release;
pub mod run;
pub mod stages;
