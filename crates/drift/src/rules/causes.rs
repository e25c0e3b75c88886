//! Drift by cause: what is one cause, and which changes are known of.

use ground::Timestamp;
use uuid::Uuid;

/// Longest reason, pattern or value of a rule, in bytes.
const LONGEST: usize = 500;

/// A fact that is not as a baseline says. An empty text is a missing value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deviation {
    /// The fact by its full name: `installed_packages.openssl`.
    pub fact: String,
    /// What the baseline says.
    pub expected: String,
    /// What the machine says.
    pub actual: String,
}

/// The id of the cause of a deviation: the same for all machines that deviate from a baseline in the same way.
pub fn cause_id(org: &str, baseline: Uuid, deviation: &Deviation) -> Uuid {
    let mut hasher = blake3::Hasher::new();
    let Deviation { fact, expected, actual } = deviation;
    hasher.update(baseline.as_bytes());
    for part in [org, fact, expected, actual] {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// What a rule says of the changes that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleKind {
    /// Nobody wants to hear of them.
    Ignore,
    /// They are ours while it lasts.
    Window,
    /// The value is wanted: to have it is ours.
    Expected,
}

impl RuleKind {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Window => "window",
            Self::Expected => "expected",
        }
    }

    /// The kind of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Ignore, Self::Window, Self::Expected].into_iter().find(|kind| kind.name() == name)
    }
}

/// What is known of some changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: Uuid,
    /// What it says.
    pub kind: RuleKind,
    /// The baseline that it is about; all without one.
    pub baseline: Option<Uuid>,
    /// The facts that it is about, with `*` for any part: `installed_packages.*`.
    pub pattern: String,
    /// The values of the machine that it is about, with `*` for any part; all without one.
    pub value: Option<String>,
    /// From when on it is true.
    pub begins: Timestamp,
    /// Until when.
    pub ends: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub author: String,
}

impl Rule {
    /// Refuses what cannot be a rule; says what would be right.
    pub fn check(&self) -> Result<(), String> {
        let texts = [
            ("pattern", Some(&self.pattern)),
            ("value", self.value.as_ref()),
            ("reason", Some(&self.reason)),
        ];
        for (name, text) in texts {
            if text.is_some_and(|text| text.trim().is_empty() || text.len() > LONGEST) {
                return Err(format!("`{name}` has 1 to {LONGEST} bytes"));
            }
        }
        match (self.kind, self.ends, &self.value) {
            (RuleKind::Ignore | RuleKind::Window, None, _) => {
                Err(format!("`ends` is missing: a rule of kind `{}` has an end", self.kind.name()))
            }
            (RuleKind::Expected, _, None) => Err("`value` is missing: which value is expected?".to_owned()),
            (_, Some(ends), _) if ends <= self.begins => Err("`ends` is not after `begins`".to_owned()),
            _ => Ok(()),
        }
    }

    fn is_about(&self, baseline: Uuid, fact: &str, actual: &str, at: Timestamp) -> bool {
        self.baseline.is_none_or(|only| only == baseline)
            && matches(&self.pattern, fact)
            && self.value.as_ref().is_none_or(|value| matches(value, actual))
            && self.begins <= at
            && self.ends.is_none_or(|ends| at < ends)
    }
}

/// The rule by which a change was ours, when there is one: it came about within a change window, or brought an expected
/// value.
pub fn planned<'r>(
    rules: &'r [Rule],
    baseline: Uuid,
    deviation: &Deviation,
    at: Timestamp,
) -> Option<&'r Rule> {
    let (fact, actual) = (&deviation.fact, &deviation.actual);
    rules.iter().find(|rule| rule.kind != RuleKind::Ignore && rule.is_about(baseline, fact, actual, at))
}

/// The rule by which nobody wants to hear of a cause now, when there is one.
pub fn ignored<'r>(
    rules: &'r [Rule],
    baseline: Uuid,
    deviation: &Deviation,
    now: Timestamp,
) -> Option<&'r Rule> {
    let (fact, actual) = (&deviation.fact, &deviation.actual);
    rules.iter().find(|rule| rule.kind == RuleKind::Ignore && rule.is_about(baseline, fact, actual, now))
}

/// Whether a text is as a pattern says, in which `*` stands for any part.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn rule(kind: RuleKind, pattern: &str, value: Option<&str>) -> Rule {
        Rule {
            id: Uuid::nil(),
            kind,
            baseline: None,
            pattern: pattern.to_owned(),
            value: value.map(str::to_owned),
            begins: at(100),
            ends: Some(at(200)),
            reason: "patch day".to_owned(),
            author: "me".to_owned(),
        }
    }

    fn openssl() -> Deviation {
        Deviation {
            fact: "installed_packages.openssl".into(),
            expected: "3.0.7".into(),
            actual: "3.0.13".into(),
        }
    }

    #[test]
    fn a_change_within_a_window_or_to_an_expected_value_is_ours() {
        let baseline = Uuid::from_u128(1);
        let window = [rule(RuleKind::Window, "installed_packages.*", None)];
        assert!(planned(&window, baseline, &openssl(), at(150)).is_some());
        assert!(planned(&window, baseline, &openssl(), at(200)).is_none(), "it is over");
        let expected = [rule(RuleKind::Expected, "*.openssl", Some("3.0.1*"))];
        assert!(planned(&expected, baseline, &openssl(), at(150)).is_some());
        let other = Deviation { actual: "3.1.0".into(), ..openssl() };
        assert!(planned(&expected, baseline, &other, at(150)).is_none());
        let of_another = [Rule { baseline: Some(Uuid::from_u128(2)), ..window[0].clone() }];
        assert!(planned(&of_another, baseline, &openssl(), at(150)).is_none());
        assert!(ignored(&window, baseline, &openssl(), at(150)).is_none());
        let ignore = [rule(RuleKind::Ignore, "installed_packages.openssl", None)];
        assert!(ignored(&ignore, baseline, &openssl(), at(150)).is_some());
        assert!(ignored(&ignore, baseline, &openssl(), at(201)).is_none(), "it has an end");
    }

    #[test]
    fn a_rule_without_an_end_a_reason_or_a_value_is_refused() {
        assert_eq!(rule(RuleKind::Ignore, "a", None).check(), Ok(()));
        for bad in [
            Rule { ends: None, ..rule(RuleKind::Ignore, "a", None) },
            Rule { ends: Some(at(100)), ..rule(RuleKind::Window, "a", None) },
            Rule { reason: " ".to_owned(), ..rule(RuleKind::Ignore, "a", None) },
            Rule { pattern: String::new(), ..rule(RuleKind::Ignore, "a", None) },
            rule(RuleKind::Expected, "a", None),
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn stars_stand_for_any_part() {
        for (pattern, text, expected) in [
            ("a.b", "a.b", true),
            ("a.b", "a.bc", false),
            ("a.*", "a.b.c", true),
            ("*", "", true),
            ("*.b", "a.b", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abcd", false),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    /// By trying every part for a star.
    fn slow(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|skip| slow(rest, &text[skip..])),
            Some((letter, rest)) => {
                text.split_first().is_some_and(|(first, more)| first == letter && slow(rest, more))
            }
        }
    }

    proptest! {
        #[test]
        fn a_pattern_means_what_trying_everything_finds(pattern in "[ab*]{0,8}", text in "[ab]{0,8}") {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(matches(&pattern, &text), slow(&letters(&pattern), &letters(&text)));
        }

        #[test]
        fn causes_differ_when_anything_differs(one in ("[ab]{0,2}", "[ab]{0,2}", "[ab]{0,2}"), other in ("[ab]{0,2}", "[ab]{0,2}", "[ab]{0,2}")) {
            let id = |(fact, expected, actual): &(String, String, String)| {
                let deviation = Deviation { fact: fact.clone(), expected: expected.clone(), actual: actual.clone() };
                cause_id("o", Uuid::nil(), &deviation)
            };
            prop_assert_eq!(id(&one) == id(&other), one == other);
        }
    }
}
