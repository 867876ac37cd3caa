//! Whole updates: a customer's file against the country, each phase timed.

use std::fs::{self, File};
use std::io::Write as _;
use std::time::Instant;

use poimuri_shared::customer_register::{Form, Mapping, RegisterError, Table};
use poimuri_shared::document::Format;
use poimuri_shared::order::{Order, RegisterColumns, parse};
use poimuri_shared::permit;
use poimuri_shared::register::hetu::Hetu;
use poimuri_shared::snapshot::reader::Snapshot;
use poimuri_worker::engine::update::{
    Approximations, Batch, Candidates, Matched, OwnRows, Part, Probe, Resolved, Resolving, ShardKeys,
    Unmatched, UpdateSpec, Updating, Wanted, match_shard,
};
use poimuri_worker::reading::{Texts, all_tables, tables};
use rayon::prelude::*;
use serde_json::{Value, json};

use crate::questions::{Answer, SEED, milliseconds};
use crate::sources::shards;

/// Rows of a part, as in a store.
const PART_ROWS: usize = 250_000;

/// A file cut into parts: its heading, and lines with the number of the first.
struct Cut {
    form: Form,
    parts: Vec<(u64, String)>,
}

fn cut(path: &str) -> Answer<Cut> {
    let text = fs::read_to_string(path)?;
    let form = Form::detect(text.as_bytes())?;
    let lines: Vec<&str> = text.lines().skip(1).collect();
    let parts = (2_u64..).step_by(PART_ROWS).zip(lines.chunks(PART_ROWS));
    Ok(Cut { form, parts: parts.map(|(line, rows)| (line, rows.join("\n"))).collect() })
}

fn each(
    cut: &Cut,
    part: usize,
    mut take: impl FnMut(&poimuri_shared::customer_register::Row<'_>),
) -> Result<(), RegisterError> {
    let (line, text) = &cut.parts[part];
    Table::piece(text.as_bytes(), &cut.form, *line)?.each(|row| {
        take(row);
        Ok(())
    })
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
    let cut = cut(path("file")?)?;
    let mapping = Mapping::of(&cut.form.columns, &RegisterColumns::default())?;
    let started = Instant::now();
    let spec = UpdateSpec {
        items: order.fields(),
        mode: order.update.as_ref().ok_or("no update")?.mode,
        permit: &permit,
        seed: &SEED,
        reference_date: question["date"].as_str().ok_or("no date")?.parse()?,
    };
    let updating = Updating::new(&spec, &Texts(snapshot))?;
    let compiled = milliseconds(started);
    let parts: Result<Vec<Part>, RegisterError> = (0..cut.parts.len())
        .into_par_iter()
        .map(|part| updating.part(&mapping, |take| each(&cut, part, take)))
        .collect();
    let parts = parts?;
    let prepared = milliseconds(started);
    let candidates = matched(snapshot, &updating, Wanted::of(&mapping), &parts)?;
    let matched = milliseconds(started);
    let resolved: Answer<Vec<Resolved>> = (0..parts.len())
        .into_par_iter()
        .map(|index| {
            resolved(snapshot, &updating, (&cut, &mapping), (&parts[index], index), &candidates[index])
        })
        .collect();
    let resolved = resolved?;
    let mut file = File::create(path("out")?)?;
    for part in &resolved {
        file.write_all(&part.csv)?;
    }
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

/// Who may nearly be meant by unmatched rows.
fn approximate(snapshot: &Snapshot, updating: &Updating, resolved: Vec<Resolved>) -> Answer<Approximations> {
    let shards = shards(snapshot)?;
    let tables = all_tables(&shards, updating.needs())?;
    let (mut batch, mut found) = (Batch::default(), Vec::new());
    let last = resolved.len().saturating_sub(1);
    for (index, part) in resolved.into_iter().enumerate() {
        batch.add(u32::try_from(index)?, part.unmatched);
        if batch.is_full() || index == last && !batch.is_empty() {
            found.push(std::mem::take(&mut batch).approximate(updating, &tables, &Texts(snapshot))?);
        }
    }
    Ok(Approximations::merge(found))
}

fn matched(
    snapshot: &Snapshot,
    updating: &Updating,
    wanted: Wanted,
    parts: &[Part],
) -> Answer<Vec<Candidates>> {
    let probes: Vec<Probe<'_>> = parts.iter().map(Probe::new).collect();
    let of_shard = |shard: &std::sync::Arc<poimuri_shared::snapshot::Shard>| -> Answer<Vec<Candidates>> {
        let tables = tables(shard, updating.needs())?;
        let keys = ShardKeys::new(updating, &tables, wanted)?;
        probes.iter().map(|probe| Ok(match_shard(updating, probe, &tables, &keys)?)).collect()
    };
    let by_shard: Answer<Vec<Vec<Candidates>>> = shards(snapshot)?.par_iter().map(of_shard).collect();
    let mut of_parts: Vec<Vec<Candidates>> = parts.iter().map(|_| Vec::new()).collect();
    for shard in by_shard? {
        of_parts.iter_mut().zip(shard).for_each(|(all, one)| all.push(one));
    }
    Ok(of_parts.into_iter().map(Candidates::merge).collect())
}

fn resolved(
    snapshot: &Snapshot,
    updating: &Updating,
    (cut, mapping): (&Cut, &Mapping),
    (part, index): (&Part, usize),
    candidates: &Candidates,
) -> Answer<Resolved> {
    let positions = snapshot.identity()?.resolve(&part.codes(updating));
    let shards = shards(snapshot)?;
    let tables = all_tables(&shards, updating.needs())?;
    let resolving = Resolving::new(updating, Matched { part, positions: &positions, candidates }, &tables)?;
    let decided = resolving.decide()?;
    let (mut own, mut unmatched) = (OwnRows::new(mapping, 0), Unmatched::default());
    let wanted = if mapping.is_named() { resolving.unmatched(&decided) } else { Vec::new() };
    let (mut rows, mut pushed) = (0_u32.., Ok(()));
    each(cut, index, |row| {
        own.push(row);
        let at = rows.next().unwrap_or(u32::MAX);
        if pushed.is_ok() && wanted.get(at as usize) == Some(&true) {
            pushed = unmatched.push(part, mapping, (at, row));
        }
    })?;
    pushed?;
    let first_row = u64::try_from(index * PART_ROWS)? + 1;
    Ok(Resolved { unmatched, ..resolving.render(decided, &own, first_row)? })
}
