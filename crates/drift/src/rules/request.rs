//! What a comparison is asked for (contract drift §3).

use drift_common::{Failure, Query, body, ids};
use serde_json::Value;

/// Parameters of GET.
pub const PARAMETERS: [&str; 5] =
    ["system_ids[]", "baseline_ids[]", "historical_system_profile_ids[]", "reference_id", "short_circuit"];

/// What is compared, as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawRequest {
    systems: Vec<String>,
    baselines: Vec<String>,
    profiles: Vec<String>,
    reference: Option<String>,
    short_circuit: bool,
}

/// What is compared: lists of ids in lower case, each without repetitions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// Hosts of the inventory.
    pub systems: Vec<String>,
    /// Baselines.
    pub baselines: Vec<String>,
    /// Historical profiles.
    pub profiles: Vec<String>,
    /// The one that all others are compared with.
    pub reference: Option<String>,
    /// Whether only what the baseline names is of interest.
    pub short_circuit: bool,
}

fn owned<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

impl RawRequest {
    /// Of GET.
    pub fn of_query(query: Option<&str>) -> Result<Self, Failure> {
        let query = Query::read(query, &PARAMETERS)?;
        Ok(Self {
            systems: owned(query.all("system_ids[]")),
            baselines: owned(query.all("baseline_ids[]")),
            profiles: owned(query.all("historical_system_profile_ids[]")),
            reference: query.last("reference_id").map(str::to_owned),
            short_circuit: query.boolean("short_circuit")?.unwrap_or_default(),
        })
    }

    /// Of POST. Members that nobody knows are ignored.
    pub fn of_body(value: &Value) -> Result<Self, Failure> {
        let object = body::object(value)?;
        Ok(Self {
            systems: owned(body::texts(object, "system_ids")?),
            baselines: owned(body::texts(object, "baseline_ids")?),
            profiles: owned(body::texts(object, "historical_system_profile_ids")?),
            reference: body::text(object, "reference_id")?.map(str::to_owned),
            short_circuit: body::boolean(object, "short_circuit")?.unwrap_or_default(),
        })
    }

    /// Checks ids, in the order of the contract.
    pub fn checked(&self) -> Result<Request, Failure> {
        if self.systems.is_empty() && self.baselines.is_empty() && self.profiles.is_empty() {
            return Err(Failure::bad_request("must specify at least one of system, baseline, or HSP"));
        }
        for (list, name) in [
            (&self.systems, "system_ids"),
            (&self.baselines, "baseline_ids"),
            (&self.profiles, "historical_system_profile_ids"),
        ] {
            if ids::has_repeated(list) {
                return Err(Failure::bad_request(format!("duplicate UUID specified in {name} list")));
            }
        }
        let checked = |list: &[String]| ids::checked(list.iter().map(String::as_str));
        let (systems, baselines, profiles) =
            (checked(&self.systems)?, checked(&self.baselines)?, checked(&self.profiles)?);
        let reference = match self.reference.as_deref().filter(|reference| !reference.is_empty()) {
            None => None,
            Some(told) => {
                let reference = ids::checked([told])?.remove(0);
                let known =
                    [&systems, &baselines, &profiles].into_iter().flatten().any(|id| *id == reference);
                if !known {
                    let message = format!("reference id {told} does not match any ids from query");
                    return Err(Failure::bad_request(message));
                }
                Some(reference)
            }
        };
        Ok(Request { systems, baselines, profiles, reference, short_circuit: self.short_circuit })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const A: &str = "e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9";
    const B: &str = "b2d0c485-2630-5005-9dff-b6f5ac6c43c5";

    fn refusal(body: &Value) -> String {
        match RawRequest::of_body(body).and_then(|asked| asked.checked()).unwrap_err() {
            Failure::Message(status, message) => format!("{} {message}", status.as_u16()),
            Failure::Problem(problem) => problem.to_string(),
        }
    }

    #[test]
    fn ids_are_checked_in_the_order_of_the_contract() {
        for (body, expected) in [
            (json!({}), "400 must specify at least one of system, baseline, or HSP"),
            (
                json!({"system_ids": ["x", "X"], "baseline_ids": ["y"]}),
                "400 duplicate UUID specified in system_ids list",
            ),
            (json!({"baseline_ids": [A, A]}), "400 duplicate UUID specified in baseline_ids list"),
            (
                json!({"historical_system_profile_ids": [A, A]}),
                "400 duplicate UUID specified in historical_system_profile_ids list",
            ),
            (
                json!({"system_ids": ["bad", "worse"], "baseline_ids": ["x"]}),
                "400 malformed UUIDs requested (bad, worse)",
            ),
            (json!({"system_ids": [A], "reference_id": "x"}), "400 malformed UUIDs requested (x)"),
            (
                json!({"system_ids": [A], "reference_id": B}),
                "400 reference id b2d0c485-2630-5005-9dff-b6f5ac6c43c5 does not match any ids from query",
            ),
        ] {
            assert_eq!(refusal(&body), expected, "{body}");
        }
    }

    #[test]
    fn ids_are_the_same_in_any_case_of_letters() {
        let body = json!({"system_ids": [A.to_uppercase()], "reference_id": A, "other": 1});
        let request = RawRequest::of_body(&body).unwrap().checked().unwrap();
        assert_eq!((request.systems, request.reference.as_deref()), (vec![A.to_owned()], Some(A)));
    }

    #[test]
    fn only_true_makes_a_short_circuit() {
        let short = |text: &str| {
            let query = format!("system_ids[]={A}&short_circuit={text}");
            RawRequest::of_query(Some(&query)).unwrap().short_circuit
        };
        assert!(short("true") && short("True") && !short("false"));
        assert!(RawRequest::of_query(Some("bogus=1")).is_err());
    }
}
