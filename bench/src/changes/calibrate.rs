//! How often independent points pass a threshold: what the tables of `changepoint::budget` hold.

use changepoint::{reference::Reference, scan, scores::Scores, trend};

use super::{noise::Random, spread};

const POINTS: usize = 2_000_000;
const HEIGHTS: [f64; 8] = [3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5];

/// Says the tables, in the form in which they stand in the code.
pub fn run(pieces: u64) {
    for length in [20, 30, 50, 100] {
        let found = count(pieces, |random, heights| steps(random, length, heights));
        println!("steps, reference of {length}: {found}");
    }
    println!("trend: {}", count(pieces, trends));
}

fn count(pieces: u64, piece: impl Fn(&mut Random, &mut [u64]) + Sync) -> String {
    let counts = spread(pieces, |seed| {
        let mut counts = vec![0; HEIGHTS.len()];
        piece(&mut Random::new(seed), &mut counts);
        counts
    });
    let points = (pieces as usize * POINTS) as f64;
    let rates = (0..HEIGHTS.len()).map(|at| {
        let sum: u64 = counts.iter().map(|counts| counts[at]).sum();
        format!("{}: {:.2} ({sum})", HEIGHTS[at], (sum as f64 / points).log10())
    });
    rates.collect::<Vec<_>>().join(", ")
}

/// As after an alarm: what follows at once is the same one.
struct Alarms<'a> {
    counts: &'a mut [u64],
    quiet_until: Vec<usize>,
}

impl<'a> Alarms<'a> {
    fn new(counts: &'a mut [u64]) -> Self {
        Self { quiet_until: vec![0; counts.len()], counts }
    }

    fn see(&mut self, at: usize, statistic: f64, quiet: usize) {
        for (height, (count, until)) in HEIGHTS.iter().zip(self.counts.iter_mut().zip(&mut self.quiet_until))
        {
            if statistic < *height {
                break;
            }
            if at >= *until {
                *count += 1;
                *until = at + quiet;
            }
        }
    }
}

fn steps(random: &mut Random, length: usize, counts: &mut [u64]) {
    let scores = Scores::among(length);
    let values: Vec<f64> = (0..POINTS).map(|_| random.uniform()).collect();
    let mut alarms = Alarms::new(counts);
    for at in length + scan::LONGEST..values.len() {
        let (past, recent) = values[at - length - scan::LONGEST..at].split_at(length);
        alarms.see(at, scan::scan(&Reference::new(past, &scores), recent).up, length + scan::LONGEST);
    }
}

fn trends(random: &mut Random, counts: &mut [u64]) {
    let values: Vec<f64> = (0..POINTS).map(|_| random.uniform()).collect();
    let mut alarms = Alarms::new(counts);
    for at in trend::LONGEST..values.len() {
        alarms.see(at, trend::statistic(&values[at - trend::LONGEST..at]), trend::LONGEST);
    }
}
