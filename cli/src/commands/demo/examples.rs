//! The example orders and permits, as the demo writes them beside its store.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};

macro_rules! examples {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../../deploy/examples/", $name)))),*]
    };
}

/// Orders, and the registers some of them use.
const ORDERS: [(&str, &str); 14] = examples![
    "oil-heated-houses.toml",
    "families-with-small-children.toml",
    "market-research-by-region.toml",
    "swedish-speakers.toml",
    "cottage-owners.toml",
    "women-and-men-weighted.toml",
    "large-houses-with-ground-heat.toml",
    "new-customers-only.toml",
    "how-many-students.toml",
    "own-register.csv",
    "update-addresses.toml",
    "own-customers.csv",
    "remove-duplicates.toml",
    "own-members.csv",
];

/// Permits of the orders.
pub(super) const PERMITS: [(&str, &str); 9] = examples![
    "permits/P-2026-0001.toml",
    "permits/P-2026-0002.toml",
    "permits/P-2026-0003.toml",
    "permits/P-2026-0004.toml",
    "permits/P-2026-0005.toml",
    "permits/P-2026-0006.toml",
    "permits/P-2026-0007.toml",
    "permits/P-2026-0008.toml",
    "permits/P-2026-0009.toml",
];

/// Recipients the orders name.
pub(super) const RECIPIENTS: [&str; 4] = ["posti-jakelu", "brevdistribution", "kyselyposti", "saimaan-sahko"];

/// The orders the demo carries out, and what each is about.
pub(super) const SHOWN: [(&str, &str); 3] = [
    ("oil-heated-houses.toml", "oil-heated houses around Tampere"),
    ("families-with-small-children.toml", "families with small children"),
    ("market-research-by-region.toml", "market research by region"),
];

/// Writes the orders into a folder.
///
/// # Errors
/// If they cannot be written.
pub(super) fn write(folder: &Path) -> Outcome<()> {
    for (name, text) in ORDERS {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| Failure::file("write", &path, &error))?;
    }
    Ok(())
}

/// Where an order was written.
pub(super) fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(name)
}
