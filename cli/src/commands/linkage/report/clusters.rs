//! The largest clusters, with what shows a bad chain: density and the weakest pair.

use std::collections::BTreeMap;

use poimuri_worker::engine::link::{Outcome as Linked, Table};

use super::{escaped, head, row};

/// Clusters shown, the largest first.
const CLUSTERS: usize = 20;

/// The largest clusters: how many of their pairs are likely, and the weakest.
pub(super) fn clusters(table: &Table, linked: &Linked) -> String {
    let mut sizes = vec![0_u32; linked.clusters.len()];
    linked.clusters.iter().for_each(|home| sizes[*home as usize] += 1);
    let alone = sizes.iter().filter(|size| **size == 1).count();
    let mut largest: Vec<(u32, u32)> = sizes.into_iter().zip(0..).filter(|(size, _)| *size > 1).collect();
    // Rows may come in any order: their identifiers do not change with it.
    let order = |x: &(u32, u32), y: &(u32, u32)| {
        y.0.cmp(&x.0).then_with(|| table.ids[x.1 as usize].cmp(&table.ids[y.1 as usize]))
    };
    if largest.len() > CLUSTERS {
        largest.select_nth_unstable_by(CLUSTERS, order);
        largest.truncate(CLUSTERS);
    }
    largest.sort_unstable_by(order);
    let mut seen: BTreeMap<u32, (u32, f64)> =
        largest.iter().map(|(_, home)| (*home, (0, f64::INFINITY))).collect();
    for pair in linked.pairs.iter().filter(|pair| pair.linked) {
        if let Some((likely, weakest)) = seen.get_mut(&linked.clusters[pair.a as usize]) {
            *likely += u32::from(pair.weight >= linked.account.threshold_weight);
            *weakest = weakest.min(pair.weight);
        }
    }
    let mut text = format!("<h2>Clusters</h2><p>{alone} records stand alone. The largest clusters:</p>");
    text += &head(&["first record", "records", "density", "weakest pair, bits"]);
    for (size, home) in largest {
        let (likely, weakest) = seen.get(&home).copied().unwrap_or((0, 0.0));
        let density = f64::from(likely) / (f64::from(size) * f64::from(size - 1) / 2.0);
        text += &row(&[
            escaped(&table.ids[home as usize]),
            size.to_string(),
            format!("{density:.3}"),
            format!("{weakest:+.1}"),
        ]);
    }
    text + "</table>"
}
