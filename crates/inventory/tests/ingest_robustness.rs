//! Nothing that a sender can write makes ingest panic.

use base64::prelude::{BASE64_STANDARD, Engine};
use inventory::report::{Rhsm, envelope::decode, profile_report, report, report_from_http};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// The names that ingest reads, so that what is made up reaches the rules.
const NAMES: [&str; 26] = [
    "org_id",
    "reporter",
    "display_name",
    "ansible_host",
    "account",
    "insights_id",
    "subscription_manager_id",
    "satellite_id",
    "provider_id",
    "provider_type",
    "fqdn",
    "bios_uuid",
    "ip_addresses",
    "mac_addresses",
    "canonical_facts_version",
    "is_virtual",
    "openshift_cluster_id",
    "facts",
    "tags",
    "tags_alt",
    "system_profile",
    "groups",
    "namespace",
    "key",
    "stale_timestamp",
    "id",
];

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,12}",
        Just("a94301c8-ae4a-5ca3-98b3-1daa48fe1d54".to_owned()),
        Just("2026-01-01T00:00:00ä".to_owned()),
        Just("00:00:00:00:00:00".to_owned()),
        Just("aws".to_owned()),
        Just("o".to_owned()),
        Just("rhsm-conduit".to_owned()),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inside| {
        prop_oneof![
            prop::collection::vec(inside.clone(), 0..4).prop_map(Value::from),
            any_object(inside).prop_map(Value::Object),
        ]
    })
}

fn any_object(inside: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof![3 => prop::sample::select(&NAMES).prop_map(str::to_owned), 1 => any_text()];
    prop::collection::vec((name, inside), 0..6).prop_map(|members| members.into_iter().collect())
}

fn identity() -> Value {
    json!({"org_id": "o", "type": "User", "auth_type": "basic-auth"})
}

proptest! {
    #[test]
    fn no_document_makes_it_panic(mut data in any_object(any_json()), known in any::<bool>()) {
        if known {
            data.insert("org_id".into(), json!("o"));
            data.insert("reporter".into(), json!("puptoo"));
        }
        let b64_identity = BASE64_STANDARD.encode(json!({"identity": identity()}).to_string());
        for metadata in [json!({}), json!({"b64_identity": b64_identity})] {
            let message = json!({"operation": "", "platform_metadata": metadata, "data": data});
            let envelope = decode(message.to_string().as_bytes()).unwrap();
            let _ = report(&envelope, Rhsm::Accepted);
            let _ = profile_report(&envelope, Rhsm::Rejected);
        }
        let identity = access::Identity::from_value(&identity()).unwrap();
        let _ = report_from_http(&Value::Object(data), &identity, fleet::Origin::default());
    }

    #[test]
    fn no_envelope_makes_it_panic(message in any_json(), cut in any::<prop::sample::Index>()) {
        let bytes = message.to_string().into_bytes();
        let _ = decode(&bytes);
        let _ = decode(&bytes[..cut.index(bytes.len())]);
    }
}
