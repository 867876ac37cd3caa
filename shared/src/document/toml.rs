//! TOML into nodes.

use toml::de::{DeInteger, DeTable, DeValue};

use super::node::{Entry, Fault, Node, Value};
use super::{DEPTH_MAX, VALUES_MAX};

/// Parts of a dotted key. The parser's own limits would let keys and brackets multiply each other's depth.
const KEY_PARTS_MAX: usize = 8;

/// Reads a text; its outermost table.
pub(super) fn read(text: &str) -> Result<Node, Fault> {
    check_size(text)?;
    let table = DeTable::parse(text)
        .map_err(|error| Fault::new(error.span().map_or(0, |span| span.start), error.message()))?;
    let span = table.span();
    Ok(Node { at: span.start, value: of_table(table.into_inner(), span.start, 1)? })
}

fn too_deep() -> String {
    format!("lists and tables are nested deeper than {DEPTH_MAX}")
}

/// Refuses very many values, deep nesting, and keys of very many parts, before the parser makes something of each.
fn check_size(text: &str) -> Result<(), Fault> {
    let (mut dots, mut values, mut depth) = (0, 0, 0_usize);
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        let skipped = match byte {
            b'#' => line_length(rest),
            b'"' | b'\'' => string_length(rest, *byte),
            _ => 1,
        };
        match byte {
            b'.' => dots += 1,
            b'=' | b',' | b'{' | b'}' | b'[' | b']' | b'\n' => dots = 0,
            _ => {}
        }
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        values += usize::from(matches!(byte, b'=' | b',' | b'[' | b'{'));
        let at = text.len() - rest.len();
        if values > VALUES_MAX {
            return Err(Fault::new(at, format!("the document has more than {VALUES_MAX} values")));
        }
        if depth > DEPTH_MAX {
            return Err(Fault::new(at, too_deep()));
        }
        if dots >= KEY_PARTS_MAX {
            return Err(Fault::new(at, format!("a key has more than {KEY_PARTS_MAX} parts")));
        }
        rest = rest.get(skipped..).unwrap_or(&tail[tail.len()..]);
    }
    Ok(())
}

fn line_length(rest: &[u8]) -> usize {
    rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

/// The length of a string with its quotes; of one that does not end, the rest of its line or of the text.
fn string_length(rest: &[u8], quote: u8) -> usize {
    let long = [quote; 3];
    let (open, close): (usize, &[u8]) = if rest.starts_with(&long) { (3, &long) } else { (1, &long[..1]) };
    let mut at = open;
    while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
        if tail.starts_with(close) {
            return at + close.len();
        }
        if open == 1 && tail[0] == b'\n' {
            return at;
        }
        at += if quote == b'"' && tail[0] == b'\\' { 2 } else { 1 };
    }
    rest.len()
}

fn of_value(value: DeValue<'_>, at: usize, depth: usize) -> Result<Value, Fault> {
    Ok(match value {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => Value::Number(decimal(&number)),
        DeValue::Float(number) => Value::Number(number.as_str().trim_start_matches('+').to_owned()),
        DeValue::Boolean(flag) => Value::Flag(flag),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => {
            let item = |item: toml::Spanned<DeValue<'_>>| {
                let at = item.span().start;
                Ok(Node { at, value: of_value(item.into_inner(), at, deeper(at, depth)?)? })
            };
            Value::List(items.into_iter().map(item).collect::<Result<_, Fault>>()?)
        }
        DeValue::Table(table) => of_table(table, at, depth)?,
    })
}

fn of_table(table: DeTable<'_>, at: usize, depth: usize) -> Result<Value, Fault> {
    let depth = deeper(at, depth)?;
    let mut entries = Vec::with_capacity(table.len());
    for (key, value) in table {
        let at = value.span().start;
        let value = of_value(value.into_inner(), at, depth)?;
        let key_at = key.span().start;
        entries.push(Entry { key: key.into_inner().into_owned(), key_at, node: Node { at, value } });
    }
    entries.sort_by_key(|entry| entry.key_at);
    Ok(Value::Table(entries))
}

fn deeper(at: usize, depth: usize) -> Result<usize, Fault> {
    if depth > DEPTH_MAX { Err(Fault::new(at, too_deep())) } else { Ok(depth + 1) }
}

/// The number in decimal; one beyond 64 bits as it is written, for the field's reader to refuse.
fn decimal(number: &DeInteger<'_>) -> String {
    i64::from_str_radix(number.as_str(), number.radix())
        .map_or_else(|_| number.as_str().to_owned(), |number| number.to_string())
}
