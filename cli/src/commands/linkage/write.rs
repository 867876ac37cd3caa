//! What a linkage leaves in its folder: clusters, pairs, the uncertain ones for review, the model.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use poimuri_worker::engine::link::{Model, Outcome as Linked, Pair, Table};

use crate::failure::{Failure, Outcome};

/// Pairs of a probability between these are for review.
const UNCERTAIN: std::ops::Range<f64> = 0.05..0.95;
/// Pairs for review at most, the least certain first.
const REVIEW_MAX: usize = 1_000;

/// Writes everything; each file appears whole or not at all.
///
/// # Errors
/// The folder or a file cannot be written.
pub(super) fn all(
    folder: &Path,
    table: &Table,
    model: &Model,
    linked: &Linked,
    names: &BTreeMap<u32, String>,
) -> Outcome<()> {
    fs::create_dir_all(folder).map_err(|error| Failure::file("make the folder", folder, &error))?;
    let clusters = || whole(&folder.join("clusters.csv"), |out| clusters(out, table, linked, names));
    let pairs = || {
        whole(&folder.join("pairs.csv"), |out| {
            writeln!(out, "id_a,id_b,weight,probability,linked")?;
            linked.pairs.iter().try_for_each(|pair| self::pair(out, table, pair))
        })
    };
    let (clusters, pairs) = rayon::join(clusters, pairs);
    clusters.and(pairs)?;
    whole(&folder.join("review.csv"), |out| review(out, table, linked))?;
    let text =
        toml::to_string(model).map_err(|error| Failure::failed(format!("write the model: {error}")))?;
    whole(&folder.join("model.toml"), |out| out.write_all(text.as_bytes()))
}

/// Writes a file under another name and gives it its own when it is whole.
pub(super) fn whole(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Outcome<()> {
    let failed = |error: io::Error| Failure::file("write", path, &error);
    let draft = path.with_extension("draft");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&draft).map_err(failed)?);
    let written = write(&mut out).and_then(|()| out.flush());
    written.and_then(|()| fs::rename(&draft, path)).map_err(failed)
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
    for (row, home) in linked.clusters.iter().enumerate() {
        let name = names.get(home).unwrap_or(&table.ids[index(*home)]);
        let name =
            if is_second(index(*home)) { Cow::Owned(format!("2:{name}")) } else { Cow::Borrowed(&**name) };
        for cell in [&*quoted(&table.ids[row]), ",", &*quoted(&name)] {
            out.write_all(cell.as_bytes())?;
        }
        out.write_all(match (table.is_link(), is_second(row)) {
            (false, _) => b"\n",
            (true, false) => b",1\n",
            (true, true) => b",2\n",
        })?;
    }
    Ok(())
}

fn pair(out: &mut impl Write, table: &Table, pair: &Pair) -> io::Result<()> {
    let (a, b) = (&table.ids[index(pair.a)], &table.ids[index(pair.b)]);
    let Pair { weight, probability, linked, .. } = pair;
    writeln!(out, "{},{},{weight:.6},{probability:.6},{linked}", quoted(a), quoted(b))
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
    if cell.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(cell)
    }
}
