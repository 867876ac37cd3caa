//! Random registers, random changes: applied to a snapshot or put into the source files, the bytes are the same.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;

use super::model::Model;
use crate::register::changes::dvv;
use crate::snapshot::apply::{Applied, ApplyError, ApplyOptions, apply};
use crate::snapshot::build::tests::small::Place;
use crate::snapshot::build::{BuildOptions, Built, build};
use crate::snapshot::manifest::Manifest;

/// Applies lines, spread over files, to the snapshot of a place.
pub(super) fn apply_lines(
    place: &Place,
    base: &Path,
    files: &[Vec<String>],
    max_rejects: f64,
) -> Result<Applied, ApplyError> {
    let changes = TempDir::new().unwrap();
    for (index, lines) in files.iter().enumerate() {
        fs::write(changes.path().join(format!("changes-{index}.ndjson")), lines.join("\n")).unwrap();
    }
    let options = ApplyOptions {
        base: base.to_owned(),
        changes: changes.path().to_owned(),
        as_of: jiff::civil::date(2026, 9, 30),
        shards: Some(3),
        max_rejects,
        snapshots: place.folder.path().join("applied"),
        built: "2026-10-01T03:04:05Z".parse().unwrap(),
    };
    apply(&options, &|_| ())
}

/// A manifest without what tells the two ways apart.
fn bare(manifest: &Manifest) -> Manifest {
    Manifest { built: jiff::Timestamp::UNIX_EPOCH, generation: None, ..manifest.clone() }
}

/// Fails unless every file of two snapshots is the same, byte for byte.
pub(super) fn assert_same(one: &Built, other: &Built) {
    for entry in one.manifest.content_files() {
        let bytes = |built: &Built| fs::read(built.folder.join(&entry.file)).unwrap();
        assert!(bytes(one) == bytes(other), "{}", entry.file);
    }
    assert_eq!(bare(&one.manifest), bare(&other.manifest));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn applying_is_building_from_the_changed_source(
        (people, dwellings) in (1_usize..12, 1_usize..8),
        numbers in prop::collection::vec(0_usize..1000, 1..8),
        events in prop::collection::vec((0_usize..15, 0_usize..1000, 0_usize..1000), 0..40),
        order in any::<u64>(),
    ) {
        let mut model = Model::new(people, dwellings, &numbers);
        let place = Place::new(model.rows.clone());
        let base = place.try_build(2).unwrap();
        prop_assert!(base.manifest.rejected.is_empty());
        for (what, who, how) in events {
            model.happen(what, who, how);
        }
        // Lines in any order, in two files, some of them twice.
        let mut lines: Vec<(u64, String)> = Vec::new();
        for change in &model.changes {
            let place = change.key.wrapping_mul(order | 1).rotate_left(17);
            lines.push((place, dvv::write(change)));
            if place.is_multiple_of(5) {
                lines.push((!place, dvv::write(change)));
            }
        }
        lines.sort();
        let repeated = lines.len() - model.changes.len();
        let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
        let (first, second) = lines.split_at(lines.len() / 2);
        let applied =
            apply_lines(&place, &base.folder, &[first.to_vec(), second.to_vec()], 0.0).unwrap();
        let generation = &applied.generation;
        prop_assert_eq!(generation.applied, u64::try_from(model.changes.len()).unwrap());
        prop_assert_eq!(generation.repeated, u64::try_from(repeated).unwrap());
        let evolved = Place::new(model.source());
        let options = BuildOptions { as_of: jiff::civil::date(2026, 9, 30), ..evolved.options() };
        let built = build(&options, &|_| ()).unwrap();
        prop_assert!(built.manifest.rejected.is_empty());
        assert_same(&applied.built, &built);
    }
}

#[test]
fn a_whole_synthetic_register_comes_back_as_it_was() {
    let place = Place::synthetic(2_000);
    let base = place.try_build(7).unwrap();
    let applied = apply_lines(&place, &base.folder, &[Vec::new()], 0.0).unwrap();
    let options = BuildOptions { as_of: jiff::civil::date(2026, 9, 30), ..place.options() };
    let built = build(&options, &|_| ()).unwrap();
    assert_same(&applied.built, &built);
    assert_eq!(applied.generation.base, base.manifest.id);
    let read = Manifest::read(&applied.built.folder).unwrap();
    assert_eq!(read.generation, Some(applied.generation));
}
