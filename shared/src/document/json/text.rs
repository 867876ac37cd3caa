//! Texts of JSON: quotes and escapes.

use super::{Fault, Reader};

impl Reader<'_> {
    /// A text in quotes, at its opening one.
    pub(super) fn text(&mut self) -> Result<String, Fault> {
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
