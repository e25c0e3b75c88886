//! The comparison of machines, baselines and past states, fact by fact (contract drift §5).
//!
//! What is compared is a [`Column`]: a name, and its facts in parts. A part that several columns have in common (the same
//! slice) is looked at once, so that the work grows with what differs and not with what is equal.
//!
//! # Equal or not
//!
//! | one says | the other says | they are |
//! | --- | --- | --- |
//! | nothing (no such fact), null, `N/A`, an empty text, an empty list, an empty object | any of these | equal: both are missing |
//! | any of these | a value | different |
//! | `0` | nothing | different: zero is a value |
//! | `0` | `"0"` | equal: values are compared as texts |
//! | `false` | nothing | different: false is a value |
//! | `false` | `"False"` | equal; `"false"` is another text |
//! | several values | the same in another order, or some of them twice | equal: a set |
//! | one value | a list of that one | equal |
//! | a text in a list joined by the facts of a profile (addresses) | the same in another order | different: their order is the machine's |
//! | `TCP` | `tcp` | different |
//! | a package without an epoch | the same with epoch 0 | equal, in the facts of a profile and in the changes of a machine |
//! | a package with an epoch | the same with another one | different in the changes of a machine; a report shows no epoch, and they are equal there |
//! | `1024 KiB` | `1.00 MiB` | different, unless a profile says both in bytes |
//!
//! JSON, CSV and terminal show what is decided here.

mod cells;
mod state;

use std::collections::HashMap;

use crate::Fact;
use state::Variant;

pub use cells::{Cell, Leaf, Several, Values};
pub use state::State;

/// A fact with its name; dots give the name a structure.
pub type Named = (String, Fact);

/// What sort of record a column is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnKind {
    /// What machines should be.
    Baseline,
    /// A machine now.
    System,
    /// A machine then.
    Past,
}

/// One of the records that are compared.
#[derive(Debug, Clone)]
pub struct Column<'a> {
    /// Its id; no two columns have the same.
    pub id: &'a str,
    /// The name it is shown under.
    pub name: &'a str,
    /// What sort of record it is.
    pub kind: ColumnKind,
    /// Its facts. No name is in two parts, nor twice in one.
    pub parts: Vec<&'a [Named]>,
}

/// How columns are compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// The column that all others are compared with.
    pub reference: Option<&'a str>,
    /// Whether only what the (last) baseline names is of interest, and whether it is still so.
    pub short_circuit: bool,
}

/// The column that all others are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reference {
    /// None was asked for.
    None,
    /// This one.
    Column(usize),
    /// One that is not among the columns (any more): every value differs from it.
    Gone,
}

/// So many values of a fact are looked through before they are looked up.
const FEW: usize = 8;

/// Facts that belong to the record and are never compared.
const OF_THE_RECORD: [&str; 4] = ["name", "id", "system_profile_exists", "is_baseline"];
/// Facts that are left out unless one of the records is of an SAP system.
const OF_SAP: [&str; 4] = ["sap_system", "sap_sids", "sap_instance_number", "sap_version"];

/// The facts of all columns, side by side, in the order of their names.
#[derive(Debug)]
pub struct Report<'a> {
    columns: Vec<Column<'a>>,
    rows: Vec<Row<'a>>,
    /// The columns that have a part, by the number of the part.
    users: Vec<Vec<usize>>,
    reference: Reference,
    short_circuit: bool,
}

/// One fact, and which parts say what of it.
#[derive(Debug)]
struct Row<'a> {
    name: &'a str,
    said: Vec<(usize, &'a Fact)>,
    state: State,
}

/// A fact by itself, or those that share what stands before the first dot of their names.
#[derive(Debug)]
pub enum Entry<'a> {
    /// A fact.
    Fact(Leaf<'a>),
    /// Facts under a common name.
    Group {
        /// That name.
        name: &'a str,
        /// What is to be said of all of them.
        state: State,
        /// The facts, by their names behind the dot.
        facts: Vec<Leaf<'a>>,
    },
}

impl<'a> Report<'a> {
    /// Compares columns. They are put into their order: baselines first, then the others by name.
    pub fn new(mut columns: Vec<Column<'a>>, options: Options<'_>) -> Self {
        columns.sort_by(|one, other| {
            let rank = |column: &Column<'_>| column.kind != ColumnKind::Baseline;
            rank(one).cmp(&rank(other)).then_with(|| one.name.cmp(other.name))
        });
        let (mut rows, users) = gather(&columns);
        let wanted = options.short_circuit.then(|| last_baseline(&columns)).flatten();
        let is_sap = rows.iter().any(|row| {
            row.name == "sap_system"
                && row.said.iter().any(|(_, fact)| **fact == Fact::Text("True".to_owned()))
        });
        rows.retain(|row| {
            !OF_THE_RECORD.contains(&row.name)
                && (is_sap || !OF_SAP.contains(&row.name))
                && wanted
                    .is_none_or(|baseline| row.said.iter().any(|(part, _)| users[*part].contains(&baseline)))
        });
        // Behind the first dot in order of their own, a fact before a group of its name.
        rows.sort_unstable_by(|one, other| split(one.name).cmp(&split(other.name)));
        let reference = options.reference.map_or(Reference::None, |id| {
            let found = columns.iter().position(|column| column.id == id);
            found.map_or(Reference::Gone, Reference::Column)
        });
        let mut report = Self { columns, rows, users, reference, short_circuit: options.short_circuit };
        for at in 0..report.rows.len() {
            report.rows[at].state = report.state_of(&report.rows[at]);
        }
        report
    }

    /// Without the facts of which everything is the same.
    #[must_use]
    pub fn only_differing(mut self) -> Self {
        self.rows.retain(|row| row.state != State::Same);
        self
    }

    /// The columns, in the order in which every fact has them.
    pub fn columns(&self) -> &[Column<'a>] {
        &self.columns
    }

    /// How many facts there are, and so how many rows of [`columns`](Self::columns) cells.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no facts.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether a fact of the baseline is not so any more; only told with a short circuit.
    pub fn has_drifted(&self) -> bool {
        self.short_circuit && self.rows.iter().any(|row| row.state == State::Different)
    }

    /// The facts of which not everything is the same, with their full names.
    pub fn differing(&self) -> impl Iterator<Item = Leaf<'a>> {
        self.rows.iter().filter(|row| row.state != State::Same).map(|row| self.leaf(row, row.name))
    }

    /// The facts with their full names, in order.
    pub fn leaves(&self) -> impl Iterator<Item = Leaf<'a>> {
        self.rows.iter().map(|row| self.leaf(row, row.name))
    }

    /// The facts and groups, in order. Made one after the other: they are as large as the answer.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'a>> {
        let groups = self.rows.chunk_by(|one, other| {
            let (one, other) = (split(one.name), split(other.name));
            one.1.is_some() && other.1.is_some() && one.0 == other.0
        });
        groups.filter_map(|rows| match (rows, split(rows.first()?.name)) {
            ([row], (name, None)) => Some(Entry::Fact(self.leaf(row, name))),
            (rows, (name, _)) => {
                let facts = rows.iter().map(|row| self.leaf(row, split(row.name).1.unwrap_or_default()));
                let state = state::of_group(rows.iter().map(|row| row.state));
                Some(Entry::Group { name, state, facts: facts.collect() })
            }
        })
    }

    /// What the columns say of a fact: each value once, with how many columns say it.
    fn variants(&self, row: &Row<'a>) -> Vec<Variant<'a>> {
        let mut variants: Vec<Variant<'a>> = Vec::new();
        let mut known: HashMap<&'a str, usize> = HashMap::new();
        let mut silent = self.columns.len();
        for (part, fact) in &row.said {
            let users = &self.users[*part];
            silent -= users.len();
            let baselines = users.iter().filter(|at| self.columns[**at].kind == ColumnKind::Baseline).count();
            let text = text(fact);
            // Most facts have a few values: those are found faster one by one.
            let near = variants.iter().take(FEW).position(|variant| variant.text == text);
            let at = near.or_else(|| known.get(text).copied()).unwrap_or_else(|| {
                variants.push(Variant::new(row.name, text, 0, 0));
                let at = variants.len() - 1;
                if at >= FEW {
                    known.insert(text, at);
                }
                at
            });
            variants[at].columns += users.len();
            variants[at].baselines += baselines;
        }
        if silent > 0 {
            let told: usize = variants.iter().map(|variant| variant.baselines).sum();
            let all = self.columns.iter().filter(|column| column.kind == ColumnKind::Baseline).count();
            match variants.iter_mut().find(|variant| variant.text.is_empty()) {
                Some(variant) => {
                    variant.columns += silent;
                    variant.baselines += all - told;
                }
                None => variants.push(Variant::new(row.name, "", silent, all - told)),
            }
        }
        variants
    }

    fn state_of(&self, row: &Row<'a>) -> State {
        if row.said.iter().any(|(_, fact)| matches!(fact, Fact::List(_))) {
            return self.several(row).map_or(State::Same, |several| several.state);
        }
        let systems = self.columns.iter().filter(|column| column.kind == ColumnKind::System).count();
        state::of_fact(row.name, &self.variants(row), systems).0
    }
}

/// All facts by name, and which columns have which part.
fn gather<'a>(columns: &[Column<'a>]) -> (Vec<Row<'a>>, Vec<Vec<usize>>) {
    let mut users: Vec<Vec<usize>> = Vec::new();
    let mut parts: Vec<&'a [Named]> = Vec::new();
    let mut known: HashMap<(*const Named, usize), usize> = HashMap::new();
    for (at, column) in columns.iter().enumerate() {
        for part in column.parts.iter().filter(|part| !part.is_empty()) {
            let number = *known.entry((part.as_ptr(), part.len())).or_insert_with(|| {
                parts.push(part);
                users.push(Vec::new());
                parts.len() - 1
            });
            users[number].push(at);
        }
    }
    let mut rows: Vec<Row<'a>> = Vec::new();
    let mut by_name: HashMap<&'a str, usize> = HashMap::new();
    for (number, part) in parts.iter().enumerate() {
        for (name, fact) in *part {
            let at = *by_name.entry(name).or_insert_with(|| {
                rows.push(Row { name, said: Vec::with_capacity(1), state: State::Same });
                rows.len() - 1
            });
            rows[at].said.push((number, fact));
        }
    }
    (rows, users)
}

fn last_baseline(columns: &[Column<'_>]) -> Option<usize> {
    columns.iter().rposition(|column| column.kind == ColumnKind::Baseline)
}

/// What stands before the first dot, and behind it.
fn split(name: &str) -> (&str, Option<&str>) {
    name.split_once('.').map_or((name, None), |(group, rest)| (group, Some(rest)))
}

/// The text of a value that is one; a missing one is empty.
fn text(fact: &Fact) -> &str {
    match fact {
        Fact::Text(text) if !fact.is_missing() => text,
        _ => "",
    }
}
