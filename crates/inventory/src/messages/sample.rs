//! A host for tests of messages.

use fleet::{CanonicalFacts, Group, Host, NO_NAMESPACE, StoredProfile, Tags, Times};
use ground::{GroupId, HostId, OrgId, Timestamp};
use uuid::Uuid;

pub(crate) const ID: &str = "55aa379b-fcf2-424f-b1e6-c6bfe586590b";
pub(crate) const PROFILE: &str =
    r#"{"operating_system":{"major":9,"minor":10,"name":"RHEL"},"bootc_status":{"booted":{}}}"#;

pub(crate) fn profile(json: &str) -> StoredProfile {
    StoredProfile { facts: serde_json::from_str(json).unwrap(), lists: Vec::new() }
}

pub(crate) fn host() -> Host {
    let id = Uuid::parse_str(ID).unwrap();
    let org = OrgId::parse("o").unwrap();
    let mut tags = Tags::new();
    tags.add("z", "k", Some("2"));
    tags.add("z", "k", Some("1"));
    tags.add(NO_NAMESPACE, "flag", None);
    let checked_in = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    Host {
        id: HostId(id),
        org: org.clone(),
        account: None,
        display_name: "name".into(),
        display_name_reporter: None,
        ansible_host: Some(String::new()),
        canonical_facts: CanonicalFacts {
            subscription_manager_id: Some("s".into()),
            fqdn: Some("h.example.com".into()),
            mac_addresses: vec!["52:54:00:00:00:01".into()],
            ..CanonicalFacts::default()
        },
        openshift_cluster_id: None,
        facts: vec![("ns".into(), serde_json::Value::Null)],
        tags,
        group: Some(Group {
            id: GroupId(id),
            org,
            account: None,
            name: "Ungrouped Hosts".into(),
            ungrouped: true,
            created: Timestamp::default(),
            updated: Timestamp::default(),
            host_count: 0,
        }),
        host_type: "edge".into(),
        created: Timestamp::default(),
        times: Times {
            updated: Timestamp::from_micros(1_000_001),
            last_check_in: checked_in,
            reporter: "puptoo".into(),
            reporters: [("puptoo".to_owned(), checked_in)].into(),
        },
    }
}
