//! The different values of the fields of one kind, with what a comparison looks at first in one place.

use rayon::prelude::*;

use super::kind::Kind;
use super::numbers::{narrow, wide};
use super::texts::Texts;
use super::written::NUMBERS;

/// How values of a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Words: names, places, texts.
    Words,
    /// Whole names of people.
    FullName,
    /// A date as eight digits.
    Date,
    /// Digits and letters without gaps.
    Code,
    /// A local part and a domain.
    Email,
    /// Words and numbers.
    Street,
    /// A number.
    Number,
    /// Equal or not.
    Same,
}

impl Shape {
    pub(crate) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::GivenName | Kind::Surname | Kind::Place | Kind::Text => Self::Words,
            Kind::FullName => Self::FullName,
            Kind::Date => Self::Date,
            Kind::Phone | Kind::Identifier | Kind::PostalCode => Self::Code,
            Kind::Email => Self::Email,
            Kind::Street => Self::Street,
            Kind::Number => Self::Number,
            Kind::Category | Kind::Ignored => Self::Same,
        }
    }
}

/// The different values of a field. Code 0 is no value.
#[derive(Debug, Clone)]
pub(crate) struct Values {
    pub(crate) shape: Shape,
    /// Texts that are longer than a head.
    long: Vec<u8>,
    briefs: Vec<Brief>,
}

/// Bytes of a value that need no further look.
const HEAD: usize = 44;
/// Values that are made ready one after another, at least.
const PART: usize = 4_096;

/// A value in one line of the cache: most values are whole in it.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Brief {
    /// How many of each letter it has, as marks; of a street, in its name alone.
    bag: u64,
    start: usize,
    length: u32,
    head: [u8; HEAD],
}

impl Brief {
    pub(crate) fn new(shape: Shape, text: &[u8], start: usize) -> Self {
        let (mut head, whole) = ([0; HEAD], text.len().min(HEAD));
        head[..whole].copy_from_slice(&text[..whole]);
        let numbers =
            if shape == Shape::Street { text.iter().position(|byte| *byte == NUMBERS) } else { None };
        let bag = bag(&text[..numbers.unwrap_or(text.len())]);
        Self { bag, start, length: narrow(text.len()), head }
    }

    pub(crate) const fn length(&self) -> usize {
        wide(self.length)
    }

    /// Whether there may be a space in it.
    pub(crate) const fn may_have_space(&self) -> bool {
        self.bag & 3 != 0
    }

    /// Whether there may be an å, ä or ö of its own in it.
    pub(crate) const fn may_have_dots(&self) -> bool {
        self.bag & (0x3f << (2 * 27)) != 0
    }

    /// The first bytes that both have, at most four.
    pub(crate) fn prefix(&self, other: &Self) -> usize {
        let most = self.length().min(other.length()).min(4);
        self.head.iter().zip(&other.head).take(most).take_while(|(a, b)| a == b).count()
    }

    /// Letters that one text has and the other has not: at least so many.
    pub(crate) const fn apart(&self, other: &Self) -> u32 {
        (self.bag ^ other.bag).count_ones()
    }
}

impl Values {
    /// The values that prepared texts are.
    pub(crate) fn new(shape: Shape, texts: &Texts) -> Self {
        let mut long = Vec::new();
        // Of texts that are longer than a head, where they begin.
        let mut starts: Vec<(u32, usize)> = Vec::new();
        for (code, text) in (0..).zip(texts.iter()).filter(|(_, text)| text.len() > HEAD) {
            starts.push((code, long.len()));
            long.extend_from_slice(text.as_bytes());
        }
        let brief = |code: u32| {
            let place = starts.binary_search_by_key(&code, |(code, _)| *code);
            Brief::new(shape, texts.text(code).as_bytes(), place.map_or(0, |place| starts[place].1))
        };
        let briefs = (0..narrow(texts.count())).into_par_iter().with_min_len(PART).map(brief).collect();
        Self { shape, long, briefs }
    }

    pub(crate) fn len(&self) -> usize {
        self.briefs.len()
    }

    /// The prepared text of a value.
    pub(crate) fn text(&self, code: u32) -> &[u8] {
        let brief = self.brief(code);
        match brief.head.get(..brief.length()) {
            Some(text) => text,
            None => &self.long[brief.start..brief.start + brief.length()],
        }
    }

    pub(crate) fn brief(&self, code: u32) -> &Brief {
        &self.briefs[wide(code)]
    }
}

/// Two marks for each of 32 classes of bytes: one is there, two are there.
fn bag(text: &[u8]) -> u64 {
    text.iter().fold(0, |bag, byte| {
        let first = 1_u64 << ((u32::from(*byte) & 31) * 2);
        bag | first | (bag & first) << 1
    })
}
