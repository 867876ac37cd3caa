//! Names of persons: surnames with particles and former names, given names with initials.

use super::Locale;
use super::text::{lower, primary, tidied};
use super::titles::is_particle;

/// A surname, as keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surname {
    /// The primary key of the whole, particles included: `von essen`, `mäkinen-virtanen`.
    pub key: String,
    /// The same without particles; equal to `key` if there are none.
    pub without_particles: String,
    /// The names it consists of, in their order, without particles.
    pub parts: Vec<String>,
    /// What stood after `o.s.`, `s.`, `née` and the like.
    pub former: Option<String>,
}

/// Given names, as keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GivenNames {
    /// Whole names in their order; a hyphenated name is one.
    pub names: Vec<String>,
    /// Names given by their first letter alone.
    pub initials: Vec<char>,
}

/// A whole name from one text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FullName {
    /// The surname.
    pub surname: Surname,
    /// The given names.
    pub given: GivenNames,
}

impl Surname {
    /// Reads a surname. Titles are left out; a former name is set apart.
    #[must_use]
    pub fn parse(text: &str, locale: Locale) -> Self {
        if let Some(key) = Self::one_word(text) {
            return Self { parts: vec![key.clone()], without_particles: key.clone(), key, former: None };
        }
        let words = words(text, locale);
        let mark = words.iter().position(|word| locale.is_former_mark(word)).filter(|at| *at > 0);
        let (present, former) = words.split_at(mark.unwrap_or(words.len()));
        let former: Vec<String> = former.iter().skip(1).map(|word| bare(word)).collect();
        let former = Some(former.join(" ")).filter(|name| !name.is_empty());
        Self { former, ..Self::of(&present.iter().map(|word| bare(word)).collect::<Vec<_>>()) }
    }

    /// The key of a surname of one word of Latin letters, blanks around it left out: as most are. It is a name whatever it is.
    #[must_use]
    pub fn one_word(text: &str) -> Option<String> {
        let text = text.trim_matches(' ');
        let is_letter =
            |c: char| c.is_ascii_alphabetic() || ('\u{c0}'..'\u{250}').contains(&c) && c.is_alphabetic();
        (!text.is_empty() && text.chars().all(is_letter)).then(|| lower(text.to_owned()))
    }

    fn of(words: &[String]) -> Self {
        let own: Vec<&str> = words.iter().map(String::as_str).filter(|word| !is_particle(word)).collect();
        // A name of particles alone is a name.
        let own = if own.is_empty() { words.iter().map(String::as_str).collect() } else { own };
        let is_name = |part: &&str| !part.is_empty();
        let parts = own.iter().flat_map(|word| word.split('-')).filter(is_name).map(str::to_owned).collect();
        Self { key: words.join(" "), without_particles: own.join(" "), parts, former: None }
    }

    /// Whether there is no name.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.key.is_empty()
    }
}

impl GivenNames {
    /// Reads given names. Titles are left out.
    #[must_use]
    pub fn parse(text: &str, locale: Locale) -> Self {
        let mut given = Self::default();
        for word in words(text, locale) {
            given.take(&word);
        }
        given
    }

    /// The key of a word that is one given name whatever words stand before and after it, with blanks between:
    /// no title, no initial, nothing that joins its neighbours.
    #[must_use]
    pub fn alone(word: &str, locale: Locale) -> Option<String> {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        if !is_letter(word.chars().next()) || !is_letter(word.chars().next_back()) {
            return None;
        }
        let tidied = tidied(word);
        let lower = lower(tidied.clone());
        if [false, true].into_iter().any(|is_shouted| locale.is_title(&lower, &tidied, is_shouted)) {
            return None;
        }
        let mut given = Self::parse(word, locale);
        if given.names.len() == 1 && given.initials.is_empty() { given.names.pop() } else { None }
    }

    /// Takes a word in small letters: a name, an initial, or initials run together (`j.p.`).
    fn take(&mut self, word: &str) {
        let pieces: Vec<&str> = word.split('.').filter(|piece| !piece.trim_matches('-').is_empty()).collect();
        for piece in pieces {
            let letters: Vec<&str> = piece.split('-').filter(|part| !part.is_empty()).collect();
            if letters.iter().all(|part| part.chars().nth(1).is_none()) {
                self.initials.extend(letters.iter().filter_map(|part| part.chars().next()));
            } else {
                self.names.push(bare(piece));
            }
        }
    }

    /// The whole names as one key.
    #[must_use]
    pub fn key(&self) -> String {
        self.names.join(" ")
    }

    /// Parts of hyphenated names, and the names joined: `anna-maija` gives `anna`, `maija`, `annamaija`.
    pub fn variants(&self) -> impl Iterator<Item = String> + '_ {
        let hyphenated = self.names.iter().filter(|name| name.contains('-'));
        hyphenated.flat_map(|name| {
            let parts = name.split('-').map(str::to_owned);
            parts.chain(std::iter::once(name.replace('-', "")))
        })
    }

    /// Whether neither name nor initial is there.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.names.is_empty() && self.initials.is_empty()
    }
}

impl FullName {
    /// Reads `Virtanen, Matti Juhani` or `Matti Juhani Virtanen`; in the latter the last word, with the
    /// particles before it, is the surname.
    #[must_use]
    pub fn parse(text: &str, locale: Locale) -> Self {
        if let Some((surname, given)) = text.split_once(',') {
            let given = GivenNames::parse(given, locale);
            return Self { surname: Surname::parse(surname, locale), given };
        }
        let words = words(text, locale);
        let end = words.iter().position(|word| locale.is_former_mark(word)).filter(|at| *at > 0);
        let end = end.unwrap_or(words.len());
        let mut start = end.saturating_sub(1);
        while start > 1 && words.get(start - 1).is_some_and(|word| is_particle(word)) {
            start -= 1;
        }
        let mut given = GivenNames::default();
        for word in words.iter().take(start) {
            given.take(word);
        }
        let surname = words.get(start..).unwrap_or_default().join(" ");
        Self { surname: Surname::parse(&surname, locale), given }
    }
}

/// The words of a name in small letters, titles left out unless there is nothing else.
fn words(text: &str, locale: Locale) -> Vec<String> {
    let tidied = tidied(text);
    let is_shouted = !tidied.chars().any(char::is_lowercase);
    let split = |c: char| matches!(c, ' ' | ',' | ';' | '/' | '(' | ')');
    let originals = tidied.split(split).filter(|word| !word.is_empty());
    let words: Vec<(&str, String)> = originals.map(|word| (word, lower(word.to_owned()))).collect();
    let is_name = |(word, lower): &(&str, String)| !locale.is_title(lower, word, is_shouted);
    let has_name = words.iter().any(is_name);
    words.into_iter().filter(|word| !has_name || is_name(word)).map(|(_, lower)| lower).collect()
}

/// A word without full stops and hyphens at its ends.
fn bare(word: &str) -> String {
    let is_bare = !word.contains('.') && !word.starts_with('-') && !word.ends_with('-');
    if is_bare { word.to_owned() } else { primary(&word.replace('.', " ")).trim().to_owned() }
}

#[cfg(test)]
mod tests;
