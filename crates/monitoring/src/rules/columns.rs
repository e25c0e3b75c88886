//! The columns of the metrics UI server's tables (contract metrics §7.3, §8.1).

use series::bins::Aggregate;

/// The kind of a metric: which table it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// A count.
    Counter,
    /// A count and how long it took.
    Timer,
}

impl Table {
    /// The table with a name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "raw_counter_with_interval" => Some(Self::Counter),
            "raw_timer_with_interval" => Some(Self::Timer),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "raw_counter_with_interval",
            Self::Timer => "raw_timer_with_interval",
        }
    }

    /// The word under which its rows are stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Timer => "timer",
        }
    }
}

/// What a timer measures beside its count, 32 bits each, in the order in which rows hold them.
pub const MEASURES: [&str; 14] = [
    "max",
    "mean",
    "min",
    "std_dev",
    "median",
    "p75",
    "p95",
    "p98",
    "p99",
    "p999",
    "mean_rate",
    "one_min_rate",
    "five_min_rate",
    "fifteen_min_rate",
];

/// A column that may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The running total.
    Count,
    /// The total of the row before.
    PreviousCount,
    /// Their difference.
    IntervalCount,
    /// One of [`MEASURES`].
    Measure(usize),
}

impl Column {
    /// The column of a table with a name.
    pub fn named(table: Table, name: &str) -> Option<Self> {
        match name {
            "count" => Some(Self::Count),
            "previous_count" => Some(Self::PreviousCount),
            "interval_count" => Some(Self::IntervalCount),
            _ if table == Table::Timer => {
                MEASURES.iter().position(|measure| *measure == name).map(Self::Measure)
            }
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::PreviousCount => "previous_count",
            Self::IntervalCount => "interval_count",
            Self::Measure(n) => MEASURES.get(n).copied().unwrap_or_default(),
        }
    }

    /// How its values in one bin become one.
    pub fn aggregate(self) -> Aggregate {
        match self.name() {
            "interval_count" => Aggregate::Sum,
            "min" => Aggregate::Min,
            "mean" | "mean_rate" => Aggregate::Mean,
            _ => Aggregate::Max,
        }
    }
}

/// The names of a list with commas: trimmed, empty ones dropped, each once.
pub fn listed(list: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The columns with these names; those that the table does not have, otherwise.
pub fn columns<'n>(table: Table, names: &[&'n str]) -> Result<Vec<Column>, Vec<&'n str>> {
    let unknown: Vec<&str> =
        names.iter().copied().filter(|name| Column::named(table, name).is_none()).collect();
    if unknown.is_empty() {
        Ok(names.iter().filter_map(|name| Column::named(table, name)).collect())
    } else {
        Err(unknown)
    }
}

/// What is said of columns that a table does not have.
pub fn unknown_columns(table: Table, unknown: &[&str]) -> String {
    format!("column(s) ({}) not found in table \"{}\"", unknown.join(", "), table.name())
}

/// What is said of a table that there is not.
pub fn unknown_table(name: &str) -> String {
    format!("table \"{name}\" does not exist")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_has_no_measures() {
        assert_eq!(columns(Table::Counter, &["count", "mean", "p1"]), Err(vec!["mean", "p1"]));
        assert_eq!(
            unknown_columns(Table::Counter, &["mean"]),
            "column(s) (mean) not found in table \"raw_counter_with_interval\""
        );
        let all = columns(Table::Timer, &["interval_count", "p99"]).unwrap();
        assert_eq!(all.iter().map(|column| column.name()).collect::<Vec<_>>(), ["interval_count", "p99"]);
    }

    #[test]
    fn names_in_a_list_count_once() {
        assert_eq!(listed(" a, ,b,a,"), ["a", "b"]);
    }
}
