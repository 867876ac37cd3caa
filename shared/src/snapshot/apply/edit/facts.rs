//! Facts told of a person, put into the person's row and judged by the rules of the source files.

use super::row::PersonRow;
use crate::register::changes::{
    Abroad, Change, Fact, Field, Home, Left, LeftOut, NameKind, PartialDate, Reason, days,
};
use crate::snapshot::build::load::Register;
use crate::snapshot::build::rules::{BIRTH_DAYS, Reason as Rule, Shape};
use crate::snapshot::dictionary::Dict;
use crate::snapshot::tables::{NO_ROW, NULL_I32};

pub(super) const fn left_out(column: &'static str, reason: Reason) -> LeftOut {
    LeftOut { field: Field { group: "", name: column }, reason }
}

const fn broken(column: &'static str, rule: Rule) -> LeftOut {
    left_out(column, Reason::Rule(rule.words()))
}

/// An address that was left, in codes.
pub(super) struct LeftRow {
    /// By the columns of the table.
    pub(super) codes: [(&'static str, u32); 7],
    pub(super) since: i32,
    pub(super) until: i32,
}

/// Turns texts into codes, and refuses those that break a rule.
#[derive(Clone, Copy)]
pub(super) struct Codes<'r>(pub(super) &'r Register);

impl Codes<'_> {
    fn code(self, column: &'static str, dict: Dict, shape: Shape, text: &str) -> Result<u32, LeftOut> {
        match shape.broken(text) {
            Some(rule) => Err(broken(column, rule)),
            None => Ok(self.0.interners.lock(dict).intern(text)),
        }
    }

    fn optional(
        self,
        column: &'static str,
        dict: Dict,
        shape: Shape,
        text: Option<&str>,
    ) -> Result<u32, LeftOut> {
        text.map_or(Ok(0), |text| self.code(column, dict, shape, text))
    }

    /// The address in codes, if it holds to the rules.
    pub(super) fn left(self, left: &Left, birth_date: i32) -> Result<LeftRow, LeftOut> {
        let address = &left.address;
        let any =
            |column, dict, text: &Option<String>| self.optional(column, dict, Shape::Any, text.as_deref());
        let until = days(left.until.last());
        let since = left.since.map_or(NULL_I32, |since| since.first_from(birth_date));
        if since > until {
            return Err(broken("until", Rule::BackwardsDates));
        }
        Ok(LeftRow {
            codes: [
                ("street_fi", self.code("street_fi", Dict::Street, Shape::Any, &address.street_fi)?),
                ("street_sv", any("street_sv", Dict::Street, &address.street_sv)?),
                ("house_number", any("house_number", Dict::HouseNumber, &address.house_number)?),
                ("stair", any("stair", Dict::Stair, &address.stair)?),
                ("apartment", any("apartment", Dict::Apartment, &address.apartment)?),
                ("divider", any("divider", Dict::Divider, &address.divider)?),
                (
                    "postal_code",
                    self.code("postal_code", Dict::PostalCode, Shape::Digits(5), &address.postal_code)?,
                ),
            ],
            since,
            until,
        })
    }

    fn home(self, home: Option<&Home>, row: &mut PersonRow) -> Result<(), LeftOut> {
        (row.dwelling, row.moved_in) = (NO_ROW, NULL_I32);
        if let Some(dwelling) = home.and_then(|home| home.dwelling.as_deref()) {
            let found = self.0.dwelling_ids.find(dwelling);
            row.dwelling = found.ok_or_else(|| broken("dwelling_id", Rule::UnknownDwelling))?;
            row.moved_in = first(home.and_then(|home| home.since), row);
        }
        Ok(())
    }

    fn abroad(self, abroad: Option<&Abroad>, row: &mut PersonRow) -> Result<(), LeftOut> {
        let country = abroad.map(|abroad| abroad.country.as_str());
        row.foreign_country = self.optional("foreign_country", Dict::Country, Shape::Digits(3), country)?;
        row.foreign_address = abroad.and_then(|abroad| abroad.address.clone());
        row.emigrated_on = first(abroad.and_then(|abroad| abroad.since), row);
        Ok(())
    }

    /// Puts one fact into a row; codes and left addresses are others' work.
    fn tell(self, fact: &Fact, row: &mut PersonRow) -> Result<(), LeftOut> {
        match fact {
            Fact::Registered(day) | Fact::BirthDate(day) => row.birth_date = days(day.first()),
            Fact::Sex(sex) => row.sex = *sex,
            Fact::Names { first_names, surname, since } => {
                row.first_names = self.code("first_names", Dict::FirstNames, Shape::Any, first_names)?;
                row.surname = self.code("surname", Dict::Surname, Shape::Any, surname)?;
                row.names_since = first(*since, row);
            }
            Fact::CallName(name) => {
                row.call_name = self.optional("call_name", Dict::GivenName, Shape::Any, name.as_deref())?;
            }
            Fact::FormerName(NameKind::Surname, name) => {
                let name = self.code("former_surnames", Dict::Surname, Shape::Any, name)?;
                push_former(&mut row.former_surnames, name);
            }
            Fact::FormerName(NameKind::FirstNames, name) => {
                let name = self.code("former_first_names", Dict::FirstNames, Shape::Any, name)?;
                push_former(&mut row.former_first_names, name);
            }
            Fact::Death(day) => row.death_date = first(*day, row),
            Fact::MotherTongue(code) => {
                row.mother_tongue = self.code("mother_tongue", Dict::MotherTongue, Shape::Language, code)?;
            }
            Fact::ServiceLanguage(code) => {
                let (column, shape) = ("service_language", Shape::ServiceLanguage);
                row.service_language = self.optional(column, Dict::MotherTongue, shape, code.as_deref())?;
            }
            Fact::Municipality(code) => {
                row.municipality = self.code("municipality", Dict::Municipality, Shape::Digits(3), code)?;
            }
            Fact::Home(home) => self.home(home.as_ref(), row)?,
            Fact::Abroad(abroad) => self.abroad(abroad.as_ref(), row)?,
            Fact::Occupation(text) => {
                let text = text.as_deref();
                row.occupation = self.optional("occupation", Dict::Occupation, Shape::Most(35), text)?;
            }
            Fact::Guardian(guardian, is) => {
                let code = guardian.packed();
                let known = row.guardian_ids.contains(&code);
                if *is && !known {
                    row.guardian_ids.push(code);
                } else if !*is {
                    row.guardian_ids.retain(|other| *other != code);
                }
            }
            Fact::Spouse(spouse) => row.spouse_id = spouse.map_or(0, |spouse| spouse.packed()),
            Fact::Security(until) => row.security_until = until.map_or(NULL_I32, |until| days(until.last())),
            Fact::Prohibition(which, set) => row.prohibitions[*which as usize] = *set,
            Fact::Left(_) | Fact::Identity(_) => {}
        }
        Ok(())
    }

    /// Puts the facts of a change into a row.
    pub(super) fn tell_all(self, change: &Change, row: &mut PersonRow) -> Result<(), LeftOut> {
        // Other days are counted from the birth.
        let is_birth = |fact: &&Fact| matches!(fact, Fact::Registered(_) | Fact::BirthDate(_));
        for fact in change.facts.iter().filter(is_birth) {
            self.tell(fact, row)?;
        }
        for fact in change.facts.iter().filter(|fact| !is_birth(fact)) {
            self.tell(fact, row)?;
        }
        check(row)
    }
}

/// The first day of a date that may be partly known, not before the birth if that may be.
fn first(date: Option<PartialDate>, row: &PersonRow) -> i32 {
    date.map_or(NULL_I32, |date| date.first_from(row.birth_date))
}

/// A former name, told once for each time it was given up.
fn push_former(names: &mut Vec<u32>, name: u32) {
    if names.last() != Some(&name) {
        names.push(name);
    }
}

/// The rules a build has for dates.
fn check(row: &PersonRow) -> Result<(), LeftOut> {
    if !BIRTH_DAYS.contains(&row.birth_date) {
        return Err(broken("birth_date", Rule::ImpossibleDate));
    }
    for (column, day) in [
        ("names_since", row.names_since),
        ("death_date", row.death_date),
        ("moved_in", row.moved_in),
        ("emigrated_on", row.emigrated_on),
    ] {
        if day != NULL_I32 && day < row.birth_date {
            return Err(broken(column, Rule::BeforeBirth));
        }
    }
    Ok(())
}

/// What a new person must have been told.
pub(super) fn check_new(row: &PersonRow) -> Result<(), LeftOut> {
    for (column, code) in [
        ("first_names", row.first_names),
        ("surname", row.surname),
        ("mother_tongue", row.mother_tongue),
        ("municipality", row.municipality),
    ] {
        if code == 0 {
            return Err(left_out(column, Reason::NotRegistered));
        }
    }
    Ok(())
}
