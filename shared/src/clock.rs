//! Time as an input: the only place that reads the system's clock.

use std::fmt::Debug;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Where "now" comes from. The engine never sees one.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The present moment, UTC.
    fn now(&self) -> Timestamp;

    /// The civil date in Finland (Europe/Helsinki).
    fn today(&self) -> Date {
        helsinki_date(self.now())
    }
}

/// A clock handed from part to part.
pub type SharedClock = Arc<dyn Clock>;

/// The civil date of a moment in Europe/Helsinki.
#[must_use]
pub fn helsinki_date(moment: Timestamp) -> Date {
    TimeZone::get("Europe/Helsinki").map_or_else(
        // The time zone database is linked in; an offset of two hours is the winter time.
        |_| (moment + 2.hours()).to_zoned_datetime(TimeZone::UTC).date(),
        |zone| moment.to_zoned_datetime(zone).date(),
    )
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still: for tests and for simulated runs.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_in_helsinki_is_before_midnight_utc() {
        let late_evening: Timestamp = "2026-06-30T22:30:00Z".parse().unwrap();
        assert_eq!(helsinki_date(late_evening).to_string(), "2026-07-01");
    }
}
