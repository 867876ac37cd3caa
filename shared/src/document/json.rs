//! JSON into nodes, with the place of every value. RFC 8259; a key may stand once only.

use super::node::{Entry, Fault, Node, Value};
use super::{DEPTH_MAX, VALUES_MAX};

/// Keys of one table; no table of ours has as many.
const KEYS_MAX: usize = 100;

/// Reads a text; its only value.
pub(super) fn read(text: &str) -> Result<Node, Fault> {
    let mut reader = Reader { text, at: 0, depth: 0, values: 0 };
    let node = reader.value()?;
    reader.blanks();
    if reader.at == text.len() { Ok(node) } else { reader.fault("text after the end of the document") }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    values: usize,
}

impl<'t> Reader<'t> {
    fn fault<T>(&self, reason: impl Into<String>) -> Result<T, Fault> {
        Err(Fault::new(self.at, reason))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Takes a byte if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self) -> Result<Node, Fault> {
        self.blanks();
        let at = self.at;
        self.values += 1;
        if self.values > VALUES_MAX {
            return self.fault(format!("the document has more than {VALUES_MAX} values"));
        }
        let value = match self.peek() {
            Some(b'{') => self.nested(Self::table)?,
            Some(b'[') => self.nested(Self::list)?,
            Some(b'"') => Value::Text(self.text()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b'a'..=b'z') => self.word()?,
            Some(_) => return self.fault("a value is expected here"),
            None => return self.fault("the document ends too early"),
        };
        Ok(Node { at, value })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Fault>) -> Result<Value, Fault> {
        if self.depth >= DEPTH_MAX {
            return self.fault(format!("lists and tables are nested deeper than {DEPTH_MAX}"));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn list(&mut self) -> Result<Value, Fault> {
        let mut items = Vec::new();
        self.blanks();
        if self.take(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value()?);
            self.blanks();
            if self.take(b']') {
                return Ok(Value::List(items));
            }
            if !self.take(b',') {
                return self.fault("`,` or `]` is expected here");
            }
        }
    }

    fn table(&mut self) -> Result<Value, Fault> {
        let mut entries: Vec<Entry> = Vec::new();
        self.blanks();
        if self.take(b'}') {
            return Ok(Value::Table(entries));
        }
        loop {
            self.blanks();
            let key_at = self.at;
            if self.peek() != Some(b'"') {
                return self.fault("a key in quotes is expected here");
            }
            let key = self.text()?;
            if entries.len() >= KEYS_MAX || entries.iter().any(|entry| entry.key == key) {
                return Err(Fault::new(
                    key_at,
                    "the key stands here for the second time, or there are too many",
                ));
            }
            self.blanks();
            if !self.take(b':') {
                return self.fault("`:` is expected here");
            }
            let node = self.value()?;
            entries.push(Entry { key, key_at, node });
            self.blanks();
            if self.take(b'}') {
                return Ok(Value::Table(entries));
            }
            if !self.take(b',') {
                return self.fault("`,` or `}` is expected here");
            }
        }
    }

    fn word(&mut self) -> Result<Value, Fault> {
        for (word, value) in
            [("null", Value::Null), ("true", Value::Flag(true)), ("false", Value::Flag(false))]
        {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        self.fault("a value is expected here; texts stand in quotes")
    }

    fn digits(&mut self) -> Result<(), Fault> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return self.fault("a digit is expected here");
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<String, Fault> {
        let from = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(self.text[from..self.at].to_owned())
    }

    /// A text in quotes, at its opening one.
    fn text(&mut self) -> Result<String, Fault> {
        let opened_at = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|c: char| c < ' ' || c == '"' || c == '\\');
            let Some(length) = plain else { return Err(Fault::new(opened_at, "a text does not end")) };
            text.push_str(&rest[..length]);
            self.at += length;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                _ => return self.fault("a text holds a control character, or does not end on its line"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        self.at += 1;
        let character = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return self.fault("an unknown escape after `\\`"),
        };
        self.at += 1;
        Ok(character)
    }

    /// `uXXXX`, of characters beyond 16 bits two with a `\` between.
    fn unicode(&mut self) -> Result<char, Fault> {
        let first = self.unit()?;
        let second =
            if (0xd800..0xdc00).contains(&first) && self.take(b'\\') { Some(self.unit()?) } else { None };
        let mut decoded = char::decode_utf16([first].into_iter().chain(second));
        match (decoded.next(), decoded.next()) {
            (Some(Ok(character)), None) => Ok(character),
            _ => self.fault("half a character after `\\u`"),
        }
    }

    fn unit(&mut self) -> Result<u16, Fault> {
        let digits = self.text.get(self.at + 1..self.at + 5).filter(|_| self.peek() == Some(b'u'));
        let is_hex = |digits: &&str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match digits.filter(is_hex).and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
            Some(unit) => {
                self.at += 5;
                Ok(unit)
            }
            None => self.fault("four hexadecimal digits are expected after `\\u`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(node: &Node) -> String {
        match &node.value {
            Value::Null => "null".into(),
            Value::Flag(flag) => flag.to_string(),
            Value::Number(text) | Value::Date(text) => text.clone(),
            Value::Text(text) => format!("{text:?}"),
            Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(",")),
            Value::Table(entries) => {
                let entry = |entry: &Entry| format!("{}@{}:{}", entry.key, entry.key_at, shown(&entry.node));
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(","))
            }
        }
    }

    #[test]
    fn values_keep_their_places() {
        let rows = [
            (
                r#" {"a": [1, -2.5e+3, true, null], "b":{"c":"d"}} "#,
                r#"{a@2:[1,-2.5e+3,true,null],b@33:{c@38:"d"}}"#,
            ),
            (r#""\u00e4\ud83d\ude00\n\/""#, r#""ä😀\n/""#),
            ("[]", "[]"),
            ("{}", "{}"),
            ("0", "0"),
        ];
        for (text, expected) in rows {
            assert_eq!(shown(&read(text).unwrap()), expected);
        }
    }

    #[test]
    fn what_is_no_json_is_told_by_place() {
        let rows = [
            ("", 0),
            ("{", 1),
            ("[1,]", 3),
            ("{\"a\":1,}", 7),
            ("{\"a\" 1}", 5),
            ("{\"a\":1 \"b\":2}", 7),
            ("{\"a\":1,\"a\":2}", 7),
            ("01", 1),
            ("1.", 2),
            ("-", 1),
            ("1e", 2),
            ("\"a", 0),
            ("\"a\nb\"", 2),
            ("\"\\x\"", 2),
            ("\"\\ud83d\"", 7),
            ("\"\\u12\"", 2),
            ("nul", 0),
            ("{} x", 3),
            ("'a'", 0),
            ("[1 2]", 3),
        ];
        for (text, at) in rows {
            assert_eq!(read(text).map(|node| shown(&node)).map_err(|fault| fault.at), Err(at), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(DEPTH_MAX)).is_ok());
        for depth in [DEPTH_MAX + 1, 1_000_000] {
            assert!(read(&nested(depth)).is_err());
        }
    }
}
