//! Whose code it is, while people come, change codes and merge.

use hashbrown::HashMap;

use crate::snapshot::build::keys::sorted;
use crate::snapshot::build::table::Table;

/// The person behind a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Whose {
    pub(crate) row: u32,
    /// Whether the person has another code since.
    pub(crate) previous: bool,
}

/// Codes to rows of persons.
#[derive(Debug)]
pub(crate) struct People {
    /// As they were at the beginning, ascending.
    active: Vec<(u64, u32)>,
    previous: Vec<(u64, u32)>,
    /// What differs since; `None` is nobody's code.
    renewed: HashMap<u64, Option<Whose>>,
}

fn find(sorted: &[(u64, u32)], code: u64) -> Option<u32> {
    sorted.binary_search_by_key(&code, |(code, _)| *code).ok().map(|index| sorted[index].1)
}

impl People {
    pub(crate) fn new(persons: &Table) -> Self {
        let (active, _) = sorted(persons.ids("person_id").iter().copied(), persons.kept());
        let lists = persons.id_lists("previous_ids");
        let earlier = |row: u32| lists.get(row as usize).iter().map(move |code| (*code, row));
        let mut previous: Vec<(u64, u32)> = persons.kept_rows().flat_map(earlier).collect();
        previous.sort_unstable();
        previous.dedup_by_key(|(code, _)| *code);
        Self { active, previous, renewed: HashMap::new() }
    }

    /// An active code wins over the same one as somebody's previous.
    pub(crate) fn find(&self, code: u64) -> Option<Whose> {
        if let Some(whose) = self.renewed.get(&code) {
            return *whose;
        }
        let active = find(&self.active, code).map(|row| Whose { row, previous: false });
        active.or_else(|| find(&self.previous, code).map(|row| Whose { row, previous: true }))
    }

    pub(crate) fn set(&mut self, code: u64, whose: Option<Whose>) {
        self.renewed.insert(code, whose);
    }
}
