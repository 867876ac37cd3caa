//! An order as a customer wrote it, typed and checked in itself; what it may have is decided by `admission`.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::criteria::Criteria;
use super::deduplication::{Deduplication, List};
use super::delivered::Item;
use super::extraction::{Dedup, ExtractionSpec, Purpose, RegisterUse, Sample};
use super::files::RegisterSource;
use crate::ids::{CustomerId, PermitId, RecipientId, SnapshotId};

/// One order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// What is asked for.
    pub kind: Kind,
    /// Whom it is for.
    pub customer: CustomerId,
    /// The permit it relies on; a count may do without.
    pub permit: Option<PermitId>,
    /// What the data are for; a count may do without.
    pub purpose: Option<Purpose>,
    /// Which snapshot it runs on.
    pub snapshot: SnapshotChoice,
    /// The date ages and prohibitions are judged on; by default the snapshot's.
    pub reference_date: Option<Date>,
    /// Who is looked for; always there in extractions and counts.
    pub criteria: Option<Criteria>,
    /// The customer's own register.
    pub register: Option<Register>,
    /// What is delivered once only.
    pub dedup: Dedup,
    /// How many, and of whom.
    pub sample: Sample,
    /// What an update is about; always there in updates.
    pub update: Option<Update>,
    /// The lists of a de-duplication, in the order they are given.
    #[serde(default)]
    pub lists: Vec<List>,
    /// What a de-duplication is about; always there in de-duplications.
    #[serde(default)]
    pub deduplication: Option<Deduplication>,
    /// Where the result goes; always there except in counts.
    pub delivery: Option<Delivery>,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Addresses of a target group, to a third party.
    Extraction,
    /// The size of a target group.
    Count,
    /// Changes of the persons in a customer's register.
    Update,
    /// Persons that occur more than once in a customer's register.
    Deduplication,
}

impl Kind {
    /// The kind's name in orders, permits and receipts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Extraction => "extraction",
            Self::Count => "count",
            Self::Update => "update",
            Self::Deduplication => "deduplication",
        }
    }
}

/// Which snapshot an order runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SnapshotChoice {
    /// The highest date, then the latest published; pinned when the order is accepted.
    Latest,
    /// This one.
    Id(SnapshotId),
}

/// The customer's own register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Where it is.
    pub source: RegisterSource,
    /// How it narrows an extraction; none in other orders.
    pub used: Option<RegisterUse>,
    /// Headings of its columns.
    pub columns: RegisterColumns,
}

/// Headings of the columns of a customer's register; what is not named is found by usual names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RegisterColumns {
    /// The customer's own key of a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The personal identity code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_code: Option<String>,
    /// The surname.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surname: Option<String>,
    /// The given names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_names: Option<String>,
    /// The date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// Street, house number, stair and apartment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// The postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The code of the municipality of domicile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub municipality: Option<String>,
    /// The mother tongue, ISO 639-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mother_tongue: Option<String>,
    /// Sex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// The day the customer's own data are of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_date: Option<String>,
}

/// What an update is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// A package (`address`, `basic`, `death`) or single items.
    pub package: Vec<String>,
    /// Changes only, or the present state.
    pub mode: UpdateMode,
    /// Whether the customer's own columns come back behind the others.
    #[serde(default)]
    pub pass_through: bool,
    /// Whether an operator looked at it, so that it may be near to an earlier update of the customer.
    #[serde(default)]
    pub reviewed: bool,
}

/// How much an update tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UpdateMode {
    /// What differs from the customer's register.
    Changes,
    /// What the population register holds.
    Current,
}

/// Where the result goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// A registered third party; in an update or a de-duplication the customer.
    pub recipient: RecipientId,
    /// The form of the files.
    pub format: Format,
    /// What is delivered of each person, in this order.
    pub fields: Vec<Item>,
}

/// Rows of a workbook's sheet below its headings.
pub const XLSX_ROWS_MAX: u64 = 1_048_575;

/// The form of delivered files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// RFC 4180, UTF-8, header row, CRLF.
    Csv,
    /// Apache Parquet: typed columns; an empty value is null.
    Parquet,
    /// An Excel workbook of one sheet with typed cells and at most [`XLSX_ROWS_MAX`] rows; not of extractions, which may
    /// have more.
    Xlsx,
    /// UTF-8, one line per row, each field padded to its width in characters; the file `layout.json` beside
    /// it says where fields begin.
    Fixed,
}

impl Format {
    /// The format's name in orders.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Xlsx => "xlsx",
            Self::Fixed => "fixed",
        }
    }

    /// The ending of its files' names.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Xlsx => "xlsx",
            Self::Fixed => "txt",
        }
    }
}

impl Order {
    /// The order as the engine takes it; none for a kind without criteria.
    ///
    /// `reference_date` is the one decided at acceptance; `minimum_age` is in completed years, 15 to 18.
    #[must_use]
    pub fn spec(&self, seed: [u8; 32], reference_date: Date, minimum_age: u8) -> Option<ExtractionSpec> {
        Some(ExtractionSpec {
            criteria: self.criteria.clone()?,
            // Every purpose of an extraction has the same exclusions, so a count without one has them too.
            purpose: self.purpose.unwrap_or(Purpose::DirectMarketing),
            register: self.register.as_ref().and_then(|register| register.used),
            dedup: self.dedup,
            sample: self.sample.clone(),
            seed,
            reference_date,
            fields: self.delivery.as_ref().map(|delivery| delivery.fields.clone()).unwrap_or_default(),
            minimum_age,
        })
    }

    /// What is delivered of each person; empty in a count and in a de-duplication.
    #[must_use]
    pub fn fields(&self) -> &[Item] {
        self.delivery.as_ref().map_or(&[], |delivery| &delivery.fields)
    }
}
