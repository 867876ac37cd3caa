//! Where settings come from, the later winning: defaults, the settings file, the environment, the command line.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use config::{Config, ConfigError, File, FileFormat, Map, Source, Value, ValueKind};

use super::table::{self, SETTINGS};
use crate::failure::{Failure, Outcome};

/// Names in the environment that begin like ours and belong to the tests.
const TEST_VARIABLES: &str = "POIMURI_TEST_";
/// The settings file that is read if it is there.
const USUAL_FILE: &str = "poimuri.toml";

/// Values of one origin.
#[derive(Debug, Clone)]
struct Layer {
    origin: String,
    values: BTreeMap<String, String>,
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        let value = |text: &String| Value::new(Some(&self.origin), ValueKind::String(text.clone()));
        Ok(self.values.iter().map(|(key, text)| (key.clone(), value(text))).collect())
    }
}

/// All layers on top of each other.
pub(crate) fn stack(
    file: Option<&Path>,
    environment: impl Iterator<Item = (OsString, OsString)>,
    flags: BTreeMap<String, String>,
) -> Outcome<Config> {
    let defaults = SETTINGS.iter().filter_map(|row| Some((row.key.to_owned(), row.default?.to_owned())));
    let mut builder =
        Config::builder().add_source(Layer { origin: "default".into(), values: defaults.collect() });
    if let Some(path) = settings_file(file)? {
        builder = builder.add_source(read_file(&path)?);
    }
    let environment = Layer { origin: "environment".into(), values: from_environment(environment)? };
    let flags = Layer { origin: "command line".into(), values: flags };
    builder.add_source(environment).add_source(flags).build().map_err(|error| wrong(&error))
}

fn settings_file(named: Option<&Path>) -> Outcome<Option<PathBuf>> {
    match named {
        Some(path) if !path.exists() => {
            Err(Failure::usage(format!("settings file {} does not exist", path.display())))
        }
        Some(path) => Ok(Some(path.to_owned())),
        None => Ok(Path::new(USUAL_FILE).exists().then(|| PathBuf::from(USUAL_FILE))),
    }
}

/// A file's values; refused by name where a setting does not exist.
fn read_file(path: &Path) -> Outcome<Config> {
    let file = File::from(path.to_owned()).format(FileFormat::Toml);
    let read = Config::builder().add_source(file).build().map_err(|error| wrong(&error))?;
    let place = format!("settings file {}", path.display());
    let mut values = Vec::new();
    flatten("", &read.cache, &mut values);
    for (key, value) in values {
        let row = table::find(&key).ok_or_else(|| unknown(&key, &place))?;
        // `config` would round it.
        if matches!(value.kind, ValueKind::Float(_)) && !row.may_be_fraction() {
            return Err(Failure::usage(format!(
                "{key} must be a whole number of {}, in the {place}",
                row.unit
            )));
        }
    }
    Ok(read)
}

/// The value of a key with its origin, which the typed ways of `config` leave behind.
pub(crate) fn value_at<'a>(stacked: &'a Config, key: &str) -> Option<&'a Value> {
    key.split('.').try_fold(&stacked.cache, |value, name| {
        let ValueKind::Table(table) = &value.kind else { return None };
        table.get(name)
    })
}

fn flatten<'v>(prefix: &str, value: &'v Value, values: &mut Vec<(String, &'v Value)>) {
    if let ValueKind::Table(table) = &value.kind {
        let ordered: BTreeMap<&String, &Value> = table.iter().collect();
        for (name, value) in ordered {
            let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            flatten(&key, value, values);
        }
    } else {
        values.push((prefix.to_owned(), value));
    }
}

fn from_environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Outcome<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for (name, value) in variables {
        let name = name.to_string_lossy();
        if !name.starts_with("POIMURI_") || name.starts_with(TEST_VARIABLES) {
            continue;
        }
        let Some(row) = SETTINGS.iter().find(|row| table::variable(row.key) == name) else {
            let key = name.trim_start_matches("POIMURI_").to_lowercase().replacen('_', ".", 1);
            return Err(unknown(&key, &format!("environment ({name})")));
        };
        let value =
            value.into_string().map_err(|_text| Failure::usage(format!("{name} is not UTF-8 text")))?;
        values.insert(row.key.to_owned(), value);
    }
    Ok(values)
}

fn unknown(key: &str, place: &str) -> Failure {
    let failure = Failure::usage(format!("there is no setting {key}, found in the {place}"));
    match table::nearest(key) {
        Some(nearest) => failure.hint(format!("did you mean {nearest}?")),
        None => failure.hint("poimuri settings lists them all"),
    }
}

/// A setting that cannot be understood, by its name and origin.
pub(crate) fn wrong(error: &ConfigError) -> Failure {
    Failure::usage(format!("settings: {error}")).hint("poimuri settings lists them all")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> std::vec::IntoIter<(OsString, OsString)> {
        pairs.iter().map(|(name, value)| (name.into(), value.into())).collect::<Vec<_>>().into_iter()
    }

    fn message(failure: &Failure) -> String {
        failure.to_text()
    }

    #[test]
    fn later_layers_win_and_are_named() {
        let folder = std::env::temp_dir().join(format!("poimuri-settings-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("poimuri.toml");
        std::fs::write(&file, "[store]\npath = \"a\"\n[worker]\nthreads = 3\n[queue]\nprefix = \"x\"\n")
            .unwrap();
        let flags = BTreeMap::from([("store.path".to_owned(), "c".to_owned())]);
        let variables =
            environment(&[("POIMURI_STORE_PATH", "b"), ("POIMURI_WORKER_THREADS", "4"), ("HOME", "/")]);
        let stacked = stack(Some(&file), variables, flags).unwrap();
        assert_eq!(stacked.get_string("store.path").unwrap(), "c");
        assert_eq!(stacked.get_int("worker.threads").unwrap(), 4);
        assert_eq!(stacked.get_string("queue.prefix").unwrap(), "x");
        let origin = |key| value_at(&stacked, key).unwrap().origin().unwrap_or_default().to_owned();
        assert_eq!(origin("store.path"), "command line");
        assert_eq!(origin("worker.threads"), "environment");
        assert!(origin("queue.prefix").ends_with("poimuri.toml"));
        assert_eq!(origin("policy.minimum_age"), "default");

        std::fs::write(&file, "[store]\npaht = \"a\"\n").unwrap();
        let refused = stack(Some(&file), environment(&[]), BTreeMap::new()).unwrap_err();
        assert!(message(&refused).contains("no setting store.paht"), "{}", message(&refused));
        assert!(message(&refused).contains("did you mean store.path?"));

        std::fs::write(&file, "[retention]\norder_days = 1.5\n").unwrap();
        let refused = stack(Some(&file), environment(&[]), BTreeMap::new()).unwrap_err();
        assert!(
            message(&refused).contains("retention.order_days must be a whole number"),
            "{}",
            message(&refused)
        );
        std::fs::write(&file, "[scheduler]\nreconcile_every = 1.5\n").unwrap();
        assert!(stack(Some(&file), environment(&[]), BTreeMap::new()).is_ok());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn wrong_names_are_refused() {
        let refused = stack(None, environment(&[("POIMURI_STORE_PAHT", "x")]), BTreeMap::new()).unwrap_err();
        assert!(message(&refused).contains("environment (POIMURI_STORE_PAHT)"));
        assert!(stack(None, environment(&[("POIMURI_TEST_REDIS", "x")]), BTreeMap::new()).is_ok());
        let missing = stack(Some(Path::new("/nowhere.toml")), environment(&[]), BTreeMap::new()).unwrap_err();
        assert!(message(&missing).contains("/nowhere.toml does not exist"));
    }
}
