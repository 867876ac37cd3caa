//! Applying changes is building from source files with the changes in them; what cannot be applied is told.

mod bad;
mod model;
mod same;
