//! Which facts are causes: not those that change by themselves, and not those that each machine has its own of.

use compare::{Fact, report::Named};
use drift::{Machine, answer::deviations};
use drift_common::Baseline;
use profile::Volatile;

fn named(facts: &[(&str, &str)]) -> Vec<Named> {
    facts.iter().map(|(name, value)| ((*name).to_owned(), Fact::Text((*value).to_owned()))).collect()
}

/// The facts in which a machine that says this deviates; `None` when it is as its baseline says.
fn deviating(says: [&str; 4], volatile: &Volatile) -> Option<Vec<String>> {
    let names = ["arch", "cpu_model", "fqdn", "systemd.jobs_queued"];
    let facts = |values: [&str; 4]| named(&names.into_iter().zip(values).collect::<Vec<_>>());
    let baseline = Baseline { id: "b".to_owned(), ..Baseline::default() };
    let machine = Machine { id: "m".to_owned(), parts: vec![facts(says).into()], ..Machine::default() };
    let found = deviations(&machine, &baseline, &facts(["x86_64", "x", "a", "0"]), volatile)?;
    Some(found.into_iter().map(|deviation| deviation.fact).collect())
}

#[test]
fn volatile_facts_and_those_of_one_machine_are_drift_and_no_causes() {
    let usual = Volatile::default();
    assert_eq!(deviating(["x86_64", "x", "a", "0"], &usual), None);
    assert_eq!(deviating(["x86_64", "x", "b", "3"], &usual), Some(vec![]));
    let both = ["aarch64", "y", "b", "3"];
    assert_eq!(deviating(both, &usual), Some(vec!["arch".to_owned(), "cpu_model".to_owned()]));
    let cpus = Volatile::new(["cpu_model", "systemd.jobs_queued"]);
    assert_eq!(deviating(both, &cpus), Some(vec!["arch".to_owned()]));
}
