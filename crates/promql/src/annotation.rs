//! What the caller should know beside the answer.

use std::collections::BTreeMap;

use crate::{error::place, format};

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The answer lacks something, or is not what it seems.
    Warning,
    /// The answer may not be what was meant.
    Info,
}

/// Of each level at most so many are shown.
const SHOWN: usize = 10;

/// Annotations: each text once.
#[derive(Debug, Clone, Default)]
pub struct Annotations {
    texts: BTreeMap<(Level, String), usize>,
    forced: BTreeMap<String, Forced>,
}

/// Buckets that had to be made monotonic: all cases of one histogram are one annotation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Forced {
    pub pos: usize,
    pub first: i64,
    pub last: i64,
    pub least: f64,
    pub most: f64,
    pub diff: f64,
    pub count: usize,
}

impl Annotations {
    pub(crate) fn warn(&mut self, pos: usize, text: impl Into<String>) {
        self.texts.entry((Level::Warning, text.into())).or_insert(pos);
    }

    pub(crate) fn info(&mut self, pos: usize, text: impl Into<String>) {
        self.texts.entry((Level::Info, text.into())).or_insert(pos);
    }

    pub(crate) fn forced(&mut self, metric: &str, case: Forced) {
        let all = self.forced.entry(metric.to_owned()).or_insert(Forced { count: 0, ..case });
        all.first = all.first.min(case.first);
        all.last = all.last.max(case.last);
        all.least = all.least.min(case.least);
        all.most = all.most.max(case.most);
        all.diff = all.diff.max(case.diff);
        all.count += case.count;
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.forced.is_empty()
    }

    /// The texts of a level with their places in the text of the query.
    pub fn texts(&self, level: Level, query: &str) -> Vec<String> {
        let prefix = match level {
            Level::Warning => "PromQL warning",
            Level::Info => "PromQL info",
        };
        let own = self.texts.iter().filter(|((own, _), _)| *own == level);
        let mut texts: Vec<String> =
            own.map(|((_, text), pos)| format!("{prefix}: {text} ({})", place(query, *pos))).collect();
        if level == Level::Info {
            texts.extend(self.forced.iter().map(|(metric, case)| case.text(metric, query)));
        }
        if texts.len() > SHOWN {
            let more = texts.len() - SHOWN;
            texts.truncate(SHOWN);
            let what = if level == Level::Warning { "warning" } else { "info" };
            texts.push(format!("{more} more {what} annotations omitted"));
        }
        texts
    }
}

impl Forced {
    fn text(&self, metric: &str, query: &str) -> String {
        let time = |millis: i64| {
            jiff::Timestamp::from_second(millis.div_euclid(1000))
                .map_or_else(|_| millis.to_string(), |at| at.to_string())
        };
        let of = if metric.is_empty() { String::new() } else { format!(" for metric name {metric:?}") };
        format!(
            "PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see \
             https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile){of}, from buckets {} to {}, \
             with a max diff of {:.2}, over {} samples from {} to {} ({})",
            format::message(self.least),
            format::message(self.most),
            self.diff,
            self.count,
            time(self.first),
            time(self.last),
            place(query, self.pos),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_told_once_with_its_place() {
        let mut annotations = Annotations::default();
        annotations.warn(3, "x");
        annotations.warn(9, "x");
        annotations.info(0, "y");
        assert_eq!(annotations.texts(Level::Warning, "abcdef"), ["PromQL warning: x (1:4)"]);
        assert_eq!(annotations.texts(Level::Info, "abcdef"), ["PromQL info: y (1:1)"]);
    }

    #[test]
    fn beyond_ten_only_their_number_is_told() {
        let mut annotations = Annotations::default();
        for n in 0..13 {
            annotations.info(0, format!("{n}"));
        }
        let texts = annotations.texts(Level::Info, "");
        assert_eq!((texts.len(), texts[10].as_str()), (11, "3 more info annotations omitted"));
    }
}
