//! What is told of alerts: that one fires, and that it fires no more.

use ground::Timestamp;
use notify::{Event, Notification};
use serde_json::{Value, json};

use super::{AlertEvent, KeptRule};
use crate::{App, rules::alert_state::Phase};

/// Owes what changed to whom the organisation wants it told.
pub async fn tell(app: &App, kept: &KeptRule, events: &[AlertEvent]) -> store::Result<()> {
    let told: Vec<Notification> =
        events.iter().filter(|event| is_told(event)).map(|event| notification(app, kept, event)).collect();
    app.queue.tell(kept.tenant.org.as_str(), &told).await
}

/// Whether a change is one that is told.
fn is_told(event: &AlertEvent) -> bool {
    [&event.before, &event.phase].iter().any(|phase| *phase == Phase::Firing.name())
}

fn notification(app: &App, kept: &KeptRule, event: &AlertEvent) -> Notification {
    let rule = &kept.rule;
    let fires = event.phase == Phase::Firing.name();
    let labels: Value = serde_json::from_str(&event.labels).unwrap_or_default();
    let at = Timestamp::from_micros(event.at * 1_000).to_string();
    let word = if fires { "firing" } else { "resolved" };
    let series = shown(&labels);
    let subject = format!("[{word}] {}{}{series}", rule.name, if series.is_empty() { "" } else { ": " });
    let direction = serde_json::to_value(rule.direction).unwrap_or_default();
    let direction = direction.as_str().unwrap_or_default().to_owned();
    let text = format!(
        "{subject}\n\nValue: {}\nThreshold: {direction} {}\nAt: {at}\nExpression: {}\n{}{}\n",
        event.value,
        rule.threshold,
        rule.filled(),
        if rule.summary.is_empty() { "" } else { "\n" },
        rule.summary
    );
    let payload = json!({
        "alert_id": kept.id, "alert_name": rule.name, "state": word, "labels": labels, "value": event.value, "at": at,
        "direction": direction, "threshold": rule.threshold, "expression": rule.filled(), "summary": rule.summary,
        "panel": rule.panel,
    });
    let body = json!({
        "bundle": app.bundle, "application": "metrics", "event_type": format!("alert-{word}"),
        "timestamp": app.clock.now().to_string(), "account_id": null, "org_id": kept.tenant.org.as_str(),
        "events": [{"metadata": {}, "payload": payload.to_string()}],
        "context": json!({"alert_name": rule.name, "labels": labels}).to_string(),
    });
    Notification {
        event: Event::Alert,
        key: format!("alert/{}/{}/{}/{}", kept.id, event.at, event.phase, event.labels),
        subject,
        text,
        json: body.to_string().into_bytes(),
    }
}

/// Labels in one line, without the name of the metric: `host=web-1 mode=idle`.
fn shown(labels: &Value) -> String {
    let members = labels.as_object().into_iter().flatten().filter(|(name, _)| *name != "__name__");
    let shown: Vec<String> =
        members.map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default())).collect();
    shown.join(" ")
}
