//! Historical profiles (contract history §9).

use std::time::Duration;

use crate::{Filled, Topic, Value, clowder::Clowder, section::section, topics::translate};

/// A time that is given in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(Duration);

/// A time that is given in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minutes(Duration);

macro_rules! times {
    ($($name:ident: $seconds:literal, $word:literal;)*) => {$(
        impl $name {
            /// So long.
            pub(crate) const fn of(duration: Duration) -> Self {
                Self(duration)
            }

            /// The time.
            pub const fn duration(self) -> Duration {
                self.0
            }
        }

        impl Value for $name {
            fn parse(text: &str) -> Option<Self> {
                let number: f64 = text.trim().parse().ok()?;
                // Three hundred years and more are for ever, and some clocks cannot count so far.
                let seconds = number * $seconds;
                if seconds > 1e10 { None } else { Duration::try_from_secs_f64(seconds).ok().map(Self) }
            }

            fn allowed() -> String {
                concat!("a number of ", $word, ", with a decimal point if needed").to_owned()
            }

            fn show(&self) -> String {
                (self.0.as_secs_f64() / $seconds).to_string()
            }

            fn to_toml(&self) -> String {
                self.show()
            }
        }
    )*};
}

times! {
    Days: 86_400.0, "days";
    Minutes: 60.0, "minutes";
}

section! {
    /// Historical profiles.
    pub struct History in "history" {
        /// Second segment of the API's path.
        app_name: Filled = Filled::of("historical-system-profiles");
        /// After how many days a capture is hidden, and what was stored of another inventory's host is removed.
        valid_days: Days = Days::of(Duration::from_hours(168)), env "VALID_PROFILE_AGE_DAYS";
        /// How many minutes the cleaner waits between two rounds.
        cleaner_pause: Minutes = Minutes::of(Duration::from_mins(20)), env "EXPIRED_CLEANER_SLEEP_MINUTES";
        /// To read: the events of another inventory. Under Clowder it is the requested name, and is translated.
        topic: Topic = Topic::of("platform.inventory.events"), env "CONSUME_TOPIC";
        /// The consumer group that reads them.
        group: Filled = Filled::of("hsp-archiver");
        /// The topic that statuses of these events are sent to; it is translated, too.
        tracker_topic: Topic = Topic::of("platform.payload-status"), env "TRACKER_TOPIC";
        /// A file that is written before the reading begins; empty for none.
        readiness_file: Option<Filled> = None, env "READINESS_PROBE_FILE";
        /// A file that is written again and again while it goes on; empty for none.
        liveness_file: Option<Filled> = None, env "LIVENESS_PROBE_FILE";
    }
}

impl History {
    pub(crate) fn translate(&mut self, clowder: &Clowder) {
        translate(&mut self.topic, clowder);
        translate(&mut self.tracker_topic, clowder);
    }

    /// The path of the API: `/api/historical-system-profiles/v1`.
    pub fn base_path(&self, prefix: &str) -> String {
        format!("/{}/{}/v1", prefix.trim_matches('/'), self.app_name.trim_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_take_a_fraction_and_nothing_strange() {
        assert_eq!(Days::parse("0.5").map(Days::duration), Some(Duration::from_hours(12)));
        assert_eq!(Minutes::parse("20").map(|time| time.show()), Some("20".to_owned()));
        for bad in ["-1", "nan", "inf", "1e300", "a week", ""] {
            assert_eq!(Days::parse(bad), None, "{bad}");
        }
    }
}
