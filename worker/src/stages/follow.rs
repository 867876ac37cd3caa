//! The members of a part: each in the snapshot its customer was brought up to and in the order's own, and the net change.

use poimuri_shared::customer_register::Field;
use poimuri_shared::order::UpdateMode;
use poimuri_shared::order::delivered::{Column, columns};
use poimuri_shared::plan::Stage;
use poimuri_shared::snapshot::Snapshot;
use poimuri_shared::snapshot::diff::{Kinds, Pairs};
use rayon::prelude::*;

use super::StageError;
use crate::engine::EngineError;
use crate::engine::Tables;
use crate::engine::update::{Asked, Followed, Glimpse, Pair, Part, Place, State, Updating, ask, news};
use crate::opened::{Follows, OpenedOrder, Update, encode};
use crate::reading::tables;

/// The partial: a [`Followed`].
///
/// # Errors
/// When the register, a snapshot or a partial cannot be read.
pub(super) fn run(
    opened: &OpenedOrder,
    update: &Update,
    follows: &Follows,
    task: u32,
) -> Result<Vec<u8>, StageError> {
    let part: Part = opened.partial(Stage::Prepare, task)?;
    let codes = part.codes(&update.updating);
    let mut now = Side::open(&opened.snapshot, &update.updating, &codes)?;
    let before = follows.before.as_ref();
    let mut before = before.map(|(snapshot, updating)| Side::open(snapshot, updating, &codes)).transpose()?;
    let columns = columns(opened.accepted.order.fields());
    let kinds = kinds(before.as_ref(), &now)?;
    render(&columns, follows, (before.as_mut(), &mut now), &kinds)?;
    let mode = opened.accepted.order.update.as_ref().map_or(UpdateMode::Changes, |update| update.mode);
    let own = own(opened, update, follows, task)?;
    let (nobody, mut followed) = (Glimpse::default(), Followed::default());
    for (index, (code, own)) in codes.iter().zip(&own).enumerate() {
        let then = before.as_ref().map(|side| side.glimpses.get(index).unwrap_or(&nobody));
        let is = now.glimpses.get(index).unwrap_or(&nobody);
        let pair = Pair { before: then, now: is, kinds: kinds[index], found_by: &own.1 };
        let news = news(pair, &columns, mode, follows.tells_all);
        let position = |side: &Side<'_>| side.positions.get(index).copied().flatten();
        let places = (
            Place::of(before.as_ref().and_then(position), then.unwrap_or(&nobody), *code),
            Place::of(position(&now), is, *code),
        );
        followed.add(places, (news.as_ref(), columns.len()), is, own);
    }
    encode(&followed)
}

/// The members of the part in one snapshot.
struct Side<'a> {
    snapshot: &'a Snapshot,
    updating: &'a Updating,
    positions: Vec<Option<u32>>,
    glimpses: Vec<Glimpse>,
}

impl<'a> Side<'a> {
    fn open(snapshot: &'a Snapshot, updating: &'a Updating, codes: &[u64]) -> Result<Self, StageError> {
        let positions = snapshot.identity()?.resolve(codes);
        let mut side =
            Self { snapshot, updating, positions, glimpses: vec![Glimpse::default(); codes.len()] };
        let found = side.each(|_| true, |updating, tables, asked| updating.glimpses(tables, asked))?;
        for (row, glimpse) in found {
            side.glimpses[row as usize] = glimpse;
        }
        Ok(side)
    }

    /// What a function gives of members that are wanted, shard by shard.
    fn each<T: Send>(
        &self,
        wanted: impl Fn(u32) -> bool,
        of_shard: impl Fn(&Updating, &Tables<'_>, &[Asked]) -> Result<Vec<(u32, T)>, EngineError> + Sync,
    ) -> Result<Vec<(u32, T)>, StageError> {
        let found = (0_u32..).zip(&self.positions).filter_map(|(row, position)| Some((row, (*position)?)));
        let asked = ask(found.filter(|(row, _)| wanted(*row)), &bounds(self.snapshot));
        let asked: Vec<(u32, Vec<Asked>)> =
            (0_u32..).zip(asked).filter(|(_, some)| !some.is_empty()).collect();
        let answers = asked.into_par_iter().map(|(shard, asked)| -> Result<_, StageError> {
            let shard = self.snapshot.shard(shard)?;
            Ok(of_shard(self.updating, &tables(&shard, self.updating.needs())?, &asked)?)
        });
        Ok(answers.collect::<Result<Vec<_>, StageError>>()?.into_iter().flatten().collect())
    }

    fn fill(&mut self, wanted: impl Fn(u32) -> bool) -> Result<(), StageError> {
        for (row, cells) in self.each(wanted, |updating, tables, asked| updating.cells(tables, asked))? {
            self.glimpses[row as usize].cells = cells;
        }
        Ok(())
    }

    fn state(&self, row: u32) -> State {
        self.glimpses.get(row as usize).map_or(State::Withdrawn, |glimpse| glimpse.state)
    }
}

/// How each member differs; none where it is not in both snapshots.
fn kinds(before: Option<&Side<'_>>, now: &Side<'_>) -> Result<Vec<Kinds>, StageError> {
    let mut kinds = vec![Kinds::default(); now.positions.len()];
    let Some(before) = before else { return Ok(kinds) };
    let pairs = before.positions.iter().zip(&now.positions).enumerate();
    let mut pairs: Vec<(usize, (u32, u32))> =
        pairs.filter_map(|(row, (was, is))| Some((row, ((*was)?, (*is)?)))).collect();
    pairs.sort_unstable_by_key(|(row, pair)| (*pair, *row));
    let positions: Vec<(u32, u32)> = pairs.iter().map(|(_, pair)| *pair).collect();
    let found = Pairs::new(before.snapshot, now.snapshot)?.kinds(&positions)?;
    for ((row, _), found) in pairs.into_iter().zip(found) {
        kinds[row] = found;
    }
    Ok(kinds)
}

/// Renders what has to be compared or told.
fn render(
    columns: &[Column],
    follows: &Follows,
    (before, now): (Option<&mut Side<'_>>, &mut Side<'_>),
    kinds: &[Kinds],
) -> Result<(), StageError> {
    let compares_all = Updating::depends_on_others(columns);
    let states: Vec<State> = (0_u32..)
        .zip(kinds)
        .map(|(row, _)| before.as_ref().map_or(State::Withdrawn, |it| it.state(row)))
        .collect();
    let is: Vec<State> = (0_u32..).zip(kinds).map(|(row, _)| now.state(row)).collect();
    let may_differ = |row: u32| {
        let row = row as usize;
        follows.tells_all || compares_all || states[row] != is[row] || !kinds[row].is_empty()
    };
    now.fill(|row| is[row as usize] != State::Withdrawn && may_differ(row))?;
    if let Some(before) = before {
        before.fill(|row| states[row as usize] == is[row as usize] && may_differ(row))?;
    }
    Ok(())
}

/// The customer's key of each member, and the key it was found by.
fn own(
    opened: &OpenedOrder,
    update: &Update,
    follows: &Follows,
    part: u32,
) -> Result<Vec<(String, String)>, StageError> {
    let key = update.mapping.column(Field::Key);
    let mut own = Vec::new();
    opened.each_row(&update.register, part, |row| {
        let key = key.map(|column| row.cell(column).into_owned()).unwrap_or_default();
        own.push((key, row.cell(follows.found_by).into_owned()));
        Ok(())
    })?;
    Ok(own)
}

/// The first position of each shard, and where the last one ends.
fn bounds(snapshot: &Snapshot) -> Vec<u32> {
    let shards = &snapshot.manifest().shards;
    let end = shards.last().map_or(0, |shard| shard.end);
    shards.iter().map(|shard| shard.first).chain([end]).collect()
}
