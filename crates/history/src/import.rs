//! Rows of the original's table `historical_system_profiles`, as PostgreSQL's `row_to_json` prints them.

use ground::{HostId, OrgId, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    rules::{captured::captured, visible::Group},
    store::NewProfile,
};

#[derive(Deserialize)]
struct Row {
    id: Uuid,
    account: Option<String>,
    org_id: Option<String>,
    inventory_id: Option<Uuid>,
    created_on: String,
    system_profile: Map<String, Value>,
    #[serde(default)]
    groups: Option<Vec<Group>>,
}

/// Reads a row. What is wrong with it names the column.
pub fn read(line: &[u8]) -> Result<NewProfile, String> {
    let row: Row = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let org = row.org_id.ok_or("`org_id` is null: nobody could see it")?;
    let org = OrgId::parse(&org).map_err(|error| format!("`org_id`: {error}"))?;
    let inventory_id = row.inventory_id.ok_or("`inventory_id` is null")?;
    let created = Timestamp::parse(&row.created_on).map_err(|error| format!("`created_on`: {error}"))?;
    Ok(NewProfile {
        id: row.id,
        org,
        account: row.account,
        inventory_id: HostId(inventory_id),
        created,
        captured: captured(&row.system_profile, created),
        groups: row.groups,
        profile: row.system_profile,
        said: None,
        check_in: None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row() -> Value {
        json!({"id": "99a50d4b-6439-4478-8adb-c4011f43f06c", "account": null, "org_id": "o",
            "inventory_id": "e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9", "created_on": "2024-03-01T08:00:01.123456",
            "captured_on": "2024-03-01T07:00:00", "system_profile": {"captured_date": "2024-03-01T07:00:00+00:00"},
            "groups": [{"id": "a", "name": "x"}]})
    }

    fn of(row: &Value) -> Result<NewProfile, String> {
        read(row.to_string().as_bytes())
    }

    #[test]
    fn a_row_keeps_its_id_and_its_times() {
        let new = of(&row()).unwrap();
        assert_eq!(new.id.to_string(), "99a50d4b-6439-4478-8adb-c4011f43f06c");
        assert_eq!(new.created.to_string(), "2024-03-01T08:00:01.123456+00:00");
        assert_eq!(new.captured.text, "2024-03-01T07:00:00+00:00");
        let mut undated = row();
        undated["system_profile"] = json!({});
        undated["groups"] = json!(null);
        let new = of(&undated).unwrap();
        assert_eq!((new.captured.at, new.captured.dated, new.groups), (new.created, false, None));
    }

    #[test]
    fn a_row_that_cannot_be_kept_says_why() {
        for (column, value, why) in [
            ("org_id", json!(null), "`org_id` is null"),
            ("inventory_id", json!(null), "`inventory_id` is null"),
            ("created_on", json!("yesterday"), "`created_on`: `yesterday`"),
            ("id", json!("x"), "UUID parsing failed"),
            ("system_profile", json!(null), "invalid type: null"),
        ] {
            let mut row = row();
            row[column] = value;
            let told = of(&row).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
        assert!(read(b"not json").is_err());
    }
}
