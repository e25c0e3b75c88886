//! How long samples are kept, metric by metric.

/// For how many days samples are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    days: i64,
    /// Names, or beginnings of names, with their days; the longest that fits counts.
    of: Vec<(Name, i64)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    Whole(String),
    Beginning(String),
}

impl Name {
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
        Self { days, of: Vec::new() }
    }

    /// With others for some metrics: `up=800`, `node_*=30`. Says what is wrong with a word that is neither.
    pub fn parse(days: u32, words: &[String]) -> Result<Self, String> {
        let read = |word: &String| {
            let (name, days) = word.split_once('=')?;
            let days: u32 = days.trim().parse().ok()?;
            let (name, days) = (name.trim(), i64::from(days));
            let read = match name.strip_suffix('*') {
                Some(beginning) => Name::Beginning(beginning.to_owned()),
                None => Name::Whole(name.to_owned()),
            };
            (!name.is_empty() && days > 0).then_some((read, days))
        };
        let of = words.iter().map(|word| {
            read(word).ok_or_else(|| {
                format!("`{word}` is none of NAME=DAYS and BEGINNING*=DAYS, with at least one day")
            })
        });
        Ok(Self { days: i64::from(days.max(1)), of: of.collect::<Result<_, _>>()? })
    }

    /// For how many days samples of most metrics are kept.
    pub const fn usual(&self) -> i64 {
        self.days
    }

    /// For how many days those of a metric are, when it is named.
    pub fn named(&self, metric: &str) -> Option<i64> {
        let fitting = self.of.iter().filter_map(|(name, days)| Some((name.fits(metric)?, *days)));
        fitting.max_by_key(|(length, _)| *length).map(|(_, days)| days)
    }
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
    fn a_word_that_names_no_days_is_refused() {
        for bad in ["up", "up=", "up=x", "=3", "up=0", "up=-1"] {
            assert!(parse(&[bad]).unwrap_err().contains(bad), "{bad}");
        }
    }
}
