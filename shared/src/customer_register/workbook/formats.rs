//! Number formats of cells, as far as they say what a number is: a date, or digits with leading zeros.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use super::WorkbookFault;
use super::package::Part;
use super::xml::{Xml, attribute};

/// Formats of cells at most, as the format has it.
const FORMATS_MAX: usize = 65_536;

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// As a number.
    Number,
    /// As a date, with or without a time.
    Date,
    /// As at least this many digits.
    Digits(u8),
}

/// The formats by their number, as cells refer to them.
pub(super) fn read(part: Part) -> Result<Vec<Shown>, WorkbookFault> {
    let mut xml = Xml::new(part);
    let mut own: BTreeMap<u32, Shown> = BTreeMap::new();
    let mut formats = Vec::new();
    let mut is_of_cells = false;
    loop {
        let event = xml.next()?;
        if let Event::Start(start) = &event {
            match start.local_name().as_ref() {
                b"numFmt" => {
                    let code = attribute(start, "formatCode")?.unwrap_or_default();
                    own.insert(number(start)?, shown(&code));
                }
                b"cellXfs" => is_of_cells = true,
                b"xf" if is_of_cells => {
                    let number = number(start)?;
                    formats.push(own.get(&number).copied().unwrap_or_else(|| built_in(number)));
                }
                _ => {}
            }
        } else if let Event::End(end) = &event {
            is_of_cells &= end.local_name().as_ref() != b"cellXfs";
        } else if matches!(event, Event::Eof) {
            return Ok(formats);
        }
        if formats.len().max(own.len()) > FORMATS_MAX {
            return Err(WorkbookFault::Damaged("it has too many formats"));
        }
    }
}

fn number(start: &BytesStart<'_>) -> Result<u32, WorkbookFault> {
    Ok(attribute(start, "numFmtId")?.and_then(|id| id.parse().ok()).unwrap_or(0))
}

/// The formats every program knows by number (ECMA-376 part 1, 18.8.30).
const fn built_in(number: u32) -> Shown {
    match number {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Shown::Date,
        _ => Shown::Number,
    }
}

/// What a format code shows: `d.m.yyyy` a date, `00000` five digits.
fn shown(code: &str) -> Shown {
    let first = code.split(';').next().unwrap_or_default();
    if first.len() > 1 && first.bytes().all(|byte| byte == b'0') {
        return Shown::Digits(u8::try_from(first.len()).unwrap_or(u8::MAX));
    }
    let mut signs = first.chars();
    while let Some(sign) = signs.next() {
        match sign {
            // Text of the format's own, and the width of a sign.
            '"' => drop(signs.by_ref().find(|sign| *sign == '"')),
            '\\' | '_' | '*' => drop(signs.next()),
            '[' => {
                let inside: String = signs.by_ref().take_while(|sign| *sign != ']').collect();
                // Hours beyond a day are a duration, no time.
                if matches!(inside.to_ascii_lowercase().as_str(), "h" | "hh" | "m" | "mm" | "s" | "ss") {
                    return Shown::Number;
                }
            }
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return Shown::Date,
            _ => {}
        }
    }
    Shown::Number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_codes_say_what_a_number_is() {
        let rows = [
            ("General", Shown::Number),
            ("0.00E+00", Shown::Number),
            ("#,##0.00\\ [$€-40B]", Shown::Number),
            ("\"days\" 0", Shown::Number),
            ("[h]:mm", Shown::Number),
            ("@", Shown::Number),
            ("0", Shown::Number),
            ("00000", Shown::Digits(5)),
            ("000;@", Shown::Digits(3)),
            ("d.m.yyyy;@", Shown::Date),
            ("[$-40B]d. mmmm yyyy", Shown::Date),
            ("YYYY-MM-DD", Shown::Date),
            ("h:mm AM/PM", Shown::Date),
        ];
        for (code, expected) in rows {
            assert_eq!(shown(code), expected, "{code}");
        }
    }
}
