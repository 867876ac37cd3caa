//! Names of people who speak something else than Finnish at home: given names, surnames and their parts.

use std::sync::LazyLock;

use super::languages::Culture;

const TABLE: &str = include_str!("../tables/name_pools.tsv");

/// Parts of names of a culture; given names and whole surnames with the common ones first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pool {
    pub(super) men: Vec<&'static str>,
    pub(super) women: Vec<&'static str>,
    pub(super) whole: Vec<&'static str>,
    /// Beginnings of composed surnames.
    pub(super) stems: Vec<&'static str>,
    /// Their ends.
    pub(super) ends: Vec<&'static str>,
}

impl Pool {
    fn read(culture: &str) -> Self {
        let words = |kind: &str| -> Vec<&'static str> {
            let of_kind = |line: &&'static str| {
                line.strip_prefix(culture)?.strip_prefix('\t')?.strip_prefix(kind)?.strip_prefix('\t')
            };
            TABLE
                .lines()
                .find_map(|line| of_kind(&line))
                .map_or_else(Vec::new, |words| words.split(' ').collect())
        };
        Self {
            men: words("men"),
            women: words("women"),
            whole: words("whole"),
            stems: words("stems"),
            ends: words("ends"),
        }
    }
}

/// The pools in the order of [`pool`].
static POOLS: LazyLock<[Pool; 7]> = LazyLock::new(|| {
    ["swedish", "slavic", "estonian", "arabic", "western", "asian", "balkan"].map(Pool::read)
});

/// The names of a culture; those of Finnish come from a table of their own.
pub(super) fn pool(culture: Culture) -> &'static Pool {
    match culture {
        Culture::Finnish | Culture::Swedish => &POOLS[0],
        Culture::Slavic => &POOLS[1],
        Culture::Estonian => &POOLS[2],
        Culture::Arabic => &POOLS[3],
        Culture::Western => &POOLS[4],
        Culture::Asian => &POOLS[5],
        Culture::Balkan => &POOLS[6],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pool_has_every_kind_of_name() {
        for pool in POOLS.iter() {
            let sizes = [&pool.men, &pool.women, &pool.whole, &pool.stems, &pool.ends].map(Vec::len);
            assert!(sizes.iter().all(|size| *size >= 8), "{sizes:?}");
        }
        assert_eq!(pool(Culture::Swedish).men[0], "Erik");
    }
}
