//! Columns of all shards, one after another.

use arrow_array::cast::AsArray as _;
use arrow_array::types::ArrowPrimitiveType;
use arrow_array::{ListArray, StringArray};

use crate::snapshot::build::intern::Texts;
use crate::snapshot::build::values::Lists;
use crate::snapshot::tables::{NO_ROW, Persons};

/// A column one shard after another.
pub(super) fn joined<'t, S, T: Copy + 't, V>(
    shards: &[&'t S],
    of: impl Fn(&'t S) -> &'t [T],
    value: impl Fn(T) -> V,
) -> Vec<V> {
    // Room for exactly these: a whole country has millions of rows, and a hundred columns.
    let mut all = Vec::with_capacity(shards.iter().map(|shard| of(shard).len()).sum());
    for shard in shards {
        all.extend(of(shard).iter().map(|item| value(*item)));
    }
    all
}

pub(super) fn texts<'t, S>(shards: &[&'t S], of: impl Fn(&'t S) -> &'t StringArray) -> (Vec<u32>, Texts) {
    let (mut codes, mut all) = (Vec::new(), Texts::default());
    for text in shards.iter().flat_map(|shard| of(shard)) {
        if let Some(text) = text {
            all.push(text);
        }
        codes.push(text.map_or(0, |_| u32::try_from(all.len()).unwrap_or(u32::MAX)));
    }
    (codes, all)
}

pub(super) fn lists<'t, T: ArrowPrimitiveType>(
    shards: &[&'t Persons],
    of: impl Fn(&'t Persons) -> &'t ListArray,
) -> Lists<T::Native> {
    let mut all = Lists { starts: vec![0], items: Vec::new() };
    for shard in shards {
        let lists = of(shard);
        let base = all.items.len();
        let offset = |offset: i32| base + usize::try_from(offset).unwrap_or(0);
        let first = lists.value_offsets().first().copied().unwrap_or(0);
        let last = lists.value_offsets().last().copied().unwrap_or(0);
        let (from, to) = (usize::try_from(first).unwrap_or(0), usize::try_from(last).unwrap_or(0));
        all.items.extend_from_slice(&lists.values().as_primitive::<T>().values()[from..to]);
        let ends = lists.value_offsets().iter().skip(1).map(|end| offset(end - first));
        all.starts.extend(ends.map(|end| u32::try_from(end).unwrap_or(u32::MAX)));
    }
    all
}

/// Where the rows of each shard begin.
pub(super) fn starts(lengths: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut next = 0;
    let start = |length: usize| {
        let start = next;
        next += u32::try_from(length).unwrap_or(0);
        start
    };
    lengths.map(start).collect()
}

/// Rows of another table, of a shard as of all.
pub(super) fn moved<'t, S>(shards: &[&'t S], starts: &[u32], of: impl Fn(&'t S) -> &'t [u32]) -> Vec<u32> {
    let mut all = Vec::with_capacity(shards.iter().map(|shard| of(shard).len()).sum());
    for (shard, start) in shards.iter().zip(starts) {
        all.extend(of(shard).iter().map(|row| if *row == NO_ROW { NO_ROW } else { row + start }));
    }
    all
}
