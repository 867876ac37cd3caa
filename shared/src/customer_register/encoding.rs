//! How a register's characters are written.

use std::borrow::Cow;

use encoding_rs::{ISO_8859_15, WINDOWS_1252};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a register's characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8; also UTF-16 with its mark, which is converted while it is read.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252: as ISO 8859-1, with signs where that has control characters.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// ISO 8859-1.
    #[serde(rename = "iso-8859-1")]
    Iso88591,
    /// ISO 8859-15: as ISO 8859-1, with the euro sign, š and ž.
    #[serde(rename = "iso-8859-15")]
    Iso885915,
}

/// Bytes that are letters in ISO 8859-15 (Š š Ž ž and the euro sign) and signs nobody writes into a register in
/// ISO 8859-1.
const LATIN_9: [u8; 5] = [0xa4, 0xa6, 0xa8, 0xb4, 0xb8];

impl Encoding {
    /// Finds the encoding from the beginning of a file; a character may be cut at its end.
    #[must_use]
    pub fn detect(sample: &[u8]) -> Self {
        match str::from_utf8(sample) {
            Ok(_) => Self::Utf8,
            Err(error) if error.error_len().is_none() => Self::Utf8,
            Err(_) => {
                let is_latin_9 = sample.iter().any(|byte| LATIN_9.contains(byte));
                match (is_windows(sample), is_latin_9) {
                    (true, _) => Self::Windows1252,
                    (false, true) => Self::Iso885915,
                    (false, false) => Self::Iso88591,
                }
            }
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Windows1252 => "Windows-1252",
            Self::Iso88591 => "ISO 8859-1",
            Self::Iso885915 => "ISO 8859-15",
        }
    }

    /// The text of a cell, and whether it was written in another encoding than the file. Every sequence of bytes
    /// is some text: what is no UTF-8 in a file of it is read as Windows-1252.
    #[must_use]
    #[inline]
    pub fn text(self, cell: &[u8]) -> (Cow<'_, str>, bool) {
        match self {
            Self::Utf8 => match str::from_utf8(cell) {
                Ok(text) => (Cow::Borrowed(text), false),
                Err(_) => (WINDOWS_1252.decode_without_bom_handling(cell).0, true),
            },
            Self::Windows1252 => (WINDOWS_1252.decode_without_bom_handling(cell).0, false),
            Self::Iso88591 => (WINDOWS_1252.decode_without_bom_handling(cell).0, is_windows(cell)),
            Self::Iso885915 => (ISO_8859_15.decode_without_bom_handling(cell).0, false),
        }
    }
}

/// Whether there are signs of Windows-1252 where ISO 8859 has control characters.
fn is_windows(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| (0x80..=0x9f).contains(byte))
}

/// UTF-8, or else Windows-1252.
pub(super) fn decode(cell: &[u8]) -> String {
    Encoding::Utf8.text(cell).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let rows: [(&[u8], Encoding, &str); 6] = [
            ("Mäki Š".as_bytes(), Encoding::Utf8, "Mäki Š"),
            (b"Maki", Encoding::Utf8, "Maki"),
            (b"M\xe4ki", Encoding::Iso88591, "Mäki"),
            (b"M\xe4ki \x8a", Encoding::Windows1252, "Mäki Š"),
            (b"M\xe4ki \xa6", Encoding::Iso885915, "Mäki Š"),
            (b"M\xe4ki \x80 \xa6", Encoding::Windows1252, "Mäki € ¦"),
        ];
        for (bytes, encoding, text) in rows {
            assert_eq!(Encoding::detect(bytes), encoding, "{text}");
            assert_eq!(encoding.text(bytes), (Cow::Borrowed(text), false));
        }
        let cut = "Mäki".as_bytes();
        assert_eq!(Encoding::detect(&cut[..2]), Encoding::Utf8);
        assert_eq!(Encoding::Utf8.text(b"M\xe4ki"), (Cow::Borrowed("Mäki"), true));
        assert_eq!(Encoding::Iso88591.text(b"\x8a\xe4"), (Cow::Borrowed("Šä"), true));
    }
}
