//! Why a synthetic register was not made.

use arrow_schema::ArrowError;

/// Why a register was not made.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// Nobody to make.
    #[error("population of a synthetic register must be at least 1")]
    Empty,
    /// Test identity codes give 600 identities for a birth date and century (100 before 1900), half for each sex.
    #[error(
        "population is too large for test identity codes: {needed} people of one sex are born in {year}, \
         numbers 900 to 999 give {available}"
    )]
    Identities {
        /// Year of birth.
        year: i16,
        /// Codes needed for one sex.
        needed: u32,
        /// Codes there are for one sex.
        available: u32,
    },
    /// Building identifiers have eight free digits.
    #[error("population {population} needs more building identifiers than there are")]
    Buildings {
        /// The population asked for.
        population: u64,
    },
    /// The folder cannot be made.
    #[error("folder of the register cannot be created")]
    Folder(#[source] std::io::Error),
    /// A file cannot be created or given its name.
    #[error("{file} cannot be created")]
    Create {
        /// Name of the file.
        file: &'static str,
        /// Cause.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("{file} cannot be written")]
    Write {
        /// Name of the file.
        file: &'static str,
        /// Cause.
        source: parquet::errors::ParquetError,
    },
    /// Columns of a file do not fit together: a defect.
    #[error("rows of the register do not fit their columns")]
    Columns(#[source] ArrowError),
}
