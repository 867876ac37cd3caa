//! Members of a subscription in two snapshots: the net change that is told.
//!
//! A row follows from two states alone, the one its customer was told and the present one; what happened between them
//! and was undone is not told. A person who may not be disclosed, one who has left the register and one who has no address
//! any more are one state, [`State::Withdrawn`], so that a notice of it betrays no cause.

use poimuri_shared::order::UpdateMode;
use poimuri_shared::order::delivered::Column;
use poimuri_shared::snapshot::diff::{Kind, Kinds};
use poimuri_shared::snapshot::tables::NULL_I32;

use super::decide::FoundBy;
use super::facts::{self, Facts};
use super::glimpse::{Glimpse, State};
use super::render;

/// A member in the snapshot its customer was brought up to, and in the present one.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// Then; none if that is not known.
    pub before: Option<&'a Glimpse>,
    /// Now.
    pub now: &'a Glimpse,
    /// How the two differ.
    pub kinds: Kinds,
    /// The key the member was found by.
    pub found_by: &'a str,
}

/// What is told of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Nothing is told any more.
    Withdrawn,
    /// The person as it is.
    Of {
        /// Status and flags.
        facts: Facts,
        /// For each column whether it is given.
        given: Vec<bool>,
        /// The day of what is told, if known.
        day: Option<i32>,
    },
}

/// What is told of a member; none if nothing changed. With `tells_all` something is told of everybody.
#[must_use]
pub fn news(pair: Pair<'_>, columns: &[Column], mode: UpdateMode, tells_all: bool) -> Option<News> {
    let then = pair.before.map(|before| before.state);
    let by = FoundBy::named(pair.found_by);
    let (changed, flags) = changes(pair, by, columns);
    let is_same = then == Some(pair.now.state) && changed.iter().all(|is| !is) && flags == 0;
    if is_same && !tells_all {
        return None;
    }
    let status = match pair.now.state {
        State::Withdrawn => return Some(News::Withdrawn),
        State::Dead => 12,
        State::Abroad => 13,
        State::Present if is_same => 10,
        State::Present => 11,
    };
    let told = (Facts { status, flags }, by);
    let gives_all = tells_all || then != Some(State::Present) || mode == UpdateMode::Current;
    let given = columns.iter().zip(&changed).map(|(column, is_changed)| match pair.now.state {
        State::Present if render::is_kept_back(by, *column) => false,
        State::Present => gives_all || *is_changed || render::gives(mode, told, *column),
        State::Withdrawn | State::Dead | State::Abroad => render::gives(mode, told, *column),
    });
    let given: Vec<bool> = given.collect();
    let day = day_of(pair.now, flags, columns);
    Some(News::Of { facts: told.0, given, day })
}

/// Which columns changed, and the flags of it.
fn changes(pair: Pair<'_>, by: FoundBy, columns: &[Column]) -> (Vec<bool>, u16) {
    let (now, nothing) = (pair.now, vec![false; columns.len()]);
    let Some(before) = pair.before else { return (nothing, state_flag(None, now.state)) };
    if now.state == State::Withdrawn {
        return (nothing, 0);
    }
    let code = if by.is_sure() && before.id != now.id && before.id != 0 { facts::CODE } else { 0 };
    if before.state != now.state {
        return (nothing, code | state_flag(Some(before.state), now.state));
    }
    let differs = |(index, column): (usize, &Column)| {
        let told = match now.state {
            State::Withdrawn => false,
            State::Dead => *column == Column::DeathDate,
            State::Abroad => is_abroad(*column),
            State::Present => *column != Column::Age && !render::is_kept_back(by, *column),
        };
        told && before.cells.get(index) != now.cells.get(index)
    };
    let changed: Vec<bool> = columns.iter().enumerate().map(differs).collect();
    let of_columns = columns.iter().zip(&changed).filter(|(_, is_changed)| **is_changed);
    let flags = of_columns.map(|(column, _)| flag_of(*column, pair.kinds)).fold(code, |all, one| all | one);
    let is_told_of = changed.iter().any(|is| *is) || code != 0;
    let constant = if is_told_of { state_flag(None, now.state) } else { 0 };
    (changed, flags | constant)
}

/// The flag of a state, or of coming back from another one.
const fn state_flag(before: Option<State>, now: State) -> u16 {
    match (before, now) {
        (_, State::Dead) | (Some(State::Dead), State::Present) => facts::DEATH,
        (_, State::Abroad) => facts::EMIGRATED,
        (Some(State::Abroad), State::Present) => facts::IMMIGRATED,
        (_, State::Withdrawn | State::Present) => 0,
    }
}

const fn is_abroad(column: Column) -> bool {
    matches!(column, Column::ForeignCountry | Column::ForeignAddress | Column::EmigratedOn)
}

/// The flag under which a changed column is told; none has a birth date or an occupation.
const fn flag_of(column: Column, kinds: Kinds) -> u16 {
    let flags = render::changed_by(column);
    if matches!(column, Column::Municipality | Column::Region) {
        return facts::MUNICIPALITY;
    }
    if flags & facts::ADDRESS == 0 {
        return flags;
    }
    let is_renamed = kinds.contains(Kind::AddressInWords) && !kinds.contains(Kind::Address);
    if is_renamed { facts::POSTAL_CODE } else { facts::ADDRESS }
}

/// The latest day of what the flags tell of, as far as it may be told.
fn day_of(now: &Glimpse, flags: u16, columns: &[Column]) -> Option<i32> {
    let has = |column| columns.contains(&column);
    let [names, moved, death, left] = now.days;
    let days = [
        (flags & facts::NAME != 0, names),
        (flags & facts::ADDRESS != 0, moved),
        (now.state == State::Dead && has(Column::DeathDate), death),
        (now.state == State::Abroad && has(Column::EmigratedOn), left),
    ];
    days.into_iter().filter(|(is_told, day)| *is_told && *day != NULL_I32).map(|(_, day)| day).max()
}
