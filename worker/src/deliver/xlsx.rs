//! Rows as an Excel workbook of one sheet, written as a stream: no part of it is held or lies on a disk.
//!
//! Numbers and dates are cells of their type, dates before March 1900 and everything else text; nothing is ever a
//! formula. The same rows make the same bytes: every time in the file is 1980-01-01.

use std::io::{self, Write as _};

use jiff::civil::{Date, date};
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::error::DeliverError;
use super::field::{Field, Kind};
use super::part::Sink;

/// XML is handed on in blocks of about this size.
const BLOCK_BYTES: usize = 256 * 1024;
/// XML of a sheet, after which no more rows are taken; with a last push it stays below the 4 GiB of a plain ZIP file.
const SHEET_BYTES_MAX: u64 = 3 << 30;
/// Characters of a cell, as the format has it.
const CELL_CHARACTERS_MAX: usize = 32_767;
/// Dates that workbooks count right: before it they count a day that no calendar has.
const FIRST_DATE: Date = date(1900, 3, 1);
/// Day 0 of the dates after it.
const DAY_ZERO: Date = date(1899, 12, 30);

/// The files of a workbook but its sheet.
const FRAME: [(&str, &str); 5] = [
    (
        "[Content_Types].xml",
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
            r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
            r#"<Default Extension="xml" ContentType="application/xml"/>"#,
            r#"<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>"#,
            r#"<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#,
            r#"<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>"#,
            r#"</Types>"#
        ),
    ),
    (
        "_rels/.rels",
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
            r#"<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>"#,
            r#"</Relationships>"#
        ),
    ),
    (
        "xl/workbook.xml",
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">"#,
            r#"<sheets><sheet name="result" sheetId="1" r:id="rId1"/></sheets></workbook>"#
        ),
    ),
    (
        "xl/_rels/workbook.xml.rels",
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
            r#"<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>"#,
            r#"<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>"#,
            r#"</Relationships>"#
        ),
    ),
    (
        "xl/styles.xml",
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
            r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#,
            r#"<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts>"#,
            r#"<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>"#,
            r#"<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>"#,
            r#"<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"#,
            r#"<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>"#,
            r#"<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>"#,
            r#"<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>"#,
            r#"<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>"#,
            r#"</styleSheet>"#
        ),
    ),
];

/// A sheet up to its rows; the headings stay in sight.
const SHEET_BEGIN: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#,
    r#"<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>"#,
    r#"<sheetData>"#
);
const SHEET_END: &str = "</sheetData></worksheet>";

pub(super) struct XlsxBody {
    kinds: Vec<Kind>,
    zip: ZipWriter<StreamWriter<Sink>>,
    block: Vec<u8>,
    /// XML handed on.
    written: u64,
    cut_values: u64,
}

impl XlsxBody {
    pub(super) fn begin(fields: &[Field], sink: Sink, object: &str) -> Result<Self, DeliverError> {
        let failed = |error: ZipError| DeliverError::write(object, of_zip(error));
        let mut zip = ZipWriter::new_stream(sink);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(1))
            .last_modified_time(DateTime::default());
        for (name, content) in FRAME {
            zip.start_file(name, options).map_err(failed)?;
            zip.write_all(content.as_bytes()).map_err(|error| DeliverError::write(object, error))?;
        }
        zip.start_file("xl/worksheets/sheet1.xml", options).map_err(failed)?;
        let kinds = fields.iter().map(|field| field.kind).collect();
        let block = SHEET_BEGIN.as_bytes().to_vec();
        let mut body = Self { kinds, zip, block, written: 0, cut_values: 0 };
        body.block.extend_from_slice(b"<row>");
        fields.iter().for_each(|field| body.text(&field.name));
        body.block.extend_from_slice(b"</row>");
        Ok(body)
    }

    pub(super) fn field_count(&self) -> usize {
        self.kinds.len()
    }

    /// Whether no more rows fit.
    pub(super) const fn is_full(&self) -> bool {
        self.written > SHEET_BYTES_MAX
    }

    pub(super) fn add(&mut self, row: &csv::StringRecord) -> Result<(), &'static str> {
        self.block.extend_from_slice(b"<row>");
        for (index, value) in row.iter().enumerate() {
            match self.kinds.get(index) {
                _ if value.is_empty() => self.block.extend_from_slice(b"<c/>"),
                Some(Kind::Number) => {
                    let number: i64 = value.parse().ok().ok_or("a number is none")?;
                    self.number("<c><v>", number);
                }
                Some(Kind::Date) => {
                    let date: Date = value.parse().ok().ok_or("a date is none")?;
                    if date < FIRST_DATE {
                        self.text(value);
                    } else {
                        self.number("<c s=\"1\"><v>", date.duration_since(DAY_ZERO).as_hours() / 24);
                    }
                }
                Some(Kind::Text) | None => self.text(value),
            }
        }
        self.block.extend_from_slice(b"</row>");
        Ok(())
    }

    fn number(&mut self, begin: &str, number: i64) {
        self.block.extend_from_slice(begin.as_bytes());
        self.block.extend_from_slice(number.to_string().as_bytes());
        self.block.extend_from_slice(b"</v></c>");
    }

    /// Adds a cell of text; what is longer than a cell may be is cut and counted.
    fn text(&mut self, value: &str) {
        let is_cut = value.len() > CELL_CHARACTERS_MAX && value.chars().nth(CELL_CHARACTERS_MAX).is_some();
        self.cut_values += u64::from(is_cut);
        self.block.extend_from_slice(b"<c t=\"inlineStr\"><is><t xml:space=\"preserve\">");
        for (at, character) in value.char_indices().take(CELL_CHARACTERS_MAX) {
            let rest = value.get(at..).unwrap_or_default();
            escape(character, rest, &mut self.block);
        }
        self.block.extend_from_slice(b"</t></is></c>");
    }

    pub(super) fn write_full(&mut self, object: &str) -> Result<(), DeliverError> {
        if self.block.len() >= BLOCK_BYTES { self.write_block(object) } else { Ok(()) }
    }

    fn write_block(&mut self, object: &str) -> Result<(), DeliverError> {
        self.zip.write_all(&self.block).map_err(|error| DeliverError::write(object, error))?;
        self.written += u64::try_from(self.block.len()).unwrap_or(u64::MAX);
        self.block.clear();
        Ok(())
    }

    pub(super) fn finish(mut self, object: &str) -> Result<(Sink, u64), DeliverError> {
        self.block.extend_from_slice(SHEET_END.as_bytes());
        self.write_block(object)?;
        let end = self.zip.finish().map_err(|error| DeliverError::write(object, of_zip(error)))?;
        Ok((end.into_inner(), self.cut_values))
    }
}

/// An error of the system as it was: whether a disk is full is not to be lost.
fn of_zip(error: ZipError) -> io::Error {
    if let ZipError::Io(error) = error { error } else { io::Error::other(error) }
}

/// A character of a cell; signs that XML cannot hold are written as `_x0001_`, and what looks like that as well.
fn escape(character: char, rest: &str, block: &mut Vec<u8>) {
    match character {
        '&' => block.extend_from_slice(b"&amp;"),
        '<' => block.extend_from_slice(b"&lt;"),
        '>' => block.extend_from_slice(b"&gt;"),
        '_' if is_escape(rest) => block.extend_from_slice(b"_x005F_"),
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
            block.extend_from_slice(format!("_x{:04X}_", u32::from(character)).as_bytes());
        }
        character => block.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

/// Whether a text begins like `_x0001_`.
fn is_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.starts_with(b"_x")
        && bytes.get(6) == Some(&b'_')
        && bytes.get(2..6).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}
