//! What is sent: counters that start again, buckets and gauges of nine machines, as bodies of remote write made beforehand.

use hyper::body::Bytes;
use monitoring::doors::remote_write::wire::{Label, Sample, TimeSeries, WriteRequest};
use prost::Message as _;

/// Milliseconds between two samples of a series.
pub const STEP: i64 = 15_000;
/// Samples of each series: six hours.
pub const SAMPLES: usize = 1_441;
const MACHINES: usize = 9;
const HANDLERS: usize = 13;
/// The bounds of the buckets of each handler: with nine machines these are 1,404 series.
const BOUNDS: [&str; 12] =
    ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"];
const MODES: [&str; 8] = ["idle", "user", "system", "iowait", "irq", "nice", "softirq", "steal"];
/// One in so many samples a machine has started anew.
const RESTARTS: u64 = 900;

/// One series.
pub struct Made {
    labels: Vec<Label>,
    values: Vec<f64>,
}

/// All series, and the time of the last sample of each.
pub struct Data {
    pub series: Vec<Made>,
    pub first: i64,
    pub last: i64,
}

impl Data {
    /// Samples that end about now: who takes no old ones takes these.
    pub fn new() -> Self {
        let now = std::time::UNIX_EPOCH.elapsed().expect("it is after 1970").as_millis() as i64;
        let last = (now - 10 * STEP).div_euclid(STEP) * STEP;
        let mut random = Random(1);
        let mut series = Vec::new();
        for machine in 0..MACHINES {
            let instance = format!("web-{machine}.example.com:9100");
            for handler in 0..HANDLERS {
                buckets(&mut series, &mut random, &instance, &format!("/api/v1/part-{handler}"));
            }
            for mode in MODES {
                let values = counter(&mut random, |random| (random.below(1_500) as f64) / 100.0);
                series.push(made("cpu", &instance, &[("mode", mode)], values));
            }
            for device in 0..8 {
                let mut level = 2e9 + random.below(1_000_000_000) as f64;
                let mut step = || {
                    level += random.below(2_000_001) as f64 - 1e6;
                    (level / 4096.0).round() * 4096.0
                };
                let values = (0..SAMPLES).map(|_| step()).collect();
                series.push(made("memory", &instance, &[("device", &format!("part{device}"))], values));
            }
        }
        for n in 0..6 {
            series.push(made("up", &format!("db-{n}"), &[], vec![1.0; SAMPLES]));
        }
        Self { series, first: last - (SAMPLES as i64 - 1) * STEP, last }
    }

    /// How many samples.
    pub fn samples(&self) -> u64 {
        (self.series.len() * SAMPLES) as u64
    }

    /// Bodies with so many samples a series each.
    pub fn bodies(&self, together: usize) -> Vec<Bytes> {
        let body = |from: usize| {
            let of = |made: &Made| TimeSeries {
                labels: made.labels.clone(),
                samples: (from..(from + together).min(SAMPLES))
                    .map(|n| Sample { value: made.values[n], timestamp: self.first + n as i64 * STEP })
                    .collect(),
                ..TimeSeries::default()
            };
            let timeseries = self.series.iter().map(of).collect();
            let plain = WriteRequest { timeseries, ..WriteRequest::default() }.encode_to_vec();
            Bytes::from(snap::raw::Encoder::new().compress_vec(&plain).expect("a body can be packed"))
        };
        (0..SAMPLES).step_by(together).map(body).collect()
    }
}

fn made(name: &str, instance: &str, more: &[(&str, &str)], values: Vec<f64>) -> Made {
    let mut labels = vec![("__name__", name), ("instance", instance), ("job", "web")];
    labels.extend_from_slice(more);
    labels.sort_unstable();
    let label =
        |(name, value): (&str, &str)| Label { name: name.to_owned().into(), value: value.to_owned().into() };
    Made { labels: labels.into_iter().map(label).collect(), values }
}

fn counter(random: &mut Random, mut step: impl FnMut(&mut Random) -> f64) -> Vec<f64> {
    let mut value = 0.0;
    (0..SAMPLES)
        .map(|_| {
            value = if random.below(RESTARTS) == 0 { 0.0 } else { value + step(random) };
            value
        })
        .collect()
}

/// A request is counted in its bucket and all above.
fn buckets(series: &mut Vec<Made>, random: &mut Random, instance: &str, handler: &str) {
    let mut values = vec![Vec::with_capacity(SAMPLES); BOUNDS.len()];
    let mut counts = [0_u64; BOUNDS.len()];
    for _ in 0..SAMPLES {
        if random.below(RESTARTS) == 0 {
            counts.fill(0);
        }
        for _ in 0..random.below(20) {
            let least = random.below(6) + random.below(6);
            counts.iter_mut().skip(least as usize).for_each(|count| *count += 1);
        }
        values.iter_mut().zip(counts).for_each(|(values, count)| values.push(count as f64));
    }
    for (bound, values) in BOUNDS.into_iter().zip(values) {
        series.push(made("bucket", instance, &[("handler", handler), ("le", bound)], values));
    }
}

/// Numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_samples_are_in_the_bodies_and_all_are_the_same_each_time() {
        let data = Data::new();
        assert_eq!((data.series.len(), data.samples()), (1_554, 2_239_314));
        assert_eq!((data.bodies(60).len(), data.bodies(SAMPLES).len()), (25, 1));
        let again = Data::new();
        assert!(data.series.iter().zip(&again.series).all(|(one, two)| one.values == two.values));
    }
}
