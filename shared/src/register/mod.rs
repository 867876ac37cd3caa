//! The register itself: identity codes, building identifiers, code lists, source files, change records, the
//! synthetic register.

pub mod building_id;
pub mod changes;
mod check_char;
pub mod codes;
pub mod hetu;
pub mod source;
pub mod synth;
