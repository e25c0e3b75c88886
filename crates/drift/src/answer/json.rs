//! Reports as JSON (contract drift §6).
//!
//! Written straight into bytes: a report of a hundred machines has some 160,000 cells, and each begins with the same
//! text as all others of its column.

use compare::report::{Entry, Leaf, Report, Several, State, Values};
use ground::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::Records;

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the members of the contract")]
struct SystemOut<'a> {
    id: &'a str,
    display_name: &'a str,
    system_profile_exists: bool,
    last_updated: Option<&'a str>,
    insights_installed: bool,
    insights_enabled: bool,
    system_stale: bool,
}

#[derive(Serialize)]
struct BaselineOut<'a> {
    id: &'a str,
    display_name: &'a str,
    updated: &'a Value,
}

#[derive(Serialize)]
struct ProfileOut<'a> {
    id: &'a str,
    display_name: Option<&'a str>,
    updated: &'a str,
    system_id: &'a str,
}

/// Writes values into bytes, which cannot fail.
struct Out(Vec<u8>);

impl Out {
    fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    fn value(&mut self, value: &(impl Serialize + ?Sized)) {
        if let Err(error) = serde_json::to_writer(&mut self.0, value) {
            tracing::error!(%error, "a part of a report could not be written");
        }
    }

    /// Writes each, with commas between them, in brackets.
    fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        self.raw("[");
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                self.raw(",");
            }
            write(self, item);
        }
        self.raw("]");
    }

    fn state(&mut self, state: State) {
        self.raw("\"");
        self.raw(state.as_str());
        self.raw("\"");
    }
}

pub(super) fn write(records: &Records, report: &Report<'_>, now: Timestamp) -> Vec<u8> {
    // Every cell of a column begins so.
    let starts: Vec<String> = report
        .columns()
        .iter()
        .map(|column| format!("{{\"id\":{},\"value\":", Value::from(column.id)))
        .collect();
    let mut out = Out(Vec::with_capacity(report.len() * starts.len() * 80 + 4096));
    out.raw("{\"facts\":");
    out.list(report.entries(), |out, entry| match entry {
        Entry::Fact(leaf) => write_leaf(out, &leaf, &starts),
        Entry::Group { name, state, facts } => {
            out.raw("{\"name\":");
            out.value(name);
            out.raw(",\"state\":");
            out.state(state);
            out.raw(",\"comparisons\":");
            out.list(&facts, |out, leaf| write_leaf(out, leaf, &starts));
            out.raw("}");
        }
    });
    out.raw(",\"systems\":");
    out.list(records.machines(), |out, machine| {
        let captured = machine.captured.as_deref().filter(|_| machine.has_profile);
        let is_past = |text: &str| Timestamp::parse(text).is_ok_and(|at| now > at);
        out.value(&SystemOut {
            id: &machine.id,
            display_name: &machine.name,
            system_profile_exists: machine.has_profile,
            last_updated: captured.or(machine.updated.as_deref()),
            insights_installed: machine.has_profile && machine.client_installed,
            insights_enabled: machine.has_profile && machine.client_enabled,
            system_stale: machine.stale_warning.as_deref().is_some_and(is_past),
        });
    });
    out.raw(",\"baselines\":");
    out.list(records.baselines(), |out, baseline| {
        out.value(&BaselineOut {
            id: &baseline.id,
            display_name: &baseline.display_name,
            updated: &baseline.updated,
        });
    });
    out.raw(",\"historical_system_profiles\":");
    out.list(records.profiles(), |out, profile| {
        out.value(&ProfileOut {
            id: &profile.id,
            display_name: profile.display_name.as_deref(),
            updated: &profile.captured_date,
            system_id: &profile.inventory_id,
        });
    });
    out.raw(",\"drift_event_notify\":");
    out.value(&report.has_drifted());
    out.raw("}");
    out.0
}

fn write_leaf(out: &mut Out, leaf: &Leaf<'_>, starts: &[String]) {
    out.raw("{\"name\":");
    out.value(leaf.name);
    out.raw(",\"state\":");
    out.state(leaf.state);
    out.raw(if leaf.drifted {
        ",\"drifted_from_baseline\":true"
    } else {
        ",\"drifted_from_baseline\":false"
    });
    out.raw(",\"systems\":");
    match &leaf.values {
        Values::One(cells) => out.list(cells.iter().zip(starts), |out, (cell, start)| {
            out.raw(start);
            out.value(cell.value);
            if let Some(state) = cell.state {
                out.raw(",\"state\":");
                out.state(state);
            }
            out.raw(if cell.redacted { ",\"is_obfuscated\":true}" } else { "}" });
        }),
        Values::Several(several) => write_several(out, several, starts),
    }
    out.raw("}");
}

fn write_several(out: &mut Out, several: &Several<'_>, starts: &[String]) {
    let shown =
        |option: usize, column: usize| if several.has[option][column] { several.options[option] } else { "" };
    let options = 0..several.options.len();
    out.list(starts.iter().enumerate(), |out, (column, start)| {
        out.raw(start);
        out.list(options.clone(), |out, option| out.value(shown(option, column)));
        out.raw("}");
    });
    out.raw(",\"multivalues\":");
    out.list(options.clone(), |out, option| {
        out.raw("{\"state\":");
        out.state(several.row_state(option));
        out.raw(",\"systems\":");
        out.list(starts.iter().enumerate(), |out, (column, start)| {
            out.raw(start);
            out.value(shown(option, column));
            out.raw(",\"state\":");
            out.state(several.cell_state(option, column));
            out.raw("}");
        });
        out.raw("}");
    });
}
