//! What an order costs: DVV's part, the partner's part and value added tax, to the cent.
//!
//! Amounts are integers: cents, and millionths of a euro for the price of one unit. A unit is one
//! delivered row, in a de-duplication a record of the customer's lists. Each part is rounded half up to a cent, the tax on their sum likewise.

mod euros;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use euros::{Euros, EurosError};

/// The price of one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Price {
    /// To the authority.
    pub dvv: Euros,
    /// To the partner.
    pub partner: Euros,
    /// On both.
    pub vat: Euros,
    /// All of it.
    pub total: Euros,
}

/// Everything prices are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Prices {
    /// The authority's tariffs.
    pub dvv: Vec<Tariff>,
    /// The partner's tariffs.
    pub partner: Vec<Tariff>,
    /// Rates of value added tax.
    pub vat: Vec<VatRate>,
}

/// A tariff and when it begins to hold; it holds until the next begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// First day.
    pub from: Date,
    /// For each order, cents.
    #[serde(default)]
    pub order_cents: u64,
    /// At least this for each order, cents.
    #[serde(default)]
    pub minimum_cents: u64,
    /// What the prices of tiers are for.
    #[serde(default)]
    pub mode: TierMode,
    /// Prices of a unit, ascending by `above`; the first is above 0. None: units are free.
    #[serde(default)]
    pub tiers: Vec<Tier>,
}

/// What the price of a tier is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TierMode {
    /// All units of an order that reaches the tier.
    AllUnits,
    /// The units within the tier, so that more never costs less.
    #[default]
    Marginal,
}

/// The price of a unit from some number of units on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Holds for orders, or units, above this number.
    pub above: u64,
    /// Millionths of a euro.
    pub unit_millionths: u64,
}

/// A rate of value added tax and when it begins to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VatRate {
    /// First day.
    pub from: Date,
    /// Thousandths: 255 is 25.5 %.
    pub per_mille: u16,
}

impl Default for Prices {
    /// The last tariff that was public (decree 1396/2016), an example to replace; the partner asks nothing.
    /// The decree does not say whether a tier is for all units: here it is for those within it.
    fn default() -> Self {
        let steps = [
            (0, 22_000),
            (100_000, 11_000),
            (300_000, 10_000),
            (500_000, 9_000),
            (2_500_000, 7_000),
            (3_400_000, 5_000),
            (5_000_000, 4_000),
        ];
        let tiers = steps.map(|(above, unit_millionths)| Tier { above, unit_millionths }).to_vec();
        let from = jiff::civil::date(2017, 1, 1);
        let dvv = Tariff { from, order_cents: 66_000, minimum_cents: 0, mode: TierMode::Marginal, tiers };
        let vat = [
            VatRate { from: jiff::civil::date(2013, 1, 1), per_mille: 240 },
            VatRate { from: jiff::civil::date(2024, 9, 1), per_mille: 255 },
        ];
        Self { dvv: vec![dvv], partner: Vec::new(), vat: vat.to_vec() }
    }
}

/// Prices that cannot be gone by, or not on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// Tiers of a tariff.
    #[error("tiers of a tariff must begin above 0 and ascend")]
    Tiers,
    /// More than 100 %.
    #[error("value added tax must be at most 1000 per mille")]
    Vat,
    /// More than can be counted.
    #[error("price is beyond any bill")]
    Overflow,
}

impl Prices {
    /// Whether the settings can be gone by.
    ///
    /// # Errors
    /// The first thing that cannot.
    pub fn check(&self) -> Result<(), PriceError> {
        let ascends = |tariff: &Tariff| {
            tariff.tiers.first().is_none_or(|tier| tier.above == 0)
                && tariff.tiers.is_sorted_by(|a, b| a.above < b.above)
        };
        if !self.dvv.iter().chain(&self.partner).all(ascends) {
            return Err(PriceError::Tiers);
        }
        if self.vat.iter().any(|rate| rate.per_mille > 1000) { Err(PriceError::Vat) } else { Ok(()) }
    }

    /// The price of an order of some units, on a day.
    ///
    /// # Errors
    /// [`PriceError::Overflow`] beyond 2⁶⁴ cents.
    pub fn price(&self, units: u64, day: Date) -> Result<Price, PriceError> {
        self.of(&self.dvv, units, day)
    }

    /// The price of an order on the customer's own records alone: nothing of the population register is disclosed, so
    /// the authority asks nothing.
    ///
    /// # Errors
    /// As [`Prices::price`].
    pub fn own_records(&self, units: u64, day: Date) -> Result<Price, PriceError> {
        self.of(&[], units, day)
    }

    fn of(&self, dvv: &[Tariff], units: u64, day: Date) -> Result<Price, PriceError> {
        let part = |tariffs: &[Tariff]| {
            in_force(tariffs, day, |tariff| tariff.from).map_or(Some(0), |tariff| tariff.cents(units))
        };
        let rate = in_force(&self.vat, day, |rate| rate.from).map_or(0, |rate| rate.per_mille);
        let sum = || {
            let (dvv, partner) = (part(dvv)?, part(&self.partner)?);
            let net = dvv.checked_add(partner)?;
            let vat = half_up(u128::from(net) * u128::from(rate), 1000)?;
            let total = net.checked_add(vat)?;
            let [dvv, partner, vat, total] = [dvv, partner, vat, total].map(Euros::from_cents);
            Some(Price { dvv, partner, vat, total })
        };
        sum().ok_or(PriceError::Overflow)
    }
}

impl Tariff {
    fn cents(&self, units: u64) -> Option<u64> {
        let millionths = match self.mode {
            TierMode::AllUnits => {
                let tier = self.tiers.iter().rev().find(|tier| units > tier.above);
                u128::from(units) * u128::from(tier.map_or(0, |tier| tier.unit_millionths))
            }
            TierMode::Marginal => self.marginal_millionths(units)?,
        };
        let cents = half_up(millionths, 10_000)?.checked_add(self.order_cents)?;
        Some(cents.max(self.minimum_cents))
    }

    fn marginal_millionths(&self, units: u64) -> Option<u128> {
        let ends = self.tiers.iter().skip(1).map(|tier| tier.above).chain([u64::MAX]);
        self.tiers.iter().zip(ends).try_fold(0_u128, |sum, (tier, end)| {
            let within = units.min(end).saturating_sub(tier.above);
            sum.checked_add(u128::from(within) * u128::from(tier.unit_millionths))
        })
    }
}

/// The last that begins on the day or before.
fn in_force<T>(all: &[T], day: Date, from: impl Fn(&T) -> Date) -> Option<&T> {
    all.iter().filter(|entry| from(entry) <= day).max_by_key(|entry| from(entry))
}

fn half_up(number: u128, divisor: u128) -> Option<u64> {
    u64::try_from((number + divisor / 2) / divisor).ok()
}

#[cfg(test)]
mod tests;
