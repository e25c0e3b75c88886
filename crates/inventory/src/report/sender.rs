//! Who sent a message, and whose host it may describe (contract inventory-events §2.3, §2.4).

use access::{Identity, IdentityType};
use fleet::Owner;
use ground::OrgId;
use legacy::Json;

use super::{
    document::HostDocument, envelope::Envelope, fields::BAD_VALUE, forms::loose_uuid, invalid::Invalid,
    problem::Problems,
};

/// The reporters of the subscription service: they may send without an identity.
pub fn is_rhsm(reporter: &str) -> bool {
    matches!(reporter, "rhsm-conduit" | "rhsm-system-profile-bridge")
}

/// The sender of a message about a host of the same organisation.
pub(super) fn sender(envelope: &Envelope) -> Result<Identity, Invalid> {
    let document = &envelope.data;
    let org = document.get("org_id").filter(|org| org.is_something());
    let no_org = || Invalid::rule("org_id must be provided");
    let identity = match (&envelope.b64_identity, vouched_for(document)) {
        (Some(text), _) => {
            org.ok_or_else(no_org)?;
            Identity::from_b64(text).map_err(|error| Invalid::rule(error.to_string()))?
        }
        (None, Some(subscription)) => of_the_machine(document, org.ok_or_else(no_org)?, subscription)?,
        (None, None) if &*envelope.metadata == "{}" => {
            return Err(Invalid::rule("platform_metadata is mandatory"));
        }
        (None, None) => {
            return Err(Invalid::rule(format!(
                "When identity is not provided, reporter MUST be rhsm-conduit or rhsm-system-profile-bridge, \
                 with a subscription_manager_id.\nHost Data: {}",
                document.quote_all()
            )));
        }
    };
    match org.and_then(Json::as_text) {
        Some(org) if org == identity.org.as_str() => Ok(identity),
        _ => Err(Invalid::rule("The org_id in the identity does not match the org_id in the host.")),
    }
}

/// The subscription manager id of a document that needs no identity beside it.
fn vouched_for(document: &HostDocument) -> Option<&Json> {
    document.text("reporter").filter(|reporter| is_rhsm(reporter))?;
    document.get("subscription_manager_id").filter(|id| id.is_something())
}

/// The identity that stands in for a missing one: the machine itself.
fn of_the_machine(document: &HostDocument, org: &Json, subscription: &Json) -> Result<Identity, Invalid> {
    let mut problems = Problems::default();
    let id = subscription.as_text().and_then(loose_uuid);
    if id.is_none() {
        problems.refuse("subscription_manager_id", BAD_VALUE);
    }
    let org = org.as_text().and_then(|org| OrgId::parse(org).ok());
    if org.is_none() {
        problems.refuse("org_id", BAD_VALUE);
    }
    match (org, id) {
        (Some(org), Some(id)) => {
            let account = document.text("account").map(str::to_owned);
            Ok(Identity::of_system(org, account, &id.hyphenated().to_string()))
        }
        _ => Err(Invalid::fields(&problems, document)),
    }
}

/// Who owns the host that `identity` reports.
pub(super) fn owner(identity: &Identity, reporter: &str, subscription_manager_id: Option<&str>) -> Owner {
    match &identity.kind {
        IdentityType::System { cn, .. } => {
            let on_update = subscription_manager_id.filter(|_| is_rhsm(reporter)).unwrap_or(cn);
            Owner::System { cn: cn.clone(), on_update: on_update.to_owned() }
        }
        _ => Owner::AsReported,
    }
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, Engine};
    use serde_json::{Value, json};

    use super::super::envelope::decode;
    use super::*;

    const ID: &str = "c3d7925b-9963-5705-b76a-42781097d6cf";

    fn sent(metadata: Option<Value>, data: &Value) -> Result<Identity, String> {
        let mut message = json!({"operation": "add_host", "data": data});
        if let Some(metadata) = metadata {
            message["platform_metadata"] = metadata;
        }
        sender(&decode(message.to_string().as_bytes()).unwrap()).map_err(|invalid| invalid.detail)
    }

    fn identity(org: &str) -> Value {
        let identity = json!({"identity": {"org_id": org, "type": "User", "auth_type": "basic-auth"}});
        json!({"b64_identity": BASE64_STANDARD.encode(identity.to_string())})
    }

    #[test]
    fn the_organisation_of_the_identity_and_of_the_host_are_one() {
        assert_eq!(sent(Some(identity("o")), &json!({"org_id": "o"})).unwrap().org.as_str(), "o");
        for other in [json!("p"), json!(["o"]), json!("o".repeat(37))] {
            assert_eq!(
                sent(Some(identity("o")), &json!({"org_id": other})).unwrap_err(),
                "The org_id in the identity does not match the org_id in the host."
            );
        }
        for nothing in [json!({}), json!({"org_id": null}), json!({"org_id": ""})] {
            assert_eq!(sent(Some(identity("o")), &nothing).unwrap_err(), "org_id must be provided");
        }
    }

    #[test]
    fn without_an_identity_the_subscription_service_vouches_for_the_machine() {
        let data = json!({"org_id": "o", "account": "1", "reporter": "rhsm-conduit", "subscription_manager_id": ID.replace('-', "")});
        for metadata in [None, Some(json!({})), Some(json!({"request_id": "r"}))] {
            let identity = sent(metadata, &data).unwrap();
            assert!(matches!(identity.kind, IdentityType::System { cn, .. } if cn == ID));
            assert_eq!(identity.account_number.as_deref(), Some("1"));
        }
    }

    #[test]
    fn nobody_else_may_send_without_an_identity() {
        let data = json!({"org_id": "o", "reporter": "puptoo", "subscription_manager_id": ID});
        assert_eq!(sent(None, &data).unwrap_err(), "platform_metadata is mandatory");
        assert_eq!(sent(Some(json!({})), &data).unwrap_err(), "platform_metadata is mandatory");
        let refused = sent(Some(json!({"request_id": "r"})), &data).unwrap_err();
        assert!(
            refused.starts_with("When identity is not provided, reporter MUST be rhsm-conduit or"),
            "{refused}"
        );
        assert!(refused.ends_with(&format!(
            "\nHost Data: {{'org_id': 'o', 'reporter': 'puptoo', 'subscription_manager_id': '{ID}'}}"
        )));
        let no_id = json!({"org_id": "o", "reporter": "rhsm-conduit"});
        assert_eq!(sent(None, &no_id).unwrap_err(), "platform_metadata is mandatory");
    }

    #[test]
    fn a_bad_identity_is_a_validation_error() {
        for text in ["%%", "e30=", "W10="] {
            assert!(sent(Some(json!({"b64_identity": text})), &json!({"org_id": "o"})).is_err(), "{text}");
        }
        let data = json!({"org_id": "o", "reporter": "rhsm-conduit", "subscription_manager_id": "x"});
        assert_eq!(
            sent(None, &data).unwrap_err(),
            "{'subscription_manager_id': ['Invalid value.']}; Invalid data: {'subscription_manager_id': 'x'}"
        );
    }

    #[test]
    fn a_machine_owns_its_host_and_people_own_none() {
        let org = OrgId::parse("o").unwrap();
        let machine = Identity::of_system(org, None, "cn");
        let owned_by =
            |cn: &str, on_update: &str| Owner::System { cn: cn.into(), on_update: on_update.into() };
        assert_eq!(owner(&machine, "puptoo", Some(ID)), owned_by("cn", "cn"));
        assert_eq!(owner(&machine, "rhsm-conduit", Some(ID)), owned_by("cn", ID));
        assert_eq!(owner(&machine, "rhsm-conduit", None), owned_by("cn", "cn"));
        let person = sent(Some(identity("o")), &json!({"org_id": "o"})).unwrap();
        assert_eq!(owner(&person, "puptoo", None), Owner::AsReported);
    }
}
