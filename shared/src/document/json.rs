//! JSON into nodes, with the place of every value. RFC 8259; a key may stand once only.

mod text;

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
}

#[cfg(test)]
mod tests;
