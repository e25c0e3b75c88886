//! How far a payload has come, for the payload tracker (contract inventory-events §11).

use std::sync::Arc;

use bus::Message;
use ground::{HostId, Timestamp};
use serde::Serialize;

use crate::report::Invalid;

/// Makes status messages.
#[derive(Debug, Clone)]
pub struct PayloadTracker {
    /// Where they go.
    pub topic: Arc<str>,
    /// The name of this service.
    pub service: Arc<str>,
}

/// What happened to a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It has arrived.
    Received,
    /// It was stored.
    Success,
    /// It was refused, or storing it failed.
    Error,
    /// Its event is being made.
    Processing,
    /// Its event was sent.
    ProcessingSuccess,
    /// Its event was not sent.
    ProcessingError,
}

impl Status {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Success => "success",
            Self::Error => "error",
            Self::Processing => "processing",
            Self::ProcessingSuccess => "processing_success",
            Self::ProcessingError => "processing_error",
        }
    }
}

/// Which payload, and what is known of it so far. The texts are left out when they are empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct Payload<'a> {
    /// The request that brought it. Without one, or with an empty one, nothing is tracked.
    pub request_id: Option<&'a str>,
    /// The organisation.
    pub org_id: Option<&'a str>,
    /// The account number.
    pub account: Option<&'a str>,
    /// The host, once it is known.
    pub inventory_id: Option<HostId>,
}

impl PayloadTracker {
    /// The message that says so, or none when nobody can follow the payload. `text` explains the status.
    pub fn message(
        &self,
        payload: Payload<'_>,
        status: Status,
        text: Option<&str>,
        now: Timestamp,
    ) -> Option<Message> {
        let request_id = payload.request_id.filter(|id| !id.is_empty())?;
        let some = |text: Option<&'_ str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let date = now.to_string();
        let body = Body {
            account: some(payload.account),
            date: date.strip_suffix("+00:00").unwrap_or(&date),
            inventory_id: payload.inventory_id,
            org_id: some(payload.org_id),
            request_id: request_id.replace('-', ""),
            service: &self.service,
            status: status.name(),
            status_msg: some(text),
        };
        Some(Message::new(self.topic.clone(), serde_json::to_vec(&body).ok()?))
    }
}

/// The text of a refusal: what failed in which operation (`handle_message`, `delete`).
pub fn failure(invalid: &Invalid, operation: &str) -> String {
    format!("{} encountered in ({operation}): {}", invalid.class.name(), invalid.full_text())
}

/// Members in the order of their names, as the contract has them.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    date: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    inventory_id: Option<HostId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_id: Option<String>,
    request_id: String,
    service: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_msg: Option<String>,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn sent(payload: Payload<'_>, status: Status, text: Option<&str>) -> Option<String> {
        let tracker = PayloadTracker { topic: "t".into(), service: "inventory".into() };
        let message = tracker.message(payload, status, text, Timestamp::from_micros(1_500_000))?;
        assert_eq!((message.key, message.headers.len()), (None, 0));
        Some(String::from_utf8(message.payload).unwrap())
    }

    #[test]
    fn a_status_names_the_payload_without_dashes_and_the_time_without_zone() {
        let payload = Payload { request_id: Some("a-b-c"), ..Payload::default() };
        assert_eq!(
            sent(payload, Status::Success, None).unwrap(),
            r#"{"date":"1970-01-01T00:00:01.500000","request_id":"abc","service":"inventory","status":"success"}"#
        );
    }

    #[test]
    fn what_is_known_is_filled_in() {
        let payload = Payload {
            request_id: Some("r"),
            org_id: Some("o"),
            account: Some(""),
            inventory_id: Some(HostId(Uuid::nil())),
        };
        assert_eq!(
            sent(payload, Status::Received, Some("message received")).unwrap(),
            r#"{"date":"1970-01-01T00:00:01.500000","inventory_id":"00000000-0000-0000-0000-000000000000","org_id":"o","request_id":"r","service":"inventory","status":"received","status_msg":"message received"}"#
        );
    }

    #[test]
    fn a_payload_without_a_request_is_not_tracked() {
        for request_id in [None, Some("")] {
            assert_eq!(sent(Payload { request_id, ..Payload::default() }, Status::Received, None), None);
        }
    }

    #[test]
    fn a_refusal_says_what_failed_where() {
        assert_eq!(
            failure(&Invalid::rule("no"), "handle_message"),
            "ValidationException encountered in (handle_message): \
             {'detail': 'no', 'status': 400, 'title': 'Validation Error', 'type': 'about:blank'}"
        );
    }
}
