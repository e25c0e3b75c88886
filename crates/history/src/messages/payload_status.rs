//! How far an event has come, for the payload tracker (contract history §8.1).

use std::sync::Arc;

use bus::Message;
use ground::Timestamp;
use serde_json::{Value, json};

use super::inventory_event::Payload;

/// Makes status messages.
#[derive(Debug, Clone)]
pub struct PayloadTracker {
    /// Where they go.
    pub topic: Arc<str>,
}

/// What happened to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// A host that was created or updated has arrived.
    ToldReceived,
    /// A removal has arrived.
    RemovalReceived,
    /// Its profile is stored under this id.
    Stored(uuid::Uuid),
    /// There was one of the same capture already.
    Known,
    /// The profiles of a removed host are gone.
    Removed,
    /// A profile could not be stored.
    NotStored,
    /// The profiles of a removed host could not be removed.
    NotRemoved,
}

impl Status {
    fn words(self) -> (&'static str, &'static str, String) {
        const ARCHIVER: &str = "hsp-archiver";
        const DELETER: &str = "hsp-deleter";
        match self {
            Self::ToldReceived => (ARCHIVER, "received", "received inventory update event".to_owned()),
            Self::Stored(id) => (ARCHIVER, "success", format!("stored historical profile {id}")),
            Self::Known => {
                (ARCHIVER, "success", "profile not saved to db (timestamp already exists)".to_owned())
            }
            Self::NotStored => (ARCHIVER, "error", "error when storing historical profile".to_owned()),
            Self::RemovalReceived => (DELETER, "received", "received inventory delete event".to_owned()),
            Self::Removed => (DELETER, "success", "deleted profiles for inventory record".to_owned()),
            Self::NotRemoved => {
                (DELETER, "error", "error when deleting profiles for inventory record".to_owned())
            }
        }
    }
}

impl PayloadTracker {
    /// The message that says so.
    pub fn message(&self, payload: &Payload, status: Status, now: Timestamp) -> Message {
        let (service, status, text) = status.words();
        let request_id = payload.request_id.as_deref().map_or_else(|| Value::from(-1), Value::from);
        let body = json!({
            "request_id": request_id,
            "account": payload.account,
            "org_id": payload.org.as_str(),
            "inventory_id": payload.host,
            "service": service,
            "status": status,
            "status_msg": text,
            "date": now.to_string(),
        });
        Message::new(self.topic.clone(), body.to_string())
    }
}

#[cfg(test)]
mod tests {
    use ground::{HostId, OrgId};

    use super::*;

    #[test]
    fn a_status_says_whose_event_it_is_about() {
        let payload = Payload {
            org: OrgId::parse("o").unwrap(),
            account: None,
            host: HostId(uuid::Uuid::nil()),
            request_id: None,
        };
        let tracker = PayloadTracker { topic: "t".into() };
        let message = tracker.message(&payload, Status::Known, Timestamp::from_micros(1_500_000));
        let body: Value = serde_json::from_slice(&message.payload).unwrap();
        assert_eq!(
            body,
            json!({"request_id": -1, "account": null, "org_id": "o", "inventory_id": uuid::Uuid::nil(),
                "service": "hsp-archiver", "status": "success",
                "status_msg": "profile not saved to db (timestamp already exists)",
                "date": "1970-01-01T00:00:01.500000+00:00"})
        );
    }
}
