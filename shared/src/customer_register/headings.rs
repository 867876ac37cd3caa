//! Usual headings of columns in Finnish, Swedish and English: small letters and digits only.

/// Identity codes.
pub(super) const IDENTITY_CODE: &[&str] = &[
    "hetu",
    "henkilotunnus",
    "henkilötunnus",
    "henkilötunnukset",
    "sotu",
    "sosiaaliturvatunnus",
    "personbeteckning",
    "personbeteckningen",
    "identitycode",
    "personalidentitycode",
    "personid",
    "personalid",
    "nationalid",
    "ssn",
];
/// The customer's own key of a row.
pub(super) const KEY: &[&str] = &[
    "asiakasnumero",
    "asiakasnro",
    "asiakastunnus",
    "asiakasid",
    "jäsennumero",
    "kundnummer",
    "kundnr",
    "kundid",
    "medlemsnummer",
    "customerno",
    "customernumber",
    "customerid",
    "customerkey",
    "memberno",
    "memberid",
    "key",
    "id",
];
/// Surnames.
pub(super) const SURNAME: &[&str] =
    &["sukunimi", "efternamn", "släktnamn", "surname", "lastname", "familyname"];
/// Given names.
pub(super) const FIRST_NAMES: &[&str] = &[
    "etunimet",
    "etunimi",
    "kutsumanimi",
    "förnamn",
    "förnamnen",
    "tilltalsnamn",
    "firstnames",
    "firstname",
    "givennames",
    "givenname",
    "forename",
    "forenames",
    "callname",
];
/// Dates of birth.
pub(super) const BIRTH_DATE: &[&str] = &[
    "syntymäaika",
    "syntymaaika",
    "syntymäpäivä",
    "syntymapaiva",
    "syntymäpvm",
    "födelsedatum",
    "födelsetid",
    "birthdate",
    "dateofbirth",
    "dob",
    "born",
];
/// Street, house number, stair and apartment.
pub(super) const STREET_ADDRESS: &[&str] = &[
    "osoite",
    "katuosoite",
    "lähiosoite",
    "lahiosoite",
    "jakeluosoite",
    "adress",
    "gatuadress",
    "näradress",
    "utdelningsadress",
    "address",
    "streetaddress",
    "street",
    "addressline",
    "addressline1",
];
/// Postal codes.
pub(super) const POSTAL_CODE: &[&str] =
    &["postinumero", "postinro", "postnummer", "postnr", "postalcode", "postcode", "zip", "zipcode"];
/// Codes of municipalities.
pub(super) const MUNICIPALITY: &[&str] = &[
    "kotikunta",
    "kuntakoodi",
    "kuntanumero",
    "hemkommun",
    "kommunkod",
    "kommunnummer",
    "municipality",
    "municipalitycode",
];
/// Mother tongues.
pub(super) const MOTHER_TONGUE: &[&str] =
    &["äidinkieli", "aidinkieli", "kieli", "modersmål", "språk", "mothertongue", "language"];
/// Sex.
pub(super) const SEX: &[&str] = &["sukupuoli", "kön", "sex", "gender"];
/// The day the customer's own data are of.
pub(super) const VALUE_DATE: &[&str] = &[
    "muutospäivä",
    "muutospaiva",
    "päivitetty",
    "paivitetty",
    "voimassaalkaen",
    "ändrad",
    "uppdaterad",
    "valuedate",
    "updated",
    "changed",
    "since",
];

/// Headings that mean the same in lists, though no order has a field for it: telephone numbers, e-mail addresses, towns,
/// whole names.
pub(super) const ALIKE: &[&[&str]] = &[
    &[
        "puhelin",
        "puhelinnumero",
        "puh",
        "gsm",
        "matkapuhelin",
        "telefon",
        "telefonnummer",
        "mobil",
        "phone",
        "phonenumber",
        "telephone",
        "mobile",
        "tel",
    ],
    &[
        "sähköposti",
        "sahkoposti",
        "sähköpostiosoite",
        "epost",
        "epostadress",
        "email",
        "emailaddress",
        "mail",
    ],
    &["postitoimipaikka", "kaupunki", "paikkakunta", "postort", "ort", "stad", "city", "town", "posttown"],
    &["nimi", "kokonimi", "namn", "fullständigtnamn", "name", "fullname"],
];

/// Letters and digits, in small letters.
pub(super) fn plain(cell: &str) -> String {
    cell.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
