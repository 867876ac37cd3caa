//! The classes of pairs: the same person, different people with something in common, people at random.

use serde::{Deserialize, Serialize};

use super::bare::is_bare;
use super::density::Densities;
use super::kind::Kind;
use super::level::{EQUAL, LEVELS};
use super::numbers::narrow;
use super::observe::LevelCounts;

/// Fields that a pattern can hold.
pub(crate) const FIELDS_MAX: usize = 20;

/// The levels of a pattern, field by field.
pub(crate) type Levels = [usize; FIELDS_MAX];

/// Pairs with one pattern.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) pattern: u64,
    /// Fields that some rule did without, as bits.
    pub(crate) free: u32,
    pub(crate) count: u64,
}

/// A class of pairs: its share of all pairs, and the shares of the levels of each field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Class {
    pub(crate) share: f64,
    pub(crate) levels: LevelCounts,
    /// Fields whose levels are its own, as bits; the others look as at random.
    pub(crate) own: u32,
    /// Fields that its pairs have in common, as bits: they make it what it is.
    #[serde(default)]
    pub(crate) common: u32,
}

/// The fitted classes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fit {
    /// The same person at one address.
    pub(crate) same: Class,
    /// The same person who has moved: what makes an address changes together, the rest is as in `same`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) moved: Option<Class>,
    /// Different people with something in common, one class for each field that groups share.
    pub(crate) groups: Vec<Class>,
    pub(crate) random: Class,
    pub(crate) rounds: usize,
}

/// Where estimation begins for a field that the pairs of a class have in common.
pub(crate) const LIKELY: [f64; LEVELS] = [0.0, 0.1, 0.02, 0.02, 0.03, 0.03, 0.1, 0.7];

impl Fit {
    pub(crate) fn begin(kinds: &[Kind], drawn: &LevelCounts, pairs: f64, rows: f64) -> Self {
        let share = 0.1 * rows / pairs;
        let width = kinds.len();
        let having = |fields: &[usize], own: u32| {
            let mut levels = drawn.clone();
            fields.iter().for_each(|field| levels[*field] = LIKELY);
            let common = fields.iter().fold(0, |bits, field| bits | 1 << field);
            Class { share, levels, own, common }
        };
        let bits = |is_in: &dyn Fn(Kind) -> bool| {
            (0..width).filter(|field| is_in(kinds[*field])).fold(0_u32, |bits, field| bits | 1 << field)
        };
        let common = bits(&|kind| kind == Kind::Category);
        let shared = shared(kinds, drawn);
        let of = |bits: u32| (0..width).filter(move |field| bits >> field & 1 == 1);
        let groups = of(shared & !common).map(|field| having(&[field], shared));
        // A firm has an address for all its people, and a family a name: of full names the last.
        let of_home =
            bits(&|kind| kind == Kind::FullName || kind == Kind::Email && has_names(kinds)) | shared;
        let household = having(&of(shared & !common).collect::<Vec<_>>(), of_home);
        let household = Some(household).filter(|_| (shared & !common).count_ones() > 1);
        let pairs = of(!shared).flat_map(|one| of(shared & !common).map(move |other| (one, other)));
        let pairs = pairs.map(|(one, other)| having(&[one, other], common | 1 << one | 1 << other));
        let names =
            bits(&|kind| matches!(kind, Kind::GivenName | Kind::Surname | Kind::FullName | Kind::Email));
        let namesakes = having(&of(names).collect::<Vec<_>>(), names | common);
        // With levels of its own for every field such a class could not be told from one person.
        let whole = bits(&|_| true);
        let is_told = |class: &Class| class.own & whole != whole;
        let namesakes = Some(namesakes).filter(|class| names.count_ones() > 2 && is_told(class));
        let pairs = pairs.filter(is_told);
        // Addresses of mail that are made of given names are alike where those are.
        let mailed = bits(&|kind| matches!(kind, Kind::GivenName | Kind::Email));
        let mailed = Some(having(&of(mailed).collect::<Vec<_>>(), mailed | common))
            .filter(|class| is_bare(kinds) && mailed.count_ones() == 2 && is_told(class));
        let groups = groups.chain(household).chain(pairs).chain(namesakes).chain(mailed);
        Self {
            same: Class { share, levels: vec![LIKELY; width], own: u32::MAX, common: u32::MAX },
            moved: moved(kinds, drawn, share),
            groups: groups.collect(),
            random: Class { share: 1.0, levels: drawn.clone(), own: 0, common: 0 },
            rounds: 0,
        }
    }

    fn classes(&self) -> impl Iterator<Item = &Class> {
        self.persons().chain([&self.random]).chain(&self.groups)
    }

    /// The classes of the same person.
    pub(crate) fn persons(&self) -> impl Iterator<Item = &Class> {
        std::iter::once(&self.same).chain(&self.moved)
    }

    /// The share of all pairs that are the same person.
    pub(crate) fn same_share(&self) -> f64 {
        self.persons().map(|class| class.share).sum()
    }

    /// The shares of a field's levels among pairs of the same person.
    pub(crate) fn same_levels(&self, field: usize) -> [f64; LEVELS] {
        let all = self.same_share();
        self.persons().fold([0.0; LEVELS], |mut levels, class| {
            levels
                .iter_mut()
                .zip(class.levels[field])
                .for_each(|(sum, level)| *sum += level * class.share / all);
            levels
        })
    }

    /// Whether every class has levels for so many fields.
    pub(crate) fn is_whole(&self, width: usize) -> bool {
        self.classes().all(|class| class.levels.len() == width)
    }

    /// The classes, ready for many patterns.
    pub(crate) fn ready(&self) -> Densities<'_> {
        Densities::new(self)
    }
}

fn has_names(kinds: &[Kind]) -> bool {
    kinds.iter().any(|kind| matches!(kind, Kind::GivenName | Kind::FullName))
}

/// The fields that groups share, as bits: never all, for then nothing would tell a group from one person.
fn shared(kinds: &[Kind], drawn: &LevelCounts) -> u32 {
    let is_shared = |field: &usize| kinds[*field].is_shared_by_groups();
    let shared = (0..kinds.len()).filter(is_shared).fold(0_u32, |bits, field| bits | 1 << field);
    if shared.count_ones() < narrow(kinds.len()) {
        return shared;
    }
    let equal = usize::from(EQUAL);
    let telling = (0..kinds.len()).filter(|field| kinds[*field] != Kind::Number);
    let most = telling.min_by(|a, b| drawn[*a][equal].total_cmp(&drawn[*b][equal]));
    most.map_or(shared, |field| shared & !(1 << field))
}

/// The class of those who moved, where an address has several fields and more than a name tells persons apart.
fn moved(kinds: &[Kind], drawn: &LevelCounts, share: f64) -> Option<Class> {
    let places = |field: &usize| kinds[*field].is_of_address();
    let own = (0..kinds.len()).filter(places).fold(0_u32, |bits, field| bits | 1 << field);
    let personal = kinds.iter().filter(|kind| !kind.is_shared_by_groups());
    let is_told = kinds.iter().any(|kind| matches!(kind, Kind::Date | Kind::Identifier | Kind::Email));
    let levels = (0..kinds.len()).map(|field| if own >> field & 1 == 1 { drawn[field] } else { LIKELY });
    (own.count_ones() > 1 && personal.count() > 1 && is_told).then(|| Class {
        share: share * 0.1,
        levels: levels.collect(),
        own,
        common: !own,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_never_share_all_fields() {
        let drawn = |equal: f64| [0.0, 1.0 - equal, 0.0, 0.0, 0.0, 0.0, 0.0, equal];
        let (rare, common) = (drawn(0.001), drawn(0.1));
        let titles = [Kind::Text, Kind::Text, Kind::Number];
        assert_eq!(shared(&titles, &vec![common, rare, rare]), 0b101);
        assert_eq!(shared(&[Kind::GivenName, Kind::Place], &vec![common, rare]), 0b10);
        for kinds in [
            &[Kind::GivenName, Kind::Surname][..],
            &[Kind::Surname, Kind::Date],
            &[Kind::GivenName, Kind::Surname, Kind::Category],
            &[Kind::Street, Kind::PostalCode],
        ] {
            let fit = Fit::begin(kinds, &vec![common; kinds.len()], 1e6, 1e3);
            let whole = (1 << kinds.len()) - 1;
            assert!(fit.groups.iter().all(|class| class.own & whole != whole), "{kinds:?}");
        }
    }
}
