//! What is told of a register: how it is read, what its columns mean, its quality, ten masked rows.

use std::io::Read;

use clap::Args;
use poimuri_shared::customer_register::{
    Field, FileKind, Form, Input, Mapping, Quality, Reading, RegisterError, Row, Table, masked,
};
use poimuri_shared::order::RegisterColumns;
use poimuri_shared::registers::{self, StoredRegister};
use serde::Serialize;

use crate::answer::{Answer, thousands};
use crate::context::Context;
use crate::desk::errors;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Rows that are shown.
const SHOWN: usize = 10;

/// What columns mean, as given on the command line.
#[derive(Debug, Args)]
pub(crate) struct Columns {
    /// A column that has no usual heading, as `FIELD=HEADING`; fields as in `[register] columns` of an order
    #[arg(long = "column", value_name = "FIELD=HEADING")]
    columns: Vec<String>,
}

impl Columns {
    /// The columns as an order writes them.
    ///
    /// # Errors
    /// If a field is not known.
    pub(super) fn read(&self) -> Outcome<RegisterColumns> {
        let mut named = serde_json::Map::new();
        for given in &self.columns {
            let (field, heading) =
                given.split_once('=').ok_or_else(|| Failure::usage("--column must be FIELD=HEADING"))?;
            if !Field::ALL.iter().any(|known| known.name() == field) {
                let known: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
                return Err(Failure::usage(format!("--column: fields are {}", known.join(", "))));
            }
            named.insert(field.to_owned(), heading.into());
        }
        serde_json::from_value(named.into())
            .map_err(|error| Failure::caused(Exit::Usage, "read the columns", &error))
    }
}

/// A register as it is told.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    register: Option<StoredRegister>,
    form: Form,
    /// Fields and their headings.
    columns: Vec<(&'static str, String)>,
    /// Why an update could not use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality: Option<Quality>,
    /// Letters and digits hidden.
    preview: Vec<Vec<String>>,
}

/// Reading ends here.
enum Stop {
    Enough,
    Faulty(RegisterError),
}

impl From<RegisterError> for Stop {
    fn from(error: RegisterError) -> Self {
        Self::Faulty(error)
    }
}

/// Looks at the beginning of a file.
///
/// # Errors
/// If it is no table.
pub(super) fn look(content: Input<'_>, sheet: Option<&str>, columns: &RegisterColumns) -> Outcome<Told> {
    let table = Table::open_as(content, &Reading { sheet, is_headed: false });
    let table = table.map_err(|error| refused(&error))?;
    let form = table.form().clone();
    Ok(told(form, first_rows(table)?, columns))
}

fn refused(error: &RegisterError) -> Failure {
    Failure::caused(Exit::Refused, "read the register", error)
}

fn told(form: Form, preview: Vec<Vec<String>>, columns: &RegisterColumns) -> Told {
    let (columns, fault) = match Mapping::of(&form.columns, columns) {
        Ok(mapping) => (meanings(&form, &mapping), None),
        Err(error) => (Vec::new(), Some(error.to_string())),
    };
    Told { register: None, form, columns, fault, quality: None, preview }
}

/// The first rows of a table, masked.
fn first_rows(table: Table<impl Read>) -> Outcome<Vec<Vec<String>>> {
    let mut preview = Vec::new();
    let stopped = table.each(|row| {
        preview.push(masked_row(row));
        if preview.len() < SHOWN { Ok(()) } else { Err(Stop::Enough) }
    });
    match stopped {
        Err(Stop::Faulty(error)) => Err(refused(&error)),
        Ok(()) | Err(Stop::Enough) => Ok(preview),
    }
}

fn masked_row(row: &Row<'_>) -> Vec<String> {
    (0..row.len()).map(|index| masked(&row.cell(index))).collect()
}

/// Tells of a register in the store.
///
/// # Errors
/// If it cannot be read.
pub(super) fn stored(
    context: &Context,
    register: &StoredRegister,
    columns: &RegisterColumns,
) -> Outcome<Answer> {
    let masters = context.masters()?;
    let mut preview = Vec::new();
    if let Some(part) = register.parts.first() {
        let rows = registers::columns(&*context.store, &masters, &register.id, part)
            .map_err(|error| errors::register(&error))?;
        preview = rows.rows().take(SHOWN).map(|row| masked_row(&row)).collect();
    }
    let told = Told {
        quality: Some(register.quality.clone()),
        register: Some(register.clone()),
        ..told(register.form.clone(), preview, columns)
    };
    Answer::new(&told, told.text())
}

fn meanings(form: &Form, mapping: &Mapping) -> Vec<(&'static str, String)> {
    let of = |field: &Field| Some((field.name(), form.columns.get(mapping.column(*field)?)?.clone()));
    Field::ALL.iter().filter_map(of).collect()
}

impl Told {
    /// For people.
    pub(super) fn text(&self) -> String {
        let mut lines = Vec::new();
        if let Some(register) = &self.register {
            lines.push(format!("register {} of {}", register.id, register.customer));
        }
        lines.push(self.form_in_words());
        let columns = self.columns.iter().map(|(field, heading)| format!("  {field} = \"{heading}\""));
        lines.push("columns, as an order's [register] columns would name them:".to_owned());
        lines.extend(columns);
        lines.extend(self.fault.iter().map(|fault| format!("  an update cannot use it: {fault}")));
        if let Some(quality) = &self.quality {
            lines.extend(in_words(quality));
        }
        lines.push(format!("the first {} rows, letters and digits hidden:", self.preview.len()));
        lines.extend(self.preview.iter().map(|row| format!("  {}", row.join(" | "))));
        lines.join("\n")
    }

    fn form_in_words(&self) -> String {
        let Form { kind, sheet, encoding, separator, is_quoted, has_heading, columns } = &self.form;
        let written = match kind {
            FileKind::Csv => {
                let separator =
                    if *separator == '\t' { "a tab".to_owned() } else { format!("`{separator}`") };
                let quotes = if *is_quoted { "with quotes" } else { "without quotes" };
                format!("{}, {separator} between cells, {quotes}", encoding.name())
            }
            FileKind::Parquet => "Parquet".to_owned(),
            FileKind::Xlsx => {
                format!("Excel workbook, sheet \"{}\"", sheet.as_deref().unwrap_or_default())
            }
        };
        let headings = if *has_heading { "with headings" } else { "without headings" };
        format!("{written}, {headings}, {} columns", columns.len())
    }
}

fn in_words(quality: &Quality) -> Vec<String> {
    let mut lines = vec![format!("{} rows", thousands(quality.rows))];
    if quality.uneven > 0 {
        lines.push(format!("  {} rows have more or fewer cells than there are columns", quality.uneven));
    }
    if quality.mixed_encoding > 0 {
        let at: Vec<String> = quality.mixed_lines.iter().map(ToString::to_string).collect();
        let count = quality.mixed_encoding;
        lines.push(format!(
            "  {count} rows are in another encoding and read as Windows-1252 (line {})",
            at.join(", ")
        ));
    }
    let empty = quality.empty.iter();
    lines.extend(empty.map(|(field, rows)| format!("  {} rows without {field}", thousands(*rows))));
    if let Some(codes) = &quality.identity_codes {
        lines.push(format!(
            "  {} valid identity codes, {} of them more than once",
            thousands(codes.valid),
            thousands(codes.duplicates)
        ));
        if !codes.invalid.is_empty() {
            lines.push(format!("  invalid identity codes: {}", codes.faults()));
        }
    }
    lines
}
