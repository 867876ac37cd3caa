//! What the driver is asked: counts, whole extractions, households, reading alone.

use std::error::Error;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write as _;
use std::time::Instant;

use poimuri_shared::document::Format;
use poimuri_shared::order::extraction::{ExtractionSpec, MINIMUM_AGE};
use poimuri_shared::order::parse;
use poimuri_shared::partial::{RowSet, ShardSelection};
use poimuri_shared::register::hetu::Hetu;
use poimuri_shared::snapshot::reader::Snapshot;
use poimuri_worker::engine::{self, Compiled};
use poimuri_worker::reading::{self, Texts, tables};
use rayon::prelude::*;
use serde_json::{Value, json};

use crate::sources::shards;
use crate::updates;

/// An answer, or what went wrong.
pub(crate) type Answer<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The seed of every measured order.
pub(crate) const SEED: [u8; 32] = [7; 32];

/// Answers one question.
pub(crate) fn answer(snapshot: &Snapshot, question: &Value) -> Answer<Value> {
    match question["do"].as_str() {
        Some("count") => count(snapshot, question),
        Some("extraction") => extraction(snapshot, question),
        Some("memory") => memory(snapshot),
        Some("update") => updates::update(snapshot, question),
        _ => Err("unknown question".into()),
    }
}

/// An order around the criteria of a question.
fn order(question: &Value, criteria: &Value, per: &str) -> Answer<ExtractionSpec> {
    let text = json!({
        "kind": "count", "customer": "bench", "criteria": criteria, "dedup": { "per": per, "keep": "random" },
    });
    spec(question, &text)
}

fn spec(question: &Value, order: &Value) -> Answer<ExtractionSpec> {
    let parsed = parse::order(order.to_string().as_bytes(), Format::Json)?.value;
    let date = question["date"].as_str().ok_or("no date")?.parse()?;
    parsed.spec(SEED, date, MINIMUM_AGE).ok_or_else(|| "an order without criteria".into())
}

fn select(snapshot: &Snapshot, order: &Compiled, register: Option<&RowSet>) -> Answer<Vec<ShardSelection>> {
    Ok(reading::select(order, snapshot, 0..snapshot.shard_count(), register, || Ok(()))?)
}

fn count(snapshot: &Snapshot, question: &Value) -> Answer<Value> {
    let per = question["per"].as_str().unwrap_or("none");
    let spec = order(question, &question["criteria"], per)?;
    let started = Instant::now();
    let compiled = Compiled::new(&spec, &Texts(snapshot))?;
    let account = engine::tally(&select(snapshot, &compiled, None)?)?;
    let ms = milliseconds(started);
    let eligible = account.matched - account.excluded.total();
    Ok(json!({ "ms": ms, "matched": account.matched, "eligible": eligible, "kept": account.kept }))
}

fn extraction(snapshot: &Snapshot, question: &Value) -> Answer<Value> {
    let spec = spec(question, &question["order"])?;
    let codes = question["own"].as_str().map(own_codes).transpose()?;
    let out = question["out"].as_str().ok_or("no out")?;
    let started = Instant::now();
    let compiled = Compiled::new(&spec, &Texts(snapshot))?;
    let register = codes.map(|codes| rows_of(snapshot, &codes)).transpose()?;
    let selections = select(snapshot, &compiled, register.as_ref())?;
    let allocation = engine::allocate(&compiled, &selections)?;
    let needs = compiled.rendering_needs();
    let parts: Vec<Answer<Vec<u8>>> = shards(snapshot)?
        .par_iter()
        .zip(&selections)
        .map(|(shard, selection)| {
            Ok(engine::extract_shard(&compiled, &tables(shard, needs)?, selection, &allocation)?.csv)
        })
        .collect();
    let mut file = File::create(out)?;
    file.write_all(&engine::header(&spec.fields))?;
    for part in parts {
        file.write_all(&part?)?;
    }
    Ok(json!({ "ms": milliseconds(started) }))
}

/// Packed identity codes of a file with a heading.
fn own_codes(path: &str) -> Answer<Vec<u64>> {
    let text = fs::read_to_string(path)?;
    text.lines().skip(1).map(|line| Ok(Hetu::parse(line)?.packed())).collect()
}

/// Rows of the snapshot that codes stand for.
fn rows_of(snapshot: &Snapshot, codes: &[u64]) -> Answer<RowSet> {
    let people = u64::from(snapshot.shard(snapshot.shard_count() - 1)?.positions().end);
    let mut rows: Vec<u64> =
        snapshot.identity()?.resolve(codes).into_iter().flatten().map(u64::from).collect();
    rows.sort_unstable();
    rows.dedup();
    Ok(RowSet::of(people, rows)?)
}

/// Reads the bytes of the six columns of the scan and does as little as possible with them.
fn memory(snapshot: &Snapshot) -> Answer<Value> {
    let shards = shards(snapshot)?;
    let mut columns = Vec::new();
    for shard in &shards {
        let persons = shard.persons()?;
        columns.push((persons, shard.dwellings()?));
    }
    let started = Instant::now();
    let sum: u64 = columns
        .par_iter()
        .map(|(persons, dwellings)| {
            bytes(persons.birth_date.inner().as_slice())
                + bytes(persons.sex.inner().as_slice())
                + bytes(persons.mother_tongue.inner().as_slice())
                + bytes(persons.moved_in.inner().as_slice())
                + bytes(persons.municipality.inner().as_slice())
                + bytes(persons.dwelling.inner().as_slice())
                + bytes(dwellings.living.inner().as_slice())
        })
        .sum();
    black_box(sum);
    Ok(json!({ "ms": milliseconds(started) }))
}

/// The sum of the words of a slice: the fastest way to touch all of it.
fn bytes(column: &[u8]) -> u64 {
    let words = column.as_chunks::<8>().0;
    words.iter().fold(0, |sum, word| u64::wrapping_add(sum, u64::from_ne_bytes(*word)))
}

pub(crate) fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
