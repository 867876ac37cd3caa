//! One of the two snapshots: its people by shard, by position and by code.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{ArrowPrimitiveType, UInt32Type, UInt64Type};
use arrow_array::{ListArray, PrimitiveArray};

use super::Side;
use crate::register::hetu::Hetu;
use crate::snapshot::identity::IdentityIndex;
use crate::snapshot::tables::{Addresses, Dwellings, Persons};
use crate::snapshot::{Shard, Snapshot, SnapshotError};

/// A snapshot with all its shards at hand.
pub(super) struct Sides<'s> {
    snapshot: &'s Snapshot,
    identity: &'s IdentityIndex,
    shards: Vec<Arc<Shard>>,
}

/// The people of one shard with their dwellings and addresses.
#[derive(Clone, Copy)]
pub(super) struct People<'s> {
    first: u32,
    pub(super) persons: &'s Persons,
    pub(super) dwellings: &'s Dwellings,
    pub(super) addresses: &'s Addresses,
}

impl<'s> Sides<'s> {
    pub(super) fn new(snapshot: &'s Snapshot) -> Result<Self, SnapshotError> {
        let shards = (0..snapshot.shard_count()).map(|index| snapshot.shard(index));
        let shards = shards.collect::<Result<_, _>>()?;
        Ok(Self { snapshot, identity: snapshot.identity()?, shards })
    }

    pub(super) fn shard_count(&self) -> u32 {
        self.snapshot.shard_count()
    }

    pub(super) fn population(&self) -> u64 {
        self.snapshot.manifest().totals.population
    }

    pub(super) fn shard(&self, index: u32) -> Result<People<'_>, SnapshotError> {
        let shard = self.shards.get(index as usize).ok_or(SnapshotError::NoShard(index))?;
        Ok(People {
            first: shard.positions().start,
            persons: shard.persons()?,
            dwellings: shard.dwellings()?,
            addresses: shard.addresses()?,
        })
    }

    /// Positions of the people who have or had these codes.
    pub(super) fn resolve(&self, codes: &[u64]) -> Vec<Option<u32>> {
        self.identity.resolve(codes)
    }

    /// The position of who has a code as the active one.
    pub(super) fn active(&self, code: u64) -> Option<u32> {
        self.identity.find(code).filter(|found| !found.previous).map(|found| found.position)
    }
}

/// Rows by position; neighbours in one snapshot are mostly neighbours in the other.
pub(super) struct Cursor<'s> {
    sides: &'s Sides<'s>,
    last: Option<(std::ops::Range<u32>, People<'s>)>,
}

impl<'s> Cursor<'s> {
    pub(super) const fn new(sides: &'s Sides<'s>) -> Self {
        Self { sides, last: None }
    }

    /// The people of the shard of a position, and its row there.
    pub(super) fn at(&mut self, position: u32) -> Result<(People<'s>, usize), SnapshotError> {
        if let Some((range, people)) = &self.last
            && range.contains(&position)
        {
            return Ok((*people, (position - range.start) as usize));
        }
        let index = self.sides.shards.partition_point(|shard| shard.positions().end <= position);
        let people = self.sides.shard(u32::try_from(index).unwrap_or(u32::MAX))?;
        let range = self.sides.shards.get(index).map_or(0..0, |shard| shard.positions());
        let row = (position - range.start) as usize;
        self.last = Some((range, people));
        Ok((people, row))
    }
}

impl<'s> People<'s> {
    pub(super) fn side(&self, row: usize) -> Option<Side> {
        let code = Hetu::from_packed(self.persons.id[row])?;
        Some(Side { code, position: self.first + u32::try_from(row).unwrap_or(0) })
    }

    pub(super) fn previous_ids(&self, row: usize) -> impl Iterator<Item = u64> + 's {
        items::<UInt64Type>(&self.persons.previous_ids, row).iter().copied()
    }
}

/// The items of one list, where they lie.
pub(super) fn items<T: ArrowPrimitiveType>(lists: &ListArray, row: usize) -> &[T::Native] {
    let offset = |index: usize| {
        lists.value_offsets().get(index).and_then(|offset| usize::try_from(*offset).ok()).unwrap_or(0)
    };
    let values: &PrimitiveArray<T> = lists.values().as_primitive();
    values.values().get(offset(row)..offset(row + 1)).unwrap_or_default()
}

/// Codes of a list.
pub(super) fn codes(lists: &ListArray, row: usize) -> &[u32] {
    items::<UInt32Type>(lists, row)
}
