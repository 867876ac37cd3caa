//! One change of one person, and the facts it tells.

use std::fmt;

use jiff::Timestamp;

use super::date::PartialDate;
use crate::register::building_id::BuildingId;
use crate::register::hetu::Hetu;

/// What is told of one person at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Place among all changes: ascending, each number once.
    pub key: u64,
    /// When it was entered into the register, UTC.
    pub at: Timestamp,
    /// The person, by the code active then or by an earlier one.
    pub person: Hetu,
    /// What holds from then on.
    pub facts: Vec<Fact>,
}

/// What holds of a person. Neither its debug output nor an error shows what stands in it.
#[derive(Clone, PartialEq, Eq)]
pub enum Fact {
    /// The person is new in the register, born on this day.
    Registered(PartialDate),
    /// The birth date was corrected.
    BirthDate(PartialDate),
    /// 0 missing, 1 man, 2 woman.
    Sex(u8),
    /// The names borne, and since when.
    Names {
        /// All given names, separated by spaces.
        first_names: String,
        /// Surname.
        surname: String,
        /// Since when; unknown if absent.
        since: Option<PartialDate>,
    },
    /// The given name in use.
    CallName(Option<String>),
    /// A name that was given up.
    FormerName(NameKind, String),
    /// The day of death; `None`: the person lives, a death was annulled.
    Death(Option<PartialDate>),
    /// ISO 639-1, `98` or `99`.
    MotherTongue(String),
    /// `fi` or `sv`.
    ServiceLanguage(Option<String>),
    /// Municipality of domicile.
    Municipality(String),
    /// The permanent address in the country; `None`: there is none.
    Home(Option<Home>),
    /// An address that was left.
    Left(Left),
    /// Permanently abroad; `None`: not abroad.
    Abroad(Option<Abroad>),
    /// Free text.
    Occupation(Option<String>),
    /// Whether somebody is a guardian.
    Guardian(Hetu, bool),
    /// The spouse.
    Spouse(Option<Hetu>),
    /// End of the security prohibition, 9999-12-31 until further notice; `None`: there is none.
    Security(Option<PartialDate>),
    /// Whether a prohibition is set.
    Prohibition(Prohibition, bool),
    /// The identity code was replaced.
    Identity(Identity),
}

/// Debug output that tells the kind of thing alone.
macro_rules! masked {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    )*};
}

masked!(Fact Address Home Left Abroad Identity);

/// Which name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum NameKind {
    FirstNames,
    Surname,
}

/// A prohibition a person may set and revoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is named by its column")]
pub enum Prohibition {
    Marketing,
    RegisterUpdate,
    ContactInfo,
    Directory,
    Genealogy,
}

impl Prohibition {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Marketing, Self::RegisterUpdate, Self::ContactInfo, Self::Directory, Self::Genealogy];

    /// Name of the column in the source files.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::Marketing => "no_marketing",
            Self::RegisterUpdate => "no_register_update",
            Self::ContactInfo => "no_contact_info",
            Self::Directory => "no_directory",
            Self::Genealogy => "no_genealogy",
        }
    }
}

/// A domestic address as text.
#[derive(Clone, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is named by its column in the source files")]
pub struct Address {
    pub street_fi: String,
    pub street_sv: Option<String>,
    pub house_number: Option<String>,
    pub stair: Option<String>,
    pub apartment: Option<String>,
    pub divider: Option<String>,
    pub postal_code: String,
    pub post_office_fi: Option<String>,
    pub post_office_sv: Option<String>,
    pub building: Option<BuildingId>,
    pub address_no: Option<i32>,
}

/// Where a person lives.
#[derive(Clone, PartialEq, Eq)]
pub struct Home {
    /// The dwelling; `None`: the address is withheld.
    pub dwelling: Option<String>,
    /// Since when.
    pub since: Option<PartialDate>,
    /// The address in words. The register's dwellings have their own: it is told, not kept.
    pub address: Option<Address>,
}

/// An address that was left.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named by its column in the source files")]
pub struct Left {
    pub address: Address,
    pub since: Option<PartialDate>,
    pub until: PartialDate,
}

/// A permanent address abroad.
#[derive(Clone, PartialEq, Eq)]
pub struct Abroad {
    /// ISO 3166-1, numeric.
    pub country: String,
    /// The address, if it is known and not withheld.
    pub address: Option<String>,
    /// Since when.
    pub since: Option<PartialDate>,
}

/// An identity code that was replaced.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The code that is valid no more.
    pub replaced: Hetu,
    /// The code that is valid.
    pub active: Hetu,
    /// All earlier codes, if they are told.
    pub previous: Option<Vec<Hetu>>,
}
