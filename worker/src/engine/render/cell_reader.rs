//! Cells of rendered lines, read back.

use csv_core::{ReadRecordResult, Reader};

/// Reads one line after another; made once, for making it takes longer than reading a line.
#[derive(Debug)]
pub(crate) struct CellReader {
    reader: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl CellReader {
    /// Nothing read yet.
    pub(crate) fn new() -> Self {
        Self { reader: Reader::new(), text: Vec::new(), ends: Vec::new() }
    }

    /// The cells of a line, with or without its end. A line of nothing is one empty cell.
    pub(crate) fn cells(&mut self, line: &[u8]) -> Vec<&str> {
        // No cell is longer than it is written, and each but the last has a comma behind it.
        self.text.resize(line.len(), 0);
        self.ends.resize(line.len() + 1, 0);
        self.reader.reset();
        let (mut rest, mut length, mut count) = (line, 0, 0);
        loop {
            let (result, read, written, ended) =
                self.reader.read_record(rest, &mut self.text[length..], &mut self.ends[count..]);
            rest = rest.get(read..).unwrap_or_default();
            length += written;
            count += ended;
            if matches!(result, ReadRecordResult::Record | ReadRecordResult::End) {
                break;
            }
        }
        let mut start = 0;
        let mut cell = |end: &usize| {
            let cell = self.text.get(start..*end).and_then(|cell| str::from_utf8(cell).ok());
            start = *end;
            cell.unwrap_or_default()
        };
        if count == 0 { vec![""] } else { self.ends[..count].iter().map(&mut cell).collect() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::render::csv;

    proptest! {
        #[test]
        fn what_was_written_is_read(
            lines in proptest::collection::vec(proptest::collection::vec("[a,\"\r\n ä]{0,5}", 1..6), 1..4),
            is_ended: bool,
        ) {
            let mut reader = CellReader::new();
            for cells in lines {
                let mut line = Vec::new();
                for (index, cell) in cells.iter().enumerate() {
                    if index > 0 {
                        line.push(b',');
                    }
                    csv::field(&mut line, |out| out.extend_from_slice(cell.as_bytes()));
                }
                if is_ended {
                    line.extend_from_slice(b"\r\n");
                }
                prop_assert_eq!(reader.cells(&line), cells);
            }
        }
    }
}
