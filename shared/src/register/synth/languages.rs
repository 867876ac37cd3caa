//! Mother tongues of the country, and the names that go with them.

use super::dice::Dice;

/// Where a name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Culture {
    Finnish,
    Swedish,
    Slavic,
    Estonian,
    Arabic,
    Western,
    Asian,
    Balkan,
}

/// Speakers in 2024 of languages other than Finnish and Swedish (Statistics Finland; several scaled from 2018).
/// `se` holds the Sámi outside their homeland.
const OTHERS: &[((&str, Culture), u32)] = &[
    (("ru", Culture::Slavic), 102_461),
    (("et", Culture::Estonian), 49_551),
    (("ar", Culture::Arabic), 43_522),
    (("uk", Culture::Slavic), 39_989),
    (("so", Culture::Arabic), 33_704),
    (("en", Culture::Western), 33_332),
    (("ku", Culture::Arabic), 22_616),
    (("fa", Culture::Arabic), 20_947),
    (("zh", Culture::Asian), 19_966),
    (("sq", Culture::Balkan), 17_685),
    (("vi", Culture::Asian), 16_801),
    (("th", Culture::Asian), 15_711),
    (("tr", Culture::Arabic), 13_078),
    (("es", Culture::Western), 13_034),
    (("de", Culture::Western), 10_165),
    (("pl", Culture::Slavic), 8_756),
    (("ro", Culture::Western), 7_106),
    (("fr", Culture::Western), 7_084),
    (("tl", Culture::Asian), 6_459),
    (("bn", Culture::Asian), 6_393),
    (("ne", Culture::Asian), 6_335),
    (("ur", Culture::Arabic), 5_105),
    (("pt", Culture::Western), 4_867),
    (("hu", Culture::Western), 4_767),
    (("it", Culture::Western), 4_598),
    (("bg", Culture::Slavic), 4_570),
    (("hi", Culture::Asian), 3_819),
    (("bs", Culture::Balkan), 3_803),
    (("sw", Culture::Arabic), 3_324),
    (("98", Culture::Asian), 78_700),
    (("99", Culture::Western), 1_700),
    (("se", Culture::Finnish), 700),
];

/// Where the names of people with a mother tongue come from.
pub(super) fn culture_of(language: &str) -> Culture {
    match language {
        "fi" => Culture::Finnish,
        "sv" => Culture::Swedish,
        other => OTHERS
            .iter()
            .find(|((code, _), _)| *code == other)
            .map_or(Culture::Western, |((_, culture), _)| *culture),
    }
}

/// A language of a household that speaks neither Finnish nor Swedish at home.
pub(super) fn other_language(dice: &mut Dice, municipality: &str) -> (&'static str, Culture) {
    if matches!(municipality, "890" | "148" | "047") && dice.chance(720_000) {
        return ("se", Culture::Finnish);
    }
    dice.among(OTHERS)
}
