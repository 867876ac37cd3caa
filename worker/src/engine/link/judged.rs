//! What a reviewer decided about pairs: it goes before every weight.

use hashbrown::HashMap;

use super::numbers::wide;
use super::prepared::Prepared;
use super::settings::LinkError;

/// Pairs of rows of the table that somebody judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// The same person, whatever their weight and the limits of partners.
    pub same: Vec<(u32, u32)>,
    /// Different people, who are never in one cluster.
    pub different: Vec<(u32, u32)>,
}

/// The same by prepared rows.
#[derive(Debug, Default)]
pub(crate) struct Bonds {
    /// Ascending, each once.
    pub(crate) same: Vec<(u32, u32)>,
    /// For each row those it is apart from.
    pub(crate) apart: HashMap<u32, Vec<u32>>,
}

impl Bonds {
    pub(crate) fn new(prepared: &Prepared, judged: &Judged) -> Self {
        if judged.same.is_empty() && judged.different.is_empty() {
            return Self::default();
        }
        let places = prepared.places();
        let place = |(a, b): &(u32, u32)| {
            let (a, b) = (places[wide(*a)], places[wide(*b)]);
            (a.min(b), a.max(b))
        };
        let mut same: Vec<(u32, u32)> = judged.same.iter().map(place).collect();
        same.sort_unstable();
        same.dedup();
        let mut apart: HashMap<u32, Vec<u32>> = HashMap::new();
        for (a, b) in judged.different.iter().map(place) {
            apart.entry(a).or_default().push(b);
            apart.entry(b).or_default().push(a);
        }
        Self { same, apart }
    }

    /// Whether a row of one cluster must not be with one of another. `home` tells the cluster of each row.
    pub(crate) fn forbid(&self, one: &[u32], other: u32, home: &[u32]) -> bool {
        let is_apart = |row: &u32| {
            self.apart.get(row).is_some_and(|apart| apart.iter().any(|row| home[wide(*row)] == other))
        };
        !self.apart.is_empty() && one.iter().any(is_apart)
    }

    /// Whether what is the same leaves apart what is different.
    ///
    /// # Errors
    /// [`LinkError::Contradiction`].
    pub(crate) fn check(&self, home: &[u32]) -> Result<(), LinkError> {
        let is_torn =
            |row: usize, apart: &Vec<u32>| apart.iter().any(|other| home[wide(*other)] == home[row]);
        let torn = (0..home.len()).filter(|row| {
            let apart = u32::try_from(*row).ok().and_then(|row| self.apart.get(&row));
            apart.is_some_and(|apart| is_torn(*row, apart))
        });
        match torn.count() {
            0 => Ok(()),
            rows => Err(LinkError::Contradiction(rows)),
        }
    }
}
