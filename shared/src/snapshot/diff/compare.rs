//! One person in two snapshots, field by field.

use arrow_array::types::UInt64Type;
use arrow_array::{Array as _, StringArray};

use super::address::{Home, Maps, compare as compare_homes};
use super::kind::{Kind, Kinds};
use super::side::{People, codes, items};
use crate::snapshot::dictionary::Dict;
use crate::snapshot::tables::{NULL_I32, flag};

fn same_text(old: (&StringArray, usize), new: (&StringArray, usize)) -> bool {
    match (old.0.is_valid(old.1), new.0.is_valid(new.1)) {
        (true, true) => old.0.value(old.1) == new.0.value(new.1),
        (was, is) => was == is,
    }
}

/// Adds how a person differs between an older and a newer snapshot.
pub(super) fn compare(old: (&People<'_>, usize), new: (People<'_>, usize), maps: &Maps, kinds: &mut Kinds) {
    let new = (&new.0, new.1);
    names(old, new, maps, kinds);
    residence(old, new, maps, kinds);
    state(old, new, maps, kinds);
    prohibitions(old, new, kinds);
}

fn names(old: (&People<'_>, usize), new: (&People<'_>, usize), maps: &Maps, kinds: &mut Kinds) {
    let ((a, i), (b, j)) = ((old.0.persons, old.1), (new.0.persons, new.1));
    let same = maps.same(Dict::Surname, a.surname[i], b.surname[j])
        && maps.same(Dict::FirstNames, a.first_names[i], b.first_names[j])
        && maps.same(Dict::GivenName, a.call_name[i], b.call_name[j])
        && a.names_since[i] == b.names_since[j];
    kinds.add_if(Kind::Names, !same);
    let former = maps.same_all(Dict::Surname, codes(&a.former_surnames, i), codes(&b.former_surnames, j))
        && maps.same_all(Dict::FirstNames, codes(&a.former_first_names, i), codes(&b.former_first_names, j));
    kinds.add_if(Kind::FormerNames, !former);
}

fn residence(old: (&People<'_>, usize), new: (&People<'_>, usize), maps: &Maps, kinds: &mut Kinds) {
    let ((a, i), (b, j)) = ((old.0.persons, old.1), (new.0.persons, new.1));
    let home = compare_homes(old, new, maps);
    kinds.add_if(Kind::Address, home == Home::Other);
    kinds.add_if(Kind::AddressInWords, home == Home::Renamed);
    kinds.add_if(Kind::MovedIn, home != Home::Other && a.moved_in[i] != b.moved_in[j]);
    let town = maps.same(Dict::Municipality, a.municipality[i], b.municipality[j]);
    kinds.add_if(Kind::Municipality, !town);
    let (was, is) = (a.foreign_country[i] != 0, b.foreign_country[j] != 0);
    let same = maps.same(Dict::Country, a.foreign_country[i], b.foreign_country[j])
        && a.emigrated_on[i] == b.emigrated_on[j]
        && same_text((&a.foreign_address, i), (&b.foreign_address, j));
    kinds.add_if(Kind::Emigrated, !was && is);
    kinds.add_if(Kind::Returned, was && !is);
    kinds.add_if(Kind::AddressAbroad, was == is && !same);
    kinds.add_if(Kind::CareOf, !same_text((&a.care_of, i), (&b.care_of, j)));
}

fn state(old: (&People<'_>, usize), new: (&People<'_>, usize), maps: &Maps, kinds: &mut Kinds) {
    let ((a, i), (b, j)) = ((old.0.persons, old.1), (new.0.persons, new.1));
    let (died, dies) = (a.death_date[i], b.death_date[j]);
    kinds.add_if(Kind::Death, died == NULL_I32 && dies != NULL_I32);
    kinds.add_if(Kind::DeathAnnulled, died != NULL_I32 && dies == NULL_I32);
    kinds.add_if(Kind::DeathDate, died != NULL_I32 && dies != NULL_I32 && died != dies);
    let languages = maps.same(Dict::MotherTongue, a.mother_tongue[i], b.mother_tongue[j])
        && maps.same(Dict::MotherTongue, a.service_language[i], b.service_language[j]);
    kinds.add_if(Kind::Language, !languages);
    kinds.add_if(Kind::Sex, a.sex[i] != b.sex[j]);
    kinds.add_if(Kind::BirthDate, a.birth_date[i] != b.birth_date[j]);
    let family = a.spouse_id[i] == b.spouse_id[j]
        && items::<UInt64Type>(&a.guardian_ids, i) == items::<UInt64Type>(&b.guardian_ids, j);
    kinds.add_if(Kind::Family, !family);
    kinds.add_if(Kind::Occupation, !maps.same(Dict::Occupation, a.occupation[i], b.occupation[j]));
}

fn prohibitions(old: (&People<'_>, usize), new: (&People<'_>, usize), kinds: &mut Kinds) {
    let ((a, i), (b, j)) = ((old.0.persons, old.1), (new.0.persons, new.1));
    let (was, is) = (a.flags[i], b.flags[j]);
    for (bit, set, revoked) in [
        (flag::NO_MARKETING, Kind::NoMarketingSet, Kind::NoMarketingRevoked),
        (flag::NO_REGISTER_UPDATE, Kind::NoRegisterUpdateSet, Kind::NoRegisterUpdateRevoked),
        (flag::NO_CONTACT_INFO, Kind::NoContactInfoSet, Kind::NoContactInfoRevoked),
        (flag::NO_DIRECTORY, Kind::NoDirectorySet, Kind::NoDirectoryRevoked),
        (flag::NO_GENEALOGY, Kind::NoGenealogySet, Kind::NoGenealogyRevoked),
    ] {
        kinds.add_if(set, was & bit == 0 && is & bit != 0);
        kinds.add_if(revoked, was & bit != 0 && is & bit == 0);
    }
    let (was, is) = (a.security_until[i], b.security_until[j]);
    kinds.add_if(Kind::SecuritySet, was == NULL_I32 && is != NULL_I32);
    kinds.add_if(Kind::SecurityRevoked, was != NULL_I32 && is == NULL_I32);
    kinds.add_if(Kind::SecurityDate, was != NULL_I32 && is != NULL_I32 && was != is);
}
