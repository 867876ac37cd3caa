//! All files of a snapshot but its manifest.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::types::UInt32Type;
use arrow_array::{ArrayRef, StringArray, UInt8Array, UInt32Array, UInt64Array};
use arrow_buffer::OffsetBuffer;
use rayon::prelude::*;

use super::cut::Cut;
use super::error::BuildError;
use super::folder::Folder;
use super::gather::list_array;
use super::names::Names;
use super::shard::{Making, Whole};
use crate::snapshot::dictionary::Dict;
use crate::snapshot::format::{Column, IDENTITY, IDENTITY_FILE, Kind, Table};
use crate::snapshot::manifest::{CodeRange, FileEntry, ShardEntry};

/// Writes the shards, several at a time; `written` is told how many there are so far.
pub(super) fn shards(
    folder: &Folder,
    whole: Whole<'_>,
    cuts: &[Cut],
    written: &(dyn Fn(u64) + Sync),
) -> Result<Vec<ShardEntry>, BuildError> {
    let count = AtomicU64::new(0);
    let one = |(index, cut): (u32, &Cut)| {
        let making = Making::new(whole, cut);
        let tables = Table::ALL.iter().map(|table| {
            let made = making.table(*table);
            folder.write_table(&table.file_name(index), &table.columns(), made.arrays, &made.metadata)
        });
        let entry = ShardEntry {
            first: cut.persons.start,
            end: cut.persons.end,
            tables: tables.collect::<Result<_, _>>()?,
            municipality: range(
                making.persons().codes("municipality", Dict::Municipality),
                whole.names,
                Dict::Municipality,
            ),
            region: range(making.regions(), whole.names, Dict::Region),
            postal_code: range(making.postal_codes(), whole.names, Dict::PostalCode),
        };
        written(count.fetch_add(1, Ordering::Relaxed) + 1);
        Ok(entry)
    };
    let numbered: Vec<_> = (0..).zip(cuts).collect();
    numbered.into_par_iter().with_max_len(1).map(one).collect()
}

/// First and last text; codes of digits sort as their texts.
fn range(codes: Vec<u32>, names: &Names, dict: Dict) -> Option<CodeRange> {
    let mut codes: Vec<u32> = codes.into_iter().filter(|code| *code != 0).collect();
    codes.sort_unstable();
    let text = |code: u32| names.dictionaries.texts(dict).nth(code as usize - 1).unwrap_or("").to_owned();
    Some(CodeRange { first: text(*codes.first()?), last: text(*codes.last()?) })
}

/// Writes the dictionaries in the order of the manifest.
pub(super) fn dictionaries(folder: &Folder, names: &Names) -> Result<Vec<FileEntry>, BuildError> {
    let given = names.given();
    let links = |dict| {
        if dict == Dict::FirstNames {
            Some(links(&given))
        } else if dict == Dict::GivenName {
            Some(links(&within(&given, names.dictionaries.order(dict).len())))
        } else {
            None
        }
    };
    let write = |dict: &Dict| {
        let texts = names.dictionaries.texts(*dict);
        let found = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        let bytes: usize = names.dictionaries.texts(*dict).map(str::len).sum();
        if i32::try_from(bytes).is_err() {
            // Arrow's offsets of texts have 31 bits.
            return Err(BuildError::TooManyValues {
                dictionary: dict.name(),
                found,
                most: i32::MAX.unsigned_abs(),
            });
        }
        let mut columns = vec![Column { name: "value", kind: Kind::Text, nullable: false }];
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(StringArray::from_iter_values(texts))];
        if let Some((name, links)) = dict.links().zip(links(*dict)) {
            columns.push(Column { name, kind: Kind::ListU32, nullable: false });
            arrays.push(links);
        }
        folder.write_table(&dict.file_name(), &columns, arrays, &[])
    };
    Dict::ALL.par_iter().with_max_len(1).map(write).collect()
}

fn links(lists: &[Vec<u32>]) -> ArrayRef {
    let offsets = OffsetBuffer::from_lengths(lists.iter().map(Vec::len));
    list_array::<UInt32Type>(offsets, lists.iter().flatten().copied().collect())
}

/// For each given name the texts it stands in, ascending, each once.
fn within(given: &[Vec<u32>], given_names: usize) -> Vec<Vec<u32>> {
    let mut within = vec![Vec::new(); given_names];
    for (parts, code) in given.iter().zip(1..) {
        for part in parts {
            let texts: &mut Vec<u32> = &mut within[*part as usize - 1];
            if texts.last() != Some(&code) {
                texts.push(code);
            }
        }
    }
    within
}

/// Marks the position of who had a code before.
const PREVIOUS: u32 = 1 << 31;

/// Whose a code is: of several people whose previous one it was, nobody's.
fn known(same: &[(u64, u32)]) -> Option<(u64, u32)> {
    let (first, last) = (same.first()?, same.last()?);
    (first.1 & PREVIOUS == 0 || first == last).then_some(*first)
}

/// Writes the index of identity codes.
pub(super) fn identity(folder: &Folder, whole: Whole<'_>) -> Result<FileEntry, BuildError> {
    let persons = &whole.register.persons;
    let (ids, earlier) = (persons.ids("person_id"), persons.id_lists("previous_ids"));
    let mut entries: Vec<(u64, u32)> = Vec::with_capacity(whole.order.persons.len());
    for (row, position) in whole.order.persons.iter().zip(0_u32..) {
        let row = *row as usize;
        entries.push((ids[row], position));
        entries.extend(earlier.get(row).iter().map(|id| (*id, position | PREVIOUS)));
    }
    // Active codes before previous ones.
    entries.par_sort_unstable();
    let same = entries.chunk_by(|(a, _), (b, _)| a == b);
    let entries: Vec<(u64, u32)> = same.filter_map(known).collect();
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(UInt64Array::from_iter_values(entries.iter().map(|(code, _)| *code))),
        Arc::new(UInt32Array::from_iter_values(entries.iter().map(|(_, person)| person & !PREVIOUS))),
        Arc::new(UInt8Array::from_iter_values(
            entries.iter().map(|(_, person)| u8::from(person & PREVIOUS != 0)),
        )),
    ];
    drop(entries);
    folder.write_table(IDENTITY_FILE, IDENTITY, arrays, &[])
}
