//! The customer's books, written after what it is told; and what the register says, read by the plainest way there is.

use std::collections::{BTreeMap, BTreeSet};

use poimuri_shared::snapshot::Snapshot;
use poimuri_shared::snapshot::dictionary::Dict;
use poimuri_shared::snapshot::tables::{NULL_I32, flag};

use super::mail::{Delivered, Row};
use super::office::Office;
use super::town::Town;

/// What is said of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    /// Nothing.
    Nothing,
    Dead(String),
    Abroad(String, String),
    /// Names; municipality, postal code and day of moving in.
    Here([String; 3], [String; 3]),
}

/// What a snapshot says of everybody, by every code; and the active code.
type Truth = BTreeMap<u64, (u64, Said)>;

/// The customer's books.
pub(super) struct Books {
    truths: BTreeMap<String, Truth>,
    is_current: bool,
    /// Codes by key.
    people: BTreeMap<String, u64>,
    entries: BTreeMap<String, (u64, Said)>,
    /// Keys that were told to be the same person as another.
    doubles: BTreeSet<String>,
    read: usize,
}

fn day(days: i32) -> String {
    if days == NULL_I32 {
        return String::new();
    }
    let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
    date.to_string()
}

fn truth(snapshot: &Snapshot) -> Truth {
    let mut truth = Truth::new();
    let date = snapshot.manifest().as_of;
    let dictionary = |dict| snapshot.dictionary(dict).unwrap();
    let text = |dict, code: u32| dictionary(dict).text(code).unwrap_or_default().to_owned();
    for index in 0..snapshot.shard_count() {
        let shard = snapshot.shard(index).unwrap();
        let persons = shard.persons().unwrap();
        for row in 0..persons.id.len() {
            let has = |bit| persons.flags[row] & bit != 0;
            let until = persons.security_until[row];
            let is_hidden =
                has(flag::NO_REGISTER_UPDATE) || until != NULL_I32 && day(until) >= date.to_string();
            let said = if is_hidden {
                Said::Nothing
            } else if has(flag::DEAD) {
                Said::Dead(day(persons.death_date[row]))
            } else if has(flag::HAS_ADDRESS) {
                let names = [
                    text(Dict::Surname, persons.surname[row]),
                    text(Dict::FirstNames, persons.first_names[row]),
                    text(Dict::GivenName, persons.call_name[row]),
                ];
                let home = [
                    text(Dict::Municipality, persons.municipality[row].into()),
                    text(Dict::PostalCode, persons.postal_code[row].into()),
                    day(persons.moved_in[row]),
                ];
                Said::Here(names, home)
            } else if persons.emigrated_on[row] != NULL_I32 {
                let country = text(Dict::Country, persons.foreign_country[row].into());
                Said::Abroad(day(persons.emigrated_on[row]), country)
            } else {
                Said::Nothing
            };
            truth.insert(persons.id[row], (persons.id[row], said));
        }
    }
    truth
}

impl Books {
    pub(super) fn new(town: &Town, is_current: bool) -> Self {
        let truths = town.manifests.iter().map(|manifest| {
            let snapshot = Snapshot::open(&town.snapshot(&manifest.id)).unwrap();
            let mut truth = truth(&snapshot);
            // Codes that were active in an earlier generation are followed.
            for earlier in &town.codes {
                if let Some(position) = snapshot.identity().unwrap().resolve(&[*earlier])[0] {
                    let shard = (0..snapshot.shard_count()).map(|index| snapshot.shard(index).unwrap());
                    let shard =
                        shard.into_iter().find(|shard| shard.positions().contains(&position)).unwrap();
                    let row = (position - shard.positions().start) as usize;
                    let found = truth[&shard.persons().unwrap().id[row]].clone();
                    truth.insert(*earlier, found);
                }
            }
            (manifest.id.to_string(), truth)
        });
        let people = town.people.iter().enumerate();
        Self {
            truths: truths.collect(),
            is_current,
            people: people.map(|(number, code)| (format!("K{number:04}"), code.packed())).collect(),
            entries: BTreeMap::new(),
            doubles: BTreeSet::new(),
            read: 0,
        }
    }

    /// Writes down every delivery that is new, and checks the books after each.
    pub(super) fn write_down(&mut self, office: &Office) {
        for delivery in &office.delivered(self.read) {
            self.read += 1;
            let truth = self.truths[&delivery.to].clone();
            match delivery.task {
                "load" => self.load(delivery, &truth),
                _ => self.run(delivery, &truth),
            }
        }
        // Whoever was taken away, or came under another key, is told of no more.
        let members: BTreeSet<String> = office.members().into_iter().map(|member| member.key).collect();
        self.entries.retain(|key, _| members.contains(key));
        self.doubles.retain(|key| members.contains(key));
        let known: BTreeSet<&String> = self.entries.keys().chain(&self.doubles).collect();
        assert_eq!(known.into_iter().collect::<Vec<_>>(), members.iter().collect::<Vec<_>>());
    }

    /// Rows were compared in full: the customer, who brought codes alone, takes all from the register.
    fn load(&mut self, delivery: &Delivered, truth: &Truth) {
        for row in &delivery.rows {
            let code = self.people[&row.key];
            let (active, said) = truth.get(&code).cloned().unwrap_or((0, Said::Nothing));
            let expected: &[&str] = match &said {
                Said::Nothing => &["14", "20"],
                Said::Dead(_) => &["12"],
                Said::Abroad(..) => &["13"],
                Said::Here(..) => &["10", "11"],
            };
            let status = row.status.as_str();
            // The newest snapshot is looked at before rows leave, too.
            let is_hidden_later = || self.truths.values().any(|truth| truth[&code].1 == Said::Nothing);
            let is_dropped = status == "20" && is_hidden_later();
            assert!(expected.contains(&status) || status == "41" || is_dropped, "{row:?} {said:?}");
            if !["20", "41"].contains(&status) {
                // Of the same person under another key the new key counts.
                let is_other = |code: u64| truth.get(&code).is_none_or(|(known, _)| *known != active);
                self.entries.retain(|_, (known, _)| is_other(*known));
                self.doubles.remove(&row.key);
                self.entries.insert(row.key.clone(), (active, said));
            }
        }
    }

    fn run(&mut self, delivery: &Delivered, truth: &Truth) {
        for (number, row) in delivery.rows.iter().enumerate() {
            assert_eq!(row.number, (number + 1).to_string());
            if self.doubles.contains(&row.key) {
                // The other one was taken away since.
                continue;
            }
            if row.status == "41" {
                assert!(self.entries.remove(&row.key).is_some(), "{row:?}");
                self.doubles.insert(row.key.clone());
                continue;
            }
            let (_, said) = self.entries.get_mut(&row.key).expect("a member");
            let is_whole = self.is_current || delivery.task == "full";
            let after = if is_whole { row.whole() } else { row.onto(said) };
            let is_news = after != *said || row.flags.contains('H') || delivery.task == "full";
            assert!(is_news, "told twice: {row:?}");
            *said = after;
        }
        let active = |code: u64| truth.get(&code).map_or(code, |(active, _)| *active);
        let codes: BTreeSet<u64> = self.entries.values().map(|(code, _)| *code).collect();
        for (key, (code, said)) in &self.entries {
            // Turned out to be another member, about whom nothing may be told at present.
            let is_hidden_double = active(*code) != *code && codes.contains(&active(*code));
            if is_hidden_double && *said == Said::Nothing {
                continue;
            }
            let real = truth.get(code).map_or(Said::Nothing, |(_, said)| said.clone());
            assert_eq!(*said, real, "missed: {key} up to {}", delivery.to);
        }
    }
}

impl Row {
    fn names(&self) -> [String; 3] {
        [0, 1, 2].map(|index| self.items[index].clone())
    }

    fn home(&self) -> [String; 3] {
        [3, 4, 5].map(|index| self.items[index].clone())
    }

    /// What a row says by itself.
    fn whole(&self) -> Said {
        match self.status.as_str() {
            "20" => Said::Nothing,
            "12" => Said::Dead(self.items[6].clone()),
            "13" => Said::Abroad(self.items[7].clone(), self.items[8].clone()),
            "10" | "11" => Said::Here(self.names(), self.home()),
            other => panic!("status {other}"),
        }
    }

    /// What the books say after a row that tells changes alone.
    fn onto(&self, before: &Said) -> Said {
        let (Said::Here(names, home), "11") = (before, self.status.as_str()) else { return self.whole() };
        let has = |letters: &str| self.flags.contains(|flag| letters.contains(flag));
        let names = if has("N") { self.names() } else { names.clone() };
        Said::Here(names, if has("AMP") { self.home() } else { home.clone() })
    }
}
