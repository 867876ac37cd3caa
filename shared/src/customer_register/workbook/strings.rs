//! The strings that cells refer to, in one piece of memory.

use quick_xml::events::Event;

use super::package::Part;
use super::value::tidied;
use super::xml::{Xml, push_text};
use super::{CELL_BYTES_MAX, STRINGS_MAX, WorkbookFault};

/// The shared strings of a workbook.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Strings {
    pub(super) fn read(part: Part) -> Result<Self, WorkbookFault> {
        let mut xml = Xml::new(part);
        let mut strings = Self::default();
        let mut string = String::new();
        loop {
            let event = xml.next()?;
            if let Event::Start(start) = &event {
                if start.local_name().as_ref() == b"si" {
                    string.clear();
                    rich_text(&mut xml, b"si", &mut string)?;
                    strings.push(&string)?;
                }
            } else if matches!(event, Event::Eof) {
                return Ok(strings);
            }
        }
    }

    fn push(&mut self, string: &str) -> Result<(), WorkbookFault> {
        self.text.push_str(&tidied(string));
        if self.ends.len() >= STRINGS_MAX {
            return Err(WorkbookFault::Strings);
        }
        // The part is shorter than what 32 bits count.
        self.ends.push(u32::try_from(self.text.len()).map_err(|_source| WorkbookFault::Strings)?);
        Ok(())
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = usize::try_from(*self.ends.get(index)?).ok()?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(usize::try_from(start).ok()?..end)
    }
}

/// Reads to the end of a string: its text, or that of its runs; how it is pronounced is no part of it.
pub(super) fn rich_text(xml: &mut Xml, end: &[u8], out: &mut String) -> Result<(), WorkbookFault> {
    let (mut is_text, mut is_spoken) = (false, false);
    loop {
        let event = xml.next()?;
        if let Event::Start(start) = &event {
            match start.local_name().as_ref() {
                b"t" => is_text = !is_spoken,
                b"rPh" => is_spoken = true,
                _ => {}
            }
        } else if let Event::End(mark) = &event {
            match mark.local_name().as_ref() {
                b"t" => is_text = false,
                b"rPh" => is_spoken = false,
                name if name == end => return Ok(()),
                _ => {}
            }
        } else if matches!(event, Event::Eof) {
            return Err(WorkbookFault::Damaged("a string does not end"));
        } else if is_text {
            push_text(&event, out, CELL_BYTES_MAX)?;
        }
    }
}
