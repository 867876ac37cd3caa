//! A whole split in proportion to weights by largest remainder, with groups that cannot hold their part.

use crate::engine::EngineError;

/// One group to be served.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim {
    /// What its part is in proportion to.
    pub(super) share: u128,
    /// What decides between equal remainders before the order of groups does.
    pub(super) weight: u64,
    /// The most it can take.
    pub(super) limit: u64,
}

/// Splits `total`, at most the sum of limits.
///
/// All groups above their limit are set to it at once and taken out; the rest is split
/// again by the same rule, until none is above.
pub(super) fn split(total: u64, claims: &[Claim]) -> Result<Vec<u64>, EngineError> {
    let mut parts: Vec<Option<u64>> = vec![None; claims.len()];
    let mut left = total;
    loop {
        let open: Vec<usize> = (0..claims.len()).filter(|index| parts[*index].is_none()).collect();
        let wanted = largest_remainder(left, &open, claims)?;
        let over: Vec<usize> = open
            .iter()
            .zip(&wanted)
            .filter(|(index, part)| **part > claims[**index].limit)
            .map(|(i, _)| *i)
            .collect();
        if over.is_empty() {
            open.iter().zip(wanted).for_each(|(index, part)| parts[*index] = Some(part));
            return Ok(parts.into_iter().map(|part| part.unwrap_or(0)).collect());
        }
        for index in over {
            let limit = claims[index].limit;
            parts[index] = Some(limit);
            left = left.checked_sub(limit).ok_or(EngineError::Overflow)?;
        }
    }
}

fn largest_remainder(total: u64, open: &[usize], claims: &[Claim]) -> Result<Vec<u64>, EngineError> {
    let add = |sum: u128, index: &usize| sum.checked_add(claims[*index].share).ok_or(EngineError::Overflow);
    let whole = open.iter().try_fold(0, add)?;
    if whole == 0 {
        return Ok(vec![0; open.len()]);
    }
    let mut parts = Vec::with_capacity(open.len());
    let mut remainders = Vec::with_capacity(open.len());
    for index in open {
        let product = u128::from(total).checked_mul(claims[*index].share).ok_or(EngineError::Overflow)?;
        parts.push(u64::try_from(product / whole).ok().ok_or(EngineError::Overflow)?);
        remainders.push(product % whole);
    }
    let missing = total.saturating_sub(parts.iter().sum());
    let mut ranked: Vec<usize> = (0..open.len()).collect();
    ranked.sort_by_key(|at| {
        std::cmp::Reverse((remainders[*at], claims[open[*at]].weight, std::cmp::Reverse(*at)))
    });
    for (at, _) in ranked.iter().zip(0..missing) {
        parts[*at] += 1;
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn claims(rows: &[(u64, u64)]) -> Vec<Claim> {
        rows.iter()
            .map(|(weight, limit)| Claim { share: u128::from(*weight), weight: *weight, limit: *limit })
            .collect()
    }

    #[test]
    fn known_splits() {
        type Row = (&'static [(u64, u64)], u64, &'static [u64]);
        const MANY: u64 = 1_000_000;
        let rows: [Row; 7] = [
            (&[(500, MANY), (300, MANY), (200, MANY)], 7, &[4, 2, 1]),
            (&[(1, MANY), (1, MANY), (1, MANY)], 10, &[4, 3, 3]),
            (&[(50_000, MANY), (60_000, MANY), (100_000, MANY)], 500, &[119, 143, 238]),
            (&[(50, 100), (30, 10), (20, 40)], 100, &[64, 10, 26]),
            (&[(1, 10), (1, 100), (1, 100)], 150, &[10, 70, 70]),
            (&[(1, 0), (3, 5)], 5, &[0, 5]),
            (&[(1, 4), (2, 4), (1, 4)], 2, &[1, 1, 0]),
        ];
        for (groups, total, expected) in rows {
            assert_eq!(split(total, &claims(groups)).unwrap(), expected, "{groups:?}");
        }
    }

    proptest! {
        #[test]
        fn all_is_split_and_no_limit_broken(
            groups in proptest::collection::vec((1_u64..1_000_000_000, 0_u64..5000), 1..9),
            share in 0_u64..=1000,
        ) {
            let room: u64 = groups.iter().map(|(_, limit)| limit).sum();
            let total = room * share / 1000;
            let parts = split(total, &claims(&groups)).unwrap();
            prop_assert_eq!(parts.iter().sum::<u64>(), total);
            prop_assert!(parts.iter().zip(&groups).all(|(part, (_, limit))| part <= limit));
        }

        #[test]
        fn without_limits_nobody_is_off_by_one(
            weights in proptest::collection::vec(1_u64..1_000_000, 1..9),
            total in 0_u64..1_000_000,
        ) {
            let groups: Vec<(u64, u64)> = weights.iter().map(|weight| (*weight, u64::MAX)).collect();
            let whole: u128 = weights.iter().copied().map(u128::from).sum();
            let parts = split(total, &claims(&groups)).unwrap();
            for (part, weight) in parts.iter().zip(&weights) {
                let floor = u128::from(total) * u128::from(*weight) / whole;
                prop_assert!((floor..=floor + 1).contains(&u128::from(*part)));
            }
        }
    }
}
