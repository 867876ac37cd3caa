//! The ways in which a person can differ.

/// A way in which a person differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// The older snapshot does not know the person.
    New,
    /// The newer snapshot does not know the person.
    Removed,
    /// The person turned out to be another one, who is known to both.
    Merged,
    /// Another identity code is active.
    IdentityCode,
    /// Names borne, the call name, or since when.
    Names,
    /// Names given up.
    FormerNames,
    /// Another dwelling, or none, or one after none.
    Address,
    /// The same dwelling under another address: a street renamed, a postal code changed.
    AddressInWords,
    /// The day of moving in, the dwelling being the same.
    MovedIn,
    /// Municipality of domicile.
    Municipality,
    /// Died.
    Death,
    /// Lives: the death was annulled.
    DeathAnnulled,
    /// Another day of death.
    DeathDate,
    /// Mother tongue or service language.
    Language,
    /// Sex.
    Sex,
    /// Birth date.
    BirthDate,
    /// Abroad, not so before.
    Emigrated,
    /// Not abroad any more.
    Returned,
    /// Another address or country abroad, or day of leaving.
    AddressAbroad,
    /// Spouse or guardians.
    Family,
    /// Occupation.
    Occupation,
    /// By whom post goes.
    CareOf,
    /// Marketing prohibited.
    NoMarketingSet,
    /// Marketing allowed again.
    NoMarketingRevoked,
    /// Update of registers prohibited.
    NoRegisterUpdateSet,
    /// Update of registers allowed again.
    NoRegisterUpdateRevoked,
    /// Contact information prohibited.
    NoContactInfoSet,
    /// Contact information allowed again.
    NoContactInfoRevoked,
    /// Directories prohibited.
    NoDirectorySet,
    /// Directories allowed again.
    NoDirectoryRevoked,
    /// Genealogy prohibited.
    NoGenealogySet,
    /// Genealogy allowed again.
    NoGenealogyRevoked,
    /// Security prohibition begun.
    SecuritySet,
    /// Security prohibition taken away.
    SecurityRevoked,
    /// Another end of the security prohibition.
    SecurityDate,
}

/// Kinds with their names, in their order.
macro_rules! kinds {
    ($count:literal; $($kind:ident $name:literal)*) => {
        impl Kind {
            /// All kinds.
            pub const ALL: [Self; $count] = [$(Self::$kind),*];

            /// Its name in JSON and tables.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

kinds! {
    35;
    New "new"
    Removed "removed"
    Merged "merged"
    IdentityCode "identity-code"
    Names "names"
    FormerNames "former-names"
    Address "address"
    AddressInWords "address-in-words"
    MovedIn "moved-in"
    Municipality "municipality"
    Death "death"
    DeathAnnulled "death-annulled"
    DeathDate "death-date"
    Language "language"
    Sex "sex"
    BirthDate "birth-date"
    Emigrated "emigrated"
    Returned "returned"
    AddressAbroad "address-abroad"
    Family "family"
    Occupation "occupation"
    CareOf "care-of"
    NoMarketingSet "no-marketing-set"
    NoMarketingRevoked "no-marketing-revoked"
    NoRegisterUpdateSet "no-register-update-set"
    NoRegisterUpdateRevoked "no-register-update-revoked"
    NoContactInfoSet "no-contact-info-set"
    NoContactInfoRevoked "no-contact-info-revoked"
    NoDirectorySet "no-directory-set"
    NoDirectoryRevoked "no-directory-revoked"
    NoGenealogySet "no-genealogy-set"
    NoGenealogyRevoked "no-genealogy-revoked"
    SecuritySet "security-set"
    SecurityRevoked "security-revoked"
    SecurityDate "security-date"
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kinds(u64);

impl Kinds {
    /// One kind alone.
    #[must_use]
    pub const fn of(kind: Kind) -> Self {
        Self(1 << kind as u8)
    }

    /// Adds a kind.
    pub const fn add(&mut self, kind: Kind) {
        self.0 |= 1 << kind as u8;
    }

    /// Adds a kind if it is so.
    pub const fn add_if(&mut self, kind: Kind, is: bool) {
        if is {
            self.add(kind);
        }
    }

    /// Whether a kind is among them.
    #[must_use]
    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// Whether nothing differs.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds in their order.
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }
}
