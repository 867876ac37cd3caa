//! Blocking keys: what is made of a value so that equal keys bring two records together.

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::fold::{base, sound};
use super::kind::Kind;
use super::load::load;
use super::numbers::{mix, narrow, short, wide};
use super::prepared::Prepared;
use super::values::Values;
use super::written::NUMBERS;

/// Keys of a record at most: each is a bit of a mask.
const KEYS_MAX: usize = 32;
/// Keys of all values that are held at once, before they are put into rows.
const KEYS_AT_ONCE: usize = 4;
/// Values whose keys are made one after another, at least.
const VALUES: usize = 4_096;

/// What of a value is the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// The first letters.
    Start,
    /// The consonants as they sound.
    Sound,
    /// The first word.
    FirstWord,
    /// The last word.
    LastWord,
    /// The words in any order.
    Words,
    /// The first half.
    Head,
    /// The second half.
    Tail,
    /// The year of a date.
    Year,
    /// Month and day of a date.
    Day,
    /// What stands before the @.
    Local,
}

impl Part {
    /// The keys made of a kind, the most telling first.
    const fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::GivenName | Kind::Surname => &[Self::Whole, Self::Sound, Self::Start],
            Kind::FullName => &[Self::Whole, Self::Words, Self::FirstWord, Self::LastWord],
            Kind::Date => &[Self::Whole, Self::Year, Self::Day],
            Kind::Email => &[Self::Whole, Self::Local, Self::Start],
            Kind::Phone | Kind::Identifier => &[Self::Whole, Self::Head, Self::Tail],
            Kind::PostalCode => &[Self::Whole, Self::Head],
            Kind::Place => &[Self::Whole, Self::Start],
            Kind::Street => &[Self::Whole, Self::Words, Self::Start],
            Kind::Number | Kind::Category => &[Self::Whole],
            Kind::Text => &[Self::Whole, Self::FirstWord, Self::Words],
            Kind::Ignored => &[],
        }
    }

    /// The key of a prepared text; nothing where it has no such part. Mäki and Maki have the same keys.
    fn key(self, text: &[u8]) -> Option<u64> {
        if text.iter().any(|byte| base(*byte) != *byte) {
            let text: Vec<u8> = text.iter().map(|byte| base(*byte)).collect();
            return self.key(&text);
        }
        let part = |bytes: &[u8]| (!bytes.is_empty()).then(|| xxh3_64(bytes));
        let words = || text.split(|byte| *byte == b' ');
        match self {
            Self::Whole => part(text),
            Self::Start => text.get(..3).and_then(part),
            Self::Sound => part(&sound(text)),
            Self::FirstWord => words().find(|word| word.len() > 1).and_then(part),
            Self::LastWord => words().rfind(|word| word.len() > 1).and_then(part),
            Self::Words if text.contains(&NUMBERS) => {
                text.split(|byte| *byte == NUMBERS).next().and_then(part)
            }
            Self::Words => {
                let mut words: Vec<&[u8]> =
                    words().filter(|word| !word[..].iter().any(u8::is_ascii_digit)).collect();
                words.sort_unstable();
                part(&words.join(&b' '))
            }
            Self::Head => text.get(..text.len().div_ceil(2)).and_then(part),
            Self::Tail => text.get(text.len() / 2..).and_then(part),
            Self::Year => text.get(..4).and_then(part),
            Self::Day => text.get(4..8).filter(|day| *day != b"0000").and_then(part),
            Self::Local => text.split(|byte| *byte == b'@').next().and_then(part),
        }
    }
}

/// One key of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    /// A part of a field.
    Part { field: usize, part: Part },
    /// Two name fields in either order.
    Names { first: usize, second: usize },
}

impl Key {
    /// The fields it is made of, as bits.
    pub(crate) const fn fields(&self) -> u32 {
        match self {
            Self::Part { field, .. } => 1 << *field,
            Self::Names { first, second } => (1 << *first) | (1 << *second),
        }
    }

    /// Its name in settings and reports.
    pub(crate) fn name(&self, prepared: &Prepared) -> String {
        match self {
            Self::Part { field, part: Part::Whole } => prepared.fields[*field].name.clone(),
            Self::Part { field, part } => {
                let part = format!("{part:?}").to_lowercase();
                format!("{}:{part}", prepared.fields[*field].name)
            }
            Self::Names { first, second } => {
                format!("{}<>{}", prepared.fields[*first].name, prepared.fields[*second].name)
            }
        }
    }
}

/// The keys that can be made of a table.
pub(crate) fn possible(prepared: &Prepared) -> Vec<Key> {
    let fields = prepared.fields.iter().enumerate();
    let mut keys: Vec<(usize, Key)> = fields
        .flat_map(|(field, of)| {
            let parts = Part::of(of.kind).iter().enumerate();
            parts.map(move |(rank, part)| (rank, Key::Part { field, part: *part }))
        })
        .collect();
    let find = |kind| prepared.fields.iter().position(|field| field.kind == kind);
    if let (Some(first), Some(second)) = (find(Kind::GivenName), find(Kind::Surname)) {
        keys.push((1, Key::Names { first, second }));
    }
    keys.sort_by_key(|(rank, _)| *rank);
    keys.truncate(KEYS_MAX);
    keys.into_iter().map(|(_, key)| key).collect()
}

/// The keys of all rows, row by row; 0 where a row has none.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) width: usize,
    hashes: Vec<u32>,
}

impl Keys {
    /// Makes the given keys of the given rows.
    pub(crate) fn new(prepared: &Prepared, keys: &[Key], rows: &[u32]) -> Self {
        let width = keys.len();
        let mut made = vec![0; rows.len() * width];
        for (part, keys) in keys.chunks(KEYS_AT_ONCE).enumerate() {
            let by_code: Vec<Vec<u32>> = keys.par_iter().map(|key| hashes(prepared, key, rows)).collect();
            made.par_chunks_mut(width).zip(rows).for_each(|(cells, row)| {
                let (codes, cells) = (prepared.row(*row), &mut cells[part * KEYS_AT_ONCE..]);
                for ((cell, key), by_code) in cells.iter_mut().zip(keys).zip(&by_code) {
                    *cell = match key {
                        Key::Part { field, .. } => by_code[wide(codes[*field])],
                        Key::Names { first, second } => either(codes[*first], codes[*second]),
                    };
                }
            });
        }
        Self { width, hashes: made }
    }

    pub(crate) fn row(&self, index: usize) -> &[u32] {
        &self.hashes[index * self.width..(index + 1) * self.width]
    }

    /// Loads the keys of pairs.
    pub(crate) fn load(&self, pairs: &[(u32, u32)]) {
        load(pairs, |row| self.row(wide(row)));
    }

    /// The keys that two rows share, as bits.
    pub(crate) fn shared(&self, a: usize, b: usize) -> u32 {
        let cells = self.row(a).iter().zip(self.row(b)).enumerate();
        cells.fold(0, |mask, (bit, (x, y))| mask | (u32::from(x == y && *x != 0) << bit))
    }

    /// The key of a rule, a set of keys as bits: all of them as one; nothing if one is missing.
    pub(crate) fn joined(&self, index: usize, rule: u32) -> Option<u64> {
        let (row, mut joined, mut left) = (self.row(index), 0, rule);
        while left != 0 {
            let hash = row[wide(left.trailing_zeros())];
            if hash == 0 {
                return None;
            }
            joined = mix(joined ^ u64::from(hash));
            left &= left - 1;
        }
        Some(joined)
    }
}

/// The key of each value that the rows have.
fn hashes(prepared: &Prepared, key: &Key, rows: &[u32]) -> Vec<u32> {
    let Key::Part { field, part } = key else { return Vec::new() };
    let values: &Values = &prepared.fields[*field].values;
    let hash = |code: usize| {
        let text = values.text(narrow(code));
        if text.is_empty() { 0 } else { part.key(text).map_or(0, short) }
    };
    let codes = (0..values.len()).into_par_iter().with_min_len(VALUES);
    if rows.len() == prepared.rows {
        return codes.map(hash).collect();
    }
    // A sample has a part of the values.
    let mut is_met = vec![false; values.len()];
    rows.iter().for_each(|row| is_met[wide(prepared.row(*row)[*field])] = true);
    codes.map(|code| if is_met[code] { hash(code) } else { 0 }).collect()
}

/// Two names as one key, whichever comes first.
fn either(a: u32, b: u32) -> u32 {
    if a == 0 || b == 0 {
        return 0;
    }
    let (low, high) = (a.min(b), a.max(b));
    short(mix(mix(u64::from(low)) ^ u64::from(high)))
}
