//! Rows of the original's tables `system_baselines` and `system_baseline_mapped_systems`, as PostgreSQL's `row_to_json`
//! prints them.

use ground::{OrgId, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    facts::{Fact, sort},
    groups::Group,
    schema,
};
use crate::Baseline;

/// A row of one of the tables.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// Of `system_baselines`.
    Baseline(Box<Baseline>),
    /// Of `system_baseline_mapped_systems`.
    System(Association),
}

/// A system that a baseline is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Association {
    /// The organisation of both.
    pub org: OrgId,
    /// The baseline.
    pub baseline: Uuid,
    /// The system.
    pub system: Uuid,
    /// Its groups; none when they are not known.
    pub groups: Option<Vec<Group>>,
}

#[derive(Deserialize)]
struct OfBaselines {
    id: Uuid,
    account: Option<String>,
    org_id: Option<String>,
    display_name: String,
    created_on: String,
    modified_on: String,
    #[serde(default)]
    baseline_facts: Value,
    #[serde(default = "yes")]
    notifications_enabled: bool,
}

#[derive(Deserialize)]
struct OfSystems {
    org_id: Option<String>,
    system_baseline_id: Uuid,
    system_id: Uuid,
    #[serde(default)]
    groups: Option<Vec<Group>>,
}

const fn yes() -> bool {
    true
}

/// Reads a row; its columns tell of which table it is. What is wrong with it names the column. Facts that the rules of
/// today would refuse are kept as they are.
pub fn read(line: &[u8]) -> Result<Row, String> {
    let row: Value = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    if row.get("system_baseline_id").is_some() {
        let row = OfSystems::deserialize(row).map_err(|error| error.to_string())?;
        let org = org(row.org_id)?;
        let (baseline, system) = (row.system_baseline_id, row.system_id);
        return Ok(Row::System(Association { org, baseline, system, groups: row.groups }));
    }
    let row = OfBaselines::deserialize(row).map_err(|error| error.to_string())?;
    let time = |name: &str, text: &str| Timestamp::parse(text).map_err(|error| format!("`{name}`: {error}"));
    let mut facts = facts(row.baseline_facts)?;
    sort(&mut facts);
    Ok(Row::Baseline(Box::new(Baseline {
        id: row.id,
        org: org(row.org_id)?,
        account: row.account,
        display_name: row.display_name,
        created: time("created_on", &row.created_on)?,
        updated: time("modified_on", &row.modified_on)?,
        fact_count: facts.len() as i64,
        notifications_enabled: row.notifications_enabled,
        facts,
    })))
}

fn org(id: Option<String>) -> Result<OrgId, String> {
    let id = id.ok_or("`org_id` is null: nobody could see it")?;
    OrgId::parse(&id).map_err(|error| format!("`org_id`: {error}"))
}

fn facts(value: Value) -> Result<Vec<Fact>, String> {
    if value.is_null() {
        return Ok(Vec::new());
    }
    schema::facts(&value).map_err(|bad| bad.to_string())?;
    Vec::deserialize(value).map_err(|error| format!("`baseline_facts`: {error}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(row: &Value) -> Result<Row, String> {
        read(row.to_string().as_bytes())
    }

    fn baseline() -> Value {
        json!({"id": "271edce1-bfe7-4d5e-89f5-abd0a3efc1ab", "account": "1", "org_id": "o", "display_name": "gold",
            "created_on": "2024-03-01T08:00:01.123456", "modified_on": "2024-03-02T08:00:00", "dirty_systems": false,
            "notifications_enabled": false,
            "baseline_facts": [{"name": "b", "value": ""}, {"name": "a", "values": [{"name": "x", "value": ["y"]}]}]})
    }

    #[test]
    fn a_baseline_keeps_what_it_was() {
        let Ok(Row::Baseline(read)) = of(&baseline()) else { panic!("a baseline") };
        assert_eq!(
            (read.fact_count, read.notifications_enabled, read.facts[0].name.as_str()),
            (2, false, "a")
        );
        assert_eq!(read.updated.to_string(), "2024-03-02T08:00:00+00:00");
    }

    #[test]
    fn an_association_is_told_by_its_columns() {
        let row = json!({"id": "271edce1-bfe7-4d5e-89f5-abd0a3efc1ab", "org_id": "o", "account": null,
            "system_baseline_id": "271edce1-bfe7-4d5e-89f5-abd0a3efc1ab",
            "system_id": "e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9", "groups": null});
        let Ok(Row::System(read)) = of(&row) else { panic!("an association") };
        assert_eq!((read.org.as_str(), read.groups), ("o", None));
    }

    #[test]
    fn a_row_that_cannot_be_kept_says_why() {
        for (column, value, why) in [
            ("org_id", json!(null), "`org_id` is null"),
            ("created_on", json!("x"), "`created_on`: `x`"),
            ("baseline_facts", json!([{"value": "x"}]), "'name' is a required property - 'baseline_facts.0'"),
            ("display_name", json!(null), "invalid type: null"),
        ] {
            let mut row = baseline();
            row[column] = value;
            let told = of(&row).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }
}
