//! Different texts in one piece of memory, each known by a code.

use std::fmt;
use std::hint::black_box;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::load::LOADED;
use super::numbers::{narrow, short, wide};

/// Different texts. The first is empty: no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { all: String::new(), ends: vec![0] }
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Texts({})", self.ends.len())
    }
}

impl Texts {
    /// Number of texts, the empty one included.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.ends.len()
    }

    /// The text of a code; empty for a code that none has.
    #[must_use]
    pub fn text(&self, code: u32) -> &str {
        let code = wide(code);
        let start = code.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(code).and_then(|end| self.all.get(start..*end)).unwrap_or_default()
    }

    /// The texts in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..narrow(self.count())).map(|code| self.text(code))
    }

    /// Loads the texts of codes, of which there are few.
    pub(crate) fn load(&self, codes: &[u32]) {
        let starts =
            codes.iter().map(|code| wide(*code).checked_sub(1).and_then(|before| self.ends.get(before)));
        let mut places = [0; LOADED];
        places.iter_mut().zip(starts).for_each(|(place, start)| *place = start.copied().unwrap_or(0));
        let bytes = places.iter().map(|place| self.all.as_bytes().get(*place).copied().unwrap_or(0));
        black_box(bytes.fold(0, |all, byte| all ^ byte));
    }

    pub(crate) fn push(&mut self, text: &str) -> u32 {
        self.all.push_str(text);
        self.ends.push(self.all.len());
        narrow(self.ends.len() - 1)
    }
}

/// Gives texts their codes: the same text always the same one.
#[derive(Default)]
pub struct Coding {
    texts: Texts,
    /// A power of two of slots, each a hash and its code; code 0 where there is none. A text stands at the place that the
    /// highest bits of its hash tell or in the slots behind: one look into memory finds most, and a table grows in order.
    slots: Vec<(u32, u32)>,
}

/// Slots of the smallest table.
const SLOTS_LEAST: usize = 16;

impl fmt::Debug for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.texts.fmt(f)
    }
}

impl Coding {
    /// Of texts that have their codes already.
    pub(crate) fn of(texts: Texts) -> Self {
        let least = texts.count() * 2;
        let mut coding = Self { texts, slots: vec![(0, 0); least.next_power_of_two().max(SLOTS_LEAST)] };
        for code in 1..narrow(coding.texts.count()) {
            let hash = short(xxh3_64(coding.texts.text(code).as_bytes()));
            coding.put(hash, code);
        }
        coding
    }

    /// The code of a text, a new one where the text is new; 0 of an empty one.
    pub fn code(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        self.code_at(text, short(xxh3_64(text.as_bytes())))
    }

    /// The codes of texts, in their order, as [`Coding::code`] gives them one by one.
    pub(crate) fn codes<T: AsRef<str>>(&mut self, texts: &[T], mut take: impl FnMut(u32)) {
        for texts in texts.chunks(LOADED) {
            let mut hashes = [0; LOADED];
            for (hash, text) in hashes.iter_mut().zip(texts) {
                *hash = short(xxh3_64(text.as_ref().as_bytes()));
            }
            self.load(&hashes);
            for (text, hash) in texts.iter().map(AsRef::as_ref).zip(hashes) {
                take(if text.is_empty() { 0 } else { self.code_at(text, hash) });
            }
        }
    }

    /// The codes of texts that come one by one, in their order.
    pub(crate) fn code_all<T: AsRef<str>>(
        &mut self,
        mut texts: impl Iterator<Item = T>,
        mut take: impl FnMut(u32),
    ) {
        let mut due = Vec::with_capacity(LOADED);
        loop {
            due.extend(texts.by_ref().take(LOADED));
            if due.is_empty() {
                break;
            }
            self.codes(&due, &mut take);
            due.clear();
        }
    }

    /// Loads the slots of hashes and the texts that are likely theirs.
    fn load(&self, hashes: &[u32; LOADED]) {
        let likely = hashes.map(|hash| {
            let slot = self.slots.get(self.place(hash)).copied().unwrap_or_default();
            if slot.0 == hash { slot.1 } else { 0 }
        });
        self.texts.load(&likely);
    }

    /// The code of a text that is not empty.
    fn code_at(&mut self, text: &str, hash: u32) -> u32 {
        // At most two of three slots are taken.
        if self.texts.count() * 3 > self.slots.len() * 2 {
            self.grow();
        }
        let mut at = self.place(hash);
        loop {
            match self.slots[at] {
                (_, 0) => break,
                (other, code) if other == hash && self.texts.text(code) == text => return code,
                _ => at = self.after(at),
            }
        }
        let code = self.texts.push(text);
        self.slots[at] = (hash, code);
        code
    }

    const fn place(&self, hash: u32) -> usize {
        (wide(hash) * self.slots.len()) >> u32::BITS
    }

    const fn after(&self, at: usize) -> usize {
        if at + 1 < self.slots.len() { at + 1 } else { 0 }
    }

    fn grow(&mut self) {
        let larger = vec![(0, 0); (self.slots.len() * 2).max(SLOTS_LEAST)];
        let taken = std::mem::replace(&mut self.slots, larger);
        taken.into_iter().filter(|(_, code)| *code > 0).for_each(|(hash, code)| self.put(hash, code));
    }

    /// Puts a code that is not there yet into its slot.
    fn put(&mut self, hash: u32, code: u32) {
        let mut at = self.place(hash);
        while self.slots[at].1 > 0 {
            at = self.after(at);
        }
        self.slots[at] = (hash, code);
    }

    /// The texts so far.
    #[must_use]
    pub const fn texts(&self) -> &Texts {
        &self.texts
    }

    /// All texts.
    #[must_use]
    pub fn finish(self) -> Texts {
        self.texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_the_same_code() {
        let mut coding = Coding::default();
        let words = ["", "a", "ä", "a", "", "ab"];
        assert_eq!(words.map(|word| coding.code(word)), [0, 1, 2, 1, 0, 3]);
        let many: Vec<u32> = (0..10_000).map(|number| coding.code(&number.to_string())).collect();
        assert!((0..10_000).all(|number| coding.code(&number.to_string()) == many[number]));
        let (mut both, mut together) = (Coding::default(), Vec::new());
        let again: Vec<String> = (0..5_000).map(|number| (number * number % 1_999).to_string()).collect();
        both.codes(&again, |code| together.push(code));
        let mut single = Coding::default();
        assert!(again.iter().map(|text| single.code(text)).eq(together));
        let texts = coding.finish();
        assert_eq!((texts.count(), texts.text(2), texts.text(3), texts.text(4)), (10_004, "ä", "ab", "0"));
        assert!(texts.iter().eq((0..10_004).map(|code| texts.text(code))));
    }
}
