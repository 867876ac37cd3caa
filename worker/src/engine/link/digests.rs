//! Digests of what rows are compared by: whether a row is as it was is known without its values.

use rayon::prelude::*;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::encode::Encoded;
use super::numbers::wide;

/// Digests of rows under a secret, while their columns come one after another.
#[derive(Debug)]
pub struct Digests {
    secret: u64,
    rows: Vec<u64>,
}

impl Digests {
    /// Of so many rows. Digests of two secrets cannot be compared.
    #[must_use]
    pub fn new(secret: &[u8], rows: usize) -> Self {
        let secret = xxh3_64(secret);
        Self { secret, rows: vec![secret; rows] }
    }

    /// Takes the next column: its texts, and for each row the code of its text.
    pub fn add<'t>(&mut self, texts: impl Iterator<Item = &'t str>, codes: &[u32]) {
        let texts: Vec<u64> = texts.map(|text| xxh3_64_with_seed(text.as_bytes(), self.secret)).collect();
        self.rows.par_iter_mut().zip(codes).for_each(|(digest, code)| {
            *digest = xxh3_64_with_seed(&texts[wide(*code)].to_le_bytes(), *digest);
        });
    }

    /// Takes the next column as it is compared; rows are in the order that records are compared in.
    pub fn add_encoded(&mut self, column: &Encoded) {
        self.add(column.codes.texts.iter(), &column.codes.rows);
    }

    /// Row by row.
    #[must_use]
    pub fn finish(self) -> Vec<u64> {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_of_one_secret_and_of_every_value() {
        let told = |secret: &[u8], columns: [[u32; 4]; 2]| {
            let mut digests = Digests::new(secret, 4);
            columns.iter().for_each(|codes| digests.add(["", "a", "b"].into_iter(), codes));
            digests.finish()
        };
        let one = told(b"one", [[1, 1, 2, 0], [1, 1, 1, 2]]);
        assert_eq!(one, told(b"one", [[1, 1, 2, 0], [1, 1, 1, 2]]));
        assert_eq!(one[0], one[1], "equal values have one digest");
        assert!(one[0] != one[2] && one[2] != one[3]);
        assert_ne!(one[0], told(b"other", [[1, 1, 2, 0], [1, 1, 1, 2]])[0]);
        // The same values in other columns.
        assert_ne!(told(b"one", [[1; 4], [2; 4]])[0], told(b"one", [[2; 4], [1; 4]])[0]);
    }
}
