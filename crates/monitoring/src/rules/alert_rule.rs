//! What an alert is: an expression as a panel has it, and when its values are a breach.

use std::collections::BTreeMap;

use promql::{Query, Times};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::alert_state::Terms;

/// Longest texts, in bytes.
const LONGEST_NAME: usize = 200;
const LONGEST_TEXT: usize = 2_000;
const LONGEST_EXPRESSION: usize = 10_000;
/// Most values of a variable.
const MOST_VALUES: usize = 1_000;
/// Longest stretch of time, in seconds.
const LONGEST: i64 = 30 * 86_400;
/// What `$__range` stands for, in seconds.
const RANGE: i64 = 3_600;

/// An alert as it is asked for. Each series of the expression is an alert of its own: one for each host, where the
/// expression has a series for each host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    /// Its name in the organisation.
    pub name: String,
    /// An expression of `PromQL`, as a panel has it: `$name` stands for the values of a variable.
    pub expression: String,
    /// The values that are chosen for variables; a variable without one stands for all.
    #[serde(default)]
    pub variables: BTreeMap<String, Vec<String>>,
    /// Whether values above (`above`) or below (`below`) the threshold are a breach.
    #[serde(default)]
    pub direction: Direction,
    /// The threshold.
    pub threshold: f64,
    /// Behind which value a firing alert is no longer in breach; the threshold otherwise.
    pub clear: Option<f64>,
    /// So many of the last evaluations must be breaches.
    #[serde(default = "one")]
    pub breaches: u32,
    /// Out of so many.
    #[serde(default = "one")]
    pub of: u32,
    /// For how many seconds the condition must be true before the alert fires.
    #[serde(default)]
    pub for_seconds: i64,
    /// For how many seconds it goes on firing when the condition is no longer true.
    #[serde(default)]
    pub keep_firing_seconds: i64,
    /// How many seconds behind now it is evaluated, for samples that come late.
    #[serde(default)]
    pub delay_seconds: i64,
    /// How many seconds lie between two evaluations.
    #[serde(default = "minute")]
    pub every_seconds: i64,
    /// What to do about it, for who is told.
    #[serde(default)]
    pub summary: String,
    /// The dashboard and the panel that it was made of, for links.
    #[serde(default)]
    pub panel: String,
}

/// Which values are a breach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Those above the threshold.
    #[default]
    Above,
    /// Those below it.
    Below,
}

const fn one() -> u32 {
    1
}

const fn minute() -> i64 {
    60
}

impl AlertRule {
    /// Refuses what cannot be evaluated; says what would be right.
    pub fn check(&self) -> Result<(), String> {
        for (name, text, least, most) in [
            ("name", &self.name, 1, LONGEST_NAME),
            ("expression", &self.expression, 1, LONGEST_EXPRESSION),
            ("summary", &self.summary, 0, LONGEST_TEXT),
            ("panel", &self.panel, 0, LONGEST_TEXT),
        ] {
            if !(least..=most).contains(&text.len()) {
                return Err(format!("`{name}` has {least} to {most} bytes"));
            }
        }
        for (name, seconds, least) in [
            ("for_seconds", self.for_seconds, 0),
            ("keep_firing_seconds", self.keep_firing_seconds, 0),
            ("delay_seconds", self.delay_seconds, 0),
            ("every_seconds", self.every_seconds, 10),
        ] {
            if !(least..=LONGEST).contains(&seconds) {
                return Err(format!("`{name}` is {least} to {LONGEST}"));
            }
        }
        if !(1..=self.of).contains(&self.breaches) || self.of > 100 {
            return Err("`breaches` is 1 to `of`, and `of` at most 100".to_owned());
        }
        let clear = self.clear.unwrap_or(self.threshold);
        let is_behind = match self.direction {
            Direction::Above => clear <= self.threshold,
            Direction::Below => clear >= self.threshold,
        };
        if !self.threshold.is_finite() || !is_behind {
            return Err("`threshold` is a number, and `clear` lies on its good side".to_owned());
        }
        let values: usize = self.variables.values().map(Vec::len).sum();
        if values > MOST_VALUES {
            return Err(format!("`variables` have at most {MOST_VALUES} values"));
        }
        let filled = self.filled();
        Query::new(&filled, Times::instant(0))
            .map(drop)
            .map_err(|problem| format!("`expression`: {}", problem.in_text(&filled)))
    }

    /// When a value is a breach.
    pub fn terms(&self) -> Terms {
        Terms {
            above: self.direction == Direction::Above,
            threshold: self.threshold,
            clear: self.clear.unwrap_or(self.threshold),
            breaches: self.breaches as usize,
            of: self.of as usize,
            hold: self.for_seconds * 1_000,
            keep: self.keep_firing_seconds * 1_000,
        }
    }

    /// The time of the last evaluation that is due, in milliseconds: on the steps that a chart of this interval has.
    pub const fn due(&self, now: i64) -> i64 {
        let step = self.every_seconds * 1_000;
        (now - self.delay_seconds * 1_000).div_euclid(step) * step
    }

    /// The expression with what its variables stand for, as the pages fill it in: a pattern for `=~`, and `.+` where nothing is
    /// chosen.
    pub fn filled(&self) -> String {
        let mut filled = String::with_capacity(self.expression.len());
        let mut rest = self.expression.as_str();
        while let Some(at) = rest.find('$') {
            filled.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let begins = rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            if !begins {
                filled.push('$');
                continue;
            }
            filled.push_str(&self.stands_for(&rest[..end]));
            rest = &rest[end..];
        }
        filled.push_str(rest);
        filled
    }

    fn stands_for(&self, name: &str) -> String {
        match name {
            "__interval" => format!("{}s", self.every_seconds),
            "__rate_interval" => format!("{}s", (self.every_seconds * 4).max(60)),
            "__range" => format!("{RANGE}s"),
            _ => match self.variables.get(name).map(Vec::as_slice) {
                None | Some([]) => ".+".to_owned(),
                Some(values) => values.iter().map(|value| pattern(value)).collect::<Vec<_>>().join("|"),
            },
        }
    }
}

/// A text as a pattern that only it matches, within a text of `PromQL`.
fn pattern(value: &str) -> String {
    let mut pattern = String::with_capacity(value.len());
    for letter in value.chars() {
        if ".*+?^${}()|[]\\".contains(letter) {
            pattern.push_str("\\\\");
        }
        if letter == '"' || letter == '\\' {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(expression: &str) -> AlertRule {
        let rule = serde_json::json!({"name": "busy", "expression": expression, "threshold": 0.9});
        serde_json::from_value(rule).unwrap()
    }

    #[test]
    fn variables_stand_for_patterns_as_in_the_pages() {
        let mut rule = rule(r#"rate(cpu{host=~"$host", group=~"$group"}[$__rate_interval])"#);
        assert_eq!(rule.filled(), r#"rate(cpu{host=~".+", group=~".+"}[240s])"#);
        rule.variables.insert("host".to_owned(), vec!["web.1".to_owned(), "a\"b".to_owned()]);
        assert_eq!(rule.filled(), r#"rate(cpu{host=~"web\\.1|a\"b", group=~".+"}[240s])"#);
        assert_eq!(rule.check(), Ok(()));
        let text = AlertRule { expression: "1$ + $".to_owned(), ..rule };
        assert_eq!(text.filled(), "1$ + $");
    }

    #[test]
    fn what_cannot_be_evaluated_is_refused_by_name() {
        assert_eq!(rule("up").check(), Ok(()));
        assert!(rule("up{").check().unwrap_err().starts_with("`expression`"));
        for (bad, names) in [
            (AlertRule { clear: Some(0.95), ..rule("up") }, "clear"),
            (AlertRule { direction: Direction::Below, clear: Some(0.5), ..rule("up") }, "clear"),
            (AlertRule { breaches: 3, of: 2, ..rule("up") }, "breaches"),
            (AlertRule { every_seconds: 1, ..rule("up") }, "every_seconds"),
            (AlertRule { threshold: f64::NAN, ..rule("up") }, "threshold"),
            (AlertRule { name: String::new(), ..rule("up") }, "name"),
        ] {
            assert!(bad.check().unwrap_err().contains(names), "{names}");
        }
    }

    #[test]
    fn evaluations_stand_on_the_steps_of_a_chart() {
        let rule = AlertRule { delay_seconds: 30, ..rule("up") };
        assert_eq!([rule.due(89_999), rule.due(90_000), rule.due(149_999)], [0, 60_000, 60_000]);
    }
}
