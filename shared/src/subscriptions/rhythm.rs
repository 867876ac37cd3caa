//! When a subscription runs: on each new snapshot, or at times written as a cron expression.
//!
//! Times are those of Finland. The expression is evaluated on the clock on the wall, so that the library needs no time
//! zone; a time that is left out in spring is taken as the one an hour later.

use std::fmt;
use std::str::FromStr;

use cronexpr::{Crontab, MakeTimestamp, parse_crontab};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// How a run on each new snapshot is written.
const EACH_SNAPSHOT: &str = "each-snapshot";
/// Fields of a cron expression: minute, hour, day of month, month, day of week.
const FIELDS: usize = 5;

/// When a subscription runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Rhythm {
    /// Whenever there is a newer snapshot.
    EachSnapshot,
    /// At the times of a cron expression of five fields, if there is a newer snapshot then.
    Cron(String),
}

/// A text that is no rhythm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be `{EACH_SNAPSHOT}`, or minute, hour, day of month, month and day of week as in cron, such as `0 6 * * MON`"
)]
pub struct RhythmError;

impl Rhythm {
    /// The first time after a moment; none on each new snapshot.
    #[must_use]
    pub fn next_after(&self, moment: Timestamp) -> Option<Timestamp> {
        let Self::Cron(expression) = self else { return None };
        let crontab = parsed(expression)?;
        let zone = TimeZone::get("Europe/Helsinki").ok()?;
        // The wall's clock goes back an hour in autumn: what it shows twice must not come twice.
        (0..4)
            .scan(zone.to_datetime(moment), |wall, _| {
                let there = wall.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp();
                let start = MakeTimestamp::from_second(there.as_second()).ok()?;
                let found = crontab.find_next(start).ok()?.timestamp().as_second();
                *wall = TimeZone::UTC.to_datetime(Timestamp::from_second(found).ok()?);
                wall.to_zoned_datetime(zone.clone()).ok().map(|zoned| zoned.timestamp())
            })
            .find(|next| *next > moment)
    }
}

fn parsed(expression: &str) -> Option<Crontab> {
    let fields = expression.split_whitespace().count();
    (fields == FIELDS).then(|| parse_crontab(&format!("{expression} UTC")).ok()).flatten()
}

impl FromStr for Rhythm {
    type Err = RhythmError;

    fn from_str(text: &str) -> Result<Self, RhythmError> {
        if text == EACH_SNAPSHOT {
            return Ok(Self::EachSnapshot);
        }
        let crontab = parsed(text).ok_or(RhythmError)?;
        // The thirtieth of February never comes.
        let start = MakeTimestamp::from_second(0).ok().ok_or(RhythmError)?;
        crontab.find_next(start).map(|_| Self::Cron(text.to_owned())).ok().ok_or(RhythmError)
    }
}

impl TryFrom<String> for Rhythm {
    type Error = RhythmError;

    fn try_from(text: String) -> Result<Self, RhythmError> {
        text.parse()
    }
}

impl From<Rhythm> for String {
    fn from(rhythm: Rhythm) -> Self {
        rhythm.to_string()
    }
}

impl fmt::Display for Rhythm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EachSnapshot => EACH_SNAPSHOT,
            Self::Cron(expression) => expression,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, after: &str) -> String {
        let rhythm: Rhythm = expression.parse().unwrap();
        rhythm.next_after(after.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn times_are_those_of_finland() {
        assert_eq!(next("0 6 * * MON", "2026-11-26T12:00:00Z"), "2026-11-30T04:00:00Z");
        assert_eq!(next("0 6 * * MON", "2026-11-30T04:00:00Z"), "2026-12-07T04:00:00Z");
        assert_eq!(next("30 23 1 * *", "2026-06-15T00:00:00Z"), "2026-07-01T20:30:00Z");
    }

    #[test]
    fn no_time_is_left_out_or_comes_twice_when_clocks_change() {
        // 2026-03-29 03:00 to 04:00 is left out, 2026-10-25 03:00 to 04:00 comes twice.
        assert_eq!(next("30 3 * * *", "2026-03-28T23:00:00Z"), "2026-03-29T01:30:00Z");
        assert_eq!(next("30 3 * * *", "2026-10-24T23:00:00Z"), "2026-10-25T00:30:00Z");
        assert_eq!(next("30 3 * * *", "2026-10-25T00:30:00Z"), "2026-10-26T01:30:00Z");
    }

    #[test]
    fn what_is_no_rhythm_is_refused() {
        for bad in ["", "daily", "0 6 * *", "61 6 * * *", "0 6 30 2 *", "0 6 * * MON UTC", "@daily"] {
            assert_eq!(bad.parse::<Rhythm>(), Err(RhythmError), "{bad}");
        }
        let each: Rhythm = "each-snapshot".parse().unwrap();
        assert_eq!(each.next_after("2026-01-01T00:00:00Z".parse().unwrap()), None);
    }
}
