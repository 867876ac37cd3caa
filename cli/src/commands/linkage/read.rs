//! Lists of records from CSV files of any usual form, as a table of codes.
//!
//! The separator is the one that makes the most columns of the heading. UTF-16 is told by its mark; any
//! other file is read cell by cell as UTF-8 or, where it is not, as Windows-1252. A faulty file is refused
//! with its line; no value appears in a message.

mod source;

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::path::Path;

use csv::ByteRecord;
use poimuri_worker::engine::link::{Column, Table};
use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3Default;

use self::source::{Source, fault, open, text, unclosed};
use crate::failure::{Failure, Outcome};

/// A record has at most this many bytes.
const RECORD_BYTES_MAX: usize = 1 << 20;
/// Records read before their columns are encoded side by side.
const BATCH: usize = 16_384;
/// Lines told of one fault.
const LINES_TOLD: usize = 5;

type Codes = HashMap<Box<[u8]>, u32, BuildHasherDefault<Xxh3Default>>;

/// Reads one list, or two to be linked. Of two only the columns that both have are compared.
///
/// # Errors
/// A file cannot be read or is no table, has no such column, or an identifier is missing or repeated.
pub(super) fn table(paths: &[&Path], id: &str) -> Outcome<Table> {
    let sources: Outcome<Vec<Source>> = paths.iter().map(|path| open(path, id)).collect();
    let sources = sources?;
    let shared = |name: &&String| *name != id && sources.iter().all(|source| source.heading.contains(name));
    let names: Vec<String> = sources.iter().flat_map(|s| s.heading.iter().filter(shared)).cloned().collect();
    let names: Vec<String> = names
        .iter()
        .enumerate()
        .filter(|(at, name)| !names[..*at].contains(name))
        .map(|(_, n)| n.clone())
        .collect();
    let columns =
        names.iter().map(|name| Column { name: name.clone(), texts: vec![String::new()], codes: vec![] });
    let mut table = Table { columns: columns.collect(), ..Table::default() };
    let mut codes: Vec<Codes> = names.iter().map(|_| Codes::default()).collect();
    for (index, source) in sources.into_iter().enumerate() {
        let from = table.ids.len();
        let lines = read(source, &mut table, &mut codes)?;
        told_once(paths[index], &table.ids[from..], &lines)?;
        if index == 0 {
            table.first_rows = table.ids.len();
        }
    }
    Ok(table)
}

/// Reads the records into the table; returns the line of each.
fn read(mut source: Source, table: &mut Table, codes: &mut [Codes]) -> Outcome<Vec<u64>> {
    let places: Vec<usize> = table
        .columns
        .iter()
        .map(|column| source.heading.iter().position(|name| *name == column.name).unwrap_or(0))
        .collect();
    let mut lines = Vec::new();
    let mut batch: Vec<ByteRecord> = vec![ByteRecord::new(); BATCH];
    loop {
        let count = fill(&mut source, &mut batch, &mut table.ids, &mut lines)?;
        let records = &batch[..count];
        table.columns.par_iter_mut().zip(codes.par_iter_mut()).zip(&places).for_each(
            |((column, codes), place)| {
                let cells = records.iter().map(|record| &record[*place]);
                column.codes.extend(cells.map(|cell| code(&mut column.texts, codes, cell)));
            },
        );
        if count < BATCH {
            unclosed(&source, records.last(), lines.last().copied())?;
            return Ok(lines);
        }
    }
}

/// Reads the next records, fewer than there is room for only at the end.
fn fill(
    source: &mut Source,
    batch: &mut [ByteRecord],
    ids: &mut Vec<String>,
    lines: &mut Vec<u64>,
) -> Outcome<usize> {
    let refused =
        |line: u64, reason: &str| Failure::refused(format!("{} line {line}: {reason}", source.name));
    for (count, record) in batch.iter_mut().enumerate() {
        if !source.reader.read_byte_record(record).map_err(|error| fault(&source.name, &error))? {
            return Ok(count);
        }
        let line = record.position().map_or(0, csv::Position::line);
        if record.as_slice().len() > RECORD_BYTES_MAX {
            return Err(refused(
                line,
                "the record has more than a mebibyte; does a quote open and not close?",
            ));
        }
        if record.as_slice().contains(&0) {
            return Err(refused(
                line,
                "a NUL byte; is it a text in UTF-8, Windows-1252 or UTF-16 with its mark?",
            ));
        }
        let id = text(&record[source.id]).trim().to_owned();
        if id.is_empty() {
            return Err(refused(line, &format!("no value in the column {}", source.heading[source.id])));
        }
        ids.push(id);
        lines.push(line);
    }
    Ok(batch.len())
}

/// The code of a cell, a new one where its bytes are new.
fn code(texts: &mut Vec<String>, codes: &mut Codes, cell: &[u8]) -> u32 {
    let cell = cell.trim_ascii();
    if cell.is_empty() {
        return 0;
    }
    if let Some(code) = codes.get(cell) {
        return *code;
    }
    texts.push(text(cell));
    let code = u32::try_from(texts.len() - 1).unwrap_or(u32::MAX);
    codes.insert(cell.into(), code);
    code
}

/// Identifiers are told apart by their text: each stands once in its list.
fn told_once(path: &Path, ids: &[String], lines: &[u64]) -> Outcome<()> {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_unstable_by(|a, b| ids[*a].cmp(&ids[*b]).then(a.cmp(b)));
    let again = order.windows(2).filter(|pair| ids[pair[0]] == ids[pair[1]]).map(|pair| lines[pair[1]]);
    let mut again: Vec<u64> = again.collect();
    again.sort_unstable();
    if again.is_empty() {
        return Ok(());
    }
    let told: Vec<String> = again.iter().take(LINES_TOLD).map(|line| format!("line {line}")).collect();
    let message = format!("{}: {} identifiers stand in an earlier row too", path.display(), again.len());
    Err(Failure::refused(message)
        .details(told)
        .hint("name a column whose values are all different with --id"))
}

#[cfg(test)]
mod tests;
