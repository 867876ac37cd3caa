//! Canonical rows: RFC 4180, UTF-8, CRLF, no header. The digest of a delivery is taken over these bytes.

use super::error::DeliverError;

/// Whole rows at the beginning of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) bytes: usize,
    pub(super) rows: u64,
}

/// What still fits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) bytes: u64,
    pub(super) rows: u64,
}

/// The longest run of whole rows that fits into the room. The last row must end where the
/// bytes do: who renders rows hands over whole ones.
pub(super) fn run(bytes: &[u8], room: Room) -> Result<Run, DeliverError> {
    let mut taken = Run { bytes: 0, rows: 0 };
    let mut is_quoted = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => {
                let fits = taken.rows < room.rows && u64::try_from(at + 1).is_ok_and(|end| end <= room.bytes);
                if !fits {
                    return Ok(taken);
                }
                taken = Run { bytes: at + 1, rows: taken.rows + 1 };
            }
            _ => {}
        }
    }
    let is_full = taken.rows >= room.rows || u64::try_from(bytes.len()).is_ok_and(|all| all > room.bytes);
    if taken.bytes == bytes.len() || is_full {
        Ok(taken)
    } else {
        Err(DeliverError::Row { row: taken.rows + 1, reason: "it does not end with CRLF" })
    }
}

/// Calls `each` with every row's fields; `first_row` counts from 1 and numbers rows in errors.
pub(super) fn each_row(
    rows: &[u8],
    field_count: usize,
    first_row: u64,
    mut each: impl FnMut(&csv::StringRecord) -> Result<(), &'static str>,
) -> Result<(), DeliverError> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(rows);
    let mut record = csv::StringRecord::new();
    let mut row = first_row;
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) if record.len() == field_count => {
                each(&record).map_err(|reason| DeliverError::Row { row, reason })?;
            }
            Ok(true) => return Err(DeliverError::Row { row, reason: "it has another number of fields" }),
            // The cause would quote the row.
            Err(_) => return Err(DeliverError::Row { row, reason: "it is not CSV in UTF-8" }),
        }
        row += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_between_rows_and_within_the_room() {
        let check = |text: &str, bytes: u64, rows: u64, expected: Option<(usize, u64)>| {
            let found = run(text.as_bytes(), Room { bytes, rows }).ok().map(|run| (run.bytes, run.rows));
            assert_eq!(found, expected, "{text:?} in {bytes}, {rows}");
        };
        check("", 10, 10, Some((0, 0)));
        check("a,b\r\nc,d\r\n", 100, 100, Some((10, 2)));
        check("a,b\r\nc,d\r\n", 9, 100, Some((5, 1)));
        check("a,b\r\nc,d\r\n", 4, 100, Some((0, 0)));
        check("a,b\r\nc,d\r\n", 100, 1, Some((5, 1)));
        check("\"a\r\nb\",\"\"\"\"\r\nc,d\r\n", 100, 1, Some((13, 1)));
        check("a,b\r\nc,d", 100, 100, None);
        check("\"a,b\r\n", 100, 100, None);
    }

    #[test]
    fn rows_are_told_apart_by_number_only() {
        let check = |text: &[u8], expected: &str| {
            let error = each_row(text, 2, 11, |_| Ok(())).unwrap_err().to_string();
            assert!(error.contains(expected) && !error.contains("secret"), "{error}");
        };
        check(b"a,b\r\nsecret\r\n", "row 12");
        check(b"secret,\xff\r\n", "row 11");
    }
}
