//! Prices to the cent, by tariff, tier and day.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

#[test]
fn the_authority_asks_nothing_for_the_customers_own_records() {
    let day = date(2026, 1, 1);
    let tier = Tier { above: 0, unit_millionths: 10_000 };
    let partner = Tariff {
        from: day,
        order_cents: 1_000,
        minimum_cents: 0,
        mode: TierMode::Marginal,
        tiers: vec![tier],
    };
    let prices = Prices { partner: vec![partner], ..Prices::default() };
    let price = prices.own_records(1_000, day).unwrap();
    assert_eq!([price.dvv, price.partner, price.vat, price.total].map(Euros::cents), [0, 2_000, 510, 2_510]);
    assert!(prices.price(1_000, day).unwrap().dvv > price.dvv);
}

fn cents(prices: &Prices, units: u64) -> [u64; 4] {
    let price = prices.price(units, date(2026, 11, 1)).unwrap();
    [price.dvv, price.partner, price.vat, price.total].map(Euros::cents)
}

fn with(mode: TierMode, minimum_cents: u64) -> Prices {
    let mut prices = Prices::default();
    prices.dvv[0].mode = mode;
    prices.dvv[0].minimum_cents = minimum_cents;
    prices
}

#[test]
fn prices_are_exact() {
    use TierMode::{AllUnits, Marginal};
    let rows = [
        (Marginal, 0, 0, [66_000, 0, 16_830, 82_830]),
        (Marginal, 0, 1, [66_002, 0, 16_831, 82_833]),
        (Marginal, 0, 100_000, [286_000, 0, 72_930, 358_930]),
        (Marginal, 0, 100_001, [286_001, 0, 72_930, 358_931]),
        (AllUnits, 0, 100_000, [286_000, 0, 72_930, 358_930]),
        (AllUnits, 0, 100_001, [176_001, 0, 44_880, 220_881]),
        (Marginal, 0, 5_634_472, [4_189_789, 0, 1_068_396, 5_258_185]),
        (Marginal, 70_000, 1, [70_000, 0, 17_850, 87_850]),
    ];
    for (mode, minimum, units, expected) in rows {
        assert_eq!(cents(&with(mode, minimum), units), expected, "{mode:?} {units}");
    }
}

#[test]
fn tariffs_and_taxes_hold_from_their_day() {
    let prices = Prices::default();
    let total = |day| prices.price(0, day).unwrap().total.cents();
    assert_eq!(total(date(2016, 12, 31)), 0);
    assert_eq!(total(date(2024, 8, 31)), 66_000 + 15_840);
    assert_eq!(total(date(2024, 9, 1)), 66_000 + 16_830);
    assert_eq!(prices.price(u64::MAX, date(2026, 1, 1)).map(|_| ()), Ok(()));
}

#[test]
fn settings_are_checked() {
    assert_eq!(Prices::default().check(), Ok(()));
    let mut prices = Prices::default();
    prices.dvv[0].tiers.swap(1, 2);
    assert_eq!(prices.check(), Err(PriceError::Tiers));
    prices.dvv[0].tiers = vec![Tier { above: 5, unit_millionths: 1 }];
    assert_eq!(prices.check(), Err(PriceError::Tiers));
}

proptest! {
    #[test]
    fn more_never_costs_less_by_margin(units in 0_u64..10_000_000) {
        let prices = Prices::default();
        prop_assert!(cents(&prices, units)[3] <= cents(&prices, units + 1)[3]);
    }
}
