//! Weights in figures, rounded so that the parts that are shown sum to the weight that is shown.

use std::fmt;

use super::explain::Step;

/// Digits behind the point in files.
pub const FINE: usize = 6;
/// Digits behind the point on pages.
pub const COARSE: usize = 2;

/// A number with so many digits behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal<const DIGITS: usize> {
    /// The number in units of its last digit.
    units: i64,
}

impl<const DIGITS: usize> Decimal<DIGITS> {
    const UNITS: f64 = {
        let (mut units, mut digit) = (1.0, 0);
        while digit < DIGITS {
            units *= 10.0;
            digit += 1;
        }
        units
    };

    /// A number, rounded.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "weights have few digits before the point")]
    pub fn of(number: f64) -> Self {
        Self { units: (number * Self::UNITS).round() as i64 }
    }

    /// What is left of a number when its other parts are taken away.
    fn less(self, others: impl Iterator<Item = Self>) -> Self {
        Self { units: self.units - others.map(|other| other.units).sum::<i64>() }
    }

    /// As a number.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "weights have few digits before the point")]
    pub fn number(self) -> f64 {
        self.units as f64 / Self::UNITS
    }

    /// Puts it behind a text.
    pub fn push(self, text: &mut Vec<u8>) {
        if self.units < 0 {
            text.push(b'-');
        }
        text.extend(self.figures().as_bytes());
    }

    fn figures(self) -> Figures {
        let mut figures = Figures { text: [b'0'; 24], start: 24 };
        let mut left = self.units.unsigned_abs();
        let mut place = 0;
        while left > 0 || place <= DIGITS {
            if place == DIGITS && DIGITS > 0 {
                figures.add(b'.');
            }
            figures.add(b"0123456789"[usize::try_from(left % 10).unwrap_or(0)]);
            left /= 10;
            place += 1;
        }
        figures
    }
}

/// Figures without a sign, from the last to the first.
struct Figures {
    text: [u8; 24],
    start: usize,
}

impl Figures {
    const fn add(&mut self, figure: u8) {
        self.start -= 1;
        self.text[self.start] = figure;
    }

    fn as_bytes(&self) -> &[u8] {
        &self.text[self.start..]
    }
}

impl<const DIGITS: usize> fmt::Display for Decimal<DIGITS> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures = self.figures();
        out.pad_integral(self.units >= 0, "", str::from_utf8(figures.as_bytes()).unwrap_or_default())
    }
}

/// The columns of what [`push_parts`] writes, of these fields.
pub fn headings<'f>(fields: impl Iterator<Item = &'f str>) -> impl Iterator<Item = String> {
    let [prior, rest] = ["prior", "rest"].map(|end| std::iter::once(end.to_owned()));
    prior.chain(fields.map(|field| format!("weight:{field}"))).chain(rest)
}

/// Writes what a weight is made of, a comma before each: what any two records weigh, what each field adds, and what is left.
pub fn push_parts(out: &mut Vec<u8>, weight: Decimal<FINE>, parts: impl Iterator<Item = f64>) {
    let rest = weight.less(parts.map(Decimal::of).inspect(|part| {
        out.push(b',');
        part.push(out);
    }));
    out.push(b',');
    rest.push(out);
}

/// What the steps to a weight show: each is rounded, and the last is what is left of the weight.
#[must_use]
pub fn rounded<const DIGITS: usize>(steps: &[Step], weight: f64) -> Vec<Decimal<DIGITS>> {
    let Some((_, others)) = steps.split_last() else { return Vec::new() };
    let mut shown: Vec<Decimal<DIGITS>> = others.iter().map(|step| Decimal::of(step.weight)).collect();
    shown.push(Decimal::of(weight).less(shown.iter().copied()));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_with_their_digits() {
        let coarse =
            [(0.0, "+0.00"), (-0.004, "+0.00"), (-0.006, "-0.01"), (1234.5, "+1234.50"), (-7.0, "-7.00")];
        for (number, text) in coarse {
            assert_eq!(format!("{:+}", Decimal::<COARSE>::of(number)), text);
        }
        for number in [0.0, 1.0, -1.0, 0.125, -12.345_678, 40.000_001, 999_999.5] {
            let mut text = Vec::new();
            Decimal::<FINE>::of(number).push(&mut text);
            assert_eq!(String::from_utf8(text).unwrap(), format!("{number:.6}"));
        }
        let mut widest = Vec::new();
        Decimal::<FINE>::of(f64::NEG_INFINITY).push(&mut widest);
        assert_eq!(widest, b"-9223372036854.775808");
    }

    #[test]
    fn what_is_shown_sums_to_the_weight_that_is_shown() {
        let step = |weight: f64| Step { field: String::new(), level: "", weight };
        let steps: Vec<Step> = [0.005, 0.005, 0.005, -0.0149].map(step).into();
        let shown = rounded::<COARSE>(&steps, 0.0001);
        assert_eq!(
            shown.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["0.01", "0.01", "0.01", "-0.03"]
        );
    }
}
