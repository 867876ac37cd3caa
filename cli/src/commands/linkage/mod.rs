//! `dedup` and `link`: which records of a list, or of two, are the same person, without a scheduler.

mod read;
mod report;
mod write;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use poimuri_shared::clock::{Clock as _, SystemClock};
use poimuri_worker::engine::link::{self, LinkError, Model, Outcome as Linked, Pair, Settings, Step, Table};
use serde_json::json;

use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::failure::{Failure, Outcome};

/// Pairs that the report explains.
const SHOWN: usize = 12;

const EXAMPLES_DEDUP: &str = "Examples:
  poimuri dedup customers.csv --id customer_no --out result
  poimuri dedup customers.csv --id customer_no --out result --settings linkage.toml --json
  poimuri dedup new-customers.csv --id customer_no --out result --model result/model.toml";

const EXAMPLES_LINK: &str = "Examples:
  poimuri link customers.csv members.csv --id number --out result
  poimuri link customers.csv members.csv --id number --out result --settings linkage.toml";

/// Find the records of a list that are the same person
///
/// Columns are known by their headings (Finnish, Swedish, English) and contents; parameters, blocking rules and the
/// threshold are found from the data, without labels. The folder gets clusters.csv, pairs.csv, review.csv (uncertain
/// pairs side by side), report.html and model.toml. Nothing leaves the machine.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES_DEDUP)]
pub(crate) struct Dedup {
    /// The list, with headings: CSV, Parquet, or an Excel workbook (.xlsx)
    file: PathBuf,
    #[command(flatten)]
    common: Common,
}

/// Find the records of two lists that are the same person
///
/// The columns that both lists have are compared. How many partners a record may have is found from the pairs that
/// are sure, unless the settings say it. Files as of `dedup`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES_LINK)]
pub(crate) struct Link {
    /// The first list, with headings: CSV, Parquet, or an Excel workbook (.xlsx)
    first: PathBuf,
    /// The second list
    second: PathBuf,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Common {
    /// The column with each record's identifier; it is never compared
    #[arg(long, value_name = "COLUMN")]
    id: String,
    /// The sheet to read of a workbook; by default the first that is not hidden
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The folder for the results
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Kinds of columns, blocking rules, threshold, partners (TOML)
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// A model that an earlier run left, instead of estimating one
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

impl Dedup {
    pub(crate) fn run(&self, _: &Global) -> Outcome<Answer> {
        self.common.run(&[&self.file])
    }
}

impl Link {
    pub(crate) fn run(&self, _: &Global) -> Outcome<Answer> {
        self.common.run(&[&self.first, &self.second])
    }
}

impl Common {
    fn run(&self, paths: &[&Path]) -> Outcome<Answer> {
        let begin = SystemClock.now();
        let settings: Settings = self.settings.as_deref().map(document).transpose()?.unwrap_or_default();
        let stored: Option<Model> = self.model.as_deref().map(document).transpose()?;
        let table = read::table(paths, &self.id, self.sheet.as_deref())?;
        if table.ids.is_empty() {
            return Err(Failure::refused("there is no record in the list"));
        }
        let Done { model, linked, steps } =
            linked(&table, &settings, stored).map_err(|error| refused(&error))?;
        write::all(&self.out, &table, &model, &linked)?;
        let shown: Vec<report::Explained<'_>> = shown(&linked).into_iter().zip(steps).collect();
        report::write(&self.out, &table, &model, &linked, &shown)?;
        let seconds = SystemClock.now().duration_since(begin).as_secs_f64();
        self.answer(&model, &linked, seconds)
    }

    fn answer(&self, model: &Model, linked: &Linked, seconds: f64) -> Outcome<Answer> {
        let account = linked.account;
        let columns: serde_json::Map<String, serde_json::Value> =
            model.fields.iter().map(|field| (field.name.clone(), json!(field.kind))).collect();
        let document = json!({
            "counts": account,
            "threshold": account.threshold,
            "seconds": seconds,
            "columns": columns,
            "rules": model.rules,
        });
        let rows = [
            ["records".to_owned(), thousands(account.records)],
            ["pairs compared".to_owned(), thousands(account.compared)],
            ["pairs left out (too large blocks)".to_owned(), thousands(account.cut)],
            ["pairs linked".to_owned(), thousands(account.linked_pairs)],
            ["clusters".to_owned(), thousands(account.clusters)],
            ["clusters of several records".to_owned(), thousands(account.clusters_of_several)],
        ];
        let text = format!(
            "{}\n\nlinked from a probability of {:.3}; expected precision {:.3}, recall {:.3}\n{:.1} s; results in {}",
            table(["what", "count"], &rows),
            account.threshold,
            account.expected_precision,
            account.expected_recall,
            seconds,
            self.out.display()
        );
        Answer::new(&document, text)
    }
}

/// What a run made.
struct Done {
    model: Model,
    linked: Linked,
    /// How the pairs that are [`shown`] came to their weight.
    steps: Vec<Vec<Step>>,
}

/// The pairs a report explains: those nearest to the threshold.
fn shown(linked: &Linked) -> Vec<&Pair> {
    let distance = |pair: &Pair| (pair.probability - linked.account.threshold).abs();
    let mut pairs: Vec<&Pair> = linked.pairs.iter().collect();
    pairs.sort_by(|x, y| distance(x).total_cmp(&distance(y)));
    pairs.truncate(SHOWN);
    pairs
}

/// Everything from the table to its clusters.
fn linked(table: &Table, settings: &Settings, stored: Option<Model>) -> Result<Done, LinkError> {
    let mut settings = settings.clone();
    if let Some(model) = &stored {
        // A stored model says what its columns hold, also where these rows would be read otherwise.
        settings.columns =
            table.columns.iter().map(|column| (column.name.clone(), model.kind(&column.name))).collect();
        settings.locale = model.locale;
    }
    let prepared = link::prepare(table, &settings)?;
    let model = stored.map_or_else(|| link::train(&prepared, &settings), Ok)?;
    let compared = link::compare(&prepared, &model)?;
    let linked = link::link(&prepared, &model, &compared, &settings)?;
    let pairs: Vec<(u32, u32)> = shown(&linked).iter().map(|pair| (pair.a, pair.b)).collect();
    let steps = link::explain(&prepared, &model, &pairs)?;
    Ok(Done { model, linked, steps })
}

fn refused(error: &LinkError) -> Failure {
    Failure::refused(error.to_string()).hint("poimuri dedup --help")
}

/// A document of settings or of a model.
fn document<T: serde::de::DeserializeOwned>(path: &Path) -> Outcome<T> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    toml::from_str(&text).map_err(|error| {
        let place = error.span().map_or(1, |span| text[..span.start].lines().count().max(1));
        Failure::refused(format!("{} line {place}: {}", path.display(), error.message()))
    })
}
