//! What the demo needs before its orders: a register, a snapshot, recipients, permits. What is there is used.

use std::path::{Path, PathBuf};
use std::time::Duration;

use poimuri_shared::document::Format;
use poimuri_shared::ids::SnapshotId;
use poimuri_shared::recipient::{PublicKey, Recipient};
use poimuri_shared::register::synth::{self, SynthOptions};
use poimuri_shared::snapshot::build::BuildOptions;
use poimuri_shared::snapshot::catalog;

use super::examples;
use crate::answer::thousands;
use crate::commands::{permit, recipient, register, snapshot};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::progress::{Phase, Show};

/// The folders of a demo.
#[derive(Debug, Clone)]
pub(super) struct Folders {
    pub(super) whole: PathBuf,
}

impl Folders {
    pub(super) fn register(&self) -> PathBuf {
        self.whole.join("register")
    }

    pub(super) fn store(&self) -> PathBuf {
        self.whole.join("store")
    }

    pub(super) fn orders(&self) -> PathBuf {
        self.whole.join("orders")
    }

    pub(super) fn opened(&self) -> PathBuf {
        self.whole.join("opened")
    }

    pub(super) fn key(&self, recipient: &str) -> PathBuf {
        self.whole.join("keys").join(format!("{recipient}.key"))
    }

    /// Says of which population the register and the snapshot are.
    fn mark(&self) -> PathBuf {
        self.whole.join("population")
    }

    pub(super) fn make(&self) -> Outcome<()> {
        for folder in [self.orders(), self.whole.join("keys")] {
            std::fs::create_dir_all(&folder).map_err(|error| Failure::file("make", &folder, &error))?;
        }
        Ok(())
    }
}

/// What was prepared: the people in the snapshot, and how long each step took.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) snapshot: SnapshotId,
    pub(super) people: u64,
    pub(super) steps: Vec<(&'static str, Duration)>,
}

/// Makes register and snapshot, unless those of an earlier run fit.
pub(super) fn data(context: &Context, folders: &Folders, population: u64, show: Show) -> Outcome<Prepared> {
    if let Some(prepared) = earlier(context, folders, population)? {
        show.say(&format!(
            "using the register and the snapshot of {} people made before",
            thousands(prepared.people)
        ));
        return Ok(prepared);
    }
    let phase = Phase::start(show, "making a register", population);
    let options = SynthOptions { population, seed: 1, out_dir: folders.register() };
    let rows = synth::write(&options, &|done, total| phase.at(done, total))
        .map_err(|error| register::failure(&error))?;
    let made = phase.done(&format!("{} people", thousands(rows.persons)));
    let options = BuildOptions {
        from: folders.register(),
        as_of: synth::AS_OF,
        shards: None,
        max_rejects: 0.1,
        snapshots: context.snapshots(),
        built: context.clock.now(),
    };
    let building = snapshot::build(context, &options, show)?;
    let manifest = &building.built.manifest;
    let mark = format!("{population} {}\n", manifest.id);
    std::fs::write(folders.mark(), mark).map_err(|error| Failure::file("write", &folders.mark(), &error))?;
    Ok(Prepared {
        snapshot: manifest.id.clone(),
        people: manifest.totals.population,
        steps: vec![("making a register", made), ("building the snapshot", building.took)],
    })
}

/// What an earlier run left, if it is of the same population and the latest there is.
fn earlier(context: &Context, folders: &Folders, population: u64) -> Outcome<Option<Prepared>> {
    let Ok(mark) = std::fs::read_to_string(folders.mark()) else { return Ok(None) };
    let latest = catalog::latest(&context.snapshots()).map_err(|error| snapshot::failure(&error))?;
    let fitting = latest.filter(|manifest| mark.trim() == format!("{population} {}", manifest.id));
    Ok(fitting.map(|manifest| Prepared {
        snapshot: manifest.id,
        people: manifest.totals.population,
        steps: Vec::new(),
    }))
}

/// Registers recipients with keys of their own and imports the permits.
pub(super) fn parties(context: &Context, folders: &Folders) -> Outcome<()> {
    for name in examples::RECIPIENTS {
        let file = folders.key(name);
        let key = if file.exists() { public_key(&file)? } else { recipient::make_key(&file)? };
        let wrong =
            |error: &dyn std::error::Error| Failure::caused(Exit::Failed, "register the recipients", error);
        let id = name.parse().map_err(|error| wrong(&error))?;
        recipient::add(context, &Recipient { id, key })?;
    }
    for (name, text) in examples::PERMITS {
        permit::import_text(context, Path::new(name), text.as_bytes(), Format::Toml)?;
    }
    Ok(())
}

/// The public key a key file names in its first line.
fn public_key(file: &Path) -> Outcome<PublicKey> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::file("read", file, &error))?;
    let line = text.lines().find_map(|line| line.strip_prefix("# public key: "));
    let none = || Failure::refused(format!("{} does not name its public key", file.display()));
    line.and_then(|line| line.parse().ok()).ok_or_else(none)
}
