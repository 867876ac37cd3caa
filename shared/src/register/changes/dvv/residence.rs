//! Where a person lives, of what several groups tell.

use super::groups::Act;
use super::object::Object;
use crate::register::building_id::BuildingId;
use crate::register::changes::{Abroad, Address, Field, Home, Left, LeftOut, PartialDate, Reason};

/// What the groups of one line tell of the permanent home.
#[derive(Default)]
pub(super) struct Residence {
    /// By the dwelling's identifier; inside: `None` if there is no home any more.
    home: Option<Option<Home>>,
    /// By the address in words.
    words: Option<(Address, Option<PartialDate>)>,
}

const WITHHELD: Home = Home { dwelling: None, since: None, address: None };

/// The address abroad; `None` if there is none any more.
pub(super) fn abroad(group: Object<'_>, act: Act) -> Result<Option<Abroad>, LeftOut> {
    if act == Act::Removed || group.date("loppupv")?.is_some() {
        return Ok(None);
    }
    let country = group.sure_text("valtiokoodi")?.to_owned();
    let withheld = group.withholds("lahiosoite")?;
    let lines = [group.text("lahiosoite")?, group.text("paikkakunta")?];
    let lines: Vec<&str> = lines.into_iter().flatten().collect();
    let address = (!withheld && !lines.is_empty()).then(|| lines.join(", "));
    Ok(Some(Abroad { country, address, since: group.date("alkupv")? }))
}

impl Residence {
    /// The group of the dwelling's identifier.
    pub(super) fn dwelling(&mut self, group: Object<'_>, act: Act) -> Result<(), LeftOut> {
        self.home = Some(if act == Act::Removed || group.date("loppupv")?.is_some() {
            None
        } else if group.withholds("asuinpaikantunnus")? {
            Some(WITHHELD)
        } else {
            let dwelling = Some(group.sure_text("asuinpaikantunnus")?.to_owned());
            Some(Home { dwelling, since: group.date("alkupv")?, address: None })
        });
        Ok(())
    }

    /// The group of the address in words; gives back one that was left.
    pub(super) fn address(&mut self, group: Object<'_>, act: Act) -> Result<Option<Left>, LeftOut> {
        let until = group.date("loppupv")?;
        if group.withholds("katunimi")? {
            // An address that was left and is withheld is nothing to keep.
            if until.is_none() {
                self.home.get_or_insert(Some(WITHHELD));
            }
            return Ok(None);
        }
        if until.is_none() && act == Act::Removed {
            self.home.get_or_insert(None);
            return Ok(None);
        }
        let (address, since) = (words(group)?, group.date("alkupv")?);
        if let Some(until) = until {
            return Ok(Some(Left { address, since, until }));
        }
        self.words = Some((address, since));
        Ok(None)
    }

    /// One home of what was told; `None` if nothing was.
    pub(super) fn finish(self) -> Result<Option<Option<Home>>, LeftOut> {
        let home = match (self.home, self.words) {
            (Some(Some(home)), Some((address, since))) if home.dwelling.is_some() => {
                Some(Home { since: home.since.or(since), address: Some(address), ..home })
            }
            (Some(home), _) => home,
            (None, None) => return Ok(None),
            (None, Some((address, since))) => {
                let field = Field { group: "VAKINAINEN_KOTIMAINEN_OSOITE", name: "rakennustunnus" };
                let dwelling = dwelling_of(&address).ok_or(LeftOut { field, reason: Reason::Missing })?;
                Some(Home { dwelling: Some(dwelling), since, address: Some(address) })
            }
        };
        Ok(Some(home))
    }
}

/// The identifier of a dwelling, put together from its parts.
fn dwelling_of(address: &Address) -> Option<String> {
    let (building, number) = (address.building?, address.address_no?);
    let [stair, divider] = [&address.stair, &address.divider].map(|letter| letter.as_deref().unwrap_or("0"));
    let apartment = address.apartment.as_deref().unwrap_or("000");
    Some(format!("{building}{number}{stair}{apartment}{divider}"))
}

fn words(group: Object<'_>) -> Result<Address, LeftOut> {
    let (street_fi, street_sv) = group.bilingual("katunimi")?;
    let (post_office_fi, post_office_sv) = group.bilingual("postitoimipaikka")?;
    let building =
        |text| BuildingId::parse(text).map_err(|_error| group.error("rakennustunnus", Reason::WrongForm));
    let number = group.number("osoitenumero")?.map(i32::try_from).transpose();
    Ok(Address {
        street_fi: group.must("katunimi", street_fi)?,
        street_sv,
        house_number: group.owned("katunumero")?,
        stair: group.owned("huoneistokirjain")?,
        apartment: group.owned("huoneistonumero")?,
        divider: group.owned("jakokirjain")?,
        postal_code: group.sure_text("postinumero")?.to_owned(),
        post_office_fi,
        post_office_sv,
        building: group.text("rakennustunnus")?.map(building).transpose()?,
        address_no: number.map_err(|_error| group.error("osoitenumero", Reason::WrongForm))?,
    })
}
