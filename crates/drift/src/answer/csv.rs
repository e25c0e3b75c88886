//! Reports as CSV (contract drift §7).

use std::{borrow::Cow, collections::HashMap};

use compare::report::{Entry, Leaf, Report, State, Values};

use super::Records;

pub(super) fn write(records: &Records, report: &Report<'_>) -> String {
    let place: HashMap<&str, usize> =
        report.columns().iter().enumerate().map(|(at, column)| (column.id, at)).collect();
    let baselines = records.baselines().into_iter().map(|one| (one.id.as_str(), one.display_name.as_str()));
    let machines = records.machines().into_iter().map(|one| (one.id.as_str(), one.name.as_str()));
    let profiles = records
        .profiles()
        .into_iter()
        .map(|one| (one.id.as_str(), one.display_name.as_deref().unwrap_or_default()));
    let columns: Vec<(Option<usize>, &str)> =
        baselines.chain(machines).chain(profiles).map(|(id, name)| (place.get(id).copied(), name)).collect();
    let mut out = String::new();
    row(
        &mut out,
        ["name", "state"].into_iter().chain(columns.iter().map(|(_, name)| *name)).map(Cow::Borrowed),
    );
    let fact = |out: &mut String, name: String, leaf: &Leaf<'_>| {
        let start = [Cow::Owned(name), Cow::Borrowed(leaf.state.as_str())];
        row(out, start.into_iter().chain(columns.iter().map(|(at, _)| cell(leaf, *at))));
    };
    for entry in report.entries() {
        match entry {
            Entry::Fact(leaf) => fact(&mut out, leaf.name.to_owned(), &leaf),
            Entry::Group { name, state, facts } => {
                group(&mut out, name, state, columns.len());
                for leaf in &facts {
                    fact(&mut out, format!("    {}", leaf.name), leaf);
                }
            }
        }
    }
    out
}

fn group(out: &mut String, name: &str, state: State, columns: usize) {
    let start = [name, state.as_str()].into_iter();
    row(out, start.chain(std::iter::repeat_n("", columns)).map(Cow::Borrowed));
}

/// What a column says; several values are separated by commas.
fn cell<'a>(leaf: &Leaf<'a>, column: Option<usize>) -> Cow<'a, str> {
    match (&leaf.values, column) {
        (_, None) => Cow::Borrowed(""),
        (Values::One(cells), Some(at)) => Cow::Borrowed(cells[at].value),
        (Values::Several(several), Some(at)) => Cow::Owned(several.joined(at)),
    }
}

fn row<'a>(out: &mut String, cells: impl Iterator<Item = Cow<'a, str>>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_cell(out, &cell);
    }
    out.push_str("\r\n");
}

/// Quotes are written only where they are needed. What a spreadsheet would take for a formula begins with an apostrophe.
fn write_cell(out: &mut String, cell: &str) {
    let formula = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if cell.contains([',', '"', '\n', '\r']) {
        out.push('"');
        out.push_str(formula);
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(formula);
        out.push_str(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_only_where_it_is_needed_and_are_no_formulas() {
        let mut out = String::new();
        row(&mut out, ["a", "b,c", "d\"e", "=1+1", "-2,3", ""].map(Cow::Borrowed).into_iter());
        assert_eq!(out, "a,\"b,c\",\"d\"\"e\",'=1+1,\"'-2,3\",\r\n");
    }
}
