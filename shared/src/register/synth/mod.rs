//! A synthetic register: source files with the shape of the Finnish population and no real person in them.
//!
//! ```text
//! plan ──► skeleton ──► identity ──► household ──► building, dwelling, person ──► table ──► output
//! blocks    who lives    codes of     names,        rows                           columns   Parquet
//!           with whom    each cohort  languages
//! ```
//!
//! Same seed, same bytes: every block has its own stream of random numbers, and blocks are written in
//! their order, whatever the number of threads. Living people with a domicile in Finland number exactly the
//! population; people abroad (5.33 %), without a domicile, and dead (6 %) come in addition. All identity codes are
//! test codes (900–999). The state is that of [`AS_OF`].
//!
//! Outbuildings and saunas are about a quarter of what the real register has; everything else that stands is complete.

mod abroad;
mod block;
mod building;
mod calendar;
mod country;
mod dice;
mod dwelling;
mod error;
pub mod evolve;
mod family;
mod heating;
mod history;
mod household;
mod housing;
mod identity;
mod languages;
mod names;
mod output;
mod ownership;
mod person;
mod places;
mod plan;
mod pools;
mod pyramid;
mod skeleton;
mod streets;
mod table;
#[cfg(test)]
mod tests;
mod waiting;

use std::path::PathBuf;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;

pub use self::error::SynthError;
use self::identity::Cohorts;
use self::output::Output;
use self::plan::Block;
use self::skeleton::Skeleton;
use self::table::Tables;
use super::source::SourceFile;

/// The date of a synthetic register: nothing in it happens later, security prohibitions apart.
pub const AS_OF: Date = jiff::civil::date(2025, 12, 31);

/// The inhabitants of Finland, and of the default register.
pub const POPULATION: u64 = 5_634_472;

/// People in one row group, at least.
const CHUNK_PEOPLE: u64 = 80_000;

/// Chunks made at the same time while the ones before are written.
const WINDOW: usize = 4;

/// What to make.
#[derive(Debug, Clone)]
pub struct SynthOptions {
    /// Living people with a municipality of domicile in Finland; at least 1.
    pub population: u64,
    /// Equal seeds give equal bytes.
    pub seed: u64,
    /// Folder of the source files; made if it is missing, files of the same names are replaced.
    pub out_dir: PathBuf,
}

/// Rows of each source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "each is named by its file")]
pub struct RowCounts {
    pub persons: u64,
    pub dwellings: u64,
    pub buildings: u64,
    pub addresses: u64,
    pub owners: u64,
    pub previous_addresses: u64,
}

/// Makes a register and writes its six source files. `progress` is told the people done and all there are.
///
/// # Errors
/// [`SynthError`]; demands that cannot be met are refused before anything is written.
pub fn write(options: &SynthOptions, progress: &dyn Fn(u64, u64)) -> Result<RowCounts, SynthError> {
    if options.population == 0 {
        return Err(SynthError::Empty);
    }
    identity::check_population(options.population)?;
    let blocks = plan::blocks(options.population)?;
    let chunks = chunks(&blocks);
    let seed = options.seed;
    let needs: Vec<Cohorts> = chunks.par_iter().map(|chunk| needs(seed, chunk)).collect();
    let mut taken = Cohorts::empty();
    let mut starts = Vec::with_capacity(needs.len());
    for need in &needs {
        starts.push(taken.clone());
        taken.add(need);
    }
    taken.check()?;
    std::fs::create_dir_all(&options.out_dir).map_err(SynthError::Folder)?;
    let mut outputs = Vec::with_capacity(6);
    for file in SourceFile::ALL {
        outputs.push(Output::create(&options.out_dir, file)?);
    }
    let work: Vec<(&[Block], Cohorts)> = chunks.into_iter().zip(starts).collect();
    pour(seed, &work, &mut outputs, progress)?;
    let mut rows = [0; 6];
    for (count, output) in rows.iter_mut().zip(outputs) {
        *count = output.finish()?;
    }
    let [persons, dwellings, buildings, addresses, owners, previous_addresses] = rows;
    Ok(RowCounts { persons, dwellings, buildings, addresses, owners, previous_addresses })
}

/// Neighbouring blocks with people enough for a row group.
fn chunks(blocks: &[Block]) -> Vec<&[Block]> {
    let mut chunks = Vec::new();
    let (mut start, mut people) = (0, 0);
    for (index, block) in blocks.iter().enumerate() {
        people += block.people + block.dead;
        if people >= CHUNK_PEOPLE || index + 1 == blocks.len() {
            chunks.push(&blocks[start..=index]);
            (start, people) = (index + 1, 0);
        }
    }
    chunks
}

fn needs(seed: u64, chunk: &[Block]) -> Cohorts {
    let mut needs = Cohorts::empty();
    for block in chunk {
        needs.add(&Skeleton::draw(seed, block).needs());
    }
    needs
}

type Made = Result<[RecordBatch; 6], ArrowError>;

fn make(seed: u64, (chunk, start): &(&[Block], Cohorts)) -> Made {
    let (mut taken, mut tables) = (start.clone(), Tables::new());
    for block in *chunk {
        block::write(seed, block, &mut taken, &mut tables);
    }
    let Tables { persons, dwellings, buildings, addresses, owners, previous } = tables;
    Ok([
        persons.finish()?,
        dwellings.finish()?,
        buildings.finish()?,
        addresses.finish()?,
        owners.finish()?,
        previous.finish()?,
    ])
}

/// Makes the chunks of a window while those of the one before are written.
fn pour(
    seed: u64,
    work: &[(&[Block], Cohorts)],
    outputs: &mut [Output],
    progress: &dyn Fn(u64, u64),
) -> Result<(), SynthError> {
    let people = |part: &[(&[Block], Cohorts)]| -> u64 {
        part.iter().flat_map(|(chunk, _)| chunk.iter()).map(|block| block.people + block.dead).sum()
    };
    let (all, mut done) = (people(work), 0);
    let mut windows = work.chunks(WINDOW).peekable();
    let mut made: Vec<Made> = windows.peek().map_or_else(Vec::new, |first| make_all(seed, first));
    progress(0, all);
    while let Some(window) = windows.next() {
        let ready = made;
        let next = windows.peek();
        let (written, following) = rayon::join(
            || write_all(ready, outputs),
            || next.map_or_else(Vec::new, |next| make_all(seed, next)),
        );
        written?;
        made = following;
        done += people(window);
        progress(done, all);
    }
    Ok(())
}

fn make_all(seed: u64, window: &[(&[Block], Cohorts)]) -> Vec<Made> {
    window.par_iter().map(|part| make(seed, part)).collect()
}

fn write_all(ready: Vec<Made>, outputs: &mut [Output]) -> Result<(), SynthError> {
    for batches in ready {
        let batches = batches.map_err(SynthError::Columns)?;
        outputs.par_iter_mut().zip(&batches).try_for_each(|(output, batch)| output.append(batch))?;
    }
    Ok(())
}
