//! What the mark of a cell says: its column, and how its value is to be read.

use quick_xml::events::BytesStart;

use super::formats::Shown;

/// How a cell's value is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Shared,
    Inline,
    /// The text a formula came to, which may be empty.
    Text,
    Truth,
    Fault,
    Date,
}

/// What a cell's mark says.
pub(super) struct Head {
    /// Its column, if it is named.
    pub(super) place: Option<usize>,
    pub(super) kind: Kind,
    pub(super) shown: Shown,
}

/// Reads a cell's mark.
pub(super) fn head(start: &BytesStart<'_>, formats: &[Shown]) -> Result<Head, &'static str> {
    let mut head = Head { place: None, kind: Kind::Number, shown: Shown::Number };
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_source| "a cell is no XML")?;
        let value = &*attribute.value;
        match attribute.key.as_ref() {
            b"r" => head.place = Some(column_of(value).ok_or("a cell has no column")?),
            b"t" => head.kind = kind_of(value).ok_or("a cell of an unknown type")?,
            b"s" => {
                let style = str::from_utf8(value).ok().and_then(|style| style.parse::<usize>().ok());
                let shown = style.and_then(|style| formats.get(style));
                head.shown = shown.copied().unwrap_or(Shown::Number);
            }
            _ => {}
        }
    }
    Ok(head)
}

const fn kind_of(value: &[u8]) -> Option<Kind> {
    match value {
        b"n" => Some(Kind::Number),
        b"s" => Some(Kind::Shared),
        b"inlineStr" => Some(Kind::Inline),
        b"str" => Some(Kind::Text),
        b"b" => Some(Kind::Truth),
        b"e" => Some(Kind::Fault),
        b"d" => Some(Kind::Date),
        _ => None,
    }
}

/// The column of a place like `AB12`, from 0.
fn column_of(place: &[u8]) -> Option<usize> {
    let letters = place.iter().take_while(|byte| byte.is_ascii_alphabetic());
    let column = letters.fold(0_usize, |column, letter| {
        column.saturating_mul(26).saturating_add(usize::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_letters() {
        let rows =
            [("A1", Some(0)), ("Z9", Some(25)), ("AA1", Some(26)), ("XFD7", Some(16_383)), ("12", None)];
        for (place, expected) in rows {
            assert_eq!(column_of(place.as_bytes()), expected, "{place}");
        }
    }
}
