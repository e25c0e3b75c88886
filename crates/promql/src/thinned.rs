//! Samples that were thinned: one number stands for those of an interval, and which one is right depends on who asks.

use series::thin::Record;

use crate::Series;

/// Which number of a record an expression needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The mean of its samples.
    Mean,
    /// The smallest one.
    Min,
    /// The largest one.
    Max,
    /// The sum; how many they were stands beside it.
    Sum,
    /// The last one, at its own time.
    Last,
}

impl Reading {
    /// What a function over a stretch of time needs.
    pub(crate) fn of_function(name: &str) -> Self {
        match name {
            "min_over_time" | "ts_of_min_over_time" => Self::Min,
            "max_over_time" | "ts_of_max_over_time" => Self::Max,
            "sum_over_time" | "avg_over_time" | "count_over_time" => Self::Sum,
            "rate"
            | "irate"
            | "increase"
            | "delta"
            | "idelta"
            | "resets"
            | "changes"
            | "last_over_time"
            | "ts_of_last_over_time" => Self::Last,
            _ => Self::Mean,
        }
    }

    fn of(self, record: &Record) -> (i64, f64) {
        match self {
            Self::Mean => (record.time(), record.mean()),
            Self::Min => (record.time(), record.min),
            Self::Max => (record.time(), record.max),
            Self::Sum => (record.time(), record.sum),
            Self::Last => (record.last_at, record.last),
        }
    }
}

/// For what a number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight {
    /// For how many samples.
    pub count: u64,
    /// Of how long an interval, in milliseconds; 0 for a sample.
    pub width: i64,
}

impl Weight {
    const SAMPLE: Self = Self { count: 1, width: 0 };
}

impl Series {
    /// How many samples and records.
    pub fn len(&self) -> usize {
        self.times.len() + self.histograms.len() + self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes numbers of the records.
    #[must_use]
    pub fn read_as(mut self, reading: Reading) -> Self {
        let records = std::mem::take(&mut self.records);
        if records.is_empty() {
            return self;
        }
        let samples = self.times.into_iter().zip(self.values).map(|sample| (sample, Weight::SAMPLE));
        let weight = |record: &Record| Weight { count: record.count, width: record.width };
        let thinned = records.iter().map(|record| (reading.of(record), weight(record)));
        let mut all: Vec<((i64, f64), Weight)> = thinned.chain(samples).collect();
        all.sort_by_key(|((time, _), _)| *time);
        let (numbers, weights): (Vec<(i64, f64)>, _) = all.into_iter().unzip();
        (self.times, self.values) = numbers.into_iter().unzip();
        self.weights = weights;
        self
    }
}

#[cfg(test)]
mod tests {
    use series::{Labels, thin::thin};

    use super::*;
    use crate::{Cell, Limits, Output, Query, Times};

    const HOUR: i64 = 3_600_000;

    /// The value of an expression at a time over a series of a sample a minute from 0:00 on, as it is or thinned.
    fn value(text: &str, at: i64, thinned: bool) -> Option<f64> {
        let times: Vec<i64> = (0..240).map(|n| n * 60_000 + 1).collect();
        let values: Vec<f64> = (0..240).map(|n| f64::from(n * 37 % 101)).collect();
        let labels = Labels::new([("__name__", "x")]);
        let mut series = Series { labels, times, values, ..Series::default() };
        if thinned {
            // The last hour is still there as it was.
            series.records = thin(&series.times[..180], &series.values[..180], HOUR);
            series.times.drain(..180);
            series.values.drain(..180);
        }
        let query = Query::new(text, Times::instant(at)).unwrap();
        let read = query.selections().iter().map(|selection| vec![series.clone().read_as(selection.reading)]);
        let answer = query.evaluate(&read.collect::<Vec<_>>(), &Limits::default()).unwrap();
        let Output::Vector(rows) = answer.output else { panic!("no vector") };
        rows.first().map(|row| match row.cells[0] {
            Cell::Float(value) => value,
            _ => panic!("no number"),
        })
    }

    #[test]
    fn stretches_of_whole_records_have_the_values_of_their_samples() {
        for function in
            ["min_over_time", "max_over_time", "sum_over_time", "count_over_time", "avg_over_time"]
        {
            for (text, at) in [("x[1h]", HOUR), ("x[2h]", 3 * HOUR), ("x[4h]", 4 * HOUR)] {
                let text = format!("{function}({text})");
                assert_eq!(value(&text, at, true), value(&text, at, false), "{text}");
                assert!(value(&text, at, true).is_some());
            }
        }
        assert_eq!(
            value("last_over_time(x[2h])", 2 * HOUR, true),
            value("last_over_time(x[2h])", 2 * HOUR, false)
        );
    }

    #[test]
    fn a_record_is_its_mean_until_the_next_one() {
        let mean = value("avg_over_time(x[1h])", HOUR, false);
        assert_eq!((value("x", HOUR, true), value("x", HOUR + 50 * 60_000, true)), (mean, mean));
        assert_eq!(value("x", 4 * HOUR, true), value("x", 4 * HOUR, false));
        assert_eq!(value("x", HOUR - 2, true), None);
    }
}
