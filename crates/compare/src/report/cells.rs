//! What each column says of a fact (contract drift §5.5 step 4, §5.6).

use std::collections::BTreeSet;

use super::{ColumnKind, Reference, Report, Row, State, state, text};
use crate::Fact;

/// A fact with what each column says of it.
#[derive(Debug)]
pub struct Leaf<'a> {
    /// Its name; inside a group what stands behind the first dot.
    pub name: &'a str,
    /// What is to be said of it.
    pub state: State,
    /// Whether it is not as the baseline has it; only told with a short circuit.
    pub drifted: bool,
    /// What the columns say, in their order.
    pub values: Values<'a>,
}

/// What the columns say of a fact.
#[derive(Debug)]
pub enum Values<'a> {
    /// Every column has one value.
    One(Vec<Cell<'a>>),
    /// A column has several.
    Several(Several<'a>),
}

/// What one column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'a> {
    /// Empty when it says nothing.
    pub value: &'a str,
    /// What it is beside the reference, when that is told.
    pub state: Option<State>,
    /// Whether it was redacted before it was sent.
    pub redacted: bool,
}

/// What the columns say of a fact of several values.
#[derive(Debug)]
pub struct Several<'a> {
    /// What is to be said of the fact.
    pub state: State,
    /// Every value that a column has, in order.
    pub options: Vec<&'a str>,
    /// For each option the columns that have it.
    pub has: Vec<Vec<bool>>,
    reference: Reference,
}

impl Several<'_> {
    /// What is to be said of one value.
    pub fn row_state(&self, option: usize) -> State {
        if self.has[option].iter().all(|has| *has) { State::Same } else { State::Different }
    }

    /// What a column's having or not having a value is, beside the reference; without one, what the fact is.
    pub fn cell_state(&self, option: usize, column: usize) -> State {
        let has = &self.has[option];
        match self.reference {
            Reference::None => self.state,
            Reference::Column(reference) if has[column] == has[reference] => State::Same,
            Reference::Column(_) | Reference::Gone => State::Different,
        }
    }

    /// The values of a column, separated by commas.
    pub fn joined(&self, column: usize) -> String {
        let own = self.options.iter().zip(&self.has).filter(|(_, has)| has[column]);
        own.map(|(option, _)| *option).collect::<Vec<_>>().join(", ")
    }
}

impl<'a> Report<'a> {
    pub(super) fn leaf(&self, row: &Row<'a>, name: &'a str) -> Leaf<'a> {
        let values = self.several(row).map_or_else(|| Values::One(self.cells(row)), Values::Several);
        let drifted = self.short_circuit && row.state == State::Different;
        Leaf { name, state: row.state, drifted, values }
    }

    fn cells(&self, row: &Row<'a>) -> Vec<Cell<'a>> {
        let mut cells = vec![Cell { value: "", state: None, redacted: false }; self.columns.len()];
        for (part, fact) in &row.said {
            let value = text(fact);
            let redacted = state::is_redacted(row.name, value);
            for at in &self.users[*part] {
                cells[*at] = Cell { value, state: None, redacted };
            }
        }
        if self.reference != Reference::None
            && state::of_fact(row.name, &self.variants(row), self.systems()).1
        {
            let wanted = match self.reference {
                Reference::Column(at) => Some(cells[at]).filter(|cell| !cell.redacted).map(|cell| cell.value),
                Reference::None | Reference::Gone => None,
            };
            for cell in cells.iter_mut().filter(|cell| !cell.redacted) {
                let same = wanted == Some(cell.value);
                cell.state = Some(if same { State::Same } else { State::Different });
            }
        }
        cells
    }

    fn systems(&self) -> usize {
        self.columns.iter().filter(|column| column.kind == ColumnKind::System).count()
    }

    /// The values of a fact of which some column has several; nothing for others.
    pub(super) fn several(&self, row: &Row<'a>) -> Option<Several<'a>> {
        row.said.iter().find(|(_, fact)| matches!(fact, Fact::List(_)))?;
        let values = |fact: &'a Fact| -> Vec<&'a str> {
            match fact {
                Fact::Text(_) => Some(text(fact)).filter(|text| !text.is_empty()).into_iter().collect(),
                Fact::List(values) => {
                    values.iter().map(String::as_str).filter(|text| !text.is_empty()).collect()
                }
            }
        };
        let options: BTreeSet<&str> = row.said.iter().flat_map(|(_, fact)| values(fact)).collect();
        let options: Vec<&str> = options.into_iter().collect();
        let mut has = vec![vec![false; self.columns.len()]; options.len()];
        for (part, fact) in &row.said {
            for value in values(fact) {
                if let Ok(option) = options.binary_search(&value) {
                    for at in &self.users[*part] {
                        has[option][*at] = true;
                    }
                }
            }
        }
        let all = |of: &[Vec<bool>]| of.iter().all(|row| row.iter().all(|has| *has));
        let kept = |of: &[Vec<bool>]| of.iter().all(|row| !row[0] || row.get(1).is_none_or(|has| *has));
        // What the baseline has must be there; what is there beside it does no harm.
        let same = if self.short_circuit { kept(&has) } else { all(&has) };
        let state = if same { State::Same } else { State::Different };
        Some(Several { state, options, has, reference: self.reference })
    }
}
