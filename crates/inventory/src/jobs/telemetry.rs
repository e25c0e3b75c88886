//! What happens to messages: one log record and one count each, under the names of contract inventory-events §17.

use std::time::Duration;

use bus::Message;
use fleet::ChangeKind;
use ground::Timestamp;

use super::ingress::{Outcome, Subject};
use crate::report::{
    app_data::{AppMessage, AppMessageError},
    envelope::ParseError,
};

/// The beginning of a text that others wrote, as much as a log record may hold of it.
fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(1_000)]
}

/// A message was dealt with.
pub(crate) struct MessageHandled<'a> {
    pub outcome: &'a Outcome,
    pub subject: Subject,
    /// As the message says.
    pub reporter: Option<&'a str>,
}

impl MessageHandled<'_> {
    pub fn emit(&self) {
        count_handled(matches!(self.outcome, Outcome::Stored(_)));
        match self.outcome {
            Outcome::Stored(stored) => {
                let result = if stored.kind == ChangeKind::Created { "created" } else { "updated" };
                self.stored(result);
                tracing::debug!(id = %stored.id, kind = stored.kind.name(), "report stored");
            }
            Outcome::Refused(invalid) => {
                self.failed(invalid.class.name());
                tracing::info!(invalid = shortened(&invalid.detail), "report refused");
            }
            Outcome::Dropped(problem) => {
                let name = match problem {
                    ParseError::NotJson(_) => "inventory_common_message_parsing_failures_total",
                    ParseError::LoneSurrogate(_) | ParseError::Envelope(_) => {
                        "inventory_ingress_message_parsing_failures_total"
                    }
                };
                metrics::counter!(name, "cause" => "invalid").increment(1);
                tracing::warn!(problem = shortened(&problem.to_string()), "message dropped");
            }
            Outcome::Failed(problem) => {
                self.failed("Exception");
                tracing::error!(problem = shortened(problem), "report cannot be stored");
            }
        }
    }

    fn stored(&self, result: &'static str) {
        let hosts = if result == "created" {
            "inventory_create_host_count_total"
        } else {
            "inventory_update_host_count_total"
        };
        metrics::counter!(hosts).increment(1);
        match self.subject {
            Subject::Hosts => metrics::counter!(
                "inventory_ingress_add_host_successes_total",
                "result" => result, "reporter" => self.reporter()
            ),
            Subject::Profiles => metrics::counter!("inventory_ingress_update_system_profile_successes_total"),
        }
        .increment(1);
    }

    fn failed(&self, cause: &'static str) {
        match self.subject {
            Subject::Hosts => metrics::counter!(
                "inventory_ingress_add_host_failures_total",
                "cause" => cause, "reporter" => self.reporter()
            ),
            Subject::Profiles => {
                metrics::counter!("inventory_ingress_update_system_profile_failures_total", "cause" => cause)
            }
        }
        .increment(1);
    }

    /// The reporter as a label. Names that senders make up share one: labels are kept for ever.
    fn reporter(&self) -> &'static str {
        const KNOWN: [&str; 8] = [
            "puptoo",
            "yupana",
            "satellite",
            "discovery",
            "rhsm-conduit",
            "rhsm-system-profile-bridge",
            "cloud-connector",
            "rhc-worker",
        ];
        match self.reporter {
            None => "null",
            Some(name) => KNOWN.into_iter().find(|known| *known == name).unwrap_or("other"),
        }
    }
}

/// The size of a message of any topic that came in.
pub(crate) fn record_consumed(payload: &[u8]) {
    metrics::histogram!("inventory_consumed_message_size").record(payload.len() as f64);
}

/// How long each of some messages took that were dealt with together.
pub(crate) fn record_handled_in(messages: usize, together: Duration) {
    if let Some(each) = together.checked_div(messages as u32) {
        metrics::histogram!("inventory_ingress_message_handler_seconds")
            .record_many(each.as_secs_f64(), messages);
    }
}

/// How long each host took that a transaction created or updated.
pub(crate) fn record_stored_in(outcomes: &[Outcome], together: Duration) {
    let stored = |created: bool| {
        let counts = |outcome: &&Outcome| matches!(outcome, Outcome::Stored(stored) if (stored.kind == ChangeKind::Created) == created);
        outcomes.iter().filter(counts).count()
    };
    let (created, updated) = (stored(true), stored(false));
    let Some(each) = together.checked_div((created + updated) as u32) else { return };
    for (name, hosts) in
        [("inventory_new_host_commit_seconds", created), ("inventory_update_host_commit_seconds", updated)]
    {
        metrics::histogram!(name).record_many(each.as_secs_f64(), hosts);
    }
}

/// Counts a message of any topic.
pub(crate) fn count_handled(handled: bool) {
    let name = if handled {
        "inventory_ingress_message_handler_successes_total"
    } else {
        "inventory_ingress_message_handler_failures_total"
    };
    metrics::counter!(name).increment(1);
}

/// A message of an application was dealt with.
pub(crate) struct AppMessageHandled<'a> {
    pub message: &'a Result<AppMessage, AppMessageError>,
    /// Of how many hosts something was stored; nothing when the message could not be read.
    pub stored: Option<fleet::Result<usize>>,
    pub now: Timestamp,
}

impl AppMessageHandled<'_> {
    pub fn emit(&self) {
        count_handled(matches!(self.stored, Some(Ok(_))));
        let message = match self.message {
            Ok(message) => message,
            Err(problem) => {
                let (application, reason) = match problem {
                    AppMessageError::NoApplication => ("unknown", "missing_application_header"),
                    AppMessageError::UnknownApplication(_) => ("unknown", "unknown_application"),
                    AppMessageError::Invalid { application, .. } => (application.name(), "invalid"),
                };
                failed_for_application(application, reason, 1);
                let problem = problem.to_string();
                tracing::warn!(application, problem = shortened(&problem), "data of an application dropped");
                return;
            }
        };
        let application = message.application.name();
        if let Some((host, problem)) = message.refused.first() {
            let hosts = message.refused.len();
            failed_for_application(application, "invalid_host_data", hosts as u64);
            tracing::info!(application, hosts, %host, problem = shortened(problem), "data of hosts left out");
        }
        match &self.stored {
            Some(Ok(hosts)) => {
                metrics::counter!("inventory_host_app_data_processing_successes_total", "application" => application)
                    .increment(*hosts as u64);
                metrics::gauge!("inventory_host_app_data_last_processed_timestamp", "application" => application)
                    .set(self.now.micros() as f64 / 1e6);
                tracing::debug!(application, org = %message.data.org, hosts, "data of an application stored");
            }
            Some(Err(error)) => {
                failed_for_application(application, "unexpected_error", 1);
                tracing::error!(application, %error, "data of an application cannot be stored");
            }
            None => {}
        }
    }
}

fn failed_for_application(application: &'static str, reason: &'static str, count: u64) {
    metrics::counter!("inventory_host_app_data_failures_total", "application" => application, "reason" => reason)
        .increment(count);
}

/// The types of events and of notifications.
const EVENTS: [&str; 3] = ["created", "updated", "delete"];
const NOTIFICATIONS: [&str; 4] =
    ["new-system-registered", "system-deleted", "system-became-stale", "validation-error"];

/// A message has arrived at the broker, or was not taken and is sent again.
pub(crate) struct MessageSent<'a> {
    pub message: &'a Message,
    pub has_arrived: bool,
}

impl MessageSent<'_> {
    pub fn emit(&self) {
        if self.has_arrived {
            metrics::histogram!("inventory_produced_message_size").record(self.message.payload.len() as f64);
        }
        let named = |names: &[&'static str]| {
            let named = self.message.header("event_type")?;
            names.iter().find(|name| name.as_bytes() == named).copied()
        };
        if let Some(kind) = named(&EVENTS) {
            count_event(kind, &self.message.topic, self.has_arrived, 1);
        } else if let Some(kind) = named(&NOTIFICATIONS) {
            count_notification(kind, &self.message.topic, self.has_arrived, 1);
        }
    }
}

/// Begins the series of what is published, at 0: events to one topic, notifications to another.
pub(crate) fn begin_published(events: &str, notifications: &str) {
    for has_arrived in [true, false] {
        for kind in EVENTS {
            count_event(kind, events, has_arrived, 0);
        }
        for kind in NOTIFICATIONS {
            count_notification(kind, notifications, has_arrived, 0);
        }
    }
}

fn count_event(kind: &'static str, topic: &str, has_arrived: bool, count: u64) {
    let name = if has_arrived {
        "inventory_event_producer_successes_total"
    } else {
        "inventory_event_producer_failures_total"
    };
    metrics::counter!(name, "event_type" => kind, "topic" => topic.to_owned()).increment(count);
}

fn count_notification(kind: &'static str, topic: &str, has_arrived: bool, count: u64) {
    let name = if has_arrived {
        "notification_event_producer_successes_total"
    } else {
        "notification_event_producer_failures_total"
    };
    metrics::counter!(name, "notification_type" => kind, "topic" => topic.to_owned()).increment(count);
}
