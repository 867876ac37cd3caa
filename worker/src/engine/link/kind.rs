//! What a column holds, guessed from its heading and its values.

use serde::{Deserialize, Serialize};

use super::fold::{digits, fold};
use super::prepared::Prepared;

/// What a column holds; it decides how two values are compared and which keys are made of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Given names of a person.
    GivenName,
    /// Family name of a person.
    Surname,
    /// The whole name of a person in one column.
    FullName,
    /// A date, most often of birth.
    Date,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A code that few records share: an identity code, a customer number of a third party.
    Identifier,
    /// A postal code.
    PostalCode,
    /// A town, district, municipality, place of birth.
    Place,
    /// A street address or a part of it.
    Street,
    /// A number: of a house, years of age, an amount.
    Number,
    /// One of a few values: sex, title, status.
    Category,
    /// Any other text.
    Text,
    /// Left out of comparisons.
    Ignored,
}

impl Kind {
    /// Whether two different people of one household, firm or village often share it.
    #[must_use]
    pub const fn is_shared_by_groups(self) -> bool {
        !matches!(self, Self::GivenName | Self::FullName | Self::Date | Self::Email | Self::Identifier)
    }

    /// Whether it changes when somebody moves.
    #[must_use]
    pub const fn is_of_address(self) -> bool {
        matches!(self, Self::Street | Self::PostalCode | Self::Place)
    }

    /// Whether a rare value says more than a common one.
    #[must_use]
    pub const fn has_frequencies(self) -> bool {
        !matches!(self, Self::Category | Self::Ignored)
    }
}

/// Words of headings in Finnish, Swedish, English and a few neighbours; the first row that fits decides.
const HEADINGS: &[(Kind, &str)] = &[
    (Kind::Email, "email mail sahkoposti epost emailaddress sposti"),
    (Kind::Phone, "phone tel telephone mobile puhelin puh gsm telefon cell phonenumber puhelinnumero"),
    (
        Kind::Date,
        "dob birthdate dateofbirth birthday syntymaaika syntymapaiva syntaika synt fodelsedatum \
         fodelsetid fodd date pvm datum born",
    ),
    (
        Kind::Identifier,
        "ssn socsecid hetu henkilotunnus personnummer personbeteckning nationalid passport taxid \
         nhsnumber nino ytunnus socialsecuritynumber",
    ),
    (Kind::PostalCode, "postcode postalcode zip zipcode postinumero postnummer postnr plz postno"),
    (
        Kind::Number,
        "streetnumber housenumber talonumero birthyear yearofbirth yob syntymavuosi fodelsear age ika \
         alder year houseno streetno",
    ),
    (Kind::Category, "sex gender sukupuoli kon title titteli maritalstatus race"),
    // The name of a firm is not that of a person.
    (
        Kind::Text,
        "company companyname business businessname organisation organisationname organization \
         organizationname firm firmname employer assignee yritys yrityksennimi toiminimi foretag foretagsnamn",
    ),
    (
        Kind::GivenName,
        "firstname first givenname givennames given forename forenames fname etunimi etunimet \
         kutsumanimi fornamn tilltalsnamn prenom vorname middlename middle toinennimi mellannamn \
         firstnames middleinitial nickname",
    ),
    (
        Kind::Surname,
        "surname lastname last familyname lname sukunimi efternamn slaktnamn nachname maidenname \
         formersurname byname sname",
    ),
    (
        Kind::FullName,
        "name fullname nimi namn personname customername inventor inventorname author kokonimi \
         firstandsurname contactname",
    ),
    (
        Kind::Place,
        "city town suburb municipality kunta kaupunki postitoimipaikka kommun postort ort stad \
         birthplace place county state region country district village parish maa land placeofbirth \
         locality asuinpaikka kotikunta hemkommun",
    ),
    (
        Kind::Street,
        "address street address1 address2 address3 addressline1 addressline2 katuosoite osoite \
         lahiosoite gatuadress adress addr streetaddress streetname katu gata",
    ),
];

/// Headings with these words decide by their part, if the whole heading is unknown.
fn by_heading(heading: &str) -> Option<Kind> {
    let words = fold(heading);
    let joined: String = words.split(' ').collect();
    let whole = HEADINGS.iter().find(|(_, names)| names.split(' ').any(|name| name == joined));
    let part = || {
        let mut words = words.split(' ').rev();
        words.find_map(|word| HEADINGS.iter().find(|(_, names)| names.split(' ').any(|name| name == word)))
    };
    whole.or_else(part).map(|(kind, _)| *kind)
}

/// Whether a heading says what its column holds.
pub(crate) fn is_named(heading: &str) -> bool {
    by_heading(heading).is_some()
}

/// What the values of a column look like.
#[derive(Debug, Default)]
struct Look {
    values: usize,
    distinct: usize,
    emails: usize,
    dates: usize,
    numbers: usize,
    codes: usize,
    words: usize,
}

impl Look {
    fn at<'t>(texts: impl Iterator<Item = (&'t str, u32)>) -> Self {
        let mut look = Self::default();
        for (text, count) in texts {
            let count = super::numbers::wide(count);
            let digit_count = digits(text).len();
            let letters = text.chars().filter(|c| c.is_alphabetic()).count();
            look.values += count;
            look.distinct += 1;
            look.emails += count * usize::from(text.contains('@'));
            look.dates += count * usize::from(looks_like_date(text));
            look.numbers += count * usize::from(letters == 0 && digit_count > 0);
            look.codes += count * usize::from(digit_count > 0 && digit_count * 2 >= letters);
            look.words += count * fold(text).split(' ').count();
        }
        look
    }

    const fn most(&self, part: usize) -> bool {
        part * 5 > self.values * 4
    }

    fn kind(&self) -> Kind {
        let is_rare = self.distinct * 2 > self.values;
        if self.distinct <= 1 {
            Kind::Ignored
        } else if self.most(self.emails) {
            Kind::Email
        } else if self.most(self.dates) {
            Kind::Date
        } else if self.distinct <= 40 && self.values > self.distinct * 5 {
            Kind::Category
        } else if self.most(self.codes) && is_rare {
            Kind::Identifier
        } else if self.most(self.numbers) {
            Kind::Number
        } else {
            Kind::Text
        }
    }
}

fn looks_like_date(text: &str) -> bool {
    let parts: Vec<&str> = text.trim().split(['-', '.', '/', ' ']).collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [a, b, c, ..] => {
            [a, b, c].into_iter().all(is_number)
                && (a.len() == 4 || c.len() == 4)
                && (6..=8).contains(&(a.len() + b.len() + c.len()))
        }
        [one] if one.len() == 8 && is_number(one) => {
            matches!(one.get(..2), Some("18" | "19" | "20")) && one.get(4..6).is_some_and(|m| m <= "12")
        }
        _ => false,
    }
}

/// The kind of a column: what its heading says, unless the values contradict it; else what they look like.
///
/// `texts` are the different values with their counts, without the empty one.
pub(crate) fn guess<'t>(heading: &str, texts: impl Iterator<Item = (&'t str, u32)>) -> Kind {
    let look = Look::at(texts);
    let seen = look.kind();
    if look.distinct <= 1 {
        return Kind::Ignored;
    }
    match by_heading(heading) {
        Some(Kind::Category) if look.distinct > 200 => seen,
        Some(Kind::Date) if !look.most(look.codes) => seen,
        Some(Kind::Number) if !look.most(look.codes) => Kind::Street,
        Some(Kind::Email) if look.emails * 2 < look.values => seen,
        // Headings such as "state" with a handful of values still hold places.
        Some(kind) => kind,
        None => seen,
    }
}

impl Prepared {
    /// What the fields hold.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        self.fields.iter().map(|field| field.kind).collect()
    }
}
