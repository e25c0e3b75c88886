//! How long samples are kept, and from when on as records of intervals, metric by metric.

/// For how many days samples are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    days: i64,
    /// Names, or beginnings of names, with their days; the longest that fits counts.
    of: Vec<(Name, i64)>,
    /// The same for what is thinned.
    thinned: Vec<(Name, Thinning)>,
}

/// How samples of a metric are thinned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thinning {
    /// After how many days.
    days: i64,
    /// How long the interval of a record is, in milliseconds: a part of a day.
    pub width: i64,
}

impl Thinning {
    /// Before which time samples are thinned: days are thinned whole.
    pub fn border(self, now: i64) -> i64 {
        (now.div_euclid(DAY) - self.days) * DAY
    }
}

const DAY: i64 = 86_400_000;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    Whole(String),
    Beginning(String),
}

impl Name {
    /// A name, or a beginning with `*` behind it.
    fn read(word: &str) -> Option<Self> {
        let word = word.trim();
        let read = match word.strip_suffix('*') {
            Some(beginning) => Self::Beginning(beginning.to_owned()),
            None => Self::Whole(word.to_owned()),
        };
        (!word.is_empty()).then_some(read)
    }

    /// How much of a metric's name it says; nothing when it is about others.
    fn fits(&self, metric: &str) -> Option<usize> {
        match self {
            Self::Whole(name) => (name == metric).then_some(usize::MAX),
            Self::Beginning(name) => metric.starts_with(name.as_str()).then_some(name.len()),
        }
    }
}

impl Retention {
    /// The same for all metrics.
    pub const fn of_all(days: i64) -> Self {
        Self { days, of: Vec::new(), thinned: Vec::new() }
    }

    /// With others for some metrics: `up=800`, `node_*=30`. Says what is wrong with a word that is neither.
    pub fn parse(days: u32, words: &[String]) -> Result<Self, String> {
        let read = |word: &String| {
            let (name, days) = word.split_once('=')?;
            let days: u32 = days.trim().parse().ok()?;
            (days > 0).then_some((Name::read(name)?, i64::from(days)))
        };
        let of = words.iter().map(|word| {
            read(word).ok_or_else(|| {
                format!("`{word}` is none of NAME=DAYS and BEGINNING*=DAYS, with at least one day")
            })
        });
        let of = of.collect::<Result<_, _>>()?;
        Ok(Self { days: i64::from(days.max(1)), of, thinned: Vec::new() })
    }

    /// With what is thinned: `node_*=30:1h`. Says what is wrong with a word that is no such thing.
    pub fn thin(mut self, words: &[String]) -> Result<Self, String> {
        let read = |word: &String| {
            let (name, rest) = word.split_once('=')?;
            let (days, width) = rest.split_once(':')?;
            let days: u32 = days.trim().parse().ok()?;
            let thinning = Thinning { days: i64::from(days), width: width_of(width.trim())? };
            (days > 0).then_some((Name::read(name)?, thinning))
        };
        let thinned = words.iter().map(|word| {
            read(word).ok_or_else(|| {
                format!(
                    "`{word}` is none of NAME=DAYS:WIDTH and BEGINNING*=DAYS:WIDTH, with at least one day and a width that \
                     divides a day, as in node_*=30:1h"
                )
            })
        });
        self.thinned = thinned.collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// Before which time there may be records instead of samples.
    pub fn thinned_before(&self, now: i64) -> Option<i64> {
        self.thinned.iter().map(|(_, thinning)| thinning.border(now)).max()
    }

    /// How samples of a metric are thinned, if they are.
    pub fn thinning(&self, metric: &str) -> Option<Thinning> {
        best(&self.thinned, metric)
    }

    /// For how many days samples of most metrics are kept.
    pub const fn usual(&self) -> i64 {
        self.days
    }

    /// For how many days those of a metric are, when it is named.
    pub fn named(&self, metric: &str) -> Option<i64> {
        best(&self.of, metric)
    }
}

/// What the name says that fits a metric best.
fn best<T: Copy>(named: &[(Name, T)], metric: &str) -> Option<T> {
    let fitting = named.iter().filter_map(|(name, value)| Some((name.fits(metric)?, *value)));
    fitting.max_by_key(|(length, _)| *length).map(|(_, value)| value)
}

/// Milliseconds of a width such as `90s`, `5m`, `1h` or `1d`; `None` when it does not divide a day.
fn width_of(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => DAY,
        _ => return None,
    };
    let width = i64::from(number.parse::<u32>().ok()?) * unit;
    (width > 0 && DAY % width == 0).then_some(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Retention, String> {
        Retention::parse(400, &words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_name_that_says_most_counts() {
        let retention = parse(&["node_*=30", "node_cpu_*=7", "node_cpu_seconds_total=90", "*=5"]).unwrap();
        let days =
            ["node_load1", "node_cpu_x", "node_cpu_seconds_total", "up"].map(|name| retention.named(name));
        assert_eq!(days, [Some(30), Some(7), Some(90), Some(5)]);
        assert_eq!((parse(&["up=1"]).unwrap().named("upper"), parse(&[]).unwrap().usual()), (None, 400));
    }

    #[test]
    fn days_are_thinned_whole() {
        let thin = |word: &str| parse(&[]).unwrap().thin(&[word.to_owned()]);
        let thinning = thin("node_*=30:1h").unwrap().thinning("node_load1").unwrap();
        assert_eq!((thinning.width, thinning.border(40 * DAY + 5)), (3_600_000, 10 * DAY));
        assert_eq!(thin("up=1:5m").unwrap().thinning("upper"), None);
        for bad in
            ["up=30", "up=30:7m", "up=30:2d", "up=30:0s", "up=0:1h", "=1:1h", "up=30:h", "up=x:1h", "up=30:é"]
        {
            assert!(thin(bad).unwrap_err().contains(bad), "{bad}");
        }
    }

    #[test]
    fn a_word_that_names_no_days_is_refused() {
        for bad in ["up", "up=", "up=x", "=3", "up=0", "up=-1"] {
            assert!(parse(&[bad]).unwrap_err().contains(bad), "{bad}");
        }
    }
}
