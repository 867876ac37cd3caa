//! Tests of the whole program from outside, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

mod tidy;
