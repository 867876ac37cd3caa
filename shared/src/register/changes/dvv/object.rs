//! Values of a JSON object by name, each refused by its name alone if it has another type.

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::register::changes::{Field, LeftOut, PartialDate, Reason};
use crate::register::hetu::Hetu;

/// An object of a line, with the group it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) group: &'static str,
    pub(super) values: &'a Map<String, Value>,
}

impl<'a> Object<'a> {
    pub(super) const fn error(self, name: &'static str, reason: Reason) -> LeftOut {
        LeftOut { field: Field { group: self.group, name }, reason }
    }

    fn value(self, name: &str) -> Option<&'a Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    fn typed<T>(
        self,
        name: &'static str,
        take: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, LeftOut> {
        self.value(name)
            .map(|value| take(value).ok_or_else(|| self.error(name, Reason::WrongType)))
            .transpose()
    }

    /// The value, if it must be there.
    pub(super) fn must<T>(self, name: &'static str, found: Option<T>) -> Result<T, LeftOut> {
        found.ok_or_else(|| self.error(name, Reason::Missing))
    }

    pub(super) fn text(self, name: &'static str) -> Result<Option<&'a str>, LeftOut> {
        self.typed(name, Value::as_str)
    }

    pub(super) fn owned(self, name: &'static str) -> Result<Option<String>, LeftOut> {
        Ok(self.text(name)?.map(str::to_owned))
    }

    pub(super) fn sure_text(self, name: &'static str) -> Result<&'a str, LeftOut> {
        self.must(name, self.text(name)?)
    }

    pub(super) fn flag(self, name: &'static str) -> Result<Option<bool>, LeftOut> {
        self.typed(name, Value::as_bool)
    }

    pub(super) fn number(self, name: &'static str) -> Result<Option<u64>, LeftOut> {
        self.typed(name, Value::as_u64)
    }

    pub(super) fn list(self, name: &'static str) -> Result<Option<&'a [Value]>, LeftOut> {
        self.typed(name, |value| value.as_array().map(Vec::as_slice))
    }

    pub(super) fn object(self, name: &'static str) -> Result<Option<Self>, LeftOut> {
        let object = self.typed(name, Value::as_object)?;
        Ok(object.map(|values| Self { values, ..self }))
    }

    pub(super) fn code(self, name: &'static str) -> Result<Option<Hetu>, LeftOut> {
        let parse = |text| Hetu::parse(text).map_err(|error| self.error(name, Reason::Identity(error)));
        self.text(name)?.map(parse).transpose()
    }

    /// The person another object names.
    pub(super) fn person(self, name: &'static str) -> Result<Option<Hetu>, LeftOut> {
        self.object(name)?.map_or(Ok(None), |person| person.code("henkilotunnus"))
    }

    /// A text in Finnish and Swedish.
    pub(super) fn bilingual(self, name: &'static str) -> Result<(Option<String>, Option<String>), LeftOut> {
        let Some(both) = self.object(name)? else { return Ok((None, None)) };
        Ok((both.owned("fi")?, both.owned("sv")?))
    }

    /// Whether the value is withheld from who reads.
    pub(super) fn withholds(self, name: &str) -> Result<bool, LeftOut> {
        let names = self.list("turvakiellonAlaisetKentat")?.unwrap_or_default();
        Ok(names.iter().any(|withheld| withheld.as_str() == Some(name)))
    }

    pub(super) fn date(self, name: &'static str) -> Result<Option<PartialDate>, LeftOut> {
        let Some(date) = self.object(name)? else { return Ok(None) };
        let impossible = || self.error(name, Reason::ImpossibleDate);
        let text = date.sure_text("arvo")?;
        // Text of a coarse date may or may not be padded with a month and a day.
        let part = |length: usize, rest: &str| {
            let first = text.get(..length).map(|part| format!("{part}{rest}"));
            first.and_then(|text| strict(&text)).ok_or_else(impossible)
        };
        match date.sure_text("tarkkuus")? {
            "PAIVA" => strict(text).map(PartialDate::Day).ok_or_else(impossible).map(Some),
            "KUUKAUSI" => part(7, "-01").map(PartialDate::Month).map(Some),
            "VUOSI" => part(4, "-01-01").map(PartialDate::Year).map(Some),
            _ => Err(self.error(name, Reason::OffList)),
        }
    }
}

/// `YYYY-MM-DD` and nothing else.
fn strict(text: &str) -> Option<Date> {
    if text.len() == 10 { text.parse::<Date>().ok().filter(|date| date.year() >= 1) } else { None }
}
