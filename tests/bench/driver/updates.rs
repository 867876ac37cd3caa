//! Whole updates: a customer's register, kept as columns, against the country, each phase timed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::mem;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use poimuri_shared::customer_register::{Columns, ColumnsBuilder, Form, Mapping, RegisterError, Table};
use poimuri_shared::document::Format;
use poimuri_shared::order::{Order, RegisterColumns, parse};
use poimuri_shared::permit;
use poimuri_shared::register::hetu::Hetu;
use poimuri_shared::snapshot::reader::Snapshot;
use poimuri_worker::engine::EngineError;
use poimuri_worker::engine::update::{
    Approximations, Batch, Bearers, Births, Candidates, Everybody, Homes, Matched, OwnRows, Part, People,
    RegisterKeys, Resolved, Resolving, UpdateSpec, Updating, Written, match_part,
};
use poimuri_worker::reading::{Texts, all_tables};
use rayon::prelude::*;
use serde_json::{Value, json};

use crate::questions::{Answer, SEED, milliseconds};
use crate::sources::shards;

/// Rows of a part, as in a store.
const PART_ROWS: usize = 250_000;

/// A customer's register as it is kept: its form, and its rows as columns.
struct Kept {
    form: Form,
    parts: Vec<Columns>,
}

fn kept(path: &str) -> Answer<Kept> {
    let table = Table::open(File::open(path)?)?;
    let form = table.form().clone();
    let mut parts = Vec::new();
    let mut rows = ColumnsBuilder::new(form.columns.len());
    table.each(|row| {
        rows.push(row);
        if rows.len() == PART_ROWS {
            parts.push(rows.take());
        }
        Ok::<(), RegisterError>(())
    })?;
    parts.push(rows.take());
    Ok(Kept { form, parts })
}

fn order(question: &Value) -> Answer<Order> {
    let text = json!({
        "kind": "update", "customer": "acme", "permit": "P-2026-0002", "purpose": "register-update",
        "register": { "file": "customers.csv" },
        "update": { "package": question["package"], "mode": question["mode"] },
        "delivery": { "recipient": "acme" },
    });
    Ok(parse::order(text.to_string().as_bytes(), Format::Json)?.value)
}

/// Answers with the milliseconds of each phase; writes the rows, and beside them the code of each row's person.
pub(crate) fn update(snapshot: &Snapshot, question: &Value) -> Answer<Value> {
    let path = |name: &str| question[name].as_str().ok_or("a path is missing");
    let order = order(question)?;
    let permit = permit::read(&fs::read(path("permit")?)?, Format::Toml)?;
    let kept = kept(path("file")?)?;
    let mapping = Mapping::of(&kept.form.columns, &RegisterColumns::default())?;
    let file = new_file(path("out")?)?;
    let started = Instant::now();
    let spec = UpdateSpec {
        items: order.fields(),
        mode: order.update.as_ref().ok_or("no update")?.mode,
        permit: &permit,
        reference_date: question["date"].as_str().ok_or("no date")?.parse()?,
    };
    let keys = once(&KEYS, || Ok(Arc::new(RegisterKeys::new(&Texts(snapshot), &SEED)?)))?;
    let updating = Updating::new(&spec, &Texts(snapshot), Arc::clone(keys))?;
    let compiled = milliseconds(started);
    let parts: Vec<Part> = kept.parts.par_iter().map(|columns| updating.part(&mapping, columns)).collect();
    let prepared = milliseconds(started);
    let candidates = matched(snapshot, (&updating, keys), &mapping, &parts)?;
    let matched = milliseconds(started);
    let resolved = written(file, parts.len(), |index| {
        let own = (&mapping, &kept.parts[index]);
        resolved(snapshot, &updating, own, (&parts[index], index), &candidates[index])
    })?;
    let ms = milliseconds(started);
    let mut ids = String::new();
    for id in resolved.iter().flat_map(|part| &part.ids) {
        let code = Hetu::from_packed(*id).map(Hetu::to_text).unwrap_or_default();
        ids.push_str(str::from_utf8(&code)?.trim_matches('\0'));
        ids.push('\n');
    }
    fs::write(format!("{}.ids", path("out")?), ids)?;
    let found = approximate(snapshot, &updating, resolved)?;
    let counts = json!({
        "M5": found.by_postal_code().len(), "M6": found.by_likeness().len(), "ms": milliseconds(started) - ms,
    });
    Ok(
        json!({ "ms": ms, "compiled": compiled, "prepared": prepared, "matched": matched, "approximate": counts }),
    )
}

/// A new file, as every delivery is: nobody waits until the disk has room again that an earlier run took.
fn new_file(path: &str) -> Answer<File> {
    if fs::exists(path)? {
        fs::remove_file(path)?;
    }
    Ok(File::create_new(path)?)
}

/// Rows of parts, written in their order.
struct InOrder {
    file: File,
    /// The part that is written next.
    next: usize,
    /// Rows of later ones.
    waiting: BTreeMap<usize, Vec<Written>>,
}

impl InOrder {
    fn put(&mut self, part: usize, lines: Vec<Written>) -> io::Result<()> {
        self.waiting.insert(part, lines);
        while let Some(lines) = self.waiting.remove(&self.next) {
            lines.iter().try_for_each(|lines| self.file.write_all(&lines.csv))?;
            self.next += 1;
        }
        Ok(())
    }
}

/// The parts as `resolve` makes them; the rows of one are written while others are made.
fn written(
    file: File,
    parts: usize,
    resolve: impl Fn(usize) -> Answer<Resolved> + Sync,
) -> Answer<Vec<Resolved>> {
    let out = Mutex::new(InOrder { file, next: 0, waiting: BTreeMap::new() });
    let one = |index: usize| {
        let mut part = resolve(index)?;
        let lines = mem::take(&mut part.lines);
        out.lock().unwrap_or_else(PoisonError::into_inner).put(index, lines)?;
        Ok((index, part))
    };
    // Handed out in their order, so that next to none waits for those before it.
    let mut made = (0..parts).par_bridge().map(one).collect::<Answer<Vec<(usize, Resolved)>>>()?;
    made.sort_unstable_by_key(|(index, _)| *index);
    Ok(made.into_iter().map(|(_, part)| part).collect())
}

/// Who may nearly be meant by unmatched rows.
fn approximate(snapshot: &Snapshot, updating: &Updating, resolved: Vec<Resolved>) -> Answer<Approximations> {
    let shards = shards(snapshot)?;
    let tables = all_tables(&shards, updating.needs())?;
    let (mut batch, mut found) = (Batch::default(), Vec::new());
    let last = resolved.len().saturating_sub(1);
    for (index, part) in resolved.into_iter().enumerate() {
        batch.add(u32::try_from(index)?, part.unmatched);
        if batch.is_full() || index == last && !batch.is_empty() {
            found.push(mem::take(&mut batch).approximate(updating, &tables, &Texts(snapshot))?);
        }
    }
    Ok(Approximations::merge(found))
}

/// Names and codes as keys: made by the first order of a worker.
static KEYS: OnceLock<Arc<RegisterKeys>> = OnceLock::new();

/// Everybody as bearers of names: made by the first order of a worker that asks.
static BEARERS: OnceLock<Bearers> = OnceLock::new();

/// Everybody by surname and day of birth: made by the first order of a worker that asks.
static BIRTHS: OnceLock<Births> = OnceLock::new();

/// Everybody by home: made by the first order of a worker that asks.
static HOMES: OnceLock<Homes> = OnceLock::new();

/// Everybody in brief: made by the first large order of a worker.
static EVERYBODY: OnceLock<Everybody> = OnceLock::new();

/// What is in a place, made by who asks first.
fn once<T>(place: &'static OnceLock<T>, make: impl FnOnce() -> Result<T, EngineError>) -> Answer<&'static T> {
    if let Some(made) = place.get() {
        return Ok(made);
    }
    let made = make()?;
    Ok(place.get_or_init(|| made))
}

fn matched(
    snapshot: &Snapshot,
    (updating, keys): (&Updating, &RegisterKeys),
    mapping: &Mapping,
    parts: &[Part],
) -> Answer<Vec<Candidates>> {
    let shards = shards(snapshot)?;
    let tables = all_tables(&shards, updating.needs())?;
    let (has_births, has_addresses) = updating.matches(mapping);
    let births = has_births.then(|| once(&BIRTHS, || Ok(Births::new(keys, &tables)))).transpose()?;
    let homes = has_addresses.then(|| once(&HOMES, || Homes::new(keys, &tables))).transpose()?;
    let bearers = once(&BEARERS, || Bearers::new(keys, &tables))?;
    let briefs = once(&EVERYBODY, || Everybody::new(&Texts(snapshot), &tables))?;
    let people = People { births, homes: homes.map(|homes| (homes, briefs)), bearers };
    let of_part = |part: &Part| Ok(match_part(updating, part, people, &tables)?);
    parts.par_iter().map(of_part).collect()
}

fn resolved(
    snapshot: &Snapshot,
    updating: &Updating,
    (mapping, columns): (&Mapping, &Columns),
    (part, index): (&Part, usize),
    candidates: &Candidates,
) -> Answer<Resolved> {
    let positions = snapshot.identity()?.resolve(&part.codes(updating));
    let shards = shards(snapshot)?;
    let tables = all_tables(&shards, updating.needs())?;
    let (own, briefs) = (
        OwnRows::new(mapping, 0, columns),
        Some(once(&EVERYBODY, || Everybody::new(&Texts(snapshot), &tables))?),
    );
    let matched = Matched { part, own, positions: &positions, candidates, briefs };
    let resolving = Resolving::new(updating, matched, &tables)?;
    let decided = resolving.decide()?;
    let unmatched = resolving.unmatched(&decided, mapping, columns);
    let first_row = u64::try_from(index * PART_ROWS)? + 1;
    Ok(Resolved { unmatched, ..resolving.render(&decided, first_row)? })
}
