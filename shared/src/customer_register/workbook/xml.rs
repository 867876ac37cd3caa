//! XML as events of bounded size.

use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::package::{Part, told};
use super::{DEPTH_MAX, EVENT_BYTES_MAX, WorkbookFault};

/// Bytes inflated at once.
const BUFFERED: usize = 64 << 10;

/// The events of a part.
pub(super) struct Xml {
    reader: Reader<Bounded>,
    buffer: Vec<u8>,
    /// Marks that are open.
    depth: usize,
}

/// A part, of which one event takes a bounded number of bytes.
struct Bounded {
    inner: BufReader<Part>,
    taken: usize,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

impl BufRead for Bounded {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > EVENT_BYTES_MAX {
            return Err(told(WorkbookFault::Damaged("a mark or a text has more than a mebibyte")));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.taken += count;
        self.inner.consume(count);
    }
}

impl Xml {
    pub(super) fn new(part: Part) -> Self {
        let inner = BufReader::with_capacity(BUFFERED, part);
        let mut reader = Reader::from_reader(Bounded { inner, taken: 0 });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    /// The next event; an empty element is a start and an end.
    pub(super) fn next(&mut self) -> Result<Event<'_>, WorkbookFault> {
        self.buffer.clear();
        self.reader.get_mut().taken = 0;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| fault(&error))?;
        if matches!(event, Event::Start(_)) {
            // The reader keeps the names of open marks, however many there are.
            self.depth += 1;
            if self.depth > DEPTH_MAX {
                return Err(WorkbookFault::Damaged("its marks stand too deep in each other"));
            }
        } else if matches!(event, Event::End(_)) {
            self.depth = self.depth.saturating_sub(1);
        }
        Ok(event)
    }

    /// Reads what is left, so that the end of the part is checked.
    pub(super) fn finish(&mut self) -> Result<(), WorkbookFault> {
        let copied = io::copy(&mut self.reader.get_mut().inner, &mut io::sink());
        copied.map(|_count| ()).map_err(|error| of_io(&error))
    }
}

fn of_io(error: &io::Error) -> WorkbookFault {
    let fault = error.get_ref().and_then(|error| error.downcast_ref::<WorkbookFault>());
    fault.cloned().unwrap_or(WorkbookFault::Damaged("a part cannot be read"))
}

fn fault(error: &quick_xml::Error) -> WorkbookFault {
    if let quick_xml::Error::Io(error) = error {
        of_io(error)
    } else {
        WorkbookFault::Damaged("a part is no XML in UTF-8")
    }
}

/// An attribute's text; none if the mark has no such.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, WorkbookFault> {
    const DAMAGED: WorkbookFault = WorkbookFault::Damaged("a mark is no XML");
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_source| DAMAGED)?;
        if attribute.key.local_name().as_ref() == name.as_bytes() {
            let text = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
            return text.map(|text| Some(text.into_owned())).map_err(|_source| DAMAGED);
        }
    }
    Ok(None)
}

/// Adds the text of an event, if it is one; `most` bytes at most.
pub(super) fn push_text(event: &Event<'_>, out: &mut String, most: usize) -> Result<(), WorkbookFault> {
    const DAMAGED: WorkbookFault = WorkbookFault::Damaged("a text is not in UTF-8");
    if let Event::Text(text) = event {
        out.push_str(&text.decode().map_err(|_source| DAMAGED)?);
    } else if let Event::CData(text) = event {
        out.push_str(&text.decode().map_err(|_source| DAMAGED)?);
    } else if let Event::GeneralRef(name) = event {
        let number = name.resolve_char_ref().map_err(|_source| DAMAGED)?;
        match (number, &**name) {
            (Some(character), _) => out.push(character),
            (None, b"amp") => out.push('&'),
            (None, b"lt") => out.push('<'),
            (None, b"gt") => out.push('>'),
            (None, b"quot") => out.push('"'),
            (None, b"apos") => out.push('\''),
            // Entities of a document's own are how XML bursts; workbooks have none.
            (None, _) => return Err(WorkbookFault::Damaged("a text refers to an entity of its own")),
        }
    }
    if out.len() > most { Err(WorkbookFault::LongString) } else { Ok(()) }
}
