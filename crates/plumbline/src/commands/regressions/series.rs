//! Series from a file of rows.

use std::collections::{BTreeMap, HashMap};

use changepoint::{Direction, Point, reference::median};
use ground::Timestamp;
use results::csv::{Row, Rows};

use crate::failure::{Failure, Result};

/// No file has more rows.
const MOST_ROWS: usize = 20_000_000;
/// And no more series.
const MOST_SERIES: usize = 1_000_000;
/// No name is longer, in bytes.
const LONGEST_NAME: usize = 1_000;
/// Numbers below this are days since 1970, from here on seconds, and from 10^11 on milliseconds.
const SECONDS_FROM: f64 = 1e8;
const MILLISECONDS_FROM: f64 = 1e11;

/// One series, its points in the order of time.
#[derive(Debug, Clone, Default)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Which way is better.
    pub direction: Direction,
    /// Its points, each at another time.
    pub points: Vec<Point>,
}

/// A whole file.
#[derive(Debug, Default)]
pub struct Table {
    /// The series, by name.
    pub series: Vec<Series>,
    /// The names of the environments, from number 1 on.
    pub environments: Vec<String>,
    /// Rows without a number, such as `NaN`: left out.
    pub left_out: u64,
    /// Rows that say what another row says.
    pub doubled: u64,
    /// Rows that measure at the time of another: runs of one point, of which the median counts.
    pub repeated: u64,
}

/// Where the columns stand.
struct Columns {
    series: usize,
    time: usize,
    value: usize,
    environment: Option<usize>,
    direction: Option<usize>,
}

impl Columns {
    fn of(head: &Row) -> Result<Self> {
        let find = |name: &str| {
            let mut found =
                head.fields.iter().enumerate().filter(|(_, field)| field.trim().eq_ignore_ascii_case(name));
            match (found.next(), found.next()) {
                (Some(_), Some((at, _))) => Err(Failure::Usage(format!(
                    "line {}, column {}: `{name}` a second time",
                    head.line,
                    at + 1
                ))),
                (one, _) => Ok(one.map(|(at, _)| at)),
            }
        };
        let needed = |name: &str| {
            find(name)?.ok_or_else(|| {
                Failure::Usage(format!(
                    "line {}: no column `{name}`; the first line names the columns: series,time,value",
                    head.line
                ))
            })
        };
        Ok(Self {
            series: needed("series")?,
            time: needed("time")?,
            value: needed("value")?,
            environment: find("environment")?,
            direction: find("direction")?,
        })
    }
}

/// What is known of a series while rows are read.
#[derive(Default)]
struct Gathered {
    direction: Option<Direction>,
    points: Vec<Point>,
}

/// Reads a whole file.
pub fn read(text: &str) -> Result<Table> {
    let mut rows = Rows::new(text);
    let head = rows.next().ok_or_else(|| {
        Failure::Usage("the file is empty; its first line names the columns: series,time,value".to_owned())
    })?;
    let columns = Columns::of(&head.map_err(|bad| Failure::Usage(bad.to_string()))?)?;
    let mut table = Table::default();
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut gathered: BTreeMap<String, Gathered> = BTreeMap::new();
    for (count, row) in rows.enumerate() {
        let row = row.map_err(|bad| Failure::Usage(bad.to_string()))?;
        if count >= MOST_ROWS {
            return Err(Failure::Usage(format!("more than {MOST_ROWS} rows: give fewer series at a time")));
        }
        let field = |at: usize| row.fields.get(at).map(|text| text.trim()).unwrap_or_default();
        let bad = |at: usize, why: &str| {
            Failure::Usage(format!("line {}, column {}: `{}` {why}", row.line, at + 1, field(at)))
        };
        let name = field(columns.series);
        if name.is_empty() || name.len() > LONGEST_NAME {
            return Err(bad(columns.series, "is no name of a series: 1 to 1,000 bytes"));
        }
        let time = time(field(columns.time)).ok_or_else(|| {
            bad(columns.time, "is no time: give ISO 8601, seconds since 1970, or a number of days")
        })?;
        let Some(value) = value(field(columns.value)) else {
            return Err(bad(columns.value, "is no number"));
        };
        let direction = columns.direction.map_or(Ok(None), |at| {
            direction(field(at)).map_err(|()| bad(at, "is no direction: give `lower` or `higher`"))
        })?;
        let environment = match columns.environment.map(field).filter(|name| !name.is_empty()) {
            None => 0,
            Some(name) => {
                if let Some(number) = numbers.get(name) {
                    *number
                } else {
                    table.environments.push(name.to_owned());
                    numbers.insert(name.to_owned(), table.environments.len() as u32);
                    table.environments.len() as u32
                }
            }
        };
        if !gathered.contains_key(name) && gathered.len() >= MOST_SERIES {
            return Err(Failure::Usage(format!("line {}: more than {MOST_SERIES} series", row.line)));
        }
        let series = gathered.entry(name.to_owned()).or_default();
        if let Some(said) = direction {
            if series.direction.is_some_and(|before| before != said) {
                let at = columns.direction.unwrap_or_default();
                return Err(bad(at, "is not the direction that this series had before"));
            }
            series.direction = Some(said);
        }
        if value.is_finite() {
            series.points.push(Point { time, value, environment });
        } else {
            table.left_out += 1;
        }
    }
    for (name, Gathered { direction, points }) in gathered {
        let points = table.in_order(points);
        table.series.push(Series { name, direction: direction.unwrap_or_default(), points });
    }
    Ok(table)
}

impl Table {
    /// By time, one point at each: late rows take their place, equal rows are one, and of several runs the median counts.
    fn in_order(&mut self, mut points: Vec<Point>) -> Vec<Point> {
        points.sort_by(|a, b| {
            (a.time, a.environment).cmp(&(b.time, b.environment)).then(a.value.total_cmp(&b.value))
        });
        let before = points.len();
        points.dedup();
        self.doubled += (before - points.len()) as u64;
        let groups = points.chunk_by(|a, b| a.time == b.time);
        let one_each: Vec<Point> = groups
            .filter_map(|runs| {
                let values: Vec<f64> = runs.iter().map(|point| point.value).collect();
                Some(Point { value: median(&values), ..*runs.last()? })
            })
            .collect();
        self.repeated += (points.len() - one_each.len()) as u64;
        one_each
    }
}

fn time(text: &str) -> Option<Timestamp> {
    if let Ok(number) = text.parse::<f64>() {
        let micros = match number.abs() {
            days if days < SECONDS_FROM => number * 86_400e6,
            seconds if seconds < MILLISECONDS_FROM => number * 1e6,
            _ => number * 1e3,
        };
        let last = Timestamp::LAST.micros() as f64;
        return (micros.is_finite() && micros.abs() <= last).then(|| Timestamp::from_micros(micros as i64));
    }
    let midnight = || Timestamp::parse(&format!("{text}T00:00:00")).ok().filter(|_| text.len() == 10);
    Timestamp::parse(text).ok().or_else(midnight)
}

/// A number; NaN for what says that there is none.
fn value(text: &str) -> Option<f64> {
    match text.to_ascii_lowercase().as_str() {
        "" | "null" | "none" | "na" | "n/a" | "nan" => Some(f64::NAN),
        other => other.parse().ok(),
    }
}

/// Which way is better, if that is said; an error for another word.
fn direction(text: &str) -> std::result::Result<Option<Direction>, ()> {
    match text.to_ascii_lowercase().replace('_', "-").as_str() {
        "" => Ok(None),
        "lower" | "lower-is-better" | "smaller" | "less" | "down" => Ok(Some(Direction::LowerIsBetter)),
        "higher" | "higher-is-better" | "bigger" | "more" | "up" => Ok(Some(Direction::HigherIsBetter)),
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn late_and_doubled_rows_take_their_place() {
        let table = read(
            "series,time,value,environment,direction\na,2026-01-02,2,k1,higher\na,2026-01-01T00:00:00Z,1,k1,\n\
             a,2026-01-01,1,k1,\na,2026-01-03,4,k2,\na,2026-01-03,6,k2,\na,2026-01-04,NaN,k2,\nb,20000,5,,\n",
        );
        let table = table.unwrap();
        assert_eq!((table.doubled, table.repeated, table.left_out), (1, 1, 1));
        let a = &table.series[0];
        assert_eq!(a.points.iter().map(|point| point.value).collect::<Vec<_>>(), [1.0, 2.0, 5.0]);
        assert_eq!(a.direction, Direction::HigherIsBetter);
        assert_eq!(table.environments, ["k1", "k2"]);
        assert_eq!(table.series[1].points[0].time.to_string(), "2024-10-04T00:00:00+00:00");
    }

    #[test]
    fn bad_input_is_named_by_line_and_column() {
        assert!(refused("").contains("the file is empty"));
        assert!(refused("series,value\n").contains("line 1: no column `time`"));
        assert!(refused("series,time,value,time\n").contains("line 1, column 4"));
        assert_eq!(refused("series,time,value\na,1,2\na,1,fast"), "line 3, column 3: `fast` is no number");
        assert!(refused("series,time,value\na,soon,2").starts_with("line 2, column 2: `soon` is no time"));
        assert!(refused("series,time,value\n,1,2").contains("line 2, column 1"));
        assert!(refused("series,time,value,direction\na,1,2,left").contains("line 2, column 4"));
        assert!(refused("series,time,value,direction\na,1,2,up\na,2,2,down").contains("line 3, column 4"));
        assert!(refused("series,time,value\na,1,\"2").contains("does not end"));
    }

    #[test]
    fn times_are_days_seconds_or_milliseconds() {
        let day = time("20454").unwrap();
        assert_eq!(time("1767225600"), Some(day));
        assert_eq!(time("1767225600000"), Some(day));
        assert_eq!(time("2026-01-01"), Some(day));
        assert_eq!((time("1e300"), time("NaN")), (None, None));
    }
}
