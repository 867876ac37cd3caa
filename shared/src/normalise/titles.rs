//! Words that stand beside a name and are no part of it: titles, particles, marks of a former name.

use super::Locale;

/// Titles and suffixes in Finnish, Swedish and English, small letters, without full stops.
const TITLES: &[&str] = &[
    "arkkit",
    "dipl.ins",
    "dipling",
    "diplins",
    "dr",
    "eläkel",
    "fil.kand",
    "fil.maist",
    "fil.tri",
    "fl",
    "fm",
    "fru",
    "fröken",
    "ft",
    "herr",
    "herra",
    "hra",
    "hum.kand",
    "ins",
    "jr",
    "kauppat.maist",
    "ktm",
    "ktt",
    "leski",
    "lkt",
    "ltl",
    "maist",
    "miss",
    "mr",
    "mrs",
    "ms",
    "neiti",
    "nti",
    "nuor",
    "oik.kand",
    "otk",
    "prof",
    "professori",
    "rouva",
    "rva",
    "sr",
    "tkl",
    "tkt",
    "toht",
    "tohtori",
    "tri",
    "vanh",
    "vtm",
    "vtt",
    "yht.maist",
    "änkan",
];

/// Particles that belong to a surname but are no name that could be shared.
const PARTICLES: &[&str] = &[
    "af", "al", "av", "d", "da", "das", "de", "degli", "del", "della", "den", "der", "di", "dos", "du", "el",
    "la", "le", "ten", "ter", "van", "von", "zu",
];

/// Marks after which a former name stands: o.s. (omaa sukua), s. (syntyjään), e. (entinen), f. (född).
const FORMER: &[&str] =
    &["o.s.", "o.s", "os.", "os", "s.", "e.", "ent.", "entinen", "f.", "född", "fd.", "née", "nee", "geb."];

impl Locale {
    /// Whether a word, in small letters, is a title; `original` is the word as written.
    pub(super) fn is_title(self, word: &str, original: &str, is_shouted: bool) -> bool {
        let bare = word.trim_matches(['.', '(', ')']);
        match self {
            Self::Latin => false,
            // Diplomi-insinööri, but not the Italian particle, and not in a text all in capitals.
            Self::Finnish if bare == "di" => original.trim_matches('.') == "DI" && !is_shouted,
            Self::Finnish => TITLES.binary_search(&bare).is_ok(),
        }
    }

    /// Whether a word, in small letters, says that a former name follows.
    pub(super) fn is_former_mark(self, word: &str) -> bool {
        match self {
            Self::Latin => matches!(word, "née" | "nee"),
            Self::Finnish => FORMER.contains(&word),
        }
    }
}

/// Whether a word, in small letters, is a particle.
pub(super) fn is_particle(word: &str) -> bool {
    PARTICLES.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_in_small_letters() {
        for list in [TITLES, PARTICLES] {
            assert!(list.is_sorted());
            assert!(list.iter().all(|word| word.to_lowercase() == *word));
        }
    }
}
