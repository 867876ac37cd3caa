//! How many partners a record may have in the other list, and whether the data show it.

use super::blocks::per_row;
use super::compare::Weighed;
use super::numbers::wide;
use super::prepared::Prepared;
use super::settings::Partners;

/// The odds from which on a pair is sure: ten bits, a thousand to one.
const SURE: f64 = 10.0;
/// Lists hold no doubles if fewer of the sure records than this have several sure partners.
const FEW: f64 = 0.01;

/// Most records of the first and of the second list in one cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) first: usize,
    pub(crate) second: usize,
}

/// The limits of a choice; of no choice, what the sure pairs show.
pub(crate) fn limits(prepared: &Prepared, pairs: &[Weighed], chosen: Partners) -> (Partners, Limits) {
    let found = match chosen {
        _ if !prepared.is_link() => Partners::ManyToMany,
        Partners::Auto => seen(prepared, pairs),
        Partners::OneToOne | Partners::OneToMany | Partners::ManyToOne | Partners::ManyToMany => chosen,
    };
    let any = usize::MAX;
    let (first, second) = match found {
        Partners::OneToOne => (1, 1),
        Partners::OneToMany => (1, any),
        Partners::ManyToOne => (any, 1),
        Partners::ManyToMany | Partners::Auto => (any, any),
    };
    (found, Limits { first, second })
}

fn seen(prepared: &Prepared, pairs: &[Weighed]) -> Partners {
    let mut partners = vec![0_u32; prepared.rows];
    for pair in pairs.iter().filter(|pair| pair.weight >= SURE) {
        partners[wide(pair.a)] += 1;
        partners[wide(pair.b)] += 1;
    }
    let doubles = |partners: &[u32]| {
        let linked = partners.iter().filter(|count| **count > 0).count();
        let several = partners.iter().filter(|count| **count > 1).count();
        per_row(several as u64, linked) >= FEW
    };
    let (first, second) = partners.split_at(prepared.first_rows);
    match (doubles(first), doubles(second)) {
        (false, false) => Partners::OneToOne,
        (true, false) => Partners::OneToMany,
        (false, true) => Partners::ManyToOne,
        (true, true) => Partners::ManyToMany,
    }
}
