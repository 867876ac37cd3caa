//! Names of streets, composed: the Finnish name and its Swedish counterpart.

use super::country::Area;
use super::dice::Dice;

const FIRST: &[(&str, &str)] = &[
    ("Mänty", "Tall"),
    ("Koivu", "Björk"),
    ("Kuusi", "Gran"),
    ("Leppä", "Al"),
    ("Pihlaja", "Rönn"),
    ("Haapa", "Asp"),
    ("Paju", "Vide"),
    ("Tammi", "Ek"),
    ("Vaahtera", "Lönn"),
    ("Kivi", "Sten"),
    ("Kallio", "Bergs"),
    ("Hiekka", "Sand"),
    ("Savi", "Ler"),
    ("Suo", "Kärr"),
    ("Niitty", "Ängs"),
    ("Pelto", "Åker"),
    ("Metsä", "Skogs"),
    ("Korpi", "Mo"),
    ("Järvi", "Sjö"),
    ("Lampi", "Tjärn"),
    ("Joki", "Å"),
    ("Puro", "Bäck"),
    ("Lähde", "Käll"),
    ("Ranta", "Strand"),
    ("Niemi", "Näs"),
    ("Saari", "Holm"),
    ("Lahti", "Viks"),
    ("Salmi", "Sund"),
    ("Mäki", "Back"),
    ("Harju", "Ås"),
    ("Kangas", "Hed"),
    ("Laakso", "Dal"),
    ("Kettu", "Räv"),
    ("Hirvi", "Älg"),
    ("Karhu", "Björn"),
    ("Susi", "Varg"),
    ("Jänis", "Har"),
    ("Orava", "Ekorr"),
    ("Kurki", "Tran"),
    ("Joutsen", "Svan"),
    ("Kotka", "Örn"),
    ("Haukka", "Hök"),
    ("Lokki", "Mås"),
    ("Hauki", "Gädd"),
    ("Ahven", "Abborr"),
    ("Mylly", "Kvarn"),
    ("Kirkko", "Kyrko"),
    ("Koulu", "Skol"),
    ("Asema", "Stations"),
    ("Satama", "Hamn"),
    ("Silta", "Bro"),
    ("Tori", "Torg"),
    ("Pappila", "Prästgårds"),
    ("Kartano", "Herrgårds"),
    ("Seppä", "Smeds"),
    ("Kauppa", "Handels"),
    ("Teollisuus", "Industri"),
    ("Rauta", "Järn"),
    ("Hopea", "Silver"),
    ("Kulta", "Guld"),
    ("Kesä", "Sommar"),
    ("Talvi", "Vinter"),
    ("Aamu", "Morgon"),
    ("Ilta", "Kvälls"),
    ("Pohjois", "Norra"),
    ("Etelä", "Södra"),
    ("Länsi", "Västra"),
    ("Itä", "Östra"),
];

const SECOND: &[(&str, &str)] = &[
    ("", ""),
    ("", ""),
    ("", ""),
    ("mäen", "backa"),
    ("rannan", "strands"),
    ("niemen", "udds"),
    ("lahden", "viks"),
    ("järven", "träsks"),
    ("lammen", "tjärns"),
    ("kankaan", "mo"),
    ("harjun", "ås"),
    ("laakson", "dals"),
    ("niityn", "ängs"),
    ("pellon", "åkers"),
    ("metsän", "skogs"),
    ("suon", "mosse"),
    ("kallion", "bergs"),
    ("saaren", "holms"),
    ("kosken", "fors"),
    ("joen", "å"),
    ("portin", "ports"),
    ("puiston", "parks"),
    ("kylän", "by"),
    ("talon", "gårds"),
    ("pihan", "gårds"),
    ("aukion", "plans"),
    ("lehdon", "lunds"),
    ("notkon", "sänk"),
];

const KINDS: &[(&str, &str)] = &[
    ("tie", "vägen"),
    ("tie", "vägen"),
    ("tie", "vägen"),
    ("katu", "gatan"),
    ("katu", "gatan"),
    ("kuja", "gränden"),
    ("polku", "stigen"),
    ("rinne", "brinken"),
    ("kaari", "bågen"),
    ("raitti", "stråket"),
];

/// A street; the Finnish name is the Swedish one where Swedish is the only official language.
pub(super) struct Street {
    pub(super) fi: String,
    pub(super) sv: Option<String>,
}

/// A street of an area by its number; the same for every seed.
pub(super) fn street(area: &Area, number: u32) -> Street {
    use crate::register::codes::Language;
    let mut dice = Dice::new(0, 2, u64::from(area.index) << 32 | u64::from(number % area.streets));
    let (first, second) = (FIRST[dice.index(FIRST.len())], SECOND[dice.index(SECOND.len())]);
    let kind = KINDS[dice.index(KINDS.len())];
    let swedish = || [first.1, second.1, kind.1].concat();
    match area.municipality.language {
        Language::Finnish => Street { fi: [first.0, second.0, kind.0].concat(), sv: None },
        Language::Swedish => Street { fi: swedish(), sv: Some(swedish()) },
        Language::FinnishSwedish | Language::SwedishFinnish => {
            Street { fi: [first.0, second.0, kind.0].concat(), sv: Some(swedish()) }
        }
    }
}

/// A house number as it is written: mostly a number, sometimes with a letter or a range.
pub(super) fn house_number(dice: &mut Dice) -> String {
    let number = dice.between(1, 60);
    match dice.below(100) {
        0..=79 => number.to_string(),
        80..=91 => format!("{number}{}", ["a", "b", "c", "d"][dice.index(4)]),
        92..=97 => format!("{number}-{}", number + 2),
        _ => format!("{number}h{}", dice.between(1, 9)),
    }
}
