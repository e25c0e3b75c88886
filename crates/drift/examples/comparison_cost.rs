//! What comparisons cost, by the number of machines: `cargo run --release -p drift --example comparison_cost`.
//!
//! Machines have 1,620 facts, of which forty are their own or differ; the rest is equal. "Shared" machines have their equal
//! lists in common, as those from the record do; of "apart" ones every fact is looked at, as of those that come over HTTP.

#![expect(clippy::print_stdout, reason = "a program for developers that says its results")]

use std::{sync::Arc, time::Instant};

use compare::{
    Fact,
    outliers::{self, find},
    report::Named,
};
use drift::{Machine, answer::Records, rules::request::Request};
use ground::Timestamp;

/// Facts of a machine: as many as of the one that the original was measured with.
const FACTS: usize = 1_620;
/// How many of them are its own.
const OWN: usize = 40;
/// Facts of a machine among ten thousand.
const FEW: usize = 500;

fn list(facts: usize) -> Vec<Named> {
    let fact = |at: usize| {
        (format!("installed_packages.package-{at:04}"), Fact::Text(format!("1.{at}-1.el9.x86_64")))
    };
    (0..facts - OWN).map(fact).collect()
}

fn own(machine: usize) -> Vec<Named> {
    let value =
        |at: usize| if at.is_multiple_of(4) { format!("{machine}") } else { format!("{}", machine % 3) };
    let mut own: Vec<Named> =
        (0..OWN - 1).map(|at| (format!("systemd.fact-{at}"), Fact::Text(value(at)))).collect();
    own.push(("fqdn".to_owned(), Fact::Text(format!("web-{machine}.example.com"))));
    own
}

fn machines(count: usize, facts: usize, shared: bool) -> Vec<Machine> {
    let common: Arc<[Named]> = list(facts).into();
    let machine = |at: usize| {
        let list = if shared { common.clone() } else { list(facts).into() };
        let parts = vec![list, own(at).into()];
        Machine {
            id: format!("00000000-0000-4000-8000-{at:012}"),
            name: format!("web-{at}"),
            has_profile: true,
            parts,
            ..Machine::default()
        }
    };
    (0..count).map(machine).collect()
}

/// Milliseconds of the fastest of some runs.
fn best<T>(mut run: impl FnMut() -> T) -> f64 {
    let time = |()| {
        let begin = Instant::now();
        std::hint::black_box(run());
        begin.elapsed().as_secs_f64() * 1e3
    };
    [(); 5].map(time).into_iter().fold(f64::INFINITY, f64::min)
}

fn main() {
    println!("| machines | facts | lists | what differs | with JSON | bytes |");
    println!("| --: | --: | --- | --: | --: | --: |");
    let request = Request::default();
    for (count, facts) in [(2, FACTS), (10, FACTS), (100, FACTS), (1_000, FACTS), (10_000, FEW)] {
        for shared in [true, false] {
            let records = Records::new(machines(count, facts, shared), Vec::new(), Vec::new());
            let differing = best(|| records.report(&request).only_differing().len());
            // More than a thousand full machines are refused as one answer.
            let (json, bytes) = if count <= 1_000 {
                let answer = || records.json(&records.report(&request), Timestamp::from_micros(0));
                (format!("{:.1} ms", best(answer)), answer().len().to_string())
            } else {
                ("–".to_owned(), "–".to_owned())
            };
            let word = if shared { "shared" } else { "apart" };
            println!("| {count} | {facts} | {word} | {differing:.1} ms | {json} | {bytes} |");
        }
    }
    let volatile = profile::Volatile::default();
    println!("\n| machines | facts | lists | outliers |\n| --: | --: | --- | --: |");
    for count in [10, 100, 1_000, 10_000] {
        for shared in [true, false] {
            let all = machines(count, FEW, shared);
            let machines: Vec<_> = all.iter().map(of).collect();
            let time = best(|| find(&machines, |name| volatile.contains(name), 20, 10).odd.len());
            println!("| {count} | {FEW} | {} | {time:.1} ms |", if shared { "shared" } else { "apart" });
        }
    }
}

fn of(machine: &Machine) -> outliers::Machine<'_> {
    outliers::Machine { parts: machine.parts.iter().map(|part| &**part).collect() }
}
