//! A register that evolves: its changes lead where it went, days happen as often as they should, seeds decide.

use std::fs;
use std::path::Path;

use jiff::civil::date;
use tempfile::TempDir;

use super::*;
use crate::register::synth::{SynthOptions, write};
use crate::snapshot::Snapshot;
use crate::snapshot::apply::{ApplyOptions, apply};
use crate::snapshot::build::{BuildOptions, Built, build};
use crate::snapshot::diff::{Kind, diff};

fn folder_with(population: u64) -> TempDir {
    let folder = TempDir::new().unwrap();
    let options = SynthOptions { population, seed: 3, out_dir: folder.path().join("register") };
    write(&options, &|_, _| ()).unwrap();
    folder
}

fn run(folder: &Path, from: &str, to: &str, days: u32, seed: u64) -> Evolved {
    let options = EvolveOptions {
        from: folder.join(from),
        to: folder.join(to),
        days,
        seed,
        changes: Some(folder.join(format!("{to}-changes"))),
    };
    evolve(&options, &|_, _| ()).unwrap()
}

fn built(folder: &Path, from: &str, as_of: Date) -> Built {
    let options = BuildOptions {
        from: folder.join(from),
        as_of,
        shards: Some(4),
        max_rejects: 0.0,
        snapshots: folder.join("built"),
        built: "2026-12-01T00:00:00Z".parse().unwrap(),
    };
    build(&options, &|_| ()).unwrap()
}

fn applied(folder: &Path, base: &Built, changes: &str, as_of: Date) -> Built {
    let options = ApplyOptions {
        base: base.folder.clone(),
        changes: folder.join(changes),
        as_of,
        shards: Some(4),
        max_rejects: 0.0,
        snapshots: folder.join("applied"),
        built: "2026-12-02T00:00:00Z".parse().unwrap(),
    };
    let applied = apply(&options, &|_| ()).unwrap();
    assert_eq!(applied.generation.report.rows, 0);
    assert!(!applied.built.existed);
    applied.built
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let named = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (named(path), fs::read(path).unwrap())).collect()
}

#[test]
fn changes_lead_where_the_register_went_day_after_day() {
    let folder = folder_with(4_000);
    let folder = folder.path();
    let first = run(folder, "register", "a", 40, 7);
    assert_eq!((first.as_of, first.first_key), (date(2026, 2, 9), 1));
    let second = run(folder, "a", "b", 3, 8);
    assert_eq!((second.as_of, second.first_key), (date(2026, 2, 12), first.last_key + 1));
    assert_eq!(files(&folder.join("b-changes")).len(), 3);

    let base = built(folder, "register", AS_OF);
    let one = applied(folder, &base, "a-changes", first.as_of);
    assert_eq!(one.manifest.content, built(folder, "a", first.as_of).manifest.content);
    let two = applied(folder, &one, "b-changes", second.as_of);
    assert_eq!(two.manifest.content, built(folder, "b", second.as_of).manifest.content);
    let generation = two.manifest.generation.unwrap();
    assert_eq!((generation.last_key, generation.base), (second.last_key, one.manifest.id));
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let folder = folder_with(1_500);
    let folder = folder.path();
    let [one, same, other] =
        [("a", 5), ("b", 5), ("c", 6)].map(|(to, seed)| run(folder, "register", to, 20, seed));
    assert_eq!(one, same);
    assert_ne!(one.events, other.events);
    let of = |to: &str| (files(&folder.join(to)), files(&folder.join(format!("{to}-changes"))));
    assert_eq!(of("a"), of("b"));
    assert_ne!(of("a").1, of("c").1);
}

/// A year of a small country: shares in tenths of a per cent of the residents, each with how far it may be off.
#[test]
fn a_year_has_its_events() {
    const POPULATION: u64 = 20_000;
    let folder = folder_with(POPULATION);
    let folder = folder.path();
    let evolved = run(folder, "register", "a", 365, 1);
    assert_eq!(evolved.as_of, date(2026, 12, 31));
    let share = |event: &str| evolved.events.get(event).copied().unwrap_or(0) * 10_000 / POPULATION;
    let check = |event: &str, expected: u64, tolerance: u64| {
        assert!(
            share(event).abs_diff(expected) <= tolerance,
            "{event}: {} instead of {expected}",
            share(event)
        );
    };
    check("move", 1_760, 90);
    check("death", 103, 12);
    check("birth", 78, 12);
    check("immigration", 110, 16);
    check("name-change", 35, 10);
    check("marriage", 71, 18);
    check("prohibition-set", 120, 16);
    for event in ["emigration", "divorce", "identity-code", "security-set", "prohibition-revoked", "widowed"]
    {
        assert!(share(event) > 0, "{event}");
    }
    let (old, new) = (built(folder, "register", AS_OF), built(folder, "a", evolved.as_of));
    let (old, new) = (Snapshot::open(&old.folder).unwrap(), Snapshot::open(&new.folder).unwrap());
    let counts = diff(&old, &new).unwrap().counts();
    let count = |kind| counts.iter().find(|(other, _)| *other == kind).map_or(0, |(_, count)| *count);
    let codes = evolved.events["identity-code"];
    assert!(count(Kind::IdentityCode) <= codes && count(Kind::IdentityCode) + 3 >= codes);
    assert!(
        count(Kind::Removed) == 0 && count(Kind::Merged) <= evolved.events.get("merge").copied().unwrap_or(0)
    );
    let moved = count(Kind::Address);
    assert!((POPULATION / 8..POPULATION / 5).contains(&moved), "{moved}");
}

#[test]
fn what_cannot_be_is_refused() {
    let folder = folder_with(50);
    let folder = folder.path();
    let options = |from: &str, to: &str, days| EvolveOptions {
        from: folder.join(from),
        to: folder.join(to),
        days,
        seed: 1,
        changes: None,
    };
    let refuse = |options: &EvolveOptions| evolve(options, &|_, _| ()).unwrap_err();
    assert!(matches!(refuse(&options("register", "a", 0)), EvolveError::Days(0)));
    assert!(matches!(refuse(&options("register", "register", 1)), EvolveError::SameFolder));
    assert!(matches!(refuse(&options("nowhere", "a", 1)), EvolveError::Register(_)));
    fs::write(folder.join("register/register.json"), "{").unwrap();
    assert!(matches!(refuse(&options("register", "a", 1)), EvolveError::Standing(..)));
}
