//! Records that cannot be linked: too little is known of them to know them again in a record that is wholly equal.

use super::model::Model;
use super::prepared::Prepared;
use super::score::Scorer;
use super::settings::LinkError;

/// The weights of records with themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnWeights {
    /// Records.
    pub records: u64,
    /// Weights that are not high, ascending.
    low: Vec<f64>,
}

impl OwnWeights {
    /// Records whose weight with themselves is below a threshold in bits. Counts are right up to the `most` that the weights
    /// were made with.
    #[must_use]
    pub fn below(&self, threshold: f64) -> u64 {
        self.low.partition_point(|weight| *weight < threshold) as u64
    }

    /// The same as a share of all records; 0 where there is none.
    #[must_use]
    pub fn share_below(&self, threshold: f64) -> f64 {
        super::numbers::real(self.below(threshold)) / super::numbers::real(self.records.max(1))
    }
}

/// Weighs each record with itself, as if another had the same values and lacked the same; weights of `most` bits and more are
/// not told apart.
///
/// # Errors
/// The model is of other columns.
pub fn own_weights(prepared: &Prepared, model: &Model, most: f64) -> Result<OwnWeights, LinkError> {
    model.check(prepared)?;
    let low = Scorer::new(prepared, &model.fit).own_weights(prepared, most);
    Ok(OwnWeights { records: prepared.rows as u64, low })
}
