//! A report was refused.

use bus::Message;
use legacy::Json;
use serde::{Serialize, Serializer};

use super::{Notifications, Sending};
use crate::report::{HostDocument, Invalid, as_sent};

impl Notifications {
    /// A report was refused: `document` as it came, and why. The organisation is what the document says, even null.
    pub fn validation_error(
        &self,
        document: &HostDocument,
        invalid: &Invalid,
        sending: Sending<'_>,
    ) -> serde_json::Result<Message> {
        let display_name = document.get("display_name");
        let context = Context { event_name: "Host Validation Error", display_name };
        let payload = Payload {
            request_id: sending.request_id,
            display_name,
            canonical_facts: CanonicalFacts(as_sent(document)),
            error: Error { code: "VE001", message: &invalid.detail, stack_trace: None, severity: "error" },
        };
        self.message("validation-error", document.get("org_id"), &context, &payload, sending)
    }
}

#[derive(Serialize)]
struct Context<'a> {
    event_name: &'static str,
    display_name: Option<&'a Json>,
}

#[derive(Serialize)]
struct Payload<'a> {
    request_id: Option<&'a str>,
    display_name: Option<&'a Json>,
    canonical_facts: CanonicalFacts,
    error: Error<'a>,
}

#[derive(Serialize)]
struct Error<'a> {
    code: &'static str,
    message: &'a str,
    stack_trace: Option<&'a str>,
    severity: &'static str,
}

/// All nine names, whatever was sent under them.
struct CanonicalFacts([(&'static str, Json); 9]);

impl Serialize for CanonicalFacts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, fact)| (name, fact)))
    }
}

#[cfg(test)]
mod tests {
    use ground::Timestamp;
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::messages::outlet::Outlet;

    #[test]
    fn a_refused_report_is_told_with_its_facts_and_the_reason() {
        let outlet = Outlet { topic: "notifications".into(), producer: "node".into() };
        let notifications = Notifications { outlet, console: String::new() };
        let document = HostDocument::from_value(&json!({"org_id": "", "insights_id": "NOT"})).unwrap();
        let sending = Sending { request_id: None, message_id: Uuid::nil(), now: Timestamp::default() };
        let message = notifications
            .validation_error(&document, &Invalid::rule("org_id must be provided"), sending)
            .unwrap();
        let body: Value = serde_json::from_slice(&message.payload).unwrap();
        assert_eq!(body["org_id"], "");
        assert_eq!(body["context"], json!({"event_name": "Host Validation Error", "display_name": null}));
        assert_eq!(
            body["events"],
            json!([{"metadata": {}, "payload": {
                "request_id": null, "display_name": null,
                "canonical_facts": {
                    "insights_id": "not", "subscription_manager_id": null, "satellite_id": null, "bios_uuid": null,
                    "ip_addresses": null, "fqdn": null, "mac_addresses": null, "provider_id": null,
                    "provider_type": null,
                },
                "error": {
                    "code": "VE001", "message": "org_id must be provided", "stack_trace": null, "severity": "error",
                },
            }}])
        );
    }
}
