//! Every kept input, and what is near it, as an ordinary test.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests")]

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use fuzz::{TARGETS, Target};

fn inputs(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut inputs: Vec<_> = files.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    inputs.sort();
    inputs
}

/// Runs a target; says which input it was when it fails or takes long.
fn run((name, target): Target, path: &Path, bytes: &[u8]) {
    let started = Instant::now();
    if let Err(panic) = std::panic::catch_unwind(|| target(bytes)) {
        let shown = String::from_utf8_lossy(bytes);
        eprintln!("{name}: {}: {shown}", path.display());
        std::panic::resume_unwind(panic);
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{name}: {} takes long", path.display());
}

#[test]
fn every_target_stands_every_kept_input() {
    for target in TARGETS {
        let inputs = inputs(target.0);
        assert!(inputs.len() >= 10, "{}: the corpus is not found", target.0);
        for (path, bytes) in inputs {
            run(target, &path, &bytes);
        }
    }
}

#[test]
fn every_target_stands_what_is_near_a_kept_input() {
    for target in TARGETS {
        for (path, bytes) in inputs(target.0) {
            for cut in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
                run(target, &path, &bytes[..cut]);
                run(target, &path, &bytes[cut..]);
                for other in *b"\"\\{}[],:%\0\xff9-e " {
                    let mut changed = bytes.clone();
                    changed[cut] = other;
                    run(target, &path, &changed);
                }
                let doubled = [&bytes[..cut], &bytes[cut / 2..]].concat();
                run(target, &path, &doubled);
            }
        }
    }
}

/// A choice that follows from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// One to four changes: bytes, pieces of other inputs, repetitions, removals.
fn change(dice: &mut Dice, inputs: &[(PathBuf, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = inputs[dice.below(inputs.len())].1.clone();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        let to = (at + dice.below(40)).min(bytes.len());
        match dice.below(6) {
            0 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
            1 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            2 => drop(bytes.drain(at..to)),
            3 => {
                let piece = bytes[at..to].repeat(1 + dice.below(20));
                bytes.splice(at..at, piece);
            }
            _ => {
                let other = &inputs[dice.below(inputs.len())].1;
                let from = dice.below(other.len() + 1);
                let piece = &other[from..(from + dice.below(200)).min(other.len())];
                bytes.splice(at..to, piece.iter().copied());
            }
        }
    }
    bytes
}

/// Two seconds for each target, or as many as `FUZZ_SECONDS` says; `FUZZ_SEED` is another row of changes.
#[test]
fn every_target_stands_random_changes_of_kept_inputs() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (seconds, seed) = (number("FUZZ_SECONDS").unwrap_or(2), number("FUZZ_SEED").unwrap_or(1));
    for target in TARGETS {
        let inputs = inputs(target.0);
        let (mut dice, mut tried) = (Dice(seed), 0_u64);
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(seconds) {
            let bytes = change(&mut dice, &inputs);
            run(target, Path::new("a changed input"), &bytes);
            tried += 1;
        }
        println!("{}: {tried} changed inputs in {seconds} s", target.0);
        assert!(tried > 10, "{}: {tried} changed inputs in {seconds} s", target.0);
    }
}
