//! Bearers and briefs change no outcome: every row comes to the same with them and without.

use std::collections::BTreeMap;
use std::sync::Arc;

use poimuri_shared::document::Format;
use poimuri_shared::order::UpdateMode;
use poimuri_shared::order::delivered::{Column, Item};
use poimuri_shared::permit;
use poimuri_shared::register::hetu::Hetu;
use proptest::prelude::*;

use super::super::matching::match_by;
use super::super::{UpdateSpec, match_part};
use super::*;
use crate::engine::testing::before::before;
use crate::engine::testing::registers::columns;
use crate::engine::testing::tables::{Owning, Texts, in_order};
use crate::engine::testing::{
    Dice, FIRST_NAMES, LANGUAGES, POSTAL_CODES, Person, STREETS, SURNAMES, TODAY, World,
};
use crate::engine::update::agree::Former;
use crate::engine::update::candidates::{Candidate, Key};
use crate::engine::update::dates::is_slip;
use crate::engine::update::{Bearers, Births, Homes, People, RegisterKeys};

const ITEMS: [Item; 4] =
    [Item::Name, Item::Address, Item::Single(Column::DeathDate), Item::Single(Column::IdentityCode)];
const HEADINGS: &str = "asiakasnro;hetu;sukunimi;etunimet;syntymäaika;katuosoite;postinumero;kotikunta;äidinkieli;\
                        muutospäivä\n";

fn permit_text(is_exempt: bool, keys: &str) -> String {
    let exempt = if is_exempt { "exempt_from_update_prohibition = \"by law\"\n" } else { "" };
    format!(
        "id = \"P-1\"\nholder = \"acme\"\nservices = [\"update\"]\npurposes = [\"register-update\"]\n\
         fields = [\"name\", \"address\"]\nrecipients = [\"acme\"]\n\
         valid_from = 2020-01-01\nvalid_to = 2099-12-31\n{exempt}{keys}"
    )
}

/// What a customer may hold of a person, much of it right: with a code, with names, or with both.
fn row(dice: &mut Dice, world: &World, person: &Person, key: usize) -> String {
    let home = person.dwelling.map(|at| &world.dwellings[at]);
    let building = home.map(|home| &world.buildings[home.building]);
    let street = building.map_or("Kirkkokatu", |building| match building.street_sv {
        Some(street) if dice.chance(20) => street,
        _ if dice.chance(20) => dice.pick(&STREETS),
        _ => building.street_fi,
    });
    let apartment = home.and_then(|home| home.apartment).unwrap_or_default().trim_start_matches('0');
    let line = format!("{street} 2a A {apartment}").trim_end().to_owned();
    let lines = [line.as_str(), line.as_str(), line.as_str(), "", " ", "Muu katu 5", &line.to_uppercase()];
    let line = dice.pick(&lines).replace('"', "\"\"");
    let code = Hetu::from_packed(person.id).unwrap().to_text();
    let code = if dice.chance(80) { str::from_utf8(&code).unwrap().to_owned() } else { String::new() };
    let is_named = code.is_empty() || dice.chance(30);
    // Some are names of before.
    let surname = if dice.chance(70) { person.surname } else { dice.pick(&SURNAMES) };
    let surname = if is_named { surname.replace('"', "\"\"") } else { String::new() };
    let given = [Some(person.first_names), person.call_name, Some(dice.pick(&FIRST_NAMES))];
    let first_names = if is_named { dice.pick(&given).unwrap_or("") } else { "" };
    let day = crate::engine::days::civil(person.birth);
    let birth = if is_named || dice.chance(5) {
        format!("{:04}-{:02}-{:02}", day.0, day.1, day.2)
    } else {
        String::new()
    };
    let right = building.map_or("00100", |building| building.postal_code);
    let postal_code = dice.pick(&[right, right, right, "", POSTAL_CODES[0]]);
    let municipality = dice.pick(&["", "", "", "", "049", "201"]);
    let language = if dice.chance(10) { dice.pick(&LANGUAGES) } else { "" };
    let value_date = dice.pick(&["", "", "", "1970-01-01", "2026-10-01"]);
    format!(
        "{key};{code};\"{surname}\";{first_names};{birth};\"{line}\";{postal_code};{municipality};{language};{value_date}\n"
    )
}

/// The candidates of rows as their columns tell, everybody compared with every row.
fn compared_with_all(updating: &Updating, part: &Part, tables: &[Tables<'_>]) -> Candidates {
    let mut found = Vec::new();
    let people = tables.iter().flat_map(|shard| (0..shard.rows()).map(move |row| (shard, row)));
    for (position, (shard, of)) in (0_u32..).zip(people) {
        let person = super::Person::of(updating, shard, of);
        for (row, keys) in (0_u32..).zip(part.rows.iter()) {
            let Some(names) = keys.names else { continue };
            let (surname, given) = (person.has_surname(names.surname), person.has_given_names(names));
            let (Some(Former(surname)), Some(Former(given))) = (surname, given) else { continue };
            let (allowed, birth) = (updating.keys_of(&keys), shard.persons.birth_date[of]);
            let lives_there = || person.has_address(&keys, person.home().unwrap().as_ref()).unwrap();
            let by_address = allowed.address && is_slip(keys.birth, birth) && lives_there();
            let by_key =
                [(allowed.birth_date && keys.birth == birth, Key::BirthDate), (by_address, Key::Address)];
            let is_barred = person.is_barred(updating);
            found.extend(by_key.into_iter().filter(|(agrees, _)| *agrees).map(|(_, key)| Candidate {
                row,
                key,
                position,
                is_barred,
                is_former: surname || given,
            }));
        }
    }
    Candidates::of(found)
}

proptest! {
    #[test]
    fn briefs_change_no_outcome(
        seed in any::<u64>(),
        shards in 1_usize..4,
        is_exempt: bool,
        is_current: bool,
        keys in prop_oneof![4 => Just(""), 1 => Just("keys = [\"birth-date\"]\n"), 1 => Just("keys = [\"identity-code\"]\n")],
    ) {
        let (world, texts, mut dice) = (World::random(seed), Texts::new(), Dice(seed ^ 7));
        let parts: Vec<Owning> = world.shards(shards).iter().map(|part| Owning::of(part, &texts)).collect();
        let mut tables = in_order(&parts);
        let pasts: Vec<_> = tables.iter().map(|shard| before(shard, &mut dice)).collect();
        for (shard, (persons, previous)) in tables.iter_mut().zip(&pasts) {
            (shard.persons, shard.previous) = (persons, Some(previous));
        }
        prop_assume!(!world.people.is_empty());
        let rows: String = (0..60)
            .map(|key| row(&mut dice, &world, &world.people[key * 13 % world.people.len()], key))
            .collect();
        let (mapping, columns) = columns(&format!("{HEADINGS}{rows}"));
        let permit = permit::read(permit_text(is_exempt, keys).as_bytes(), Format::Toml).unwrap();
        let mode = if is_current { UpdateMode::Current } else { UpdateMode::Changes };
        let spec = UpdateSpec { items: &ITEMS, mode, permit: &permit, reference_date: TODAY };
        let register = Arc::new(RegisterKeys::new(&texts, &[9; 32]).unwrap());
        let updating = Updating::new(&spec, &texts, Arc::clone(&register)).unwrap();
        let part = updating.part(&mapping, &columns);
        // Now and then a code is one that the next person had before.
        let by_code: BTreeMap<u64, u32> = (0_u32..).zip(&world.people).map(|(at, person)| (person.id, at)).collect();
        let most = u32::try_from(world.people.len()).unwrap() - 1;
        let position = |code: &u64| by_code.get(code).map(|at| if code.is_multiple_of(9) { most.min(at + 1) } else { *at });
        let positions: Vec<Option<u32>> = part.codes(&updating).iter().map(position).collect();
        let births = Births::new(&register, &tables);
        let homes = Homes::new(&register, &tables).unwrap();
        let bearers = Bearers::new(&register, &tables).unwrap();
        let briefs = Everybody::new(&texts, &tables).unwrap();
        let people = People { births: Some(&births), homes: Some((&homes, &briefs)), bearers: &bearers };
        let candidates = match_part(&updating, &part, people, &tables).unwrap();
        prop_assert_eq!(&candidates, &compared_with_all(&updating, &part, &tables));
        prop_assert_eq!(&candidates, &match_by(7, &updating, &part, people, &tables).unwrap());
        let own = OwnRows::new(&mapping, 2, &columns);
        let resolved = |briefs| {
            let matched = Matched { part: &part, own, positions: &positions, candidates: &candidates, briefs };
            let resolving = Resolving::new(&updating, matched, &tables).unwrap();
            let decided = resolving.decide().unwrap();
            let unmatched = resolving.unmatched(&decided, &mapping, &columns);
            Resolved { unmatched, ..resolving.render(&decided, 1).unwrap() }
        };
        let (with, without) = (resolved(Some(&briefs)), resolved(None));
        let text = |of: &Resolved| of.rows().map(|row| String::from_utf8_lossy(row).into_owned()).collect::<Vec<_>>();
        prop_assert_eq!(text(&with), text(&without));
        prop_assert_eq!(with.rows().count(), 60);
        prop_assert_eq!(with, without);
    }
}
