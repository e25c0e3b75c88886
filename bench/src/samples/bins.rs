//! A million rows with six columns reduced to 500 bins: in memory, and from the store over HTTP.

use std::{
    io::{BufWriter, Write as _},
    time::Instant,
};

use series::bins::{self, Aggregate, Cell, Column, Wanted};

use super::{
    servers::{Server, Who},
    table::{Line, Table},
};
use crate::{options::Options, program::Program, report::Goal};

const ROWS: i64 = 1_000_000;
const STEP: i64 = 5_000;
const FIRST: i64 = 1_700_000_000_000;
/// A moment before the first row, and one behind the last.
const START: &str = "2023-11-14T22:13:00Z";
const END: &str = "2024-01-12T00:00:00Z";
const COLUMNS: [&str; 6] = ["max", "mean", "min", "median", "p99", "mean_rate"];
const SIZE: u64 = 500;
const TIMES: usize = 7;

pub async fn measure(options: &Options, table: &mut Table) {
    if options.wants("samples-bins-decoded") {
        let line = Line::new("samples-bins-decoded", "1 M points, 6 columns → 500 bins, in memory", "ms");
        table.add(line, Some(Goal::no_more_than(6.0, 6.0)), Who::Plumbline, decoded());
    }
    if options.wants("samples-bins-stored") {
        let line = Line::new("samples-bins-stored", "the same from the store, over HTTP", "ms");
        table.add(line, Some(Goal::no_more_than(60.0, 52.0)), Who::Plumbline, stored(options).await);
    }
}

fn value(row: i64, column: usize) -> f32 {
    let n = row.wrapping_mul(2_654_435_761).wrapping_add(column as i64 * 7_919) & 0xffff;
    n as f32 / 64.0
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn decoded() -> f64 {
    let times: Vec<i64> = (0..ROWS).map(|row| FIRST + row * STEP).collect();
    let column = |n: usize| Column {
        aggregate: [Aggregate::Max, Aggregate::Mean, Aggregate::Min][n % 3],
        cells: (0..ROWS).map(|row| Cell::Float(f64::from(value(row, n)))).collect(),
    };
    let columns: Vec<Column> = (0..COLUMNS.len()).map(column).collect();
    let wanted = Wanted { start: FIRST, end: FIRST + ROWS * STEP, size: SIZE };
    let once = || {
        let begun = Instant::now();
        let rows = bins::bin(&times, &columns, wanted);
        let taken = begun.elapsed().as_secs_f64() * 1_000.0;
        assert!(rows.times.len() >= 500, "{} bins", rows.times.len());
        taken
    };
    median((0..TIMES).map(|_| once()).collect())
}

async fn stored(options: &Options) -> f64 {
    let server = Server::start(options, Who::Plumbline).await;
    let file = server.folder().join("rows.jsonl");
    let mut out = BufWriter::new(std::fs::File::create(&file).expect("a file can be made"));
    for row in 0..ROWS {
        let at = FIRST + row * STEP;
        write!(
            out,
            r#"{{"table":"raw_timer_with_interval","environment":"e","application":"a","metric_name":"m","metric_timestamp":{at},"count":{row}"#
        )
        .and_then(|()| {
            COLUMNS.iter().enumerate().try_for_each(|(n, name)| write!(out, r#","{name}":{}"#, value(row, n)))
        })
        .and_then(|()| writeln!(out, "}}"))
        .expect("the disk has room");
    }
    out.flush().expect("the disk has room");
    let (file, folder) = (file.display().to_string(), server.folder().display().to_string());
    Program::run(options, &["import", "metrics", &file, "--data", &folder]);
    let path = format!(
        "/api/v1/metrics/raw_timer_with_interval/e/a/m?columns={}&size={SIZE}&start_timestamp={START}&end_timestamp={END}",
        COLUMNS.join(",")
    );
    let mut connection = server.connection().await;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let asked = Instant::now();
        let answer = connection.get(&path).await;
        times.push(asked.elapsed().as_secs_f64() * 1_000.0);
        assert!(answer.len() > 20_000, "{}", String::from_utf8_lossy(&answer));
    }
    median(times)
}
