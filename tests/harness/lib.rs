//! What the integration tests stand on: the real program, a private Redis, a store with a register.
//!
//! Knows the program by its command line, its files and its HTTP answers only, never by its types.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

pub mod callers;
pub mod cluster;
pub mod disk;
pub mod harm;
pub mod http;
pub mod orders;
pub mod process;
pub mod program;
pub mod redis;
pub mod store;
pub mod wait;
