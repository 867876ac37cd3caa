//! `dedup` and `link`: which records of a list, or of two, are the same person, without a scheduler.

mod choices;
mod earlier;
pub(super) mod explain;
mod memory;
mod read;
mod report;
mod review;
mod run;
mod suggest;
mod write;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use poimuri_shared::clock::{Clock as _, SystemClock};
use poimuri_shared::receipt::ExtendedRecords;
use poimuri_worker::engine::link::{Clustering, LinkError, Model, Partners, Settings, Table, Waterfalls};
use serde_json::json;

use self::choices::{Clusters, Most};
use self::earlier::Stored;
use self::run::{Done, Known, linked};
use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::failure::{Failure, Outcome};
use crate::progress::Show;

const EXAMPLES_DEDUP: &str = "Examples:
  poimuri dedup customers.csv --id customer_no --out result
  poimuri dedup customers.csv --id customer_no --out result --settings linkage.toml --json
  poimuri dedup customers.csv --id customer_no --suggest
  poimuri dedup customers.csv --id customer_no --model result/model.toml --explain 1007,2311
  poimuri dedup new-customers.csv --id customer_no --out other --model result/model.toml
  poimuri dedup customers.csv --id customer_no --out result --extend result --review reviewed.csv";

const EXAMPLES_LINK: &str = "Examples:
  poimuri link customers.csv members.csv --id number --out result
  poimuri link customers.csv members.csv --id customer_no --id-b member_no --out result
  poimuri link customers.csv members.csv --id number --out result --partners one-to-one
  poimuri link customers.csv members.csv --id number --out result --extend result --review reviewed.csv";

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
/// The columns that both lists have are compared: those of usual headings by what they hold (`sukunimi` is `last name`),
/// others by equal headings. How many partners a record may have is found from the pairs that
/// are sure, unless the settings say it. Files as of `dedup`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES_LINK)]
pub(crate) struct Link {
    /// The first list, with headings: CSV, Parquet, or an Excel workbook (.xlsx)
    first: PathBuf,
    /// The second list
    second: PathBuf,
    /// The column with the identifiers of the second list, where it has another heading than that of the first (--id)
    #[arg(long, value_name = "COLUMN")]
    id_b: Option<String>,
    /// How many records of one list may be the same person as one of the other. Default: found from the pairs that are sure
    #[arg(long, value_enum)]
    partners: Option<Most>,
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
    #[arg(long, value_name = "DIR", required_unless_present_any = ["suggest", "explain"])]
    out: Option<PathBuf>,
    /// Compare nothing: show blocking rules, the pairs each would compare, and the settings that name those the program
    /// picks by itself
    #[arg(long, conflicts_with_all = ["out", "model", "review"])]
    suggest: bool,
    /// Write nothing: show how a pair comes to its weight, what brings it together, and whether it is linked, of any two
    /// records by their identifiers; of two lists one of each. May be given several times
    #[arg(long, value_name = "ID_A,ID_B", conflicts_with_all = ["out", "suggest"], allow_hyphen_values = true)]
    explain: Vec<String>,
    /// How linked pairs become clusters. Default: agreeing
    #[arg(long, value_enum)]
    clustering: Option<Clusters>,
    /// Kinds of columns, blocking rules, threshold, partners, clustering (TOML)
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// A model that an earlier run left, instead of estimating one
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// A folder that an earlier run left: records that are in it and unchanged are not compared with each other again,
    /// and clusters keep their names. Give the whole list, or both, as they are now
    #[arg(long, value_name = "DIR", conflicts_with_all = ["model", "suggest"])]
    extend: Option<PathBuf>,
    /// A review.csv whose column `same` somebody has filled in with yes or no: such pairs are linked, or kept apart. From
    /// ten of each kind on the model is learned from them, too, unless it is given
    #[arg(long, value_name = "FILE")]
    review: Option<PathBuf>,
}

impl Dedup {
    pub(crate) fn run(&self, global: &Global) -> Outcome<Answer> {
        self.common.run(&[(&self.file, &self.common.id)], None, global.show())
    }
}

impl Link {
    pub(crate) fn run(&self, global: &Global) -> Outcome<Answer> {
        let id_b = self.id_b.as_ref().unwrap_or(&self.common.id);
        let lists: [(&Path, &str); 2] = [(&self.first, &self.common.id), (&self.second, id_b)];
        self.common.run(&lists, self.partners, global.show())
    }
}

impl Common {
    /// `lists` are files with the columns of their identifiers.
    fn run(&self, lists: &[(&Path, &str)], partners: Option<Most>, show: Show) -> Outcome<Answer> {
        let begin = SystemClock.now();
        memory::in_small_pages();
        let mut settings: Settings = self.settings.as_deref().map(document).transpose()?.unwrap_or_default();
        settings.partners = partners.map_or(settings.partners, Partners::from);
        settings.clustering = self.clustering.map_or(settings.clustering, Clustering::from);
        let extend = self.extend.as_deref();
        let of_earlier = extend.map(|folder| folder.join("model.toml"));
        let model: Option<Model> =
            self.model.as_deref().or(of_earlier.as_deref()).map(document).transpose()?;
        let stored = extend.map(Stored::read).transpose()?;
        let met = read::open(lists, self.sheet.as_deref())?;
        settings.locale = settings.locale.of(met.headings());
        let table = met.read()?;
        if table.ids.is_empty() {
            return Err(Failure::refused("there is no record in the list"));
        }
        if self.suggest {
            return suggest::suggest(&table, &settings);
        }
        let explained = explain::pairs_of(&table, &self.explain)?;
        let reviewed = self.review.as_deref().map(|path| review::read(path, &table)).transpose()?;
        let set_aside = reviewed.as_ref().map_or(0, |review| review.set_aside);
        let fitted =
            stored.zip(model.as_ref()).map(|(stored, model)| stored.fit(&table, model)).transpose()?;
        let known = Known { fitted, judged: reviewed.unwrap_or_default().judged };
        let done = linked(&table, &settings, model, known).map_err(|error| refused(&error))?;
        let Some(out) = self.out.as_deref() else {
            return explain::explain(&table, &done, &explained);
        };
        let names = done.names(&table);
        Self::write(out, &table, &done, &names)?;
        if let Some(unlinked) = done.linked.account.unlinked {
            show.say(&format!("note: {unlinked}"));
        }
        let seconds = SystemClock.now().duration_since(begin).as_secs_f64();
        Self::answer(out, &done, seconds, set_aside)
    }

    /// Writes the results side by side.
    fn write(out: &Path, table: &Table, done: &Done, names: &BTreeMap<u32, String>) -> Outcome<()> {
        write::folder(out)?;
        let waterfalls = Waterfalls::new(&done.prepared, &done.model).map_err(|error| refused(&error))?;
        let stored = || done.stored(table, names).write(out);
        let report = || report::write(out, table, done, &waterfalls);
        let (lists, (report, stored)) = rayon::join(
            || write::all(out, table, &done.model, &done.linked, names, &waterfalls),
            || rayon::join(report, stored),
        );
        lists.and(report).and(stored)
    }

    fn answer(out: &Path, done: &Done, seconds: f64, set_aside: u64) -> Outcome<Answer> {
        let (model, account) = (&done.model, done.linked.account);
        let unlinkable = done.own.below(account.threshold_weight);
        let columns: serde_json::Map<String, serde_json::Value> =
            model.fields.iter().map(|field| (field.name.clone(), json!(field.kind))).collect();
        let document = json!({
            "counts": account,
            "threshold": account.threshold,
            "unlinkable": { "records": unlinkable, "share": done.own.share_below(account.threshold_weight) },
            "seconds": seconds,
            "columns": columns,
            "rules": model.rules,
            "note": account.unlinked.map(|unlinked| unlinked.to_string()),
            "extended": done.changed,
            "judgements": { "same": done.given.judged.same.len(), "different": done.given.judged.different.len(), "set_aside": set_aside, "taught": done.is_taught },
        });
        let mut rows = vec![
            ["records".to_owned(), thousands(account.records)],
            ["pairs compared".to_owned(), thousands(account.compared)],
            ["pairs left out (too large blocks)".to_owned(), thousands(account.cut)],
            ["pairs linked".to_owned(), thousands(account.linked_pairs)],
            ["clusters".to_owned(), thousands(account.clusters)],
            ["clusters of several records".to_owned(), thousands(account.clusters_of_several)],
            ["records that cannot be linked".to_owned(), thousands(unlinkable)],
        ];
        if let Some(ExtendedRecords { unchanged, new, changed, gone }) = done.changed {
            let told = [("as they were", unchanged), ("new", new), ("changed", changed), ("gone", gone)];
            rows.extend(told.map(|(what, count)| [format!("records {what}"), thousands(count)]));
        }
        let text = format!(
            "{}\n\nlinked from a probability of {:.3}; expected precision {:.3}, recall {:.3}\n{:.1} s; results in {}",
            table(["what", "count"], &rows),
            account.threshold,
            account.expected_precision,
            account.expected_recall,
            seconds,
            out.display()
        );
        Answer::new(&document, text)
    }
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
