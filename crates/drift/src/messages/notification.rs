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

/// A machine that reported.
#[derive(Debug, Clone)]
pub struct CheckIn<'a> {
    /// The same text for the same report.
    pub key: String,
    /// Its organisation.
    pub org: &'a str,
    /// Its account number.
    pub account: Option<&'a str>,
    /// Its id.
    pub host: String,
    /// The name it is shown under.
    pub display_name: String,
    /// When it was written.
    pub updated: String,
    /// Its tags: objects with `namespace`, `key` and `value`.
    pub tags: Vec<Value>,
}

impl<'a> CheckIn<'a> {
    /// Of a row of the log.
    pub fn of(change: &'a Change) -> Self {
        let host = &change.host;
        let tag = |tag: Tag<'_>| json!({"namespace": tag.namespace, "key": tag.key, "value": tag.value});
        Self {
            key: format!("drift/{}", change.seq),
            org: host.org.as_str(),
            account: host.account.as_deref(),
            host: host.id.to_string(),
            display_name: host.display_name.clone(),
            updated: host.times.updated.to_string(),
            tags: host.tags.iter().map(tag).collect(),
        }
    }
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
    inventory_id: &'a str,
    system_check_in: &'a str,
    display_name: &'a str,
    tags: &'a [Value],
}

impl Notifications {
    /// That a machine is not as these baselines say, each by its id and name.
    pub fn notification(
        &self,
        reported: &CheckIn<'_>,
        baselines: &[(&str, &str)],
        now: Timestamp,
    ) -> Result<Notification, serde_json::Error> {
        let CheckIn { key, org, account, host, display_name, updated, tags } = reported;
        let context = Context { inventory_id: host, system_check_in: updated, display_name, tags };
        let event = |&(baseline_id, baseline_name): &(&str, &str)| {
            let payload = serde_json::to_string(&Payload { baseline_id, baseline_name })?;
            Ok(Event { metadata: json!({}), payload })
        };
        let body = Body {
            bundle: &self.bundle,
            application: &self.application,
            event_type: "drift-baseline-detected",
            timestamp: now.to_string(),
            account_id: *account,
            org_id: org,
            events: baselines.iter().map(event).collect::<Result<_, serde_json::Error>>()?,
            context: serde_json::to_string(&context)?,
        };
        let names: Vec<&str> = baselines.iter().map(|(_, name)| *name).collect();
        let subject = format!("{display_name} is not as {} says", names.join(", "));
        Ok(Notification {
            event: Told::Drift,
            key: key.clone(),
            text: format!("{subject}\n\nHost: {host}\nReported: {updated}\n"),
            subject,
            json: serde_json::to_vec(&body)?,
        })
    }
}
