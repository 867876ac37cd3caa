//! A small register and what becomes of it: a dozen generations in which everything happens that can happen to a member.

use std::path::PathBuf;
use std::sync::OnceLock;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use poimuri_shared::ids::SnapshotId;
use poimuri_shared::register::changes::{
    Abroad, Change, Fact, Home, Identity, PartialDate, Prohibition, dvv,
};
use poimuri_shared::register::hetu::Hetu;
use poimuri_shared::register::synth::{AS_OF, SynthOptions, write};
use poimuri_shared::snapshot::apply::{ApplyOptions, apply};
use poimuri_shared::snapshot::build::{BuildOptions, build};
use poimuri_shared::snapshot::{Manifest, Snapshot};
use tempfile::TempDir;

/// Generations after the first.
const GENERATIONS: u64 = 14;
/// Things that happen from one generation to the next.
const HAPPENINGS: usize = 90;
/// Days from one generation to the next.
const DAYS: i64 = 6;

/// The generations of a register.
#[derive(Debug)]
pub(super) struct Town {
    folder: TempDir,
    /// Their manifests, the oldest first.
    pub(super) manifests: Vec<Manifest>,
    /// People of the first generation.
    pub(super) people: Vec<Hetu>,
    /// Codes that were ever active.
    pub(super) codes: Vec<u64>,
}

impl Town {
    /// The one town of all histories.
    pub(super) fn get() -> &'static Self {
        static TOWN: OnceLock<Town> = OnceLock::new();
        TOWN.get_or_init(Self::found)
    }

    /// The folder of a snapshot.
    pub(super) fn snapshot(&self, id: &SnapshotId) -> PathBuf {
        self.folder.path().join("snapshots").join(id.as_str())
    }

    fn found() -> Self {
        let folder = TempDir::new().unwrap();
        let (source, snapshots) = (folder.path().join("source"), folder.path().join("snapshots"));
        write(&SynthOptions { population: 500, seed: 3, out_dir: source.clone() }, &|_, _| ()).unwrap();
        let built = Timestamp::UNIX_EPOCH;
        let options =
            BuildOptions { from: source, as_of: AS_OF, shards: Some(3), max_rejects: 0.0, snapshots, built };
        let first = build(&options, &|_| ()).unwrap();
        let mut events = Events::of(&Snapshot::open(&first.folder).unwrap());
        let people = events.people.clone();
        let (mut base, mut manifests) = (first.folder, vec![first.manifest]);
        for number in 1..=GENERATIONS {
            let as_of = AS_OF + (i64::try_from(number).unwrap() * DAYS).days();
            let changes = folder.path().join(format!("changes-{number}"));
            std::fs::create_dir(&changes).unwrap();
            std::fs::write(changes.join("changes.ndjson"), events.lines(as_of)).unwrap();
            let options = ApplyOptions {
                base,
                changes,
                as_of,
                shards: Some(4),
                max_rejects: 100.0,
                snapshots: folder.path().join("snapshots"),
                built,
            };
            let applied = apply(&options, &|_| ()).unwrap();
            assert!(applied.generation.applied > 60, "{:?}", applied.generation);
            base = applied.built.folder;
            manifests.push(applied.built.manifest);
        }
        let codes = people.iter().chain(&events.settled).map(|code| code.packed()).collect();
        Self { folder, manifests, people, codes }
    }
}

/// What happens, drawn by chance.
struct Events {
    dice: u64,
    people: Vec<Hetu>,
    /// Those whose code was changed, or who turned out to be somebody else.
    settled: Vec<Hetu>,
    dwellings: Vec<String>,
    key: u64,
    number: u16,
}

impl Events {
    fn of(snapshot: &Snapshot) -> Self {
        let (mut people, mut dwellings) = (Vec::new(), Vec::new());
        for index in 0..snapshot.shard_count() {
            let shard = snapshot.shard(index).unwrap();
            people.extend(shard.persons().unwrap().id.iter().filter_map(|id| Hetu::from_packed(*id)));
            let rows = shard.dwellings().unwrap();
            dwellings.extend(rows.dwelling_id.iter().flatten().map(str::to_owned));
        }
        Self { dice: 11, people, settled: Vec::new(), dwellings, key: 0, number: 900 }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.dice >> 33).unwrap() % bound
    }

    fn lines(&mut self, as_of: Date) -> String {
        let lines = (0..HAPPENINGS).map(|_| {
            let place = self.below(self.people.len());
            let (person, facts) = self.happening(self.people[place], as_of);
            self.key += 1;
            let at = format!("{}T10:00:00Z", as_of - 1.days()).parse().unwrap();
            dvv::write(&Change { key: self.key, at, person, facts }) + "\n"
        });
        lines.collect()
    }

    fn home(&mut self, day: PartialDate) -> Fact {
        let place = self.below(self.dwellings.len());
        let dwelling = Some(self.dwellings[place].clone());
        Fact::Home(Some(Home { dwelling, since: Some(day), address: None }))
    }

    fn happening(&mut self, person: Hetu, as_of: Date) -> (Hetu, Vec<Fact>) {
        let day = PartialDate::Day(as_of - 2.days());
        let facts = match self.below(20) {
            0..=4 => vec![self.home(day)],
            5 => vec![Fact::Home(None)],
            6 => {
                let abroad = Abroad { country: "752".to_owned(), address: None, since: Some(day) };
                vec![Fact::Home(None), Fact::Abroad(Some(abroad))]
            }
            7 => vec![Fact::Abroad(None), self.home(day)],
            8 | 9 => {
                let surname = ["Virtanen", "Ängström", "von Essen"][self.below(3)].to_owned();
                vec![Fact::Names { first_names: "Aino Ilona".to_owned(), surname, since: Some(day) }]
            }
            10 => vec![Fact::Municipality(["091", "049", "837"][self.below(3)].to_owned())],
            11 => vec![Fact::Death(Some(day))],
            12 => vec![Fact::Death(None)],
            // Most lapse by themselves before long.
            13 | 14 => {
                let until = as_of + i64::try_from(self.below(20)).unwrap().days();
                vec![Fact::Security(Some(PartialDate::Day(until)))]
            }
            15 => vec![Fact::Security(None)],
            16 => vec![Fact::Prohibition(Prohibition::RegisterUpdate, true)],
            17 => vec![Fact::Prohibition(Prohibition::RegisterUpdate, false)],
            18 => vec![Fact::Occupation(Some("Seppä".to_owned()))],
            _ => return self.another_code(person),
        };
        (person, facts)
    }

    /// A code changes, or a person turns out to be another one.
    fn another_code(&mut self, replaced: Hetu) -> (Hetu, Vec<Fact>) {
        let place = self.below(self.people.len());
        if self.settled.contains(&replaced) || self.settled.contains(&self.people[place]) {
            return (replaced, vec![Fact::CallName(None)]);
        }
        let is_merged = self.below(2) == 0;
        let active = if is_merged {
            self.people[place]
        } else {
            self.number = if self.number < 990 { self.number + 2 } else { 901 };
            let number = self.number - self.number % 2 + replaced.number() % 2;
            Hetu::new(replaced.birth_date(), replaced.sign(), number).unwrap()
        };
        self.settled.extend([replaced, active]);
        (replaced, vec![Fact::Identity(Identity { replaced, active, previous: None })])
    }
}
