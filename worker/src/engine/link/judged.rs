//! What a reviewer decided about pairs: it goes before every weight.

use std::collections::BTreeMap;

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

/// Judged pairs of each kind from which on parameters are learned from them.
const ENOUGH: usize = 10;

impl Judged {
    /// Whether there are enough of both kinds for parameters to be learned from them.
    #[must_use]
    pub fn can_teach(&self) -> bool {
        self.same.len().min(self.different.len()) >= ENOUGH
    }

    /// Adds what others judged.
    pub fn extend<'j>(&mut self, others: impl IntoIterator<Item = &'j Self>) {
        for other in others {
            self.same.extend(&other.same);
            self.different.extend(&other.different);
        }
    }
}

/// Words for the same person, and for different people.
const SAME: &[&str] = &["yes", "y", "1", "true", "same", "kyllä", "k", "ja", "j", "x"];
const DIFFERENT: &[&str] = &["no", "n", "0", "false", "different", "ei", "e", "nej"];

/// Judgements while they are read, row by row.
#[derive(Debug, Default)]
pub struct Judging {
    /// What was judged of a pair, and on which line.
    pairs: BTreeMap<(u32, u32), (bool, u64)>,
    set_aside: u64,
}

impl Judging {
    /// Takes what a line says of a pair of rows, the lower first; of none, if a record is not there. An empty word is no
    /// judgement.
    ///
    /// # Errors
    /// The word says nothing, or an earlier line says otherwise.
    pub fn add(&mut self, pair: Option<(u32, u32)>, word: &str, line: u64) -> Result<(), String> {
        let is_same = match word.trim().to_lowercase().as_str() {
            "" => return Ok(()),
            word if SAME.contains(&word) => true,
            word if DIFFERENT.contains(&word) => false,
            _ => return Err("same must be yes, no or empty".to_owned()),
        };
        let Some(pair) = pair else {
            self.set_aside += 1;
            return Ok(());
        };
        match *self.pairs.entry(pair).or_insert((is_same, line)) {
            (before, _) if before == is_same => Ok(()),
            (_, earlier) => Err(format!("the pair was judged otherwise on line {earlier}")),
        }
    }

    /// What was judged, and how many judgements are of records that are not there.
    #[must_use]
    pub fn finish(self) -> (Judged, u64) {
        let of = |wanted: bool| {
            let pairs = self.pairs.iter().filter(|(_, (is_same, _))| *is_same == wanted);
            pairs.map(|(pair, _)| *pair).collect()
        };
        (Judged { same: of(true), different: of(false) }, self.set_aside)
    }
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
