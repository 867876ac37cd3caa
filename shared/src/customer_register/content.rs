//! What kind of file a register is, told by its first bytes, and its content as text.

use std::io::{Cursor, Read};

use bytes::Bytes;

use super::RegisterError;
use super::columnar::{self, PARQUET, PARQUET_BYTES_MAX};
use super::form::FileKind;
use super::workbook::{self, COMPOUND, FILE_BYTES_MAX, WorkbookFault, ZIP};

/// What is known of a register before it is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading<'s> {
    /// The sheet to read of a workbook; otherwise the first that is not hidden.
    pub sheet: Option<&'s str>,
    /// The first row holds headings, whatever it looks like.
    pub is_headed: bool,
}

/// A register's content as text.
pub(super) struct Content<'a> {
    pub(super) text: Box<dyn Read + 'a>,
    pub(super) kind: FileKind,
    pub(super) sheet: Option<String>,
}

/// Looks at the first bytes of a file: Parquet and workbooks are turned into text, everything else is handed on.
///
/// # Errors
/// It cannot be read, is a damaged file of a known kind, or no workbook though a sheet is named.
pub(super) fn content<'a>(
    mut input: impl Read + 'a,
    sheet: Option<&str>,
) -> Result<Content<'a>, RegisterError> {
    let mut start = Vec::with_capacity(ZIP.len());
    input.by_ref().take(4).read_to_end(&mut start).map_err(RegisterError::of_io)?;
    let whole = Cursor::new(start.clone()).chain(input);
    if start == ZIP {
        let bytes = held(whole, FILE_BYTES_MAX)?.ok_or(WorkbookFault::Large(FILE_BYTES_MAX))?;
        let text = workbook::Text::open(bytes, sheet)?;
        let sheet = Some(text.name.clone());
        return Ok(Content { text: Box::new(text), kind: FileKind::Xlsx, sheet });
    }
    if start == COMPOUND {
        return Err(WorkbookFault::Old.into());
    }
    if sheet.is_some() {
        return Err(RegisterError::NoWorkbook);
    }
    if start != PARQUET {
        return Ok(Content { text: Box::new(whole), kind: FileKind::Csv, sheet: None });
    }
    let bytes = held(whole, PARQUET_BYTES_MAX)?;
    let bytes = bytes.ok_or(RegisterError::Parquet("it is larger than a gibibyte"))?;
    Ok(Content { text: Box::new(columnar::Text::open(bytes)?), kind: FileKind::Parquet, sheet: None })
}

/// The whole of a file; none if it has more than `most` bytes.
fn held(input: impl Read, most: u64) -> Result<Option<Bytes>, RegisterError> {
    let mut bytes = Vec::new();
    input.take(most + 1).read_to_end(&mut bytes).map_err(RegisterError::of_io)?;
    let is_whole = u64::try_from(bytes.len()).is_ok_and(|count| count <= most);
    Ok(is_whole.then(|| Bytes::from(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_first_bytes() {
        let told = |bytes: &[u8], sheet| {
            let mut text = String::new();
            let content = content(bytes, sheet)?;
            let mut read = content.text;
            read.read_to_string(&mut text).map_err(RegisterError::of_io)?;
            Ok::<_, RegisterError>(text)
        };
        assert_eq!(told(b"PA", None).unwrap(), "PA");
        assert_eq!(told(b"hetu\n", None).unwrap(), "hetu\n");
        assert!(matches!(told(b"hetu\n", Some("x")), Err(RegisterError::NoWorkbook)));
        assert!(matches!(told(b"PAR1...", None), Err(RegisterError::Parquet(_))));
        assert!(matches!(told(b"PK\x03\x04...", None), Err(RegisterError::Workbook(_))));
        let old = told(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None).unwrap_err().to_string();
        assert!(old.contains("(.xls) or has a password"), "{old}");
    }
}
