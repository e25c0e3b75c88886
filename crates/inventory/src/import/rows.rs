//! Rows of the original's tables as PostgreSQL's `row_to_json` prints them (contract inventory-events §13).

use std::{collections::BTreeMap, sync::Arc};

use fleet::{Group, Host, OwnStaleness, Staleness, Times, Workspace};
use ground::{GroupId, HostId, OrgId, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    applications::Application,
    report::{HostDocument, app_data, stored_host},
};

/// A row of one of the tables.
#[derive(Debug, Clone)]
pub enum Row {
    /// Of `groups`.
    Group(OrgId, Workspace, Option<String>),
    /// Of `hbi_metadata`: a job, and when it last succeeded.
    JobMark(String, Timestamp),
    /// Of `staleness`.
    Staleness(OrgId, OwnStaleness),
    /// Of `hosts`, without a profile.
    Host(Box<Host>),
    /// Of `system_profiles_static` or `system_profiles_dynamic`: the text of a JSON object.
    Profile(OrgId, HostId, Arc<str>),
    /// Of `hosts_groups`.
    Membership(OrgId, HostId, GroupId),
    /// Of a table `hosts_app_data_…`.
    AppData(OrgId, HostId, Application, Timestamp, Map<String, Value>),
}

/// Members of a host that another row has, or that are made of others.
const NOT_OF_REPORTS: [&str; 4] = ["groups", "tags_alt", "canonical_facts_version", "is_virtual"];

/// Reads a row; its columns tell of which table it is. What is wrong with it names the column.
pub fn read(line: &[u8]) -> Result<Row, String> {
    let mut row: Map<String, Value> = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    if row.contains_key("last_succeeded") {
        return Ok(Row::JobMark(text(&row, "name")?.to_owned(), time(&row, "last_succeeded")?));
    }
    let org = text(&row, "org_id")?;
    let org = OrgId::parse(org).map_err(|error| format!("`org_id`: {error}"))?;
    let has = |name: &str| row.contains_key(name);
    if has("per_reporter_staleness") {
        return host(org, row).map(|host| Row::Host(Box::new(host)));
    }
    if has("conventional_time_to_stale") {
        return staleness(&row).map(|own| Row::Staleness(org, own));
    }
    if has("ungrouped") {
        let group = group(&org, &Value::Object(row), "created_on", "modified_on")?;
        let workspace = Workspace {
            id: group.id,
            name: group.name,
            ungrouped: group.ungrouped,
            created: Some(group.created),
            modified: Some(group.updated),
        };
        return Ok(Row::Group(org, workspace, group.account));
    }
    if !has("host_id") {
        return Err("its columns are those of none of the tables hosts, system_profiles_static, system_profiles_dynamic, \
             hosts_groups, groups, staleness and hosts_app_data_…"
            .to_owned());
    }
    let host = HostId(uuid(&row, "host_id")?);
    if has("group_id") {
        return Ok(Row::Membership(org, host, GroupId(uuid(&row, "group_id")?)));
    }
    if has("last_updated") {
        let named = |one: &Application| one.fields().iter().all(|field| row.contains_key(field.name));
        let application =
            Application::ALL.into_iter().find(named).ok_or("its columns are those of no application")?;
        let values = app_data::values(application, &row)?;
        return Ok(Row::AppData(org, host, application, time(&row, "last_updated")?, values));
    }
    for column in ["org_id", "host_id", "insights_id"] {
        row.remove(column);
    }
    row.retain(|_, value| !value.is_null());
    Ok(Row::Profile(org, host, Value::Object(row).to_string().into()))
}

fn host(org: OrgId, mut row: Map<String, Value>) -> Result<Host, String> {
    let id = HostId(uuid(&row, "id")?);
    let created = time(&row, "created_on")?;
    let updated = time(&row, "modified_on")?;
    let last_check_in = match row.get("last_check_in") {
        None | Some(Value::Null) => updated,
        Some(_) => time(&row, "last_check_in")?,
    };
    let reporters = reporters(row.get("per_reporter_staleness"))?;
    let group = match row.get("groups").and_then(Value::as_array).and_then(|groups| groups.first()) {
        Some(stored) => {
            Some(group(&org, stored, "created", "updated").map_err(|why| format!("`groups`: {why}"))?)
        }
        None => None,
    };
    let reporter_of_name = optional(&row, "display_name_reporter");
    let host_type = optional(&row, "host_type").unwrap_or_default();
    row.retain(|name, value| {
        let empty = value.is_null() || matches!(&*value, Value::Array(items) if items.is_empty());
        let text = matches!(&*value, Value::String(text) if text.is_empty()) && name != "ansible_host";
        !(empty || text || NOT_OF_REPORTS.contains(&name.as_str()))
    });
    if let Some(facts) = row.get_mut("facts") {
        *facts = as_list(facts)?;
    }
    let document = HostDocument::from_value(&Value::Object(row)).unwrap_or_default();
    let said = stored_host(&document, &org).map_err(|invalid| invalid.to_string())?;
    Ok(Host {
        id,
        org,
        account: said.account,
        display_name: said.display_name.unwrap_or_default(),
        display_name_reporter: reporter_of_name,
        ansible_host: said.ansible_host,
        canonical_facts: said.canonical_facts,
        openshift_cluster_id: said.openshift_cluster_id,
        facts: said.facts,
        tags: said.tags.without_empty(),
        group,
        host_type,
        created,
        times: Times { updated, last_check_in, reporter: said.reporter, reporters },
    })
}

/// Facts by namespace as reporters send them: a list.
fn as_list(facts: &Value) -> Result<Value, String> {
    let namespaces = facts.as_object().ok_or("`facts`: not an object")?;
    let entry = |(namespace, facts): (&String, &Value)| {
        let facts = if facts.is_null() { json!({}) } else { facts.clone() };
        json!({"namespace": namespace, "facts": facts})
    };
    Ok(namespaces.iter().map(entry).collect())
}

/// When each reporter was heard: a text, or, as it was written before, an object with more.
fn reporters(stored: Option<&Value>) -> Result<BTreeMap<String, Timestamp>, String> {
    let Some(Value::Object(stored)) = stored else { return Ok(BTreeMap::new()) };
    let heard = |(reporter, at): (&String, &Value)| {
        let at = at.as_str().or_else(|| at.get("last_check_in")?.as_str());
        let at = at.ok_or_else(|| format!("`per_reporter_staleness`: no time of `{reporter}`"))?;
        let at = Timestamp::parse(at).map_err(|error| format!("`per_reporter_staleness`: {error}"))?;
        Ok((reporter.clone(), at))
    };
    stored.iter().map(heard).collect()
}

fn group(org: &OrgId, stored: &Value, created: &str, updated: &str) -> Result<Group, String> {
    #[derive(Deserialize)]
    struct Stored {
        id: Uuid,
        name: String,
        account: Option<String>,
        #[serde(default)]
        ungrouped: bool,
        #[serde(default)]
        host_count: i64,
    }
    let Stored { id, name, account, ungrouped, host_count } =
        Stored::deserialize(stored).map_err(|error| error.to_string())?;
    let of =
        |name: &str| stored.as_object().map_or_else(|| Err(format!("no `{name}`")), |row| time(row, name));
    let created = of(created)?;
    Ok(Group {
        id: GroupId(id),
        org: org.clone(),
        account,
        name,
        ungrouped,
        created,
        updated: of(updated)?,
        host_count,
    })
}

fn staleness(row: &Map<String, Value>) -> Result<OwnStaleness, String> {
    let seconds = |name: &str| {
        let seconds = row.get(name).and_then(Value::as_i64);
        seconds
            .filter(|seconds| (1..=i64::from(i32::MAX)).contains(seconds))
            .ok_or_else(|| format!("`{name}`: no number of seconds"))
    };
    let staleness = Staleness {
        stale: seconds("conventional_time_to_stale")?,
        warning: seconds("conventional_time_to_stale_warning")?,
        delete: seconds("conventional_time_to_delete")?,
    };
    if !staleness.is_ordered() {
        return Err(
            "hosts must be stale before they are warned of, and warned of before they are deleted".to_owned()
        );
    }
    Ok(OwnStaleness {
        id: uuid(row, "id")?,
        staleness,
        created: time(row, "created_on")?,
        updated: time(row, "modified_on")?,
    })
}

fn text<'a>(row: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    row.get(name).and_then(Value::as_str).ok_or_else(|| format!("`{name}` is no text"))
}

fn optional(row: &Map<String, Value>, name: &str) -> Option<String> {
    row.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn uuid(row: &Map<String, Value>, name: &str) -> Result<Uuid, String> {
    let given = text(row, name)?;
    Uuid::parse_str(given).map_err(|_| format!("`{name}`: `{given}` is no UUID"))
}

fn time(row: &Map<String, Value>, name: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text(row, name)?).map_err(|error| format!("`{name}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "271edce1-bfe7-4d5e-89f5-abd0a3efc1ab";

    fn of(row: &Value) -> Result<Row, String> {
        read(row.to_string().as_bytes())
    }

    fn host_row() -> Value {
        json!({
            "org_id": "o", "id": ID, "account": null, "display_name": "web", "display_name_reporter": "API",
            "ansible_host": "", "created_on": "2024-03-01T08:00:01.123456+00:00",
            "modified_on": "2024-03-02T10:00:00+02:00", "last_check_in": "2024-03-02T07:00:00+00:00",
            "facts": {"ns": {"a": 1}, "none": null}, "tags": {"ns": {"k": ["v"], "flag": []}, "empty": {}},
            "tags_alt": [], "groups": [{"id": ID, "org_id": "o", "account": null, "name": "g", "ungrouped": true,
                "created": "2024-01-01T00:00:00+00:00", "updated": "2024-01-02T00:00:00+00:00", "host_count": 7}],
            "reporter": "puptoo", "reporters": ["puptoo", "yupana"],
            "per_reporter_staleness": {"puptoo": "2024-03-02T07:00:00+00:00",
                "yupana": {"last_check_in": "2024-03-01T07:00:00+00:00", "check_in_succeeded": true}},
            "insights_id": "00000000-0000-0000-0000-000000000000", "subscription_manager_id": ID,
            "satellite_id": null, "fqdn": "web.example.com", "bios_uuid": null, "ip_addresses": ["10.0.0.1"],
            "mac_addresses": [], "provider_id": null, "provider_type": null, "openshift_cluster_id": null,
            "host_type": "conventional", "canonical_facts_version": null, "is_virtual": null,
        })
    }

    #[test]
    fn a_host_keeps_ids_times_reporters_and_group() {
        let Ok(Row::Host(host)) = of(&host_row()) else { panic!("a host") };
        assert_eq!((host.id.to_string().as_str(), host.display_name.as_str()), (ID, "web"));
        assert_eq!(host.canonical_facts.insights_id, None, "nobody knows it");
        assert_eq!(host.canonical_facts.subscription_manager_id.as_deref(), Some(ID));
        assert_eq!(host.ansible_host.as_deref(), Some(""));
        assert_eq!(host.times.updated.to_string(), "2024-03-02T08:00:00+00:00");
        assert_eq!(host.times.reporters["yupana"].to_string(), "2024-03-01T07:00:00+00:00");
        assert_eq!(host.facts[0], ("none".to_owned(), json!({})));
        assert_eq!(host.tags.iter().count(), 2);
        let group = host.group.as_ref().unwrap();
        assert!(group.ungrouped && group.host_count == 7 && group.name == "g");
    }

    #[test]
    fn a_row_is_told_by_its_columns() {
        let at = "2024-03-01T08:00:00+00:00";
        let mark = json!({"name": "stale_host_notification", "type": "job", "last_succeeded": at});
        assert!(matches!(of(&mark), Ok(Row::JobMark(name, _)) if name == "stale_host_notification"));
        let group = json!({"id": ID, "org_id": "o", "account": "1", "name": "g", "ungrouped": false, "created_on": at, "modified_on": at});
        assert!(matches!(of(&group), Ok(Row::Group(_, group, Some(_))) if !group.ungrouped));
        let own = json!({"id": ID, "org_id": "o", "conventional_time_to_stale": 1, "conventional_time_to_stale_warning": 2,
            "conventional_time_to_delete": 3, "created_on": at, "modified_on": at});
        assert!(matches!(of(&own), Ok(Row::Staleness(_, own)) if own.staleness.delete == 3));
        let member = json!({"org_id": "o", "host_id": ID, "group_id": ID});
        assert!(matches!(of(&member), Ok(Row::Membership(..))));
        let profile =
            json!({"org_id": "o", "host_id": ID, "insights_id": ID, "arch": "x86_64", "owner_id": null});
        assert!(matches!(of(&profile), Ok(Row::Profile(_, _, text)) if &*text == r#"{"arch":"x86_64"}"#));
        for application in Application::ALL {
            let mut row = json!({"org_id": "o", "host_id": ID, "last_updated": at});
            for field in application.fields() {
                row[field.name] = Value::Null;
            }
            assert!(
                matches!(of(&row), Ok(Row::AppData(_, _, read, ..)) if read == application),
                "{application:?}"
            );
        }
    }

    #[test]
    fn a_row_that_cannot_be_kept_says_why() {
        for (column, value, why) in [
            ("org_id", json!(null), "`org_id` is no text"),
            ("id", json!("x"), "`id`: `x` is no UUID"),
            ("created_on", json!("x"), "`created_on`: `x`"),
            ("reporter", json!(null), "reporter"),
            ("subscription_manager_id", json!("x"), "subscription_manager_id"),
            ("groups", json!([{}]), "`groups`: missing field `id`"),
            ("facts", json!({"ns": 7}), "facts"),
            ("per_reporter_staleness", json!({"a": 7}), "`per_reporter_staleness`: no time of `a`"),
        ] {
            let mut row = host_row();
            row[column] = value;
            let refused = of(&row).unwrap_err();
            assert!(refused.contains(why), "{column}: {refused}");
        }
        let mut row = host_row();
        row["facts"] = json!([]);
        assert!(of(&row).is_ok(), "an empty list is nothing");
        assert!(of(&json!({"org_id": "o"})).unwrap_err().contains("none of the tables"));
        assert!(read(b"no json").is_err());
    }
}
