//! The table.

use std::fmt::Write as _;

use serde::Serialize;

use testkit::Memory;

use crate::{client::Seen, document, options::Options, originals};

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    More,
    Less,
}

/// What was asked of a row.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Goal {
    /// It must reach this.
    pub least: f64,
    /// It is to reach this.
    pub aim: f64,
    pub better: Better,
}

impl Goal {
    pub fn rate(least: f64, aim: f64) -> Self {
        Self { least, aim, better: Better::More }
    }

    pub fn no_more_than(least: f64, aim: f64) -> Self {
        Self { least, aim, better: Better::Less }
    }

    pub fn verdict(self, value: f64) -> &'static str {
        let reaches = |goal: f64| match self.better {
            Better::More => value >= goal,
            Better::Less => value <= goal,
        };
        match (reaches(self.aim), reaches(self.least)) {
            (true, _) => "reached",
            (_, true) => "at least",
            _ => "missed",
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    pub name: String,
    pub work: &'static str,
    pub value: f64,
    pub unit: &'static str,
    pub goal: Option<Goal>,
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    /// CPU seconds of the program for 1,000 pieces of work.
    pub cpu_per_1000: Option<f64>,
    /// The same of the client.
    pub client_cpu_per_1000: Option<f64>,
    pub memory_mb: Option<f64>,
    /// The physical limit, and how it was found.
    pub limit: Option<(f64, String)>,
    pub original: Option<f64>,
}

/// What a piece of work took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Taken {
    pub cpu: f64,
    pub client_cpu: f64,
    pub memory: Memory,
}

impl Row {
    pub fn new(name: &str, work: &'static str, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            work,
            value,
            unit,
            goal: None,
            p50_ms: None,
            p99_ms: None,
            cpu_per_1000: None,
            client_cpu_per_1000: None,
            memory_mb: None,
            limit: None,
            original: originals::of(name).map(|original| original.rate),
        }
    }

    pub fn goal(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    pub fn seen(mut self, seen: &Seen) -> Self {
        self.p50_ms = Some(seen.percentile(50));
        self.p99_ms = Some(seen.percentile(99));
        self
    }

    pub fn taken(mut self, taken: Taken, pieces: u64) -> Self {
        let thousands = pieces.max(1) as f64 / 1_000.0;
        self.cpu_per_1000 = Some(taken.cpu / thousands);
        self.client_cpu_per_1000 = (taken.client_cpu > 0.0).then_some(taken.client_cpu / thousands);
        self.memory_mb = Some(taken.memory.peak as f64 / 1e6);
        self
    }

    pub fn limit(mut self, value: f64, how: impl Into<String>) -> Self {
        self.limit = Some((value, how.into()));
        self
    }

    fn verdict(&self) -> &'static str {
        self.goal.map_or("", |goal| goal.verdict(self.value))
    }
}

/// All rows, and the machine.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub machine: String,
    pub hosts: u64,
    pub seconds: f64,
    pub rows: Vec<Row>,
}

impl Report {
    /// Adds a row and says it at once.
    pub fn add(&mut self, row: Row) {
        println!("{}", line(&row));
        self.rows.push(row);
    }

    /// Says everything, and writes what was asked for.
    pub fn show(&self, options: &Options) {
        println!("\n{} · {} hosts · {:.0} s", self.machine, self.hosts, self.seconds);
        if let Some(path) = &options.json {
            let json = serde_json::to_string_pretty(self).expect("a report is JSON");
            std::fs::write(path, json).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        if let Some(path) = options.document.as_ref().filter(|_| !self.rows.is_empty()) {
            document::write(path, "bench", &self.markdown());
        }
    }

    fn markdown(&self) -> String {
        let mut out = format!(
            "{}, {} hosts, one run of {:.0} minutes.\n\n\
             | row | work | at least | aim | measured | p50 / p99 ms | CPU s per 1,000 | peak MB | limit | original |\n\
             | --- | --- | --: | --: | --: | --: | --: | --: | --- | --: |\n",
            self.machine,
            number(self.hosts as f64),
            self.seconds / 60.0
        );
        for row in &self.rows {
            let or_none = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), number);
            let goal = |pick: fn(&Goal) -> f64| or_none(row.goal.as_ref().map(pick));
            let times = match (row.p50_ms, row.p99_ms) {
                (Some(p50), Some(p99)) => format!("{} / {}", number(p50), number(p99)),
                _ => "–".to_owned(),
            };
            let limit = row
                .limit
                .as_ref()
                .map_or_else(|| "–".to_owned(), |(value, how)| format!("{} ({how})", number(*value)));
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {} | **{}** {} | {times} | {} | {} | {limit} | {} |",
                row.name,
                row.work,
                goal(|goal| goal.least),
                goal(|goal| goal.aim),
                number(row.value),
                row.unit,
                or_none(row.cpu_per_1000),
                or_none(row.memory_mb),
                or_none(row.original),
            );
        }
        out
    }
}

/// A row for the terminal.
fn line(row: &Row) -> String {
    let mut out = format!("{:<22} {:>10} {:<8} {:<8}", row.name, number(row.value), row.unit, row.verdict());
    if let (Some(p50), Some(p99)) = (row.p50_ms, row.p99_ms) {
        let _ = write!(out, "  p50 {} p99 {} ms", number(p50), number(p99));
    }
    if let Some(cpu) = row.cpu_per_1000 {
        let _ = write!(out, "  cpu {}", number(cpu));
    }
    if let Some(cpu) = row.client_cpu_per_1000 {
        let _ = write!(out, " (client {})", number(cpu));
    }
    if let Some(memory) = row.memory_mb {
        let _ = write!(out, "  {} MB", number(memory));
    }
    if let Some((value, how)) = &row.limit {
        let _ = write!(out, "  limit {} {how}", number(*value));
    }
    if let Some(original) = row.original {
        let _ = write!(out, "  original {}", number(original));
    }
    out
}

/// Three digits that matter, thousands apart.
pub fn number(value: f64) -> String {
    let digits = if value.abs() >= 100.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        2
    };
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) && whole.starts_with(|c: char| c.is_ascii_digit()) {
            out.push(',');
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// What this runs on.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpus = read("/proc/cpuinfo");
    let model =
        cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, name)| name);
    let memory = read("/proc/meminfo");
    let kilobytes = memory.split_whitespace().nth(1).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "{} × {}, {:.0} GB, Linux {}",
        std::thread::available_parallelism().map_or(1, usize::from),
        model.unwrap_or("an unknown processor"),
        kilobytes / 1e6,
        kernel.trim()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_digits_as_matter() {
        assert_eq!(number(12_345.6), "12,346");
        assert_eq!(number(45.67), "45.7");
        assert_eq!(number(0.123), "0.12");
    }

    #[test]
    fn a_goal_is_reached_from_its_own_side() {
        assert_eq!(Goal::rate(2_000.0, 3_500.0).verdict(2_100.0), "at least");
        assert_eq!(Goal::no_more_than(150.0, 120.0).verdict(160.0), "missed");
        assert_eq!(Goal::no_more_than(150.0, 120.0).verdict(100.0), "reached");
    }
}
