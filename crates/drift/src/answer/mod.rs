//! A report as it is sent (contract drift §6, §7).

mod csv;
mod json;

use compare::{
    outliers::is_own,
    report::{Column, ColumnKind, Leaf, Named, Options, Report, Values},
};
use drift_common::{Baseline, Profile, facts};
use ground::Timestamp;
use profile::Volatile;

use crate::{
    Machine,
    rules::{causes::Deviation, request::Request},
};

/// Longest value of a fact that a cause is known by.
const LONGEST_VALUE: usize = 500;

/// The records of a comparison, in the order of the request: records of one name stand beside one another so.
#[derive(Debug)]
pub struct Records {
    machines: Vec<Machine>,
    baselines: Vec<Baseline>,
    profiles: Vec<Profile>,
    baseline_facts: Vec<Vec<Named>>,
    profile_facts: Vec<Vec<Named>>,
}

/// A machine as one of the records that are compared.
fn machine_column(machine: &Machine) -> Column<'_> {
    Column {
        id: &machine.id,
        name: &machine.name,
        kind: ColumnKind::System,
        parts: machine.parts.iter().map(|part| &**part).collect(),
    }
}

/// A baseline with its facts, as one of the records that are compared.
fn baseline_column<'a>(baseline: &'a Baseline, facts: &'a [Named]) -> Column<'a> {
    Column { id: &baseline.id, name: &baseline.display_name, kind: ColumnKind::Baseline, parts: vec![facts] }
}

/// The facts of a machine that are not as a baseline with these facts says; `None` when all are. Facts that every machine has
/// its own of, and those that change by themselves, are drift, and are left out of the list.
pub fn deviations(
    machine: &Machine,
    baseline: &Baseline,
    facts: &[Named],
    volatile: &Volatile,
) -> Option<Vec<Deviation>> {
    if machine.left_out {
        return None;
    }
    let columns = vec![machine_column(machine), baseline_column(baseline, facts)];
    let report = Report::new(columns, Options { short_circuit: true, ..Options::default() });
    if !report.has_drifted() {
        return None;
    }
    let counts = |leaf: &Leaf<'_>| !is_own(leaf.name) && !volatile.contains(leaf.name);
    let leaves = report.differing().filter(|leaf| leaf.drifted && counts(leaf));
    let said = leaves.map(|leaf| {
        // Baselines stand first.
        let (expected, actual) = match &leaf.values {
            Values::One(cells) => {
                let text = |at: usize| cells.get(at).map_or("", |cell| cell.value);
                (shortened(text(0)), shortened(text(1)))
            }
            Values::Several(several) => (shortened(&several.joined(0)), shortened(&several.joined(1))),
        };
        Deviation { fact: leaf.name.to_owned(), expected, actual }
    });
    Some(said.collect())
}

/// A value of at most so many bytes, with the digest of the whole when it is longer.
fn shortened(value: &str) -> String {
    if value.len() <= LONGEST_VALUE {
        return value.to_owned();
    }
    let end = value.floor_char_boundary(LONGEST_VALUE);
    format!("{}… ({})", &value[..end], &blake3::hash(value.as_bytes()).to_hex()[..8])
}

impl Records {
    /// Of these records. Machines that are to be left out are.
    pub fn new(mut machines: Vec<Machine>, baselines: Vec<Baseline>, profiles: Vec<Profile>) -> Self {
        machines.retain(|machine| !machine.left_out);
        Self {
            baseline_facts: baselines.iter().map(Baseline::facts).collect(),
            profile_facts: profiles
                .iter()
                .map(|profile| facts::of_profile(&profile.system_profile))
                .collect(),
            machines,
            baselines,
            profiles,
        }
    }

    /// Machines by name.
    fn machines(&self) -> Vec<&Machine> {
        let mut all: Vec<&Machine> = self.machines.iter().collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    /// Baselines by name.
    fn baselines(&self) -> Vec<&Baseline> {
        let mut all: Vec<&Baseline> = self.baselines.iter().collect();
        all.sort_by(|one, other| one.display_name.cmp(&other.display_name));
        all
    }

    /// Past states, the newest first.
    fn profiles(&self) -> Vec<&Profile> {
        let mut all: Vec<&Profile> = self.profiles.iter().collect();
        all.sort_by_key(|profile| std::cmp::Reverse(Timestamp::parse(&profile.captured_date).ok()));
        all
    }

    /// Compares them.
    pub fn report(&self, request: &Request) -> Report<'_> {
        let mut columns: Vec<Column<'_>> = Vec::new();
        columns.extend(self.machines.iter().map(machine_column));
        columns.extend(self.profiles.iter().zip(&self.profile_facts).map(|(one, facts)| Column {
            id: &one.id,
            name: one.display_name.as_deref().unwrap_or_default(),
            kind: ColumnKind::Past,
            parts: vec![facts],
        }));
        let baselines = self.baselines.iter().zip(&self.baseline_facts);
        columns.extend(baselines.map(|(one, facts)| baseline_column(one, facts)));
        let reference = request.reference.as_deref();
        Report::new(columns, Options { reference, short_circuit: request.short_circuit })
    }

    /// A report as JSON.
    pub fn json(&self, report: &Report<'_>, now: Timestamp) -> Vec<u8> {
        json::write(self, report, now)
    }

    /// A report as CSV.
    pub fn csv(&self, report: &Report<'_>) -> String {
        csv::write(self, report)
    }
}
