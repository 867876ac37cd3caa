//! Listing a folder as if it were one sorted list of names.

use std::fs;
use std::io;
use std::path::Path;

/// One folder's entries, in the order of the names they begin: a folder sorts as its name and `/`.
struct Entry {
    key: String,
    is_folder: bool,
}

/// What is asked of a walk.
pub(super) struct Wanted<'a> {
    pub(super) prefix: &'a str,
    pub(super) after: &'a str,
    pub(super) limit: usize,
}

impl Wanted<'_> {
    fn may_hold(&self, folder: &str) -> bool {
        let in_prefix = folder.starts_with(self.prefix) || self.prefix.starts_with(folder);
        let not_passed = folder > self.after || self.after.starts_with(folder);
        in_prefix && not_passed
    }

    fn is_hit(&self, name: &str) -> bool {
        name.starts_with(self.prefix) && name > self.after
    }
}

/// Adds the wanted names below `folder`, whose names begin with `base` (empty or ending in `/`).
pub(super) fn walk(
    folder: &Path,
    base: &str,
    wanted: &Wanted<'_>,
    names: &mut Vec<String>,
) -> io::Result<()> {
    for entry in entries(folder)? {
        if names.len() >= wanted.limit {
            break;
        }
        let name = format!("{base}{}", entry.key);
        if entry.is_folder {
            if wanted.may_hold(&name) {
                walk(&folder.join(&entry.key), &name, wanted, names)?;
            }
        } else if wanted.is_hit(&name) {
            names.push(name);
        }
    }
    Ok(())
}

/// The names directly in a folder, sorted, without what is not an object.
pub(super) fn children(folder: &Path, after: &str, limit: usize) -> io::Result<Vec<String>> {
    let mut names: Vec<String> =
        entries(folder)?.into_iter().map(|entry| entry.key.trim_end_matches('/').to_owned()).collect();
    names.sort_unstable();
    Ok(names.into_iter().filter(|name| name.as_str() > after).take(limit).collect())
}

/// A folder that is not there is an empty one: names begin it, nothing else makes it exist.
fn entries(folder: &Path) -> io::Result<Vec<Entry>> {
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in listing {
        let entry = entry?;
        let Ok(mut key) = entry.file_name().into_string() else { continue };
        if key.starts_with('.') {
            continue;
        }
        let is_folder = entry.file_type()?.is_dir();
        if is_folder {
            key.push('/');
        }
        found.push(Entry { key, is_folder });
    }
    found.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    Ok(found)
}
