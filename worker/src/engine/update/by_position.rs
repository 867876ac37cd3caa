//! Something of everybody by position in the global order, made of all shards at once.

use rayon::prelude::*;

use crate::engine::{EngineError, Tables};

/// Something of each person of a snapshot; `fill` makes that of the persons of a shard, in the order of its rows.
pub(super) fn by_position<T: Clone + Default + Send>(
    shards: &[Tables<'_>],
    fill: impl Fn(&Tables<'_>, &mut [T]) -> Result<(), EngineError> + Sync,
) -> Result<Vec<T>, EngineError> {
    let mut all = vec![T::default(); shards.iter().map(Tables::rows).sum()];
    let (mut pieces, mut rest) = (Vec::with_capacity(shards.len()), all.as_mut_slice());
    for tables in shards {
        let (piece, after) = rest.split_at_mut(tables.rows());
        pieces.push((tables, piece));
        rest = after;
    }
    pieces.into_par_iter().try_for_each(|(tables, piece)| fill(tables, piece))?;
    Ok(all)
}
