//! The rows of a sheet, one after another, as lines of text.

use quick_xml::events::Event;

use super::cell::{Head, Kind, head};
use super::formats::Shown;
use super::package::Part;
use super::strings::{Strings, rich_text};
use super::value::{iso, number, tidied};
use super::xml::{Xml, attribute, push_text};
use super::{CELL_BYTES_MAX, CELLS_MAX, ROWS_MAX, WorkbookFault};
use crate::customer_register::columnar;
use crate::customer_register::form::COLUMNS_MAX;

/// A sheet being read.
pub(super) struct Sheet {
    xml: Xml,
    strings: Strings,
    formats: Vec<Shown>,
    is_1904: bool,
    /// The last row that was read, from 1.
    row: u32,
    /// Lines written, blank ones included.
    lines: u32,
    /// Cells of the first row that has any: shorter rows are filled up.
    width: usize,
    count: u64,
    cells: Vec<String>,
    is_over: bool,
}

impl Sheet {
    pub(super) fn new(part: Part, strings: Strings, formats: Vec<Shown>, is_1904: bool) -> Self {
        Self {
            xml: Xml::new(part),
            strings,
            formats,
            is_1904,
            row: 0,
            lines: 0,
            width: 0,
            count: 0,
            cells: Vec::new(),
            is_over: false,
        }
    }

    /// Writes the next row that is not empty, and a blank line for each empty one before it; false at the end.
    pub(super) fn next(&mut self, out: &mut Vec<u8>) -> Result<bool, WorkbookFault> {
        while !self.is_over {
            let event = self.xml.next()?;
            if let Event::Start(start) = &event {
                if start.local_name().as_ref() == b"row" {
                    let given = attribute(start, "r")?;
                    self.begin(given.as_deref())?;
                    self.read_row()?;
                    if !self.cells.is_empty() {
                        self.write(out);
                        return Ok(true);
                    }
                }
            } else if let Event::End(end) = &event {
                if end.local_name().as_ref() == b"sheetData" {
                    self.is_over = true;
                    self.xml.finish()?;
                }
            } else if matches!(event, Event::Eof) {
                return Err(WorkbookFault::Damaged("the sheet does not end"));
            }
        }
        Ok(false)
    }

    fn begin(&mut self, given: Option<&str>) -> Result<(), WorkbookFault> {
        let row = match given {
            Some(given) => given.parse().map_err(|_source| WorkbookFault::Damaged("a row has no number"))?,
            None => self.row + 1,
        };
        if row <= self.row {
            return Err(self.fault("the row stands behind a later one"));
        }
        if row > ROWS_MAX {
            return Err(WorkbookFault::Rows);
        }
        self.row = row;
        Ok(())
    }

    fn fault(&self, reason: &'static str) -> WorkbookFault {
        WorkbookFault::Row { row: self.row, reason }
    }

    /// Reads the cells of the row, up to the last that is not empty.
    fn read_row(&mut self) -> Result<(), WorkbookFault> {
        self.cells.clear();
        let mut column = 0;
        loop {
            let event = self.xml.next()?;
            if let Event::Start(start) = &event {
                if start.local_name().as_ref() == b"c" {
                    let read = head(start, &self.formats);
                    let Head { place, kind, shown } = read.map_err(|reason| self.fault(reason))?;
                    let at = if place.is_some() { place } else { Some(column) };
                    let at = at.filter(|at| *at >= column);
                    let at = at.ok_or_else(|| self.fault("a cell stands behind a later one"))?;
                    column = at + 1;
                    let value = self.value(kind, shown)?;
                    self.put(at, value)?;
                }
            } else if let Event::End(end) = &event {
                if end.local_name().as_ref() == b"row" {
                    return Ok(());
                }
            } else if matches!(event, Event::Eof) {
                return Err(WorkbookFault::Damaged("a row does not end"));
            }
        }
    }

    fn put(&mut self, at: usize, value: String) -> Result<(), WorkbookFault> {
        if value.is_empty() {
            return Ok(());
        }
        if at >= COLUMNS_MAX {
            return Err(self.fault("it has a cell beyond the 1000th column"));
        }
        self.count += 1;
        if self.count > CELLS_MAX {
            return Err(WorkbookFault::Cells);
        }
        self.cells.resize(at, String::new());
        self.cells.push(value);
        Ok(())
    }

    /// Reads to the end of a cell.
    fn value(&mut self, kind: Kind, shown: Shown) -> Result<String, WorkbookFault> {
        let mut raw = String::new();
        let (mut is_value, mut has_formula) = (false, false);
        loop {
            let event = self.xml.next()?;
            if let Event::Start(start) = &event {
                match start.local_name().as_ref() {
                    b"v" => is_value = kind != Kind::Inline,
                    b"f" => has_formula = true,
                    b"is" => rich_text(&mut self.xml, b"is", &mut raw)?,
                    _ => {}
                }
            } else if let Event::End(end) = &event {
                match end.local_name().as_ref() {
                    b"v" => is_value = false,
                    b"c" => break,
                    _ => {}
                }
            } else if matches!(event, Event::Eof) {
                return Err(WorkbookFault::Damaged("a cell does not end"));
            } else if is_value {
                push_text(&event, &mut raw, CELL_BYTES_MAX)?;
            }
        }
        if raw.is_empty() && has_formula && kind != Kind::Text {
            return Err(self.fault("a formula without its value; open and save it in a spreadsheet program"));
        }
        self.told(&raw, kind, shown)
    }

    fn told(&self, raw: &str, kind: Kind, shown: Shown) -> Result<String, WorkbookFault> {
        if raw.is_empty() {
            return Ok(String::new());
        }
        Ok(match kind {
            Kind::Number => number(raw, shown, self.is_1904),
            Kind::Shared => {
                let string = raw.trim().parse().ok().and_then(|index| self.strings.get(index));
                string.ok_or_else(|| self.fault("a cell refers to a string that is not there"))?.to_owned()
            }
            Kind::Inline | Kind::Text => tidied(raw).into_owned(),
            Kind::Truth => if raw.trim() == "1" { "true" } else { "false" }.to_owned(),
            Kind::Fault => raw.to_owned(),
            Kind::Date => iso(raw),
        })
    }

    fn write(&mut self, out: &mut Vec<u8>) {
        while self.lines + 1 < self.row {
            out.push(b'\n');
            self.lines += 1;
        }
        if self.width == 0 {
            self.width = self.cells.len();
        }
        if self.cells.len() < self.width {
            self.cells.resize(self.width, String::new());
        }
        columnar::row(self.cells.iter().map(String::as_str), out);
        self.lines += 1;
    }
}
