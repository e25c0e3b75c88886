//! From an envelope, or a document of `POST /hosts`, to a report.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use access::Identity;
use base64::prelude::{BASE64_STANDARD, Engine};
use fleet::{Origin, Owner, Report};
use inventory::report::{
    Class, Invalid, Rhsm,
    envelope::{Envelope, decode},
    profile_report, report, report_from_http,
};
use serde_json::{Value, json};

const ID: &str = "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54";

fn identity() -> Value {
    json!({"org_id": "o", "type": "User", "auth_type": "basic-auth", "account_number": "9"})
}

fn machine(cn: &str) -> Value {
    json!({"org_id": "o", "type": "System", "auth_type": "cert-auth", "system": {"cn": cn, "cert_type": "system"}})
}

/// The smallest host with `more` members.
fn host(more: &Value) -> Value {
    let mut host = json!({"org_id": "o", "reporter": "puptoo", "insights_id": ID});
    host.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    host
}

fn envelope(identity: &Value, data: &Value, args: &Value) -> Envelope {
    let b64_identity = BASE64_STANDARD.encode(json!({"identity": identity}).to_string());
    let metadata = json!({"request_id": "r", "b64_identity": b64_identity});
    let message =
        json!({"operation": "x", "platform_metadata": metadata, "data": data, "operation_args": args});
    decode(message.to_string().as_bytes()).unwrap()
}

fn accepted(data: &Value) -> Report {
    report(&envelope(&identity(), data, &json!({})), Rhsm::Accepted).unwrap()
}

fn refused(data: &Value) -> Invalid {
    report(&envelope(&identity(), data, &json!({})), Rhsm::Accepted).unwrap_err()
}

#[test]
fn a_report_has_what_the_document_says() {
    let report = accepted(&host(&json!({
        "display_name": "d", "ansible_host": "", "account": "1", "openshift_cluster_id": ID, "fqdn": "F.example.com",
        "facts": [{"namespace": "ns", "facts": {"a": 1}}], "tags": {"ns": {"k": ["v"]}, "gone": null},
        "system_profile": {"arch": "x86_64"}, "groups": [{"id": 1}], "stale_timestamp": 7, "unknown": {},
    })));
    assert_eq!((report.org.as_str(), &*report.reporter), ("o", "puptoo"));
    assert_eq!((report.display_name.as_deref(), report.ansible_host.as_deref()), (Some("d"), Some("")));
    assert_eq!((report.account.as_deref(), report.sender_account.as_deref()), (Some("1"), Some("9")));
    assert_eq!(report.openshift_cluster_id.unwrap().to_string(), ID);
    assert_eq!(report.canonical_facts.fqdn.as_deref(), Some("f.example.com"));
    assert_eq!(report.facts, [("ns".to_owned(), json!({"a": 1}))]);
    assert_eq!(report.tags.namespaces().map(|(name, _)| name).collect::<Vec<_>>().len(), 2);
    assert_eq!(report.profile.as_deref(), Some(r#"{"arch":"x86_64"}"#));
    assert_eq!(report.owner, Owner::AsReported);
    assert_eq!(report.origin.request_id.as_deref(), Some("r"));
    assert!(report.origin.metadata.unwrap().contains("b64_identity"));
}

#[test]
fn every_bad_field_is_named_with_what_was_sent() {
    let data = host(
        &json!({"reporter": "", "display_name": null, "account": "12345678901", "groups": 1, "tags_alt": null}),
    );
    assert_eq!(
        refused(&data).detail,
        "{'reporter': ['Length must be between 1 and 255.'], 'display_name': ['Field may not be null.'], \
         'account': ['Length must be between 0 and 10.'], 'groups': ['Not a valid list.'], \
         'tags_alt': ['Field may not be null.']}; Invalid data: {'reporter': '', 'display_name': None, \
         'account': '12345678901', 'groups': 1, 'tags_alt': None}"
    );
    let without = json!({"org_id": "o", "insights_id": ID});
    assert_eq!(
        refused(&without).detail,
        "{'reporter': ['Missing data for required field.']}; Invalid data: {'reporter': '<missing>'}"
    );
}

#[test]
fn rules_between_fields_are_asked_when_every_field_is_good() {
    let unpaired = json!({"provider_id": "i-1"});
    assert_eq!(
        refused(&host(&unpaired)).detail,
        "{'_schema': ['provider_type and provider_id are both required.']}; Invalid data: {'_schema': '<missing>'}"
    );
    let also_bad = json!({"provider_id": "i-1", "fqdn": ""});
    assert!(!refused(&host(&also_bad)).detail.contains("_schema"));
}

#[test]
fn a_half_fact_is_a_bad_request_and_comes_before_missing_ids() {
    let invalid = refused(&json!({"org_id": "o", "reporter": "puptoo", "facts": [{"namespace": "ns"}]}));
    assert_eq!((invalid.class, invalid.title), (Class::Inventory, "Bad Request"));
    let invalid = refused(&json!({"org_id": "o", "reporter": "puptoo"}));
    assert_eq!(invalid.detail, "At least one of the canonical fact fields must be present.");
}

#[test]
fn a_machine_owns_what_it_reports() {
    let owner =
        |data: &Value| report(&envelope(&machine("cn"), data, &json!({})), Rhsm::Accepted).unwrap().owner;
    let plain = host(&json!({"subscription_manager_id": ID}));
    assert_eq!(owner(&plain), Owner::System { cn: "cn".into(), on_update: "cn".into() });
    let rhsm = host(&json!({"subscription_manager_id": ID.to_uppercase(), "reporter": "rhsm-conduit"}));
    assert_eq!(owner(&rhsm), Owner::System { cn: "cn".into(), on_update: ID.into() });
}

#[test]
fn the_profile_may_be_left_to_another_reporter() {
    let deferred = |args: Value| {
        report(&envelope(&identity(), &host(&json!({})), &args), Rhsm::Accepted).unwrap().defer_to_reporter
    };
    assert_eq!(deferred(json!({"defer_to_reporter": "puptoo"})).as_deref(), Some("puptoo"));
    for nothing in [json!({}), json!({"defer_to_reporter": ""}), json!({"defer_to_reporter": 1})] {
        assert_eq!(deferred(nothing), None);
    }
}

#[test]
fn reports_of_the_subscription_service_can_be_rejected() {
    for reporter in ["rhsm-conduit", "rhsm-system-profile-bridge"] {
        let envelope = envelope(&identity(), &host(&json!({"reporter": reporter})), &json!({}));
        assert!(report(&envelope, Rhsm::Accepted).is_ok());
        for invalid in [
            report(&envelope, Rhsm::Rejected).unwrap_err(),
            profile_report(&envelope, Rhsm::Rejected).unwrap_err(),
        ] {
            assert!(invalid.detail.contains("RHSM payloads are not currently allowed"));
        }
    }
    assert!(report(&envelope(&identity(), &host(&json!({})), &json!({})), Rhsm::Rejected).is_ok());
}

fn profile(data: &Value) -> Result<(Option<String>, Report), Invalid> {
    let message = json!({"operation": "", "data": data});
    let profile = profile_report(&decode(message.to_string().as_bytes()).unwrap(), Rhsm::Accepted)?;
    Ok((profile.id.map(|id| id.to_string()), profile.report))
}

#[test]
fn a_profile_report_needs_neither_identity_nor_reporter() {
    let data = json!({"org_id": "o", "id": ID, "reporter": null, "system_profile": {"arch": "x"}});
    let (id, report) = profile(&data).unwrap();
    assert_eq!(id.as_deref(), Some(ID));
    assert_eq!(report.profile.as_deref(), Some(r#"{"arch":"x"}"#));
    assert_eq!(report.origin.metadata.as_deref(), Some("{}"));
    let (id, report) =
        profile(&json!({"org_id": "o", "insights_id": ID, "system_profile": {"arch": "x"}})).unwrap();
    assert_eq!((id, report.canonical_facts.insights_id.unwrap().to_string()), (None, ID.to_owned()));
}

#[test]
fn a_profile_report_without_a_profile_or_organisation_is_refused() {
    for data in [json!({"org_id": "o"}), json!({"org_id": "o", "system_profile": {}})] {
        let invalid = profile(&data).unwrap_err();
        assert_eq!(
            invalid.detail,
            "Cannot update System Profile, since no System Profile data was provided."
        );
        assert_eq!((invalid.class, invalid.title), (Class::Inventory, "Invalid request"));
    }
    let invalid = profile(&json!({"id": "x", "system_profile": {"arch": "x"}})).unwrap_err();
    assert_eq!(
        invalid.detail,
        "{'org_id': ['Missing data for required field.'], 'id': ['Invalid value.']}; \
         Invalid data: {'org_id': '<missing>', 'id': 'x'}"
    );
}

fn over_http(document: &Value) -> Result<Report, Invalid> {
    let identity = Identity::from_value(&identity()).unwrap();
    report_from_http(document, &identity, Origin::default())
}

#[test]
fn over_http_the_organisation_is_the_callers_and_ids_may_lack_dashes() {
    let document = json!({
        "account": "9", "reporter": "me", "stale_timestamp": "2026-01-01T00:00:00+00:00", "insights_id": ID.replace('-', ""),
        "tags": [{"namespace": "z", "key": "k", "value": "v"}, {"namespace": "a", "key": "k", "value": null}],
    });
    let report = over_http(&document).unwrap();
    assert_eq!(report.org.as_str(), "o");
    assert_eq!(report.canonical_facts.insights_id.unwrap().to_string(), ID);
    assert_eq!(report.tags.namespaces().map(|(name, _)| name).collect::<Vec<_>>(), ["z", "a"]);
}

#[test]
fn over_http_a_host_belongs_to_the_callers_account() {
    let invalid = over_http(&json!({"account": "8", "reporter": "me", "insights_id": ID})).unwrap_err();
    assert_eq!(invalid.title, "Invalid request");
    assert!(invalid.detail.starts_with("The account number associated with the user does not match"));
    let invalid = over_http(&json!({"org_id": "p", "reporter": "me", "insights_id": ID})).unwrap_err();
    assert_eq!(invalid.detail, "The org_id in the identity does not match the org_id in the host.");
}

#[test]
fn over_http_the_details_are_the_problems_alone() {
    let invalid =
        over_http(&json!({"account": "", "reporter": "me", "stale_timestamp": "2026-01-01T00:00:00"}));
    let invalid = invalid.unwrap_err();
    assert_eq!(invalid.title, "Bad Request");
    assert_eq!(
        invalid.detail,
        "{'account': ['Length must be between 1 and 10.'], \
         'stale_timestamp': ['Timestamp must contain timezone info']}"
    );
    assert_eq!(over_http(&json!([])).unwrap_err().detail, "{'_schema': ['Invalid input type.']}");
}
