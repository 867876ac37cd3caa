//! Why no day passes.

use std::io;
use std::path::PathBuf;

use crate::register::changes::LeftOut;
use crate::register::synth::SynthError;
use crate::snapshot::build::BuildError;

/// Why a register does not evolve. Names files, fields and counts, never values.
#[derive(Debug, thiserror::Error)]
pub enum EvolveError {
    /// No days, or too many.
    #[error("number of days must be 1 to {most}, not {0}", most = super::DAYS_MOST)]
    Days(u32),
    /// The register would be written over while it is read.
    #[error("the folder to write to is the folder to read from")]
    SameFolder,
    /// The source files are refused.
    #[error("register cannot be read")]
    Register(#[from] BuildError),
    /// The file that says of which date a register is cannot be read.
    #[error("{} cannot be read", .0.display())]
    Standing(PathBuf, #[source] serde_json::Error),
    /// A file cannot be read.
    #[error("{} cannot be read", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// A file or folder cannot be written.
    #[error("{} cannot be written", .0.display())]
    Write(PathBuf, #[source] io::Error),
    /// A source file cannot be written.
    #[error("register cannot be written")]
    Output(#[from] SynthError),
    /// An event breaks a rule of the register: a defect.
    #[error("an event breaks a rule: {}: {}", .0.field, .0.reason.text())]
    Rule(LeftOut),
}
