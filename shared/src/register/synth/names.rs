//! Names of people: the common ones with their real weights, and a long tail composed after the same slope.

use std::sync::LazyLock;

use super::dice::Dice;
use super::languages::Culture;
use super::pools::{Pool, pool};

const NAMES: &str = include_str!("../tables/names.tsv");

/// Bearers of the surnames with at least 20 bearers that are not in the table, and how many such names there are.
const TAIL: (u32, u32) = (1_436_000, 20_154);
/// People whose surname has fewer than 20 bearers, about a tenth, and how many such names are composed for them.
const RARE: (u32, u32) = (560_000, 150_000);

/// Names with running sums of their bearers.
struct Weighted {
    names: Vec<&'static str>,
    until: Vec<u32>,
}

impl Weighted {
    /// The names with a count in the given column of the table.
    fn read(column: usize) -> Self {
        let mut all = Self { names: Vec::new(), until: Vec::new() };
        let mut sum = 0;
        for line in NAMES.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            let name = cells.next().unwrap_or("");
            if let Some(count) = cells.nth(column).and_then(|count| count.parse::<u32>().ok()) {
                sum += count;
                all.names.push(name);
                all.until.push(sum);
            }
        }
        all
    }

    fn total(&self) -> u32 {
        self.until.last().copied().unwrap_or(0)
    }

    fn draw(&self, dice: &mut Dice) -> &'static str {
        let draw = dice.below(self.total());
        self.names[self.until.partition_point(|until| *until <= draw)]
    }
}

static SURNAMES: LazyLock<Weighted> = LazyLock::new(|| Weighted::read(0));
static MEN: LazyLock<Weighted> = LazyLock::new(|| Weighted::read(1));
static WOMEN: LazyLock<Weighted> = LazyLock::new(|| Weighted::read(2));

const STEMS: &[&str] = &[
    "Kar", "Hul", "Mat", "Pas", "Rau", "Tuo", "Vor", "Sal", "Jur", "Lou", "Kor", "Han", "Ilo", "Jaa", "Kuo",
    "Lau", "Mus", "Nou", "Oja", "Pur", "Ran", "Sar", "Tor", "Uro", "Vai", "Aho", "Hak", "Kai", "Kos", "Lam",
    "Mau", "Nur", "Paa", "Ruo", "Suo", "Tas", "Vuo", "Arv", "Hou", "Jou", "Kau", "Lus", "Mar", "Nis", "Poh",
    "Rus", "Sor", "Tur", "Val", "Huo", "Joh", "Kal", "Lip", "Mon", "Pit", "Ruk", "Sav", "Tal", "Vil", "Hir",
    "Kin", "Lin", "Pel", "Rip",
];
const MIDDLES: &[&str] = &[
    "ka", "ko", "ku", "ta", "to", "tu", "va", "vo", "la", "lo", "lu", "ra", "ro", "ru", "sa", "so", "su",
    "ma", "mo", "mu", "na", "no", "pa", "po", "pu", "ja", "kka", "kko", "tta", "tto", "lla", "nta", "nto",
    "ska", "sko", "rva",
];
const ENDS: &[&str] = &["nen", "la", "inen", "ri", "sto", "ja"];
const FRONTS: &[&str] = &[
    "Kivi", "Koivu", "Lehti", "Mänty", "Hieta", "Pelto", "Metsä", "Raja", "Rauta", "Savi", "Vesi", "Tuomi",
    "Kallio", "Haapa", "Hauta", "Huhta", "Isoja", "Jokela", "Kangas", "Kesä", "Korpi", "Kota", "Kuusi",
    "Lampi", "Leppä", "Luoma", "Maja", "Mylly", "Niitty", "Nurmi", "Palo", "Perä", "Pihlaja", "Pohja",
    "Raivio", "Ruoho", "Salo", "Suvi", "Syrjä", "Taka", "Tammi", "Uusi", "Vaara", "Vanha", "Viita", "Väli",
    "Ylä", "Ala", "Iso", "Vähä",
];
const BACKS: &[&str] = &[
    "mäki", "niemi", "saari", "lahti", "järvi", "salo", "aho", "korpi", "kangas", "harju", "koski", "ranta",
    "vaara", "suo", "lampi", "oja", "joki", "kallio", "pelto", "niitty", "maa", "talo", "kari", "luoto",
    "vuori", "rinne", "viita", "lehto", "metsä", "puro", "korpela", "hovi", "kulma", "lähde",
];

/// A composed surname; every number below 170 000 has its own.
fn composed(number: u32) -> String {
    let mut rest = number as usize;
    let mut part = |of: &[&'static str]| {
        let name = of[rest % of.len()];
        rest /= of.len();
        name
    };
    // Compounds and derived names take turns; further rounds are double names.
    let name = if part(&["compound", "derived"]) == "compound" {
        let (back, front) = (part(BACKS), part(FRONTS));
        [front, back].concat()
    } else {
        let (end, middle, stem) = (part(ENDS), part(MIDDLES), part(STEMS));
        [stem, middle, end].concat()
    };
    if rest == 0 { name } else { [&name, "-", SURNAMES.names[rest * 7 % SURNAMES.names.len()]].concat() }
}

/// A surname as Finnish-speakers bear them.
fn common_surname(dice: &mut Dice) -> String {
    let draw = dice.below(SURNAMES.total() + TAIL.0 + RARE.0);
    if draw < SURNAMES.total() {
        SURNAMES.draw(dice).to_owned()
    } else if draw < SURNAMES.total() + TAIL.0 {
        // The product of two uniform draws falls like the tail: early names are several times as common.
        let scale = dice.below(TAIL.1);
        composed(dice.below(scale + 1))
    } else {
        composed(TAIL.1 + dice.below(RARE.1))
    }
}

/// The smaller of two draws: the first names of a list are the common ones.
fn first_rather(dice: &mut Dice, names: &[&'static str]) -> &'static str {
    let (one, two) = (dice.index(names.len()), dice.index(names.len()));
    names[one.min(two)]
}

fn from_pool(dice: &mut Dice, pool: &Pool) -> String {
    if dice.chance(350_000) {
        return first_rather(dice, &pool.whole).to_owned();
    }
    let (stem, mut end) = (dice.pick(&pool.stems), dice.pick(&pool.ends));
    while stem.to_lowercase() == end {
        end = dice.pick(&pool.ends);
    }
    [stem, end].concat()
}

/// A surname; where women's end otherwise, the man's form.
pub(super) fn surname(dice: &mut Dice, culture: Culture) -> String {
    // Some Swedish-speakers bear a name of the whole country.
    if culture == Culture::Finnish || culture == Culture::Swedish && dice.chance(120_000) {
        common_surname(dice)
    } else {
        from_pool(dice, pool(culture))
    }
}

/// The form of a family's surname a person bears.
pub(super) fn form(surname: &str, culture: Culture, male: bool) -> String {
    let changes = culture == Culture::Slavic && !male;
    if changes && ["ov", "ev", "in"].iter().any(|end| surname.ends_with(end)) {
        format!("{surname}a")
    } else {
        surname.to_owned()
    }
}

fn given_name(dice: &mut Dice, culture: Culture, male: bool) -> &'static str {
    if culture == Culture::Finnish {
        return if male { MEN.draw(dice) } else { WOMEN.draw(dice) };
    }
    let pool = pool(culture);
    first_rather(dice, if male { &pool.men } else { &pool.women })
}

/// Given names: all of them as one text, and the call name.
pub(super) fn given_names(dice: &mut Dice, culture: Culture, male: bool) -> (String, &'static str) {
    let count = match dice.below(100) {
        0..=7 => 1,
        8..=79 => 2,
        80..=98 => 3,
        _ => 4,
    };
    let call_index = if dice.chance(850_000) { 0 } else { dice.index(count) };
    let mut chosen: [&str; 4] = [""; 4];
    let mut text = String::with_capacity(32);
    for index in 0..count {
        let mut name = given_name(dice, culture, male);
        for _ in 0..4 {
            if chosen[..index].contains(&name) {
                name = given_name(dice, culture, male);
            }
        }
        // One in thirty is a double name; a double of two common ones stands in for the rare ones.
        let joined = index == 0 && dice.chance(33_000) && !name.contains('-');
        if index > 0 {
            text.push(' ');
        }
        text.push_str(name);
        if joined {
            let second = given_name(dice, culture, male);
            if !second.contains('-') && second != name {
                text.push('-');
                text.push_str(second);
            }
        }
        chosen[index] = name;
    }
    (text, chosen[call_index])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn composed_names_differ() {
        let mut names: Vec<String> = (0..170_000).map(composed).collect();
        names.sort_unstable();
        names.dedup();
        assert!(names.len() > 165_000, "{}", names.len());
    }

    #[test]
    fn surnames_keep_their_skew() {
        let mut dice = Dice::new(3, 0, 0);
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for _ in 0..500_000 {
            *counts.entry(surname(&mut dice, Culture::Finnish)).or_default() += 1;
        }
        let mut sizes: Vec<u32> = counts.values().copied().collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        let top = |count: usize| sizes[..count].iter().sum::<u32>() / 500;
        // Of listed names the first 10, 100 and 1000 are 3.8, 20.1 and 56.3 %; a tenth is not listed.
        assert!((30..40).contains(&top(10)), "{}", top(10));
        assert!((165..205).contains(&top(100)), "{}", top(100));
        assert!((470..560).contains(&top(1000)), "{}", top(1000));
        let korhonen = counts["Korhonen"];
        assert!((1_800..2_300).contains(&korhonen), "{korhonen}");
    }

    #[test]
    fn women_bear_the_form_of_their_own() {
        assert_eq!(form("Ivanov", Culture::Slavic, false), "Ivanova");
        assert_eq!(form("Ivanov", Culture::Slavic, true), "Ivanov");
        assert_eq!(form("Virtanen", Culture::Finnish, false), "Virtanen");
    }
}
