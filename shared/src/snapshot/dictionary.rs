//! The texts that columns refer to, kept once per snapshot.
//!
//! Entries are sorted by their simple lower-cased form ([`fold`]), then by their bytes, so a
//! name without regard to case, and a prefix of one, is a range of codes.

use std::ops::Range;

use arrow_array::{Array as _, ListArray, StringArray};

use super::lists::codes;

/// Lower-cases each code point by itself, where its lower case is one code point.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

fn fold_char(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Which dictionary; the file is `dictionary-<name>.arrow` with the column `value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is named by the column it serves")]
pub enum Dict {
    Surname,
    /// Whole texts of first names; has the extra column `given`: list of codes of [`Dict::GivenName`].
    FirstNames,
    /// Single given names, also call names; has the extra column `within`: list of codes of [`Dict::FirstNames`].
    GivenName,
    Street,
    HouseNumber,
    Stair,
    Apartment,
    Divider,
    PostalCode,
    PostOffice,
    Municipality,
    Region,
    MotherTongue,
    Occupation,
    Country,
    Use1994,
    Class2018,
    HeatingMethod,
    HeatingSource,
    CodeVersion,
    PermitAction,
    OwnerType,
}

impl Dict {
    /// All dictionaries, in the order of the manifest.
    pub const ALL: [Self; 22] = [
        Self::Surname,
        Self::FirstNames,
        Self::GivenName,
        Self::Street,
        Self::HouseNumber,
        Self::Stair,
        Self::Apartment,
        Self::Divider,
        Self::PostalCode,
        Self::PostOffice,
        Self::Municipality,
        Self::Region,
        Self::MotherTongue,
        Self::Occupation,
        Self::Country,
        Self::Use1994,
        Self::Class2018,
        Self::HeatingMethod,
        Self::HeatingSource,
        Self::CodeVersion,
        Self::PermitAction,
        Self::OwnerType,
    ];

    /// Name in file names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Surname => "surname",
            Self::FirstNames => "first_names",
            Self::GivenName => "given_name",
            Self::Street => "street",
            Self::HouseNumber => "house_number",
            Self::Stair => "stair",
            Self::Apartment => "apartment",
            Self::Divider => "divider",
            Self::PostalCode => "postal_code",
            Self::PostOffice => "post_office",
            Self::Municipality => "municipality",
            Self::Region => "region",
            Self::MotherTongue => "mother_tongue",
            Self::Occupation => "occupation",
            Self::Country => "country",
            Self::Use1994 => "use_1994",
            Self::Class2018 => "class_2018",
            Self::HeatingMethod => "heating_method",
            Self::HeatingSource => "heating_source",
            Self::CodeVersion => "code_version",
            Self::PermitAction => "permit_action",
            Self::OwnerType => "owner_type",
        }
    }

    /// Name of the file.
    #[must_use]
    pub fn file_name(self) -> String {
        format!("dictionary-{}.arrow", self.name())
    }

    /// Name of the extra column of [`Self::FirstNames`] and [`Self::GivenName`].
    #[must_use]
    pub const fn links(self) -> Option<&'static str> {
        if matches!(self, Self::FirstNames) {
            Some("given")
        } else if matches!(self, Self::GivenName) {
            Some("within")
        } else {
            None
        }
    }
}

/// One dictionary. Code 0 is null, code `c` is entry `c − 1`.
#[derive(Debug, Clone)]
pub struct Dictionary {
    values: StringArray,
    links: Option<ListArray>,
}

impl Dictionary {
    /// Takes sorted values, and the extra column of [`Dict::FirstNames`] or [`Dict::GivenName`].
    #[must_use]
    pub const fn new(values: StringArray, links: Option<ListArray>) -> Self {
        Self { values, links }
    }

    /// Number of entries; codes run from 1 to this.
    ///
    /// # Panics
    /// Never: an Arrow string array has fewer than 2³¹ entries.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.values.len()).expect("a dictionary has fewer than 2^32 entries")
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The text of a code; `None` for 0 and for codes that are too large.
    #[must_use]
    #[inline]
    pub fn text(&self, code: u32) -> Option<&str> {
        let index = usize::try_from(code.checked_sub(1)?).ok()?;
        (index < self.values.len()).then(|| self.values.value(index))
    }

    /// Codes linked to a code by the extra column.
    #[must_use]
    #[inline]
    pub fn links(&self, code: u32) -> &[u32] {
        let index = code.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        self.links.as_ref().zip(index).map_or(&[], |(links, index)| codes(links, index))
    }

    /// The code of exactly this text.
    #[must_use]
    pub fn code(&self, text: &str) -> Option<u32> {
        self.equal_folded(text).find(|code| self.text(*code) == Some(text))
    }

    /// Codes of the texts equal to this one without regard to case.
    #[must_use]
    pub fn equal_folded(&self, text: &str) -> Range<u32> {
        let wanted = fold(text);
        self.range(|entry| entry < wanted.as_str(), |entry| entry == wanted)
    }

    /// Codes of the texts that begin with this one, without regard to case.
    #[must_use]
    pub fn prefix_folded(&self, prefix: &str) -> Range<u32> {
        let wanted = fold(prefix);
        self.range(|entry| entry < wanted.as_str(), |entry| entry.starts_with(&wanted))
    }

    fn range(&self, before: impl Fn(&str) -> bool, within: impl Fn(&str) -> bool) -> Range<u32> {
        let start = self.partition_from(1, |entry| before(entry));
        let end = self.partition_from(start, |entry| within(entry));
        start..end
    }

    /// The first code from `low` on for which the test is false; the test is true, then false.
    fn partition_from(&self, low: u32, test: impl Fn(&str) -> bool) -> u32 {
        let (mut low, mut high) = (low, self.len() + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.text(middle).is_some_and(|text| test(&fold(text))) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(mut texts: Vec<&str>) -> Dictionary {
        texts.sort_by_key(|text| (fold(text), (*text).to_owned()));
        Dictionary::new(StringArray::from(texts), None)
    }

    #[test]
    fn names_are_ranges_without_regard_to_case() {
        let names = dictionary(vec!["Mäkelä", "virtanen", "Virtanen", "VIRTA", "Aalto", "Öhman"]);
        let texts = |range: Range<u32>| range.map(|c| names.text(c).unwrap()).collect::<Vec<_>>();
        assert_eq!(texts(names.equal_folded("VIRTANEN")), ["Virtanen", "virtanen"]);
        assert_eq!(texts(names.prefix_folded("virta")), ["VIRTA", "Virtanen", "virtanen"]);
        assert_eq!(texts(names.prefix_folded("ö")), ["Öhman"]);
        assert!(names.equal_folded("Virt").is_empty());
        assert_eq!(names.code("virtanen").and_then(|c| names.text(c)), Some("virtanen"));
        assert_eq!(names.text(0), None);
    }
}
