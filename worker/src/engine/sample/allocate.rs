//! Eligible rows of each group and shard into an allocation.

use poimuri_shared::order::extraction::{Quota, Sample, SampleMethod, Shortage, Weighting};
use poimuri_shared::partial::{Allocation, GroupAllocation};

use crate::engine::EngineError;

use super::draw::start;
use super::remainder::{Claim, split};

/// The name of the group that takes everybody where an order has none.
const EVERYBODY: &str = "";

/// Allocates a sample. `eligible[shard][group]` are counts, in order of shards.
pub(crate) fn allocate(
    sample: &Sample,
    seed: &[u8; 32],
    eligible: &[Vec<u64>],
) -> Result<Allocation, EngineError> {
    let names: Vec<&str> = if sample.groups.is_empty() {
        vec![EVERYBODY]
    } else {
        sample.groups.iter().map(|group| group.name.as_str()).collect()
    };
    let mut befores = vec![Vec::with_capacity(eligible.len()); names.len()];
    let mut totals = vec![0_u64; names.len()];
    for counts in eligible {
        if counts.len() != names.len() {
            return Err(EngineError::Quotas);
        }
        for ((total, before), count) in totals.iter_mut().zip(&mut befores).zip(counts) {
            before.push(*total);
            *total = total.checked_add(*count).ok_or(EngineError::Overflow)?;
        }
    }
    let allocated = quotas(sample, &totals)?;
    let groups = names.iter().zip(totals).zip(allocated).zip(befores);
    let group = |(((name, eligible), allocated), before): (((&&str, u64), u64), Vec<u64>)| GroupAllocation {
        name: (*name).to_owned(),
        eligible,
        allocated,
        start: start(seed, name, eligible),
        before,
    };
    Ok(Allocation { groups: groups.map(group).collect() })
}

/// Rows to draw from each group.
fn quotas(sample: &Sample, eligible: &[u64]) -> Result<Vec<u64>, EngineError> {
    let room = eligible.iter().try_fold(0_u64, |sum, n| sum.checked_add(*n)).ok_or(EngineError::Overflow)?;
    match sample.method {
        SampleMethod::All => return Ok(eligible.to_vec()),
        SampleMethod::Systematic => {}
    }
    if sample.groups.is_empty() {
        return Ok(vec![within(sample.size.ok_or(EngineError::Quotas)?, room, sample.shortage)?]);
    }
    let sizes: Vec<u64> = sample.groups.iter().filter_map(|group| size_of(group.quota)).collect();
    if sizes.len() == sample.groups.len() {
        return sizes.iter().zip(eligible).map(|(size, n)| within(*size, *n, sample.shortage)).collect();
    }
    let total = within(sample.size.ok_or(EngineError::Quotas)?, room, sample.shortage)?;
    let claims: Result<Vec<Claim>, EngineError> = sample
        .groups
        .iter()
        .zip(eligible)
        .map(|(group, n)| claim(group.quota, *n, sample.weighting))
        .collect();
    split(total, &claims?)
}

const fn size_of(quota: Quota) -> Option<u64> {
    match quota {
        Quota::Size(size) => Some(size),
        Quota::Weight(_) => None,
    }
}

fn claim(quota: Quota, eligible: u64, weighting: Weighting) -> Result<Claim, EngineError> {
    let weight = match quota {
        Quota::Weight(weight) => weight.millionths(),
        Quota::Size(_) => return Err(EngineError::Quotas),
    };
    if weight == 0 {
        return Err(EngineError::Quotas);
    }
    let share = match weighting {
        Weighting::Shares => u128::from(weight),
        Weighting::Rates => u128::from(weight) * u128::from(eligible),
    };
    Ok(Claim { share, weight, limit: eligible })
}

fn within(wanted: u64, room: u64, shortage: Shortage) -> Result<u64, EngineError> {
    match shortage {
        Shortage::Fail if wanted > room => Err(EngineError::Shortage),
        Shortage::TakeAll | Shortage::Fail => Ok(if wanted < room { wanted } else { room }),
    }
}
