//! Shards: contiguous ranges of the global order, cut between buildings, about equal in persons.

use std::ops::Range;

use super::order::Order;

/// What one shard holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    /// Positions of its persons.
    pub(super) persons: Range<u32>,
    /// Places of its buildings; their dwellings and addresses come along.
    pub(super) buildings: Range<u32>,
}

/// Cuts the order into at most so many shards; none is empty but the only one of an empty register.
///
/// Persons without a dwelling have shards of their own, unless there is one shard for all.
pub(super) fn cut(order: &Order, shards: u32) -> Vec<Cut> {
    let starts = (0..=order.buildings.len()).map(|place| order.building_start(place)).collect::<Vec<_>>();
    let persons = u32::try_from(order.persons.len()).unwrap_or(u32::MAX);
    cut_at(&starts, persons, shards)
}

/// `k · total / parts`, exactly.
fn share(total: u32, k: u32, parts: u32) -> u32 {
    let share = u64::from(total) * u64::from(k) / u64::from(parts.max(1));
    u32::try_from(share).unwrap_or(total)
}

/// `starts`: position of the first resident of each building, and of whoever lives nowhere.
fn cut_at(starts: &[u32], persons: u32, shards: u32) -> Vec<Cut> {
    let buildings = u32::try_from(starts.len().saturating_sub(1)).unwrap_or(u32::MAX);
    let housed = starts.last().copied().unwrap_or(0);
    if shards <= 1 {
        return vec![Cut { persons: 0..persons, buildings: 0..buildings }];
    }
    let rest = persons - housed;
    let rest_shards = if rest == 0 { 0 } else { share(shards, rest, persons).clamp(1, shards - 1) };
    let housed_shards = shards - rest_shards;
    let mut cuts = Vec::new();
    let mut from = 0;
    for k in 1..=housed_shards {
        let target = share(housed, k, housed_shards);
        let place = starts.partition_point(|start| *start < target);
        let to = if k == housed_shards { buildings } else { u32::try_from(place).unwrap_or(buildings) };
        let to = to.max(from);
        cuts.push(Cut { persons: starts[from as usize]..starts[to as usize], buildings: from..to });
        from = to;
    }
    for k in 0..rest_shards {
        let persons = housed + share(rest, k, rest_shards)..housed + share(rest, k + 1, rest_shards);
        cuts.push(Cut { persons, buildings: buildings..buildings });
    }
    cuts.retain(|cut| !cut.persons.is_empty() || !cut.buildings.is_empty());
    if cuts.is_empty() {
        cuts.push(Cut { persons: 0..0, buildings: 0..0 });
    }
    cuts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shards_cover_the_order_without_gap_or_overlap(
            residents in proptest::collection::vec(0_u32..9, 0..60),
            rest in 0_u32..40,
            shards in 1_u32..20,
        ) {
            let mut starts = vec![0];
            for count in &residents {
                starts.push(starts.last().unwrap() + count);
            }
            let housed = *starts.last().unwrap();
            let cuts = cut_at(&starts, housed + rest, shards);
            prop_assert!(cuts.len() <= shards as usize);
            let (mut position, mut building) = (0, 0);
            for cut in &cuts {
                prop_assert_eq!((cut.persons.start, cut.buildings.start), (position, building));
                (position, building) = (cut.persons.end, cut.buildings.end);
                prop_assert!(cuts.len() == 1 || cut.buildings.is_empty() || cut.persons.end <= housed);
                if cut.persons.end <= housed {
                    prop_assert_eq!(starts[building as usize], position);
                }
                let most = (housed + rest).div_ceil(shards) * 2 + 9;
                prop_assert!(shards < 3 || cut.persons.len() <= most as usize, "{:?}", cuts);
            }
            prop_assert_eq!((position, building as usize), (housed + rest, residents.len()));
        }
    }
}
