//! Text of fixed width: UTF-8, widths in characters, CRLF after each row.
//!
//! Text begins at the left, numbers end at the right, spaces fill. A value that is too long
//! is cut and counted, a control character becomes a space: a row is always one line.

use std::io::Write as _;

use serde::Serialize;

use super::error::DeliverError;
use super::field::{Field, Kind};
use super::part::Sink;

/// Lines are handed on in blocks of about this size.
const BLOCK_BYTES: usize = 256 * 1024;

pub(super) struct FixedBody {
    columns: Vec<(Kind, usize)>,
    sink: Sink,
    block: Vec<u8>,
    cut_values: u64,
}

impl FixedBody {
    pub(super) fn new(fields: &[Field], sink: Sink) -> Self {
        let columns = fields.iter().map(|field| (field.kind, field.width)).collect();
        Self { columns, sink, block: Vec::with_capacity(BLOCK_BYTES), cut_values: 0 }
    }

    pub(super) fn field_count(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn add(&mut self, row: &csv::StringRecord) {
        for ((kind, width), value) in self.columns.iter().zip(row) {
            let length = value.chars().count();
            let padding = width.saturating_sub(length);
            self.cut_values += u64::from(length > *width);
            if *kind == Kind::Number {
                self.block.resize(self.block.len() + padding, b' ');
            }
            push_clean(&mut self.block, value, *width);
            if *kind != Kind::Number {
                self.block.resize(self.block.len() + padding, b' ');
            }
        }
        self.block.extend_from_slice(b"\r\n");
    }

    pub(super) fn write_full(&mut self, object: &str) -> Result<(), DeliverError> {
        if self.block.len() >= BLOCK_BYTES { self.write_block(object) } else { Ok(()) }
    }

    fn write_block(&mut self, object: &str) -> Result<(), DeliverError> {
        self.sink.write_all(&self.block).map_err(|error| DeliverError::write(object, error))?;
        self.block.clear();
        Ok(())
    }

    pub(super) fn finish(mut self, object: &str) -> Result<(Sink, u64), DeliverError> {
        self.write_block(object)?;
        Ok((self.sink, self.cut_values))
    }
}

fn push_clean(block: &mut Vec<u8>, value: &str, width: usize) {
    for character in value.chars().take(width) {
        let clean = if character.is_control() { ' ' } else { character };
        block.extend_from_slice(clean.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// The layout of a file of fixed width, as `layout.json` says it.
#[derive(Debug, Serialize)]
struct Layout<'a> {
    encoding: &'static str,
    row_end: &'static str,
    width_unit: &'static str,
    row_width: usize,
    fields: Vec<Place<'a>>,
}

#[derive(Debug, Serialize)]
struct Place<'a> {
    name: &'a str,
    /// Counted from 1.
    from: usize,
    width: usize,
    kind: Kind,
    align: &'static str,
}

/// The content of `layout.json`.
pub(super) fn layout(fields: &[Field]) -> Vec<u8> {
    let mut from = 1;
    let mut places = Vec::with_capacity(fields.len());
    for field in fields {
        let align = if field.kind == Kind::Number { "right" } else { "left" };
        places.push(Place { name: &field.name, from, width: field.width, kind: field.kind, align });
        from += field.width;
    }
    let layout = Layout {
        encoding: "UTF-8",
        row_end: "CRLF",
        width_unit: "character",
        row_width: from - 1,
        fields: places,
    };
    // A struct of texts and numbers has a JSON form.
    serde_json::to_vec_pretty(&layout).unwrap_or_default()
}
