//! A stored result extended by new rows: what was compared before is not compared again.

use super::compare::{Compared, Weighed, compare_within};
use super::model::Model;
use super::numbers::{narrow, wide};
use super::prepared::Prepared;
use super::settings::LinkError;
use super::share::Scope;

/// What an earlier run left of the rows that are as they were.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Earlier {
    /// For each row of the table whether it is new or not as it was.
    pub fresh: Vec<bool>,
    /// Kept pairs of the other rows, by rows of the table, with their weights.
    pub pairs: Vec<(u32, u32, f64)>,
}

impl Compared {
    /// The kept pairs by rows of the table, for [`Earlier`].
    #[must_use]
    pub fn by_table(&self, prepared: &Prepared) -> Vec<(u32, u32, f64)> {
        let row = |place: u32| prepared.origin[wide(place)];
        self.pairs.iter().map(|pair| (row(pair.a), row(pair.b), pair.weight)).collect()
    }

    /// What was kept before of pairs that are not compared again, by rows of the table.
    #[must_use]
    pub fn of_earlier(prepared: &Prepared, pairs: &[(u32, u32, f64)]) -> Self {
        let places = prepared.places();
        let weighed = |(a, b, weight): &(u32, u32, f64)| {
            let (a, b) = (places[wide(*a)], places[wide(*b)]);
            Weighed { a: a.min(b), b: a.max(b), weight: *weight }
        };
        Self { pairs: pairs.iter().map(weighed).collect(), ..Self::default() }
    }

    /// The kept pairs by rows as they are compared, with their weights.
    pub fn kept(&self) -> impl Iterator<Item = (u32, u32, f64)> {
        self.pairs.iter().map(|pair| (pair.a, pair.b, pair.weight))
    }
}

/// Compares the pairs with a fresh row, and adds those that were kept before. A pair's weight stays what it was when the
/// pair was first compared. Counts are of this run alone.
///
/// # Errors
/// The model is of other columns.
pub fn extend(prepared: &Prepared, model: &Model, earlier: &Earlier) -> Result<Compared, LinkError> {
    let scope = Scope::default().with_fresh(prepared, &earlier.fresh);
    let found = compare_within(prepared, model, &scope)?;
    Ok(Compared::joined([found, Compared::of_earlier(prepared, &earlier.pairs)]))
}

impl Prepared {
    /// For each row of the table its place among the prepared ones.
    pub(crate) fn places(&self) -> Vec<u32> {
        let mut places = vec![0; self.rows];
        (0..self.rows).for_each(|place| places[wide(self.origin[place])] = narrow(place));
        places
    }
}
