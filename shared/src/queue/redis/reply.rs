//! Reads what our scripts answer.

use std::str::FromStr;
use std::vec::IntoIter;

use redis::Value;

use crate::queue::QueueError;

/// The items of an answer, one after the other.
#[derive(Debug)]
pub(super) struct Reply {
    call: &'static str,
    items: IntoIter<Value>,
}

impl Reply {
    /// # Errors
    /// If the answer is not a list.
    pub(super) fn new(call: &'static str, value: Value) -> Result<Self, QueueError> {
        if let Value::Array(items) = value {
            Ok(Self { call, items: items.into_iter() })
        } else if value == Value::Nil {
            Ok(Self { call, items: Vec::new().into_iter() })
        } else {
            Err(QueueError::Answer { call, source: None })
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.len() == 0
    }

    fn unexpected(&self) -> QueueError {
        QueueError::Answer { call: self.call, source: None }
    }

    fn next(&mut self) -> Result<Value, QueueError> {
        self.items.next().ok_or_else(|| self.unexpected())
    }

    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, QueueError> {
        let value = self.next()?;
        if let Value::BulkString(bytes) = value {
            Ok(bytes)
        } else if let Value::Int(number) = value {
            Ok(number.to_string().into_bytes())
        } else {
            Err(self.unexpected())
        }
    }

    pub(super) fn text(&mut self) -> Result<String, QueueError> {
        let bytes = self.bytes()?;
        String::from_utf8(bytes)
            .map_err(|error| QueueError::Answer { call: self.call, source: Some(Box::new(error)) })
    }

    /// A name or a number.
    pub(super) fn parse<T: FromStr>(&mut self) -> Result<T, QueueError> {
        let text = self.text()?;
        text.parse().ok().ok_or_else(|| self.unexpected())
    }

    /// A score, which is a whole number here.
    pub(super) fn score(&mut self) -> Result<i64, QueueError> {
        let text = self.text()?;
        let whole = text.split_once('.').map_or(text.as_str(), |(whole, _)| whole);
        whole.parse().ok().ok_or_else(|| self.unexpected())
    }

    pub(super) fn moment(&mut self) -> Result<u64, QueueError> {
        Ok(u64::try_from(self.score()?).unwrap_or(0))
    }

    /// A member and its score.
    pub(super) fn pair<T: FromStr>(&mut self) -> Result<(T, u64), QueueError> {
        Ok((self.parse()?, self.moment()?))
    }

    pub(super) fn list(&mut self) -> Result<Self, QueueError> {
        let value = self.next()?;
        Self::new(self.call, value)
    }

    /// Reads to the end.
    pub(super) fn each<T>(
        mut self,
        read: impl Fn(&mut Self) -> Result<T, QueueError>,
    ) -> Result<Vec<T>, QueueError> {
        let mut items = Vec::with_capacity(self.items.len());
        while !self.is_empty() {
            items.push(read(&mut self)?);
        }
        Ok(items)
    }
}

pub(super) fn unexpected(call: &'static str) -> QueueError {
    QueueError::Answer { call, source: None }
}

pub(super) fn number(call: &'static str, answer: Value) -> Result<u64, QueueError> {
    Reply::new(call, Value::Array(vec![answer]))?.parse()
}
