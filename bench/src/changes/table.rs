//! The tables.

use std::time::Instant;

use changepoint::{Budget, Thresholds};

use super::{
    noise::Noise,
    ours::{self, Alarm},
    peers, spread,
};
use crate::options::Options;

/// Days of a series, and from which day on they count: whoever needs a reference has one.
const DAYS: usize = 180;
const COUNTED_FROM: usize = 40;
/// The day of a step, and of the last point behind it.
const STEP: usize = 120;
const AFTER: usize = 30;
/// A change is found where it is when it is placed within so many points.
const NEAR: usize = 7;

/// Gives the alarms of a series.
type Alarms<'a> = Box<dyn Fn(&[f64]) -> Vec<Alarm> + Sync + 'a>;

/// A way to find changes, with its name.
struct Way<'a> {
    name: String,
    series_months: u64,
    alarms: Alarms<'a>,
}

pub fn run(options: &Options) {
    let months = if options.quick { 1_000 } else { 20_000 };
    let budgets: Vec<(f64, Thresholds)> = [1.0, 0.1, 10.0]
        .into_iter()
        .map(|budget| (budget, Budget::new(budget).expect("a budget in its range").daily()))
        .collect();
    let mut ways: Vec<Way<'_>> = budgets
        .iter()
        .map(|(budget, thresholds)| Way {
            name: format!("plumbline, budget {budget}"),
            series_months: months,
            alarms: Box::new(|values: &[f64]| ours::alarms(values, thresholds)),
        })
        .collect();
    ways.extend(peers::RULES.into_iter().map(|(name, rule)| Way {
        name: name.to_owned(),
        series_months: if options.quick { 100 } else { 1_000 },
        alarms: Box::new(move |values: &[f64]| peers::alarms(values, rule)),
    }));
    let begun = Instant::now();
    false_alarms(&ways, options.changes_seed);
    steps(&ways, if options.quick { 100 } else { 400 }, options.changes_seed);
    drift(&ways, if options.quick { 100 } else { 400 }, options.changes_seed);
    println!("\n{:.0} s", begun.elapsed().as_secs_f64());
    cost(&budgets[0].1);
}

fn false_alarms(ways: &[Way<'_>], seed: u64) {
    println!("False alarms per 1,000 series-months (in brackets: alarms seen)\n");
    print!("| | series-months |");
    for noise in Noise::ALL {
        print!(" {} |", noise.name());
    }
    println!("\n| --- | --: |{}", " --: |".repeat(Noise::ALL.len()));
    for way in ways {
        let months = (DAYS - COUNTED_FROM) as f64 / 30.0;
        let series = (way.series_months as f64 / months).ceil() as u64;
        print!("| {} | {} |", way.name, way.series_months);
        for noise in Noise::ALL {
            let counts = spread(series, |at| {
                let values = noise.series(DAYS, seed + at);
                (way.alarms)(&values).iter().filter(|alarm| alarm.found >= COUNTED_FROM).count()
            });
            let sum: usize = counts.iter().sum();
            print!(" {:.1} ({sum}) |", sum as f64 / (series as f64 * months) * 1_000.0);
        }
        println!();
    }
}

fn steps(ways: &[Way<'_>], series: u64, seed: u64) {
    let kinds = [Noise::Gauss1, Noise::Gauss3, Noise::Spikes, Noise::Correlated];
    println!("\nSteps found within 5 / 8 / 10 / 20 points, in %\n");
    print!("| |");
    for noise in kinds {
        for step in [2, 5, 10] {
            print!(" {}: {step} % |", noise.name());
        }
    }
    println!("\n| --- |{}", " --: |".repeat(kinds.len() * 3));
    for way in ways {
        print!("| {} |", way.name);
        for noise in kinds {
            for step in [0.02, 0.05, 0.10] {
                let found = spread(series, |at| found_after(way, noise, step, seed + 1_000_000 + at));
                let share = |within: usize| {
                    let count = found.iter().flatten().filter(|points| **points <= within).count();
                    count as f64 / series as f64 * 100.0
                };
                print!(" {:.0}/{:.0}/{:.0}/{:.0} |", share(5), share(8), share(10), share(20));
            }
        }
        println!();
    }
    let place = spread(series, |at| {
        let values = stepped(Noise::Gauss1, 0.05, seed + 1_000_000 + at);
        let alarms = (ways[0].alarms)(&values);
        alarms.iter().any(|alarm| alarm.at.abs_diff(STEP) <= 2)
    });
    let placed = place.iter().filter(|placed| **placed).count();
    println!(
        "\nCV 1 %, step of 5 %: placed within 2 points in {:.1} %",
        placed as f64 / series as f64 * 100.0
    );
}

fn stepped(noise: Noise, step: f64, seed: u64) -> Vec<f64> {
    let mut values = noise.series(STEP + AFTER, seed);
    values[STEP..].iter_mut().for_each(|value| *value *= 1.0 + step);
    values
}

/// With how many points of the new level the step was found.
fn found_after(way: &Way<'_>, noise: Noise, step: f64, seed: u64) -> Option<usize> {
    let alarms = (way.alarms)(&stepped(noise, step, seed));
    let found = alarms.iter().find(|alarm| alarm.found >= STEP && alarm.at.abs_diff(STEP) <= NEAR)?;
    Some(found.found - STEP + 1)
}

fn drift(ways: &[Way<'_>], series: u64, seed: u64) {
    println!("\nA drift of 1 % a month found within six months, in % (named a drift)\n");
    for way in ways {
        let found = spread(series, |at| {
            let mut values = Noise::Gauss1.series(DAYS, seed + 2_000_000 + at);
            for (day, value) in values.iter_mut().enumerate() {
                *value *= 1.0 + 0.01 * day as f64 / 30.0;
            }
            let alarms = (way.alarms)(&values);
            (!alarms.is_empty(), alarms.iter().any(|alarm| alarm.drift))
        });
        let share = |pick: fn(&(bool, bool)) -> bool| {
            found.iter().filter(|outcome| pick(outcome)).count() as f64 / series as f64 * 100.0
        };
        println!("| {} | {:.0} ({:.0}) |", way.name, share(|found| found.0), share(|found| found.1));
    }
}

fn cost(thresholds: &Thresholds) {
    const SERIES: u64 = 500;
    let all: Vec<Vec<f64>> = (0..SERIES).map(|seed| Noise::Gauss1.series(DAYS, seed)).collect();
    let begun = Instant::now();
    let alarms: usize = all.iter().map(|values| ours::alarms(values, thresholds).len()).sum();
    let points = SERIES as f64 * DAYS as f64;
    let each = begun.elapsed().as_secs_f64() * 1e6 / points;
    println!("{each:.1} µs a point; {SERIES} series of {DAYS} points, {alarms} alarms");
}
