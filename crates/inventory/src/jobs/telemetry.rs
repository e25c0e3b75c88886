//! What happens to messages: one log record and one count each, under the names of contract inventory-events §17.

use std::time::Duration;

use fleet::ChangeKind;
use ground::Timestamp;

use super::ingress::{Outcome, Subject};
use crate::{
    records::{self, shortened},
    report::{
        app_data::{AppMessage, AppMessageError},
        envelope::{Envelope, ParseError},
    },
};

/// A message was dealt with.
pub(crate) struct MessageHandled<'a> {
    pub outcome: &'a Outcome,
    pub subject: Subject,
    /// The message, when it is one.
    pub envelope: Option<&'a Envelope>,
}

impl MessageHandled<'_> {
    pub fn emit(&self) {
        count_handled(matches!(self.outcome, Outcome::Stored(_)));
        match self.outcome {
            Outcome::Stored(stored) => {
                let result = if stored.kind == ChangeKind::Created { "created" } else { "updated" };
                self.stored(result);
                match (self.envelope, self.subject) {
                    (Some(envelope), Subject::Hosts) => records::stored(envelope, result, &stored.host),
                    (Some(envelope), Subject::Profiles) => records::profile_stored(envelope, &stored.host),
                    (None, _) => {}
                }
            }
            Outcome::Refused(invalid) => {
                self.failed(invalid.class.name());
                if let Some(envelope) = self.envelope {
                    records::refused(envelope, &invalid.detail);
                }
            }
            Outcome::Dropped(problem) => {
                let name = match problem {
                    ParseError::NotJson(_) => "inventory_common_message_parsing_failures_total",
                    ParseError::LoneSurrogate(_) | ParseError::Envelope(_) => {
                        "inventory_ingress_message_parsing_failures_total"
                    }
                };
                metrics::counter!(name, "cause" => "invalid").increment(1);
            }
            Outcome::Failed(problem) => {
                self.failed("Exception");
                if let Some(envelope) = self.envelope {
                    records::failed(envelope, problem);
                }
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
        match self.envelope.and_then(|envelope| envelope.data.text("reporter")) {
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
    let kinds = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Stored(stored) => Some(stored.kind),
        _ => None,
    });
    let (created, updated): (Vec<_>, Vec<_>) = kinds.partition(|kind| *kind == ChangeKind::Created);
    let Some(each) = together.checked_div((created.len() + updated.len()) as u32) else { return };
    for (name, hosts) in
        [("inventory_new_host_commit_seconds", created), ("inventory_update_host_commit_seconds", updated)]
    {
        metrics::histogram!(name).record_many(each.as_secs_f64(), hosts.len());
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
                tracing::warn!(application, errors = shortened(&problem), "data of an application dropped");
                return;
            }
        };
        let application = message.application.name();
        if let Some((host, problem)) = message.refused.first() {
            let hosts = message.refused.len();
            failed_for_application(application, "invalid_host_data", hosts as u64);
            tracing::info!(
                application, org_id = %message.data.org, host_count = hosts, host_id = %host, errors = shortened(problem),
                "data of hosts left out"
            );
        }
        match &self.stored {
            Some(Ok(hosts)) => {
                metrics::counter!("inventory_host_app_data_processing_successes_total", "application" => application)
                    .increment(*hosts as u64);
                metrics::gauge!("inventory_host_app_data_last_processed_timestamp", "application" => application)
                    .set(self.now.micros() as f64 / 1e6);
                tracing::debug!(
                    application, org_id = %message.data.org, success_count = hosts, "data of an application stored"
                );
            }
            Some(Err(error)) => {
                failed_for_application(application, "unexpected_error", 1);
                tracing::error!(
                    application, org_id = %message.data.org, %error, "data of an application cannot be stored"
                );
            }
            None => {}
        }
    }
}

fn failed_for_application(application: &'static str, reason: &'static str, count: u64) {
    metrics::counter!("inventory_host_app_data_failures_total", "application" => application, "reason" => reason)
        .increment(count);
}
