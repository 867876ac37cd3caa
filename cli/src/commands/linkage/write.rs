//! What a linkage leaves in its folder: clusters, pairs, the uncertain ones for review, the model.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use poimuri_worker::engine::link::{
    Decimal, FINE, Model, Outcome as Linked, Pair, Table, Waterfalls, headings, push_parts,
};
use rayon::prelude::*;

use super::earlier::SECOND;
use crate::failure::{Failure, Outcome};

/// Pairs of a probability between these are for review.
const UNCERTAIN: Range<f64> = 0.05..0.95;
/// Pairs for review at most, the least certain first.
const REVIEW_MAX: usize = 1_000;

/// Rows that are rendered one after another, and how many times as many are held before they are written.
const PART: usize = 8_192;
const PARTS: usize = 16;

/// Makes the folder for the results.
///
/// # Errors
/// It cannot be made.
pub(super) fn folder(folder: &Path) -> Outcome<()> {
    fs::create_dir_all(folder).map_err(|error| Failure::file("make the folder", folder, &error))
}

/// Writes the files side by side; each appears whole or not at all.
///
/// # Errors
/// A file cannot be written.
pub(super) fn all(
    folder: &Path,
    table: &Table,
    model: &Model,
    linked: &Linked,
    names: &BTreeMap<u32, String>,
    waterfalls: &Waterfalls<'_>,
) -> Outcome<()> {
    let clusters = || whole(&folder.join("clusters.csv"), |out| clusters(out, table, linked, names));
    let pairs = || whole(&folder.join("pairs.csv"), |out| pairs(out, table, &linked.pairs, waterfalls));
    let review = || whole(&folder.join("review.csv"), |out| review(out, table, linked));
    let model = || {
        let text =
            toml::to_string(model).map_err(|error| Failure::failed(format!("write the model: {error}")))?;
        whole(&folder.join("model.toml"), |out| out.write_all(text.as_bytes()))
    };
    let ((clusters, pairs), others) =
        rayon::join(|| rayon::join(clusters, pairs), || review().and_then(|()| model()));
    clusters.and(pairs).and(others)
}

/// Writes a file, which its owner alone may read, under another name and gives it its own when it is whole.
pub(super) fn whole(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Outcome<()> {
    let failed = |error: io::Error| Failure::file("write", path, &error);
    let draft = path.with_extension("draft");
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft);
    let mut out = BufWriter::with_capacity(1 << 20, file.map_err(failed)?);
    let written = write(&mut out).and_then(|()| out.flush());
    written.and_then(|()| fs::rename(&draft, path)).map_err(failed)
}

/// Renders rows in parts, side by side, and writes them in their order.
fn rows(
    out: &mut impl Write,
    count: usize,
    part_of: impl Fn(&mut Vec<u8>, Range<usize>) + Sync,
) -> io::Result<()> {
    let mut parts: Vec<Vec<u8>> = vec![Vec::new(); PARTS];
    for first in (0..count).step_by(PART * PARTS) {
        parts.par_iter_mut().enumerate().for_each(|(place, part)| {
            part.clear();
            let first = count.min(first + place * PART);
            part_of(part, first..count.min(first + PART));
        });
        parts.iter().try_for_each(|part| out.write_all(part))?;
    }
    Ok(())
}

/// One row for each record: its identifier and its cluster, under the name it has in `names` or else that of its
/// first record. Two lists may use the same identifiers: a third column tells the list.
fn clusters(
    out: &mut impl Write,
    table: &Table,
    linked: &Linked,
    names: &BTreeMap<u32, String>,
) -> io::Result<()> {
    writeln!(out, "id,cluster{}", if table.is_link() { ",list" } else { "" })?;
    let is_second = |row: usize| row >= table.first_rows;
    let cluster = |out: &mut Vec<u8>, row: usize| {
        let home = linked.clusters[row];
        let own = || (if is_second(index(home)) { SECOND } else { "" }, &table.ids[index(home)]);
        let (before, name) = names.get(&home).map_or_else(own, |name| ("", name.as_str()));
        out.extend_from_slice(quoted(&table.ids[row]).as_bytes());
        out.push(b',');
        if is_plain(name) {
            out.extend_from_slice(before.as_bytes());
            out.extend_from_slice(name.as_bytes());
        } else {
            out.extend_from_slice(quoted(&format!("{before}{name}")).as_bytes());
        }
        out.extend_from_slice(match (table.is_link(), is_second(row)) {
            (false, _) => b"\n",
            (true, false) => b",1\n",
            (true, true) => b",2\n",
        });
    };
    rows(out, linked.clusters.len(), |out, part| part.for_each(|row| cluster(out, row)))
}

/// One row for each pair, with its waterfall: what any two records weigh, what each field adds, and what is left.
fn pairs(out: &mut impl Write, table: &Table, pairs: &[Pair], waterfalls: &Waterfalls<'_>) -> io::Result<()> {
    write!(out, "id_a,id_b,weight,probability,linked")?;
    for heading in headings(waterfalls.fields()) {
        write!(out, ",{}", quoted(&heading))?;
    }
    writeln!(out)?;
    let row = |out: &mut Vec<u8>, pair: &Pair| {
        for id in [pair.a, pair.b] {
            out.extend_from_slice(quoted(&table.ids[index(id)]).as_bytes());
            out.push(b',');
        }
        let weight = Decimal::<FINE>::of(pair.weight);
        weight.push(out);
        out.push(b',');
        Decimal::<FINE>::of(pair.probability).push(out);
        out.extend_from_slice(if pair.linked { b",true" } else { b",false" });
        push_parts(out, weight, waterfalls.parts(pair.a, pair.b));
        out.push(b'\n');
    };
    rows(out, pairs.len(), |out, part| waterfalls.each(&pairs[part], |pair| row(out, pair)))
}

/// The uncertain pairs side by side, with an empty column for a person's judgement.
fn review(out: &mut impl Write, table: &Table, linked: &Linked) -> io::Result<()> {
    let is_uncertain = |pair: &&Pair| UNCERTAIN.contains(&pair.probability);
    let mut pairs: Vec<&Pair> = linked.pairs.iter().filter(is_uncertain).collect();
    pairs.sort_by(|x, y| (x.probability - 0.5).abs().total_cmp(&(y.probability - 0.5).abs()));
    pairs.truncate(REVIEW_MAX);
    write!(out, "id_a,id_b,weight,probability,linked,same")?;
    for column in &table.columns {
        write!(out, ",{},{}", quoted(&format!("{}_a", column.name)), quoted(&format!("{}_b", column.name)))?;
    }
    writeln!(out)?;
    for pair in pairs {
        let Pair { a, b, weight, probability, linked } = pair;
        let (id_a, id_b) = (&table.ids[index(*a)], &table.ids[index(*b)]);
        write!(out, "{},{},{weight:.6},{probability:.6},{linked},", quoted(id_a), quoted(id_b))?;
        for column in &table.columns {
            let text = |row: u32| quoted(column.texts.text(column.codes[index(row)]));
            write!(out, ",{},{}", text(*a), text(*b))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

const fn index(row: u32) -> usize {
    row as usize
}

/// A cell as RFC 4180 wants it.
fn quoted(cell: &str) -> Cow<'_, str> {
    if is_plain(cell) {
        Cow::Borrowed(cell)
    } else {
        Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")))
    }
}

fn is_plain(cell: &str) -> bool {
    !cell.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written_in_their_order() {
        for count in [0, 1, PART, PART * PARTS, PART * PARTS * 2 + 7] {
            let mut out = Vec::new();
            rows(&mut out, count, |out, part| {
                part.for_each(|row| out.extend_from_slice(format!("{row}\n").as_bytes()));
            })
            .unwrap();
            assert!(
                str::from_utf8(&out).unwrap().lines().eq((0..count).map(|row| row.to_string())),
                "{count}"
            );
        }
    }
}
