//! The result of a de-duplication, back to its customer.

use std::borrow::Cow;

use poimuri_shared::order::Format;
use poimuri_shared::order::deduplication::Output;
use poimuri_shared::plan::Stage;
use rayon::prelude::*;

use super::deliver::{Delivered, meta};
use super::receipt::{self, Brought};
use super::{StageError, Steps, guard};
use crate::consume::TaskContext;
use crate::deliver::{DeliveryWriter, Field, Kind, Limits};
use crate::engine::link::{Pair, Waterfalls};
use crate::engine::lists::{AllKeys, Clustered, Row, header, pair, row};
use crate::opened::{Lists, OpenedOrder, encode};

/// Pairs written at once, and those of them that one thread renders at once.
const PAIRS_AT_ONCE: usize = 65_536;
const PAIRS_RENDERED: usize = 1_024;

/// The partial: a [`Delivered`]. Delivery and receipt are written before it.
///
/// # Errors
/// Refused if permit or recipient do not hold any more; otherwise when the store fails.
pub(super) fn run(opened: &OpenedOrder, lists: &Lists, context: &TaskContext) -> Result<Vec<u8>, StageError> {
    let delivered = deliver(opened, lists, context);
    opened.end_linkage();
    delivered
}

fn deliver(opened: &OpenedOrder, lists: &Lists, context: &TaskContext) -> Result<Vec<u8>, StageError> {
    let clustered: Clustered = opened.partial(Stage::Cluster, 0)?;
    let account = &clustered.account;
    let records = match lists.asked.output {
        Output::Clusters => account.records,
        Output::Survivors | Output::Cleaned => account.clusters,
        Output::Pairs => clustered.pairs.len() as u64,
    };
    let key = guard::permitted(opened, records)?;
    let format = opened.accepted.order.delivery.as_ref().map_or(Format::Csv, |delivery| delivery.format);
    let (id, fields) = (&opened.accepted.id, fields(lists, &account.columns));
    let mut writer = DeliveryWriter::new(opened.store(), id, format, fields, &key, Limits::default())?;
    let keys = opened.keys(0..opened.plan.parts)?;
    write(opened, lists, (&clustered, &keys), context, &mut writer)?;
    let summary = writer.finish(meta(opened)?)?;
    let brought = Brought {
        release_snapshot: opened.accepted.snapshot.clone(),
        dropped: 0,
        delivered: summary.rows,
        digest: summary.digest.clone(),
        parts: u32::try_from(summary.files.len()).unwrap_or(u32::MAX),
    };
    let receipt = receipt::of_lists(opened, clustered.account, brought)?;
    opened.environment().orders.put_receipt(&receipt)?;
    encode(&Delivered { rows: summary.rows, dropped: 0, digest: summary.digest })
}

/// The columns of the result as files see them; `compared` are the fields that a pair's weight is made of.
fn fields(lists: &Lists, compared: &[String]) -> Vec<Field> {
    let output = lists.asked.output;
    let names = header(output, &lists.columns, compared);
    let own = if output == Output::Cleaned { lists.columns.len() } else { 0 };
    let first_own = names.len() - own;
    let of = |(place, name): (usize, String)| {
        let (kind, width) = match name.as_str() {
            _ if place >= first_own => (Kind::Text, 100),
            "row" | "row_a" | "row_b" | "records" => (Kind::Number, 9),
            "stays" | "linked" => (Kind::Text, 3),
            "list" | "list_a" | "list_b" => (Kind::Text, 64),
            "customer_key" | "customer_key_a" | "customer_key_b" => (Kind::Text, 50),
            "cluster" | "survivor" => (Kind::Text, 115),
            _weight => (Kind::Text, 12),
        };
        Field { name, kind, width }
    };
    names.into_iter().enumerate().map(of).collect()
}

/// Writes all rows, part by part: no more of them is in memory at a time.
fn write(
    opened: &OpenedOrder,
    lists: &Lists,
    (clustered, keys): (&Clustered, &AllKeys),
    context: &TaskContext,
    writer: &mut DeliveryWriter<'_>,
) -> Result<(), StageError> {
    let mut sizes = vec![0; clustered.clusters.len()];
    clustered.clusters.iter().for_each(|cluster| sizes[*cluster as usize] += 1);
    let of = Row { lists: &lists.lists, clustered, keys, sizes: &sizes };
    let output = lists.asked.output;
    if output == Output::Pairs {
        return write_pairs(opened, lists, of, context, writer);
    }
    let mut out = Vec::new();
    let parts: usize = lists.registers.iter().map(|register| register.parts.len()).sum();
    let steps = Steps::new(parts, context);
    let mut next = 0;
    for (list, register) in lists.registers.iter().enumerate() {
        for (part, stored) in (0..).zip(&register.parts) {
            steps.next()?;
            out.clear();
            if output == Output::Cleaned {
                let places: Vec<Option<usize>> =
                    lists.columns.iter().map(|column| column.places[list]).collect();
                opened.each_row(register, part, |own| {
                    let cell = |place: &Option<usize>| place.map_or(Cow::Borrowed(""), |at| own.cell(at));
                    row(&mut out, of, output, next, places.iter().map(cell));
                    next += 1;
                    Ok(())
                })?;
            } else {
                let rows = u32::try_from(stored.rows).unwrap_or(u32::MAX);
                (next..next + rows).for_each(|at| row(&mut out, of, output, at, []));
                next += rows;
            }
            writer.push_rows(&out)?;
        }
    }
    Ok(())
}

/// Writes all pairs, each with what its weight is made of.
fn write_pairs(
    opened: &OpenedOrder,
    lists: &Lists,
    of: Row<'_>,
    context: &TaskContext,
    writer: &mut DeliveryWriter<'_>,
) -> Result<(), StageError> {
    let linkage = opened.linkage(lists)?;
    let waterfalls = Waterfalls::new(&linkage.prepared, &linkage.trained(opened)?.model)?;
    let all = of.clustered.pairs.chunks(PAIRS_AT_ONCE);
    let steps = Steps::new(all.len(), context);
    let rows = |pairs: &[Pair]| {
        let mut out = Vec::new();
        waterfalls.each(pairs, |of_pair| {
            pair(&mut out, of, of_pair, waterfalls.parts(of_pair.a, of_pair.b));
        });
        out
    };
    for pairs in all {
        steps.next()?;
        let rendered: Vec<Vec<u8>> = pairs.par_chunks(PAIRS_RENDERED).map(rows).collect();
        writer.push_rows(&rendered.concat())?;
    }
    Ok(())
}
