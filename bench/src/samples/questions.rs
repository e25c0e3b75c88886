//! The same questions of each server. What Prometheus answers is compared with what the program does.

use std::{collections::BTreeMap, time::Instant};

use hyper::body::Bytes;
use serde_json::Value;

use super::{
    data::Data,
    servers::{Server, Who},
    table::{Line, Table},
};

/// How often each is asked; the median counts.
const TIMES: usize = 7;
const HOURS_2: i64 = 7_200_000;

/// Name, what is asked, expression, step in seconds (0: at one time).
const QUESTIONS: [(&str, &str, &str, i64); 6] = [
    ("samples-question-rate", "`rate(bucket[5m])`, 1,404 series, 2 h at 15 s", "rate(bucket[5m])", 15),
    (
        "samples-question-p90",
        "p90 over them, one line",
        "histogram_quantile(0.9, sum by (le) (rate(bucket[5m])))",
        15,
    ),
    (
        "samples-question-sum",
        "`sum by (instance) (rate(cpu[5m]))`, 9 lines",
        "sum by (instance) (rate(cpu[5m]))",
        15,
    ),
    (
        "samples-question-max",
        "`max_over_time(bucket[1h])`, 1,404 series, at one time",
        "max_over_time(bucket[1h])",
        0,
    ),
    (
        "samples-question-one",
        "one series, 481 points",
        "memory{instance=\"web-3.example.com:9100\",device=\"part0\"}",
        15,
    ),
    ("samples-question-topk", "`topk(5, rate(bucket[5m]))`, 2 h at 60 s", "topk(5, rate(bucket[5m]))", 60),
];

pub async fn measure(server: &Server, data: &Data, table: &mut Table) {
    let mut connection = server.connection().await;
    for (name, work, expression, step) in QUESTIONS {
        let expression: String = form(expression);
        let rest = if step == 0 {
            format!("query?query={expression}&time={}", data.last / 1_000)
        } else {
            let (from, to) = ((data.last - HOURS_2) / 1_000, data.last / 1_000);
            format!("query_range?query={expression}&start={from}&end={to}&step={step}")
        };
        let path = server.path(&rest);
        let mut times = Vec::new();
        let mut answer = Bytes::new();
        for _ in 0..TIMES {
            let asked = Instant::now();
            answer = connection.get(&path).await;
            times.push(asked.elapsed().as_secs_f64() * 1_000.0);
        }
        times.sort_by(f64::total_cmp);
        table.add(Line::new(name, work, "ms"), None, server.who, times[TIMES / 2]);
        let points = points(&answer);
        // Which of several equal ones are among the first is nobody's right or wrong.
        let ranked = expression.starts_with("topk");
        table.compare(name, server.who, if ranked { by_rank(&points) } else { points });
    }
}

/// The points of an answer by series and time.
pub type Points = BTreeMap<(String, i64), f64>;

fn points(answer: &[u8]) -> Points {
    let answer: Value = serde_json::from_slice(answer).expect("an answer is JSON");
    let mut points = Points::new();
    for series in answer["data"]["result"].as_array().expect("an answer has results") {
        // Members of an object stand in one order, whoever wrote it.
        let name = series["metric"].to_string();
        let single = std::slice::from_ref(&series["value"]);
        for point in series["values"].as_array().map_or(single, Vec::as_slice) {
            let time = point[0].as_f64().unwrap_or_default().round() as i64;
            let value = point[1].as_str().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN);
            points.insert((name.clone(), time), value);
        }
    }
    points
}

/// The values of each time in their order, whatever series they are of.
fn by_rank(points: &Points) -> Points {
    let mut by_time: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for ((_, time), value) in points {
        by_time.entry(*time).or_default().push(*value);
    }
    let mut ranked = Points::new();
    for (time, mut values) in by_time {
        values.sort_by(f64::total_cmp);
        ranked.extend(values.into_iter().enumerate().map(|(rank, value)| ((rank.to_string(), time), value)));
    }
    ranked
}

fn form(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

/// Whether two answers say the same, but for the last digits.
pub fn same(one: &Points, two: &Points) -> Result<(), String> {
    if one.len() != two.len() {
        return Err(format!("{} and {} points", one.len(), two.len()));
    }
    let differing = one.iter().find(|(key, value)| {
        two.get(*key).is_none_or(|other| {
            let both_none = value.is_nan() && other.is_nan();
            !both_none && (*value - other).abs() > 1e-9 * value.abs().max(other.abs())
        })
    });
    differing.map_or(Ok(()), |(key, value)| Err(format!("{key:?} is {value} and {:?}", two.get(key))))
}

/// Whether the answers of this one are to be those of the program.
pub fn agrees(who: Who) -> bool {
    who == Who::Prometheus
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_the_same_but_for_the_last_digits() {
        let answer = |value: &str| {
            let text = format!(
                r#"{{"data":{{"result":[{{"metric":{{"a":"b"}},"values":[[15,"{value}"],[30,"NaN"]]}}]}}}}"#
            );
            points(text.as_bytes())
        };
        assert!(same(&answer("0.1"), &answer("0.10000000000000001")).is_ok());
        assert!(same(&answer("0.1"), &answer("0.1001")).is_err());
        assert!(same(&answer("0.1"), &Points::new()).is_err());
        let named = |name: &str| Points::from([((name.to_owned(), 1), 2.0)]);
        assert!(same(&named("a"), &named("b")).is_err());
        assert!(same(&by_rank(&named("a")), &by_rank(&named("b"))).is_ok());
    }
}
