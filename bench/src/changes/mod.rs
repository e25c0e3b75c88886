//! Change points: false alarms per 1,000 series-months on ten kinds of noise, and which steps are found how soon, beside
//! the rules of others. `bench --changes` prints the tables of `docs/performance.md`.

mod calibrate;
mod noise;
mod ours;
mod peers;
mod table;

use std::sync::atomic::{AtomicU64, Ordering};

use crate::options::Options;

/// Measures, or calibrates.
pub fn run(options: &Options) {
    if options.calibrate {
        calibrate::run(if options.quick { 2 } else { 10 });
    } else {
        table::run(options);
    }
}

/// Work on all processors: one outcome for each seed, in their order.
pub fn spread<T: Send>(seeds: u64, work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<(u64, T)> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut own = Vec::new();
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= seeds {
                            return own;
                        }
                        own.push((seed, work(seed)));
                    }
                })
            })
            .collect();
        started.into_iter().flat_map(|thread| thread.join().expect("a thread ends well")).collect()
    });
    all.sort_by_key(|(seed, _)| *seed);
    all.into_iter().map(|(_, outcome)| outcome).collect()
}
