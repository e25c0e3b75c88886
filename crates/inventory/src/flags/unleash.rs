//! Features as an Unleash server tells them, and whether one is on for an organisation.
//!
//! The only thing that is known of who asks is the organisation, as `orgId`. Strategies that ask for anything else, and those that nobody
//! knows, say no.

use std::collections::HashMap;

use serde::Deserialize;

/// What a server says of all features.
#[derive(Debug, Default, Deserialize)]
pub struct Features {
    #[serde(default)]
    features: Vec<Feature>,
    #[serde(default)]
    segments: Vec<Segment>,
}

#[derive(Debug, Deserialize)]
struct Feature {
    name: String,
    #[serde(default)]
    enabled: bool,
    #[serde(default)]
    strategies: Vec<Strategy>,
}

#[derive(Debug, Deserialize)]
struct Strategy {
    name: String,
    #[serde(default)]
    parameters: HashMap<String, String>,
    #[serde(default)]
    constraints: Vec<Constraint>,
    #[serde(default)]
    segments: Vec<i64>,
}

#[derive(Debug, Deserialize)]
struct Segment {
    id: i64,
    #[serde(default)]
    constraints: Vec<Constraint>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Constraint {
    context_name: String,
    operator: String,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    inverted: bool,
    #[serde(default)]
    case_insensitive: bool,
}

impl Features {
    /// Whether a feature is on; one that is not known is off.
    pub fn is_on(&self, name: &str, org: &str) -> bool {
        let feature = self.features.iter().find(|feature| feature.name == name);
        feature.is_some_and(|feature| {
            feature.enabled
                && (feature.strategies.is_empty()
                    || feature.strategies.iter().any(|strategy| self.says_yes(strategy, name, org)))
        })
    }

    fn says_yes(&self, strategy: &Strategy, feature: &str, org: &str) -> bool {
        let of_segment = |id: &i64| {
            let segment = self.segments.iter().find(|segment| segment.id == *id);
            segment.is_some_and(|segment| segment.constraints.iter().all(|constraint| constraint.holds(org)))
        };
        strategy.constraints.iter().all(|constraint| constraint.holds(org))
            && strategy.segments.iter().all(of_segment)
            && strategy.is_for(feature, org)
    }
}

impl Strategy {
    fn is_for(&self, feature: &str, org: &str) -> bool {
        match self.name.as_str() {
            "default" => true,
            "flexibleRollout" => {
                let share: u32 =
                    self.parameters.get("rollout").and_then(|share| share.parse().ok()).unwrap_or(0);
                let group = self.parameters.get("groupId").map_or(feature, String::as_str);
                share > 0 && percentile(group, org) <= share
            }
            _ => false,
        }
    }
}

impl Constraint {
    fn holds(&self, org: &str) -> bool {
        if self.context_name != "orgId" {
            return false;
        }
        let folded = |text: &str| if self.case_insensitive { text.to_lowercase() } else { text.to_owned() };
        let any =
            |test: fn(&str, &str) -> bool| self.values.iter().any(|value| test(&folded(org), &folded(value)));
        let holds = match self.operator.as_str() {
            "IN" => self.values.iter().any(|value| value == org),
            "NOT_IN" => self.values.iter().all(|value| value != org),
            "STR_CONTAINS" => any(|org, value| org.contains(value)),
            "STR_STARTS_WITH" => any(|org, value| org.starts_with(value)),
            "STR_ENDS_WITH" => any(|org, value| org.ends_with(value)),
            _ => return false,
        };
        holds != self.inverted
    }
}

/// From 1 to 100: where an organisation stands among those that a feature comes to, as every client of such servers counts it
/// (32 bits of `MurmurHash3`).
fn percentile(group: &str, org: &str) -> u32 {
    murmur3(format!("{group}:{org}").as_bytes()) % 100 + 1
}

fn murmur3(bytes: &[u8]) -> u32 {
    const FIRST: u32 = 0xcc9e_2d51;
    const SECOND: u32 = 0x1b87_3593;
    let mixed = |block: u32| block.wrapping_mul(FIRST).rotate_left(15).wrapping_mul(SECOND);
    let (blocks, rest) = bytes.as_chunks::<4>();
    let mut hash = blocks.iter().fold(0_u32, |hash, block| {
        (hash ^ mixed(u32::from_le_bytes(*block))).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64)
    });
    if !rest.is_empty() {
        let mut last = [0; 4];
        last[..rest.len()].copy_from_slice(rest);
        hash ^= mixed(u32::from_le_bytes(last));
    }
    hash ^= bytes.len() as u32;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn features(strategies: &serde_json::Value) -> Features {
        serde_json::from_value(json!({
            "version": 2,
            "features": [{"name": "f", "type": "release", "enabled": true, "strategies": strategies}],
            "segments": [{"id": 1, "constraints": [{"contextName": "orgId", "operator": "IN", "values": ["a"]}]}],
        }))
        .unwrap()
    }

    fn on_for(strategies: &serde_json::Value) -> String {
        let features = features(strategies);
        ["a", "b", "c"].into_iter().filter(|org| features.is_on("f", org)).collect()
    }

    #[test]
    fn hashes_are_those_of_other_clients() {
        // Of the tests that all clients share.
        assert_eq!(percentile("gr1", "123"), 73);
        assert_eq!(percentile("groupX", "999"), 25);
    }

    #[test]
    fn a_feature_is_on_where_one_of_its_strategies_says_so() {
        let constraint = |operator: &str, inverted: bool| json!({"contextName": "orgId", "operator": operator, "values": ["a", "b"], "inverted": inverted});
        for (strategies, expected) in [
            (json!([]), "abc"),
            (json!([{"name": "default"}]), "abc"),
            (json!([{"name": "default", "constraints": [constraint("IN", false)]}]), "ab"),
            (json!([{"name": "default", "constraints": [constraint("IN", true)]}]), "c"),
            (json!([{"name": "default", "constraints": [constraint("NOT_IN", false)]}]), "c"),
            (json!([{"name": "default", "constraints": [constraint("NUM_EQ", false)]}]), ""),
            (json!([{"name": "default", "segments": [1]}]), "a"),
            (json!([{"name": "default", "segments": [2]}]), ""),
            (json!([{"name": "schema-strategy", "parameters": {"schema-name": "a"}}]), ""),
            (json!([{"name": "userWithId", "parameters": {"userIds": "a"}}]), ""),
            (
                json!([{"name": "flexibleRollout", "parameters": {"rollout": "100", "stickiness": "default"}}]),
                "abc",
            ),
            (json!([{"name": "flexibleRollout", "parameters": {"rollout": "0"}}]), ""),
            (json!([{"name": "no such"}, {"name": "default", "segments": [1]}]), "a"),
        ] {
            assert_eq!(on_for(&strategies), expected, "{strategies}");
        }
        assert!(!features(&json!([])).is_on("other", "a"));
        let off = json!({"features": [{"name": "f", "enabled": false}]});
        assert!(!serde_json::from_value::<Features>(off).unwrap().is_on("f", "a"));
    }
}
