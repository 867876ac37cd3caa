//! Names of the interface's groups and change attributes.

/// Groups that are passed over: the register holds nothing of them.
const NOT_HELD: &[&str] = &[
    "ASUMUSERO",
    "EDELLINEN_KOTIKUNTA",
    "EDELLINEN_KOTIMAINEN_ASUINPAIKKATUNNUS",
    "EDUNVALVONTA",
    "EDUNVALVONTAVALTUUTUS",
    "ENTINEN_OLINPAIKASSA_ASUMINEN",
    "ENTINEN_ULKOMAILLA_ASUMINEN",
    "HISTORIAA_USKONTOKUNNASTA",
    "HUOLLETTAVA",
    "HUOLLETTAVA_SUPPEA",
    "HUOSTAANOTTO",
    "JARJESTYSKIRJAIN",
    "KANSALAISUUS",
    "KOTIMAINEN_POSTIOSOITE",
    "KOTIMAINEN_YHTEYSOSOITE",
    "KUOLLEEKSIJULISTAMISPAIVA",
    "LAPSI",
    "LAPSI_SUPPEA",
    "PERHESUHDE",
    "POISSAOLO",
    "REKISTEROITY_PARISUHDE",
    "SAHKOINEN_ASIOINTITUNNUS",
    "SAHKOPOSTIOSOITE",
    "SIVIILISAATY",
    "SUOMEEN_MUUTTOPAIVA",
    "SYNTYMAKOTIKUNTA",
    "TILAPAINEN_KOTIMAINEN_ASUINPAIKKATUNNUS",
    "TILAPAINEN_KOTIMAINEN_OSOITE",
    "TILAPAINEN_KUNTA",
    "TILAPAINEN_OLINPAIKASSA_ASUMINEN",
    "TILAPAINEN_ULKOMAILLA_ASUMINEN",
    "TILAPAINEN_ULKOMAINEN_OSOITE",
    "ULKOMAINEN_HENKILOTUNNUS",
    "ULKOMAINEN_POSTIOSOITE",
    "ULKOMAINEN_SYNTYMAPAIKKA",
    "ULKOMAINEN_YHTEYSOSOITE",
    "USKONTOKUNTA",
    "USKONTOKUNTALAJI",
    "VAESTOKIRJANPITOKUNTA",
    "VAKINAINEN_OLINPAIKASSA_ASUMINEN",
    "VAKINAINEN_ULKOMAILLA_ASUMINEN",
    "VALTIO_JOHON_MUUTTANUT",
    "VALTIO_JOSTA_MUUTTANUT",
    "VANHEMPI",
    "VANHEMPI_SUPPEA",
    "VUODENVAIHTEEN_KUNTA",
];

/// Whether a group is one of the interface, though the register holds nothing of it. Groups of buildings and
/// apartments go by their first word.
pub(super) fn is_not_held(name: &str) -> bool {
    NOT_HELD.binary_search(&name).is_ok()
        || name.starts_with("RAKENNUKSEN_")
        || name.starts_with("HUONEISTON_")
}

/// What happened to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Added,
    Changed,
    Removed,
    /// Tells what held before, or more of what holds: nothing to do.
    Aside,
}

impl Act {
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "LISATTY" => Some(Self::Added),
            "MUUTETTU" | "KORJATTU" => Some(Self::Changed),
            "POISTETTU" => Some(Self::Removed),
            "LISATIETO" | "KORJATTAVAA" => Some(Self::Aside),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_sorted_and_known() {
        assert!(NOT_HELD.is_sorted());
        assert!(is_not_held("LAPSI") && is_not_held("RAKENNUKSEN_SAHKO_VARUSTETIETO"));
        assert!(!is_not_held("KUOLINPAIVA") && !is_not_held("lapsi"));
    }
}
