//! That a machine is not as its baselines say (contract history §6).

use fleet::{Change, Tag};
use ground::Timestamp;
use notify::{Event as Told, Notification};
use serde::Serialize;
use serde_json::{Value, json};

/// Makes notifications.
#[derive(Debug, Clone)]
pub struct Notifications {
    /// What they say of the product.
    pub bundle: String,
    /// What they say of the application.
    pub application: String,
}

/// In the order that the original writes.
#[derive(Serialize)]
struct Body<'a> {
    bundle: &'a str,
    application: &'a str,
    event_type: &'static str,
    timestamp: String,
    account_id: Option<&'a str>,
    org_id: &'a str,
    events: Vec<Event>,
    context: String,
}

#[derive(Serialize)]
struct Event {
    metadata: Value,
    payload: String,
}

#[derive(Serialize)]
struct Payload<'a> {
    baseline_id: &'a str,
    baseline_name: &'a str,
}

#[derive(Serialize)]
struct Context<'a> {
    inventory_id: String,
    system_check_in: String,
    display_name: &'a str,
    tags: Vec<Value>,
}

impl Notifications {
    /// That a host is not as these baselines say, each by its id and name.
    pub fn notification(
        &self,
        change: &Change,
        baselines: &[(&str, &str)],
        now: Timestamp,
    ) -> Result<Notification, serde_json::Error> {
        let host = &change.host;
        let tag = |tag: Tag<'_>| json!({"namespace": tag.namespace, "key": tag.key, "value": tag.value});
        let context = Context {
            inventory_id: host.id.to_string(),
            system_check_in: host.times.updated.to_string(),
            display_name: &host.display_name,
            tags: host.tags.iter().map(tag).collect(),
        };
        let event = |&(baseline_id, baseline_name): &(&str, &str)| {
            let payload = serde_json::to_string(&Payload { baseline_id, baseline_name })?;
            Ok(Event { metadata: json!({}), payload })
        };
        let body = Body {
            bundle: &self.bundle,
            application: &self.application,
            event_type: "drift-baseline-detected",
            timestamp: now.to_string(),
            account_id: host.account.as_deref(),
            org_id: host.org.as_str(),
            events: baselines.iter().map(event).collect::<Result<_, serde_json::Error>>()?,
            context: serde_json::to_string(&context)?,
        };
        let names: Vec<&str> = baselines.iter().map(|(_, name)| *name).collect();
        let subject = format!("{} is not as {} says", host.display_name, names.join(", "));
        Ok(Notification {
            event: Told::Drift,
            key: format!("drift/{}", change.seq),
            text: format!("{subject}\n\nHost: {}\nReported: {}\n", host.id, host.times.updated),
            subject,
            json: serde_json::to_vec(&body)?,
        })
    }
}
