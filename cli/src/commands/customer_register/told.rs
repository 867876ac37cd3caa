//! What is told of a register: how it is read, what its columns mean, its quality, ten masked rows.

use clap::Args;
use poimuri_shared::customer_register::{Field, FileKind, Form, Quality, Repeated, named_columns};
use poimuri_shared::order::RegisterColumns;
use poimuri_shared::registers::{self, Look, StoredRegister};

use crate::answer::{Answer, thousands};
use crate::context::Context;
use crate::desk::errors;
use crate::failure::{Failure, Outcome};

/// What columns mean, as given on the command line.
#[derive(Debug, Args)]
pub(crate) struct Columns {
    /// A column that has no usual heading, as `FIELD=HEADING`; fields as in `[register] columns` of an order. Without
    /// headings columns are `column 1`, `column 2` and so on
    #[arg(long = "column", value_name = "FIELD=HEADING")]
    columns: Vec<String>,
}

impl Columns {
    /// The columns as an order writes them.
    ///
    /// # Errors
    /// If a field is not known.
    pub(super) fn read(&self) -> Outcome<RegisterColumns> {
        named_columns(self.columns.iter().map(String::as_str))
            .map_err(|error| Failure::usage(format!("--column: {error}")))
    }
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
    let looked = registers::look_at(&*context.store, &masters, register, columns)
        .map_err(|error| errors::register(&error))?;
    let text = format!("register {} of {}\n{}", looked.id, looked.customer, text(&looked.look));
    Answer::new(&looked, text)
}

/// What was seen, for people.
pub(super) fn text(look: &Look) -> String {
    let mut lines = vec![form_in_words(&look.form)];
    lines.push("columns, as an order's [register] columns would name them:".to_owned());
    let named = |field: &Field| Some(format!("  {} = \"{}\"", field.name(), field.named(&look.columns)?));
    lines.extend(Field::ALL.iter().filter_map(named));
    lines.extend(look.fault.iter().map(|fault| format!("  an update cannot use it: {fault}")));
    lines.extend(look.doubts.iter().map(|doubt| format!("  {doubt}")));
    lines.extend(in_words(&look.quality));
    lines.push(format!("the first {} rows, letters and digits hidden:", look.preview.len()));
    lines.extend(look.preview.iter().map(|row| format!("  {}", row.join(" | "))));
    lines.join("\n")
}

fn form_in_words(form: &Form) -> String {
    let Form { kind, sheet, encoding, separator, is_quoted, has_heading, columns } = form;
    let written = match kind {
        FileKind::Csv => {
            let separator = if *separator == '\t' { "a tab".to_owned() } else { format!("`{separator}`") };
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
    lines.extend(repeated_in_words(quality.repeated_rows, "are the same as an earlier row"));
    lines.extend(repeated_in_words(quality.repeated_keys, "have the key of an earlier row"));
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
    let births = quality.invalid_birth_dates.iter().filter(|invalid| invalid.count > 0);
    lines.extend(births.map(|invalid| format!("  invalid dates of birth: {}", invalid.in_words(""))));
    lines
}

fn repeated_in_words(repeated: Option<Repeated>, what: &str) -> Option<String> {
    let Repeated { count, is_estimate } = repeated.filter(|repeated| repeated.count > 0)?;
    let about = if is_estimate { "about " } else { "" };
    Some(format!("  {about}{} rows {what}", thousands(count)))
}
