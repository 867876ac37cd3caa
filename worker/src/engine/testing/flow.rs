//! Whole orders on random registers: against a reference, and however the register is cut into shards.

use std::collections::BTreeSet;

use poimuri_shared::order::delivered::{Column, Item};
use poimuri_shared::order::extraction::{
    Decimal, Dedup, DedupPer, ExtractionSpec, Group, Keep, MINIMUM_AGE, Purpose, Quota, RegisterUse, Sample,
    SampleMethod, Shortage, Weighting,
};
use poimuri_shared::partial::{Account, Allocation, RowSet, ShardRows, merge};
use proptest::prelude::*;

use crate::engine::days::{age, day_of};
use crate::engine::{Compiled, EngineError, allocate, extract_shard, select_shard, tally};

use super::criteria::tree;
use super::households::kept;
use super::naive::holds;
use super::tables::{Owning, Texts, in_order};
use super::{Dice, Person, TODAY, World};

fn spec(dice: &mut Dice) -> ExtractionSpec {
    let keeps = [Keep::Random, Keep::Oldest, Keep::Youngest, Keep::WomanFirst, Keep::ManFirst];
    let pers = [DedupPer::None, DedupPer::Person, DedupPer::Household, DedupPer::Family];
    let by_size = dice.chance(30);
    let group = |dice: &mut Dice, index: usize| Group {
        name: format!("ryhmä {index}"),
        quota: match by_size {
            true => Quota::Size(dice.next() % 20 + 1),
            false => Quota::Weight(Decimal::whole(dice.next() % 50 + 1).unwrap()),
        },
        criteria: tree(dice, 1),
    };
    let groups = (0..dice.below(4)).map(|index| group(dice, index)).collect();
    ExtractionSpec {
        criteria: tree(dice, 2),
        purpose: Purpose::DirectMarketing,
        register: dice.maybe(&[RegisterUse::Subtract, RegisterUse::Intersect]),
        dedup: Dedup { per: dice.pick(&pers), keep: dice.pick(&keeps) },
        sample: Sample {
            method: dice.pick(&[SampleMethod::All, SampleMethod::Systematic]),
            size: Some(dice.next() % 60 + 1),
            shortage: Shortage::TakeAll,
            weighting: dice.pick(&[Weighting::Shares, Weighting::Rates]),
            groups,
        },
        seed: std::array::from_fn(|_| dice.next().to_le_bytes()[0]),
        reference_date: TODAY,
        fields: [Item::Name, Item::Address, Item::Single(Column::Age)].to_vec(),
        minimum_age: MINIMUM_AGE,
    }
}

pub(super) type Outcome = (Account, Allocation, Vec<u8>, Vec<u64>);

pub(super) fn run(
    spec: &ExtractionSpec,
    world: &World,
    register: &RowSet,
    shards: usize,
) -> Result<Outcome, EngineError> {
    let texts = Texts::new();
    let order = Compiled::new(spec, &texts)?;
    let parts: Vec<Owning> = world.shards(shards).iter().map(|part| Owning::of(part, &texts)).collect();
    let tables = in_order(&parts);
    let selections: Result<Vec<_>, _> =
        tables.iter().map(|tables| select_shard(&order, tables, Some(register))).collect();
    let selections = merge(u32::try_from(shards).unwrap(), selections?)?;
    let allocation = allocate(&order, &selections)?;
    let rows: Result<Vec<ShardRows>, _> = tables
        .iter()
        .zip(&selections)
        .map(|(tables, selection)| extract_shard(&order, tables, selection, &allocation))
        .collect();
    let (mut csv, mut ids) = (Vec::new(), Vec::new());
    for rows in rows? {
        check_lengths(&rows);
        csv.extend(rows.csv);
        ids.extend(rows.ids);
    }
    Ok((tally(&selections)?, allocation, csv, ids))
}

fn check_lengths(rows: &ShardRows) {
    assert_eq!(rows.lengths.iter().map(|length| *length as usize).sum::<usize>(), rows.csv.len());
    assert_eq!(rows.lengths.len(), rows.ids.len());
}

/// The rows left after exclusions, register and de-duplication, by the rules taken literally.
pub(super) fn eligible(spec: &ExtractionSpec, world: &World, register: &RowSet) -> BTreeSet<usize> {
    let reason = |person: &Person| {
        let has_address = person.dwelling.is_some_and(|at| world.dwellings[at].has_address);
        person.dead
            || !has_address
            || person.security_until.is_some_and(|until| until >= day_of(TODAY))
            || person.no_marketing
            || age(person.birth, TODAY) < i32::from(MINIMUM_AGE)
    };
    let on_register: BTreeSet<u64> = register.iter().collect();
    let passes = |row: &usize| {
        let person = &world.people[*row];
        let listed = on_register.contains(&(*row as u64));
        let by_register = match spec.register {
            None => true,
            Some(RegisterUse::Subtract) => !listed,
            Some(RegisterUse::Intersect) => listed,
        };
        holds(&spec.criteria, person, world) == Some(true) && !reason(person) && by_register
    };
    let rows: BTreeSet<usize> = (0..world.people.len()).filter(passes).collect();
    kept(spec.dedup, &spec.seed, world, &rows)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn an_order_keeps_who_the_rules_keep(seeds in any::<(u64, u64, u64)>()) {
        let (world, mut dice) = (World::random(seeds.0), Dice(seeds.1));
        let spec = spec(&mut dice);
        let people = world.people.len() as u64;
        let register = RowSet::of(people, (0..people).filter(|_| dice.chance(40))).unwrap();
        let (account, allocation, csv, ids) = run(&spec, &world, &register, 1).unwrap();

        let expected = eligible(&spec, &world, &register);
        prop_assert!(account.is_balanced());
        prop_assert_eq!(account.kept + account.no_group, expected.len() as u64);
        let group = |row: &usize| {
            let person = &world.people[*row];
            let groups = &spec.sample.groups;
            groups.iter().position(|group| holds(&group.criteria, person, &world) == Some(true))
        };
        for (index, allocated) in allocation.groups.iter().enumerate() {
            let is_member = |row: &&usize| spec.sample.groups.is_empty() || group(row) == Some(index);
            prop_assert_eq!(allocated.eligible, expected.iter().filter(is_member).count() as u64);
        }
        prop_assert!(ids.iter().all(|id| expected.iter().any(|row| world.people[*row].id == *id)));
        prop_assert_eq!(ids.len() as u64, allocation.groups.iter().map(|group| group.allocated).sum::<u64>());
        let lines = String::from_utf8(csv).unwrap();
        prop_assert_eq!(lines.matches("\r\n").count(), ids.len());
    }

    #[test]
    fn the_number_of_shards_changes_nothing(seeds in any::<(u64, u64)>(), shards in 2_usize..7) {
        let (world, mut dice) = (World::random(seeds.0), Dice(seeds.1));
        let spec = spec(&mut dice);
        let people = world.people.len() as u64;
        let register = RowSet::of(people, (0..people).filter(|_| dice.chance(40))).unwrap();
        let (account, allocation, csv, ids) = run(&spec, &world, &register, 1).unwrap();
        let (cut_account, cut_allocation, cut_csv, cut_ids) = run(&spec, &world, &register, shards).unwrap();
        prop_assert_eq!(account, cut_account);
        prop_assert_eq!((csv, ids), (cut_csv, cut_ids));
        for (group, cut) in allocation.groups.iter().zip(&cut_allocation.groups) {
            prop_assert_eq!((group.eligible, group.allocated, group.start), (cut.eligible, cut.allocated, cut.start));
        }
    }
}
