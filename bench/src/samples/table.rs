//! The table, with the peers beside the program.

use std::{collections::HashMap, fmt::Write as _};

use super::{
    questions::{self, Points},
    servers::Who,
};
use crate::report::{Goal, number};

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    name: &'static str,
    work: &'static str,
    unit: &'static str,
}

impl Line {
    pub fn new(name: &'static str, work: &'static str, unit: &'static str) -> Self {
        Self { name, work, unit }
    }
}

struct Measured {
    line: Line,
    goal: Option<Goal>,
    of: Vec<(Who, f64)>,
}

impl Measured {
    fn value(&self, who: Who) -> Option<f64> {
        self.of.iter().find(|(own, _)| *own == who).map(|(_, value)| *value)
    }

    /// What was asked for; of questions: no slower than Prometheus, as fast as `VictoriaMetrics`.
    fn goal(&self) -> Option<Goal> {
        let question = self.line.name.starts_with("samples-question");
        let peers = || {
            let least = self.value(Who::Prometheus)?;
            Some(Goal::no_more_than(least, self.value(Who::VictoriaMetrics).unwrap_or(least)))
        };
        if question { peers() } else { self.goal }
    }
}

/// All rows so far.
#[derive(Default)]
pub struct Table {
    rows: Vec<Measured>,
    answers: HashMap<&'static str, Points>,
    differing: Vec<String>,
}

impl Table {
    /// Adds what was measured of one server, and says it at once.
    pub fn add(&mut self, line: Line, goal: Option<Goal>, who: Who, value: f64) {
        println!("{:26} {:22} {} {}", line.name, who.name(), number(value), line.unit);
        match self.rows.iter_mut().find(|row| row.line.name == line.name) {
            Some(row) => row.of.push((who, value)),
            None => self.rows.push(Measured { line, goal, of: vec![(who, value)] }),
        }
    }

    /// Keeps the answer of the program; that of Prometheus has to be the same.
    pub fn compare(&mut self, name: &'static str, who: Who, points: Points) {
        if who == Who::Plumbline {
            self.answers.insert(name, points);
        } else if questions::agrees(who)
            && let Some(ours) = self.answers.get(name)
            && let Err(difference) = questions::same(ours, &points)
        {
            self.differing.push(format!("{name}: {difference}"));
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn markdown(&self, machine: &str) -> String {
        let peers = [Who::Prometheus, Who::VictoriaMetrics];
        // Writing to a String cannot fail.
        let mut out = format!("{machine}.\n\n| row | work | at least | aim | Plumbline |");
        for peer in peers {
            let _ = write!(out, " {} |", peer.name());
        }
        out.push_str(" |\n| --- | --- | --: | --: | --: | --: | --: | --- |\n");
        for row in &self.rows {
            let or_none = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), number);
            let goal = row.goal();
            let ours = row.value(Who::Plumbline);
            let verdict = goal.zip(ours).map_or("", |(goal, ours)| goal.verdict(ours));
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {} | **{}** {} | {} | {} | {verdict} |",
                row.line.name,
                row.line.work,
                or_none(goal.map(|goal| goal.least)),
                or_none(goal.map(|goal| goal.aim)),
                or_none(ours),
                row.line.unit,
                or_none(row.value(peers[0])),
                or_none(row.value(peers[1])),
            );
        }
        match self.differing.as_slice() {
            [] if self.answers.is_empty() => {}
            [] => out.push_str("\nThe answers to all questions are those of Prometheus.\n"),
            all => {
                let _ = writeln!(out, "\nAnswers differ from those of Prometheus: {}.", all.join("; "));
            }
        }
        out
    }
}
