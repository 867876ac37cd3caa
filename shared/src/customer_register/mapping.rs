//! What the columns of a register mean: as the order says, or by their usual headings.

use serde::{Deserialize, Serialize};

use super::form::is_same_heading;
use super::headings::{self, plain};
use crate::order::RegisterColumns;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident: $column:ident, $usual:ident;)*) => {
        /// What a column holds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $($(#[$doc])* $name,)*
        }

        impl Field {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name in `[register] columns`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($column),)*
                }
            }

            /// The heading an order gives it.
            #[must_use]
            pub fn named(self, columns: &RegisterColumns) -> Option<&str> {
                match self {
                    $(Self::$name => columns.$column.as_deref(),)*
                }
            }

            /// Gives it a heading.
            pub(super) fn name_in(self, columns: &mut RegisterColumns, heading: String) {
                match self {
                    $(Self::$name => columns.$column = Some(heading),)*
                }
            }

            /// Whether a heading, letters and digits in small letters, is usual for it.
            pub(super) fn is_usual(self, heading: &str) -> bool {
                self.usual().contains(&heading)
            }

            const fn usual(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => headings::$usual,)*
                }
            }
        }
    };
}

fields! {
    /// The customer's own key of a row.
    Key: key, KEY;
    /// The personal identity code.
    IdentityCode: identity_code, IDENTITY_CODE;
    /// The surname.
    Surname: surname, SURNAME;
    /// The given names.
    FirstNames: first_names, FIRST_NAMES;
    /// The date of birth.
    BirthDate: birth_date, BIRTH_DATE;
    /// Street, house number, stair and apartment.
    StreetAddress: street_address, STREET_ADDRESS;
    /// The postal code.
    PostalCode: postal_code, POSTAL_CODE;
    /// The code of the municipality of domicile.
    Municipality: municipality, MUNICIPALITY;
    /// The mother tongue, ISO 639-1.
    MotherTongue: mother_tongue, MOTHER_TONGUE;
    /// Sex.
    Sex: sex, SEX;
    /// The day the customer's own data are of.
    ValueDate: value_date, VALUE_DATE;
}

/// Which column of a register holds what: an index for each [`Field`], in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping(Vec<Option<usize>>);

/// A mapping that does not fit the register.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// A named heading is not there.
    #[error("register.columns.{0}: no column of the register has this heading")]
    NoSuchHeading(&'static str),
    /// Two fields have one column.
    #[error("register.columns.{0}: the column is named for another field too")]
    Twice(&'static str),
    /// Nothing a person could be found by.
    #[error(
        "register.columns: nothing a person could be found by; needed is an identity code, or surname and first names with a birth date or a street address"
    )]
    NoKey,
}

impl Mapping {
    /// Reads the meaning of columns. What the order does not name is found by usual headings.
    ///
    /// # Errors
    /// [`MappingError`]: a named heading is missing, used twice, or persons cannot be found by what there is.
    pub fn of(headings: &[String], columns: &RegisterColumns) -> Result<Self, MappingError> {
        let mapping = Self::of_any(headings, columns)?;
        if mapping.has_key() { Ok(mapping) } else { Err(MappingError::NoKey) }
    }

    /// As [`Mapping::of`], of a register that persons need not be found by.
    ///
    /// # Errors
    /// [`MappingError`]: a named heading is missing or used twice.
    pub fn of_any(headings: &[String], columns: &RegisterColumns) -> Result<Self, MappingError> {
        let names: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
        let mut found: Vec<Option<usize>> = Vec::with_capacity(Field::ALL.len());
        for field in Field::ALL {
            let Some(named) = field.named(columns) else {
                found.push(None);
                continue;
            };
            let at = headings.iter().position(|heading| is_same_heading(heading, named));
            let at = at.ok_or(MappingError::NoSuchHeading(field.name()))?;
            if found.contains(&Some(at)) {
                return Err(MappingError::Twice(field.name()));
            }
            found.push(Some(at));
        }
        for (index, field) in Field::ALL.iter().enumerate() {
            // The earlier in the list the more usual; a column serves one field.
            let usual = field.usual().iter().find_map(|usual| names.iter().position(|name| name == usual));
            if found.get(index) == Some(&None) && usual.is_some() && !found.contains(&usual) {
                found[index] = usual;
            }
        }
        Ok(Self(found))
    }

    /// The column of a field.
    #[must_use]
    #[inline]
    pub fn column(&self, field: Field) -> Option<usize> {
        self.0.get(field as usize).copied().flatten()
    }

    /// The columns of all fields by their headings, as an order would name them.
    #[must_use]
    pub fn columns(&self, headings: &[String]) -> RegisterColumns {
        let mut columns = RegisterColumns::default();
        for field in Field::ALL {
            if let Some(heading) = self.column(*field).and_then(|at| headings.get(at)) {
                field.name_in(&mut columns, heading.clone());
            }
        }
        columns
    }

    /// Whether rows may have a full name.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.column(Field::Surname).is_some() && self.column(Field::FirstNames).is_some()
    }

    /// Whether persons can be found by what there is.
    #[must_use]
    pub fn has_key(&self) -> bool {
        let has = |field| self.column(field).is_some();
        has(Field::IdentityCode) || self.is_named() && (has(Field::BirthDate) || has(Field::StreetAddress))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(text: &str) -> Vec<String> {
        text.split(';').map(str::to_owned).collect()
    }

    #[test]
    fn usual_headings_are_understood_in_three_languages() {
        let rows = [
            "Asiakasnumero;Henkilötunnus;Sukunimi;Etunimet;Syntymäaika;Katuosoite;Postinumero",
            "kundnummer;personbeteckning;efternamn;förnamn;födelsedatum;gatuadress;postnummer",
            "customer_no;identity_code;last name;first names;birth date;street address;postal code",
        ];
        for text in rows {
            let mapping = Mapping::of(&headings(text), &RegisterColumns::default()).unwrap();
            let columns: Vec<Option<usize>> =
                Field::ALL.iter().take(7).map(|field| mapping.column(*field)).collect();
            assert_eq!(columns, (0..7).map(Some).collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn what_the_order_names_goes_first_and_must_be_there() {
        let columns = |field: &str, heading: &str| -> RegisterColumns {
            serde_json::from_value(serde_json::json!({ field: heading })).unwrap()
        };
        let text = headings("hetu;vanha;id");
        let mapping = Mapping::of(&text, &columns("identity_code", "Vanha")).unwrap();
        assert_eq!(mapping.column(Field::IdentityCode), Some(1));
        assert_eq!(mapping.column(Field::Key), Some(2));
        let missing = Mapping::of(&text, &columns("surname", "nimi"));
        assert_eq!(missing, Err(MappingError::NoSuchHeading("surname")));
        assert_eq!(Mapping::of(&headings("a;b"), &RegisterColumns::default()), Err(MappingError::NoKey));
        let mut twice = columns("identity_code", "hetu");
        twice.surname = Some("hetu".to_owned());
        assert_eq!(Mapping::of(&text, &twice), Err(MappingError::Twice("surname")));
    }
}
