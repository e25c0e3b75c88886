//! Bins against what the original answered, and the worked examples of contract metrics §7.7.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;
use series::bins::{Aggregate, Cell, Column, Rows, Wanted, bin};

fn millis(text: &str) -> i64 {
    let text = if text.contains('+') { text.to_owned() } else { format!("{text}+00:00") };
    text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

/// A count as it was recorded, and what the table says of every other column.
fn column(name: &str, rows: &[Value]) -> Column {
    let cell = |value: &Value| match value {
        Value::Null => Cell::Null,
        number => number.as_i64().map_or_else(|| Cell::Float(number.as_f64().unwrap()), Cell::Int),
    };
    let cells = rows.iter().map(|row| match name {
        "interval_count" => {
            Cell::Int(row["count"].as_i64().unwrap() - row["previous_count"].as_i64().unwrap())
        }
        name => cell(&row[name]),
    });
    let aggregate = match name {
        "min" => Aggregate::Min,
        "mean" | "mean_rate" => Aggregate::Mean,
        "interval_count" => Aggregate::Sum,
        _ => Aggregate::Max,
    };
    Column { aggregate, cells: cells.collect() }
}

fn close(cell: Cell, recorded: &Value) -> bool {
    match (cell, recorded) {
        (Cell::Null, recorded) => recorded.is_null(),
        (Cell::Int(value), recorded) => recorded.as_f64() == Some(value as f64),
        (Cell::Float(value), recorded) => {
            recorded.as_f64().is_some_and(|recorded| (value - recorded).abs() <= 1e-12 * recorded.abs())
        }
    }
}

#[test]
fn recorded_answers_come_out_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/scenarios");
    let text = std::fs::read_to_string(folder.join("cases-metrics.jsonl")).unwrap();
    let mut compared = 0;
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        if case["result"]["ok"] != true {
            continue;
        }
        let rows = case["input_rows"].as_array().unwrap();
        // Rows that were not reduced were recorded in another order of columns: they are found by name.
        let recorded_names: Vec<&str> =
            case["result"]["columns"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let names = &recorded_names[1..];
        let times: Vec<i64> =
            rows.iter().map(|row| millis(row["metric_timestamp"].as_str().unwrap())).collect();
        let columns: Vec<Column> = names.iter().map(|name| column(name, rows)).collect();
        let wanted = Wanted {
            start: millis(case["start"].as_str().unwrap()),
            end: millis(case["end"].as_str().unwrap()),
            size: case["size"].as_u64().unwrap(),
        };
        let reduced = bin(&times, &columns, wanted);
        let recorded = case["result"]["rows"].as_array().unwrap();
        assert_eq!(reduced.times.len(), recorded.len(), "{}", case["id"]);
        for (n, row) in recorded.iter().enumerate() {
            assert_eq!(reduced.times[n], millis(row[0].as_str().unwrap()), "{} row {n}", case["id"]);
            for (column, value) in reduced.columns.iter().zip(&row.as_array().unwrap()[1..]) {
                assert!(close(column[n], value), "{} row {n}: {:?} for {value}", case["id"], column[n]);
            }
        }
        compared += 1;
    }
    assert!(compared >= 13, "{compared} cases");
}

fn counts(values: impl IntoIterator<Item = i64>, aggregate: Aggregate) -> [Column; 1] {
    [Column { aggregate, cells: values.into_iter().map(Cell::Int).collect() }]
}

fn reduced(times: &[i64], columns: &[Column], start: &str, end: &str, size: u64) -> Rows {
    bin(times, columns, Wanted { start: millis(start), end: millis(end), size })
}

fn ints(rows: &Rows) -> Vec<Option<i64>> {
    let value = |cell: &Cell| if let Cell::Int(value) = cell { Some(*value) } else { None };
    rows.columns[0].iter().map(value).collect()
}

#[test]
fn bins_without_rows_are_there_and_empty() {
    let begin = millis("2017-02-16T04:31:23+00:00");
    let offsets = [0, 1, 2, 3, 40, 41, 42, 43, 100];
    let times: Vec<i64> = offsets.iter().map(|offset| begin + offset * 1000).collect();
    let columns = counts(offsets, Aggregate::Max);
    let rows = reduced(&times, &columns, "2017-02-16T04:31:23+00:00", "2017-02-16T04:33:03+00:00", 5);
    assert_eq!(ints(&rows), [Some(3), None, Some(43), None, None, Some(100)]);
    assert_eq!(rows.times[0], millis("2017-02-16T04:31:20+00:00"));
}

#[test]
fn bins_are_counted_from_midnight_of_the_first_day() {
    let begin = millis("2017-02-16T23:59:50+00:00");
    let times: Vec<i64> = (0..30).map(|n| begin + n * 1000).collect();
    let rows = reduced(
        &times,
        &counts(0..30, Aggregate::Max),
        "2017-02-16T23:59:50+00:00",
        "2017-02-17T00:00:19+00:00",
        4,
    );
    assert_eq!(ints(&rows), [Some(3), Some(10), Some(17), Some(24), Some(29)]);
    assert_eq!(rows.times[0], millis("2017-02-16T23:59:47+00:00"));
}

#[test]
fn the_change_of_a_counter_is_summed() {
    let begin = millis("2017-01-01T05:00:00+00:00");
    let times: Vec<i64> = (0..6).map(|n| begin + n * 1000).collect();
    let columns = counts([10, 20, -25, 4, 11, 0], Aggregate::Sum);
    let rows = reduced(&times, &columns, "2017-01-01T05:00:00+00:00", "2017-01-01T05:00:06+00:00", 3);
    assert_eq!(ints(&rows), [Some(30), Some(-21), Some(11)]);
}

#[test]
fn a_range_shorter_than_a_second_for_each_bin_has_bins_of_milliseconds() {
    let times: Vec<i64> = (0..10).map(|n| n * 100).collect();
    let rows = bin(&times, &counts(0..10, Aggregate::Max), Wanted { start: 0, end: 1000, size: 5 });
    assert_eq!(rows.times, [0, 200, 400, 600, 800]);
    let same = bin(&[5, 5, 5], &counts(0..3, Aggregate::Max), Wanted { start: 5, end: 5, size: 1 });
    assert_eq!(ints(&same), [Some(2)]);
}

proptest! {
    #[test]
    fn sums_and_extremes_of_bins_are_those_of_the_rows(
        steps in prop::collection::vec((0_i64..90_000, -1000_i64..1000), 2..200), size in 1_u64..50,
    ) {
        let mut time = 1_500_000_000_000;
        let times: Vec<i64> = steps.iter().map(|(step, _)| { time += step; time }).collect();
        let values: Vec<i64> = steps.iter().map(|(_, value)| *value).collect();
        let wanted = Wanted { start: times[0], end: time, size };
        let of = |aggregate| ints(&bin(&times, &counts(values.iter().copied(), aggregate), wanted));
        prop_assert_eq!(of(Aggregate::Sum).into_iter().flatten().sum::<i64>(), values.iter().sum::<i64>());
        prop_assert_eq!(of(Aggregate::Max).into_iter().flatten().max(), values.iter().copied().max());
        prop_assert_eq!(of(Aggregate::Min).into_iter().flatten().min(), values.iter().copied().min());
        prop_assert!(of(Aggregate::Max).len() <= 2 * times.len() + 2);
    }
}
