//! Charts of weights: how many pairs have each, what other thresholds are expected to give, which records reach none.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use poimuri_worker::engine::link::{OwnWeights, Pair};

use super::{head, row};
use crate::commands::linkage::run::OWN_WEIGHT_MOST;

/// Bars of the histogram: one for each bit of weight from the least.
const BITS: RangeInclusive<i32> = -7..=40;
/// Thresholds that are told of.
const PROBABILITIES: [f64; 14] = [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];

/// Pairs by weight, heights on a logarithmic scale; the threshold is a weight.
pub(super) fn histogram(pairs: &[Pair], threshold: f64) -> String {
    let mut counts: BTreeMap<i32, u32> = BTreeMap::new();
    for pair in pairs {
        let bit = BITS.rev().find(|bit| f64::from(*bit) <= pair.weight).unwrap_or(*BITS.start());
        *counts.entry(bit).or_insert(0) += 1;
    }
    let tallest = counts.values().map(|count| f64::from(*count).ln_1p()).fold(1.0, f64::max);
    let mut svg = String::new();
    for (bit, count) in &counts {
        let height = 160.0 * f64::from(*count).ln_1p() / tallest;
        let colour = if f64::from(*bit) >= threshold { "#3a6ea5" } else { "#aaa" };
        svg += &format!(
            "<rect x={} y={:.1} width=14 height={height:.1} fill='{colour}'><title>{bit} bits: {count} pairs</title></rect>",
            (bit - BITS.start()) * 16,
            170.0 - height,
        );
    }
    format!(
        "<h2>Pairs by match weight</h2><svg width=770 height=172>{svg}</svg><small>One bar for each bit from {} to {}, \
         logarithmic heights; blue bars are above the threshold.</small>",
        BITS.start(),
        BITS.end()
    )
}

/// Expected precision and recall at other thresholds.
pub(super) fn thresholds(pairs: &[Pair]) -> String {
    let total: f64 = pairs.iter().map(|pair| pair.probability).sum();
    let mut text = "<h2>Other thresholds</h2>".to_owned();
    text += &head(&["probability", "pairs", "expected precision", "expected recall"]);
    for threshold in PROBABILITIES {
        let above = pairs.iter().filter(|pair| pair.probability >= threshold);
        let (count, found) = above.fold((0_u32, 0.0), |(n, sum), pair| (n + 1, sum + pair.probability));
        let share = |of: f64| if of > 0.0 { format!("{:.4}", found / of) } else { "–".to_owned() };
        text += &row(&[threshold.to_string(), count.to_string(), share(f64::from(count)), share(total)]);
    }
    text + "</table>"
}

/// Records that do not reach a threshold, not even against a record that is equal in everything; the threshold is a weight.
pub(super) fn unlinkable(own: &OwnWeights, threshold: f64) -> String {
    let share = |weight: f64| format!("{:.4}", own.share_below(weight));
    let mut text = format!(
        "<h2>Records that cannot be linked</h2><p>{} of {} records (a share of {}) do not reach the threshold, not even against a \
         record that is equal in everything: too little is known of them, or what is known is too common.</p>",
        own.below(threshold),
        own.records,
        share(threshold)
    );
    let mut svg = String::new();
    for (place, bit) in (0..).zip(*BITS.start()..).take_while(|(_, bit)| f64::from(*bit) <= OWN_WEIGHT_MOST) {
        let weight = f64::from(bit);
        let height = 160.0 * own.share_below(weight);
        svg += &format!(
            "<rect x={} y={:.1} width=14 height={height:.1} fill='#b5533c'><title>{bit} bits: {} records, {}</title></rect>",
            place * 16,
            170.0 - height,
            own.below(weight),
            share(weight)
        );
    }
    text += &format!(
        "<svg width=450 height=172>{svg}</svg><small>The share of records that cannot be linked by threshold, from {} to \
         {OWN_WEIGHT_MOST} bits; the full height is every record.</small>",
        BITS.start()
    );
    text += &head(&["probability", "records that cannot be linked", "share"]);
    for probability in PROBABILITIES {
        let weight = (probability / (1.0 - probability)).log2();
        text += &row(&[probability.to_string(), own.below(weight).to_string(), share(weight)]);
    }
    text + "</table>"
}
