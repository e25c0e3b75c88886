//! Staleness settings as they come in, and the rules that they are held to.

use fleet::Staleness;
use legacy::repr;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    api::errors::Failure,
    report::literal::{literal, not_of_type},
};

/// What is set, in seconds; what is left out stays as it is. Members for immutable hosts are taken and make no difference.
#[derive(Debug, Deserialize, ToSchema)]
pub struct StalenessIn {
    /// 1 to 604,800 (a week), and less than the next.
    pub conventional_time_to_stale: Option<i64>,
    /// 1 to 15,552,000 (180 days), and less than the next.
    pub conventional_time_to_stale_warning: Option<i64>,
    /// 1 to 63,072,000 (two years).
    pub conventional_time_to_delete: Option<i64>,
}

/// The most seconds until hosts are stale (a week), warned of (180 days), culled (two years).
pub const LONGEST: [i64; 3] = [604_800, 15_552_000, 63_072_000];

/// Members with the most that each may be, in the order in which they must grow.
const FIELDS: [(&str, i64); 3] = [
    ("conventional_time_to_stale", LONGEST[0]),
    ("conventional_time_to_stale_warning", LONGEST[1]),
    ("conventional_time_to_delete", LONGEST[2]),
];

/// Taken, and dropped.
const IGNORED: [&str; 3] =
    ["immutable_time_to_stale", "immutable_time_to_stale_warning", "immutable_time_to_delete"];

/// Settings within less than this of the defaults are the defaults.
const NEAR: i64 = 3_600;

/// A document of the declared form: its members are whole numbers from 1.
#[derive(Debug)]
pub struct Declared {
    given: [Option<i64>; 3],
    unknown: Vec<String>,
}

impl Declared {
    /// Reads a body; the error ends with where it has not the declared form.
    pub fn read(body: &Value) -> Result<Self, String> {
        let Value::Object(members) = body else {
            return Err(not_of_type(body, "object"));
        };
        let mut given = [None; 3];
        for ((name, _), given) in FIELDS.into_iter().zip(&mut given) {
            *given = seconds(members, name)?;
        }
        for name in IGNORED {
            seconds(members, name)?;
        }
        let known = |name: &str| FIELDS.iter().any(|field| field.0 == name) || IGNORED.contains(&name);
        let unknown = members.keys().filter(|name| !known(name)).cloned().collect();
        Ok(Self { given, unknown })
    }

    /// The settings that come of it where others held before; 400 for what they may not be.
    pub fn over(&self, before: Staleness) -> Result<ValidStaleness, Failure> {
        self.checked(before).map_err(|problem| Failure::bad_request(format!("Validation Error: {problem}")))
    }

    fn checked(&self, before: Staleness) -> Result<ValidStaleness, String> {
        let before = [before.stale, before.warning, before.delete];
        let mut times = [0; 3];
        for (at, time) in times.iter_mut().enumerate() {
            *time = self.given[at].unwrap_or(before[at]);
        }
        let mut problems = Vec::new();
        for ((name, most), given) in FIELDS.into_iter().zip(self.given) {
            if given.is_some_and(|given| given > most) {
                problems.push(format!(
                    "'{name}': ['Must be greater than or equal to 1 and less than or equal to {most}.']"
                ));
            }
        }
        problems.extend(self.unknown.iter().map(|name| format!("{}: ['Unknown field.']", repr(name))));
        let grows = |at: usize| times[at] < times[at + 1];
        if problems.is_empty()
            && let Some(at) = (0..2).find(|at| !grows(*at))
        {
            problems.push(format!("'_schema': ['{} must be lower than {}']", FIELDS[at].0, FIELDS[at + 1].0));
        }
        let [stale, warning, delete] = times;
        if problems.is_empty() {
            Ok(ValidStaleness(Staleness { stale, warning, delete }))
        } else {
            Err(format!("{{{}}}", problems.join(", ")))
        }
    }
}

/// Settings that keep all rules.
#[derive(Debug, PartialEq, Eq)]
pub struct ValidStaleness(Staleness);

impl ValidStaleness {
    /// The settings to be kept; `None` when each is near the default.
    pub fn unlike(self, defaults: Staleness) -> Option<Staleness> {
        let Staleness { stale, warning, delete } = self.0;
        let near = |one: i64, other: i64| (one - other).abs() < NEAR;
        let is_default =
            near(stale, defaults.stale) && near(warning, defaults.warning) && near(delete, defaults.delete);
        (!is_default).then_some(self.0)
    }
}

fn seconds(members: &Map<String, Value>, name: &str) -> Result<Option<i64>, String> {
    let Some(member) = members.get(name) else { return Ok(None) };
    let whole = member.as_i64().or_else(|| member.as_u64().map(|_| i64::MAX));
    match whole {
        Some(seconds) if seconds < 1 => Err(format!("{seconds} is less than the minimum of 1 - '{name}'")),
        Some(seconds) => Ok(Some(seconds)),
        None => Err(format!("{} is not of type 'integer' - '{name}'", literal(member))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn over_defaults(body: &Value) -> Result<Staleness, String> {
        Declared::read(body).unwrap().checked(Staleness::default()).map(|wanted| wanted.0)
    }

    #[test]
    fn members_are_whole_numbers_from_1() {
        let refused = |body: Value| Declared::read(&body).unwrap_err();
        assert_eq!(refused(json!([])), "[] is not of type 'object'");
        assert_eq!(
            refused(json!({"conventional_time_to_stale": 0})),
            "0 is less than the minimum of 1 - 'conventional_time_to_stale'"
        );
        for (value, shown) in
            [(json!("1"), "'1'"), (json!(null), "None"), (json!(true), "True"), (json!(1.5), "1.5")]
        {
            assert_eq!(
                refused(json!({"conventional_time_to_delete": value})),
                format!("{shown} is not of type 'integer' - 'conventional_time_to_delete'")
            );
        }
    }

    #[test]
    fn what_is_left_out_stays_and_what_is_for_immutable_hosts_is_dropped() {
        let defaults = Staleness::default();
        assert_eq!(over_defaults(&json!({})), Ok(defaults));
        assert_eq!(over_defaults(&json!({"immutable_time_to_delete": 5})), Ok(defaults));
        assert_eq!(
            over_defaults(&json!({"conventional_time_to_stale": 1})),
            Ok(Staleness { stale: 1, ..defaults })
        );
    }

    #[test]
    fn times_are_bounded() {
        let most = json!({"conventional_time_to_stale": 604_800, "conventional_time_to_stale_warning": 15_552_000,
            "conventional_time_to_delete": 63_072_000});
        assert_eq!(
            over_defaults(&most),
            Ok(Staleness { stale: 604_800, warning: 15_552_000, delete: 63_072_000 })
        );
        assert_eq!(
            over_defaults(&json!({"conventional_time_to_stale": 604_801, "x": 1, "conventional_time_to_delete": u64::MAX})),
            Err("{'conventional_time_to_stale': ['Must be greater than or equal to 1 and less than or equal to 604800.'], \
                 'conventional_time_to_delete': ['Must be greater than or equal to 1 and less than or equal to 63072000.'], \
                 'x': ['Unknown field.']}"
                .to_owned())
        );
    }

    #[test]
    fn each_time_is_less_than_the_next() {
        assert_eq!(
            over_defaults(&json!({"conventional_time_to_stale": 604_800})),
            Err("{'_schema': ['conventional_time_to_stale must be lower than conventional_time_to_stale_warning']}"
                .to_owned())
        );
        assert_eq!(
            over_defaults(&json!({"conventional_time_to_delete": 604_800})),
            Err("{'_schema': ['conventional_time_to_stale_warning must be lower than conventional_time_to_delete']}"
                .to_owned())
        );
    }

    #[test]
    fn within_an_hour_of_the_defaults_is_the_defaults() {
        let defaults = Staleness::default();
        let unlike = |stale: i64, delete: i64| {
            let wanted =
                Staleness { stale: defaults.stale + stale, delete: defaults.delete + delete, ..defaults };
            ValidStaleness(wanted).unlike(defaults).is_some()
        };
        assert!(!unlike(3_599, -3_599));
        assert!(unlike(3_600, 0));
        assert!(unlike(0, -3_600));
    }
}
