//! Names of topics (contract inventory-events §1.1).

use std::{fmt, ops::Deref};

use crate::{Source, Sourced, Value, clowder::Clowder, section::section};

/// The name of a topic. Not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic(String);

impl Topic {
    pub(crate) fn of(name: &'static str) -> Self {
        Self(name.to_owned())
    }
}

impl Deref for Topic {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Value for Topic {
    fn parse(text: &str) -> Option<Self> {
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let text = text.trim();
        ((1..=249).contains(&text.len()) && text.chars().all(legal)).then(|| Self(text.to_owned()))
    }

    fn allowed() -> String {
        "the name of a topic: 1 to 249 letters, digits, dots, underscores and hyphens".to_owned()
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

section! {
    /// Topics of the inventory service. Under Clowder each is the requested name, and is translated.
    pub struct Topics in "kafka.topics" {
        /// The topic that a consumer process reads; it must be one of the topics to read below.
        consumed: Topic = Topic::of("platform.inventory.host-ingress"), env "KAFKA_CONSUMER_TOPIC";
        /// To read: reports of hosts. The deployment for urgent reports sets this and `consumed`.
        host_ingress: Topic = Topic::of("platform.inventory.host-ingress"), env "KAFKA_HOST_INGRESS_TOPIC";
        /// To read: updates of system profiles alone.
        system_profile: Topic = Topic::of("platform.inventory.system-profile"), env "KAFKA_SYSTEM_PROFILE_TOPIC";
        /// To read: what applications say of hosts.
        host_app_data: Topic = Topic::of("platform.inventory.host-apps"), env "KAFKA_HOST_APP_DATA_TOPIC";
        /// To read: workspaces that another service makes, renames and deletes.
        workspaces: Topic = Topic::of("outbox.event.workspace"), env "KAFKA_WORKSPACES_TOPIC";
        /// To read: the same, of many at once.
        workspaces_bulk: Topic = Topic::of("outbox.event.workspace-bulk"), env "KAFKA_WORKSPACES_BULK_TOPIC";
        /// To write: what happened to hosts.
        events: Topic = Topic::of("platform.inventory.events"), env "KAFKA_EVENT_TOPIC";
        /// To write: notifications.
        notifications: Topic = Topic::of("platform.notifications.ingress"), env "KAFKA_NOTIFICATION_TOPIC";
    }
}

impl Topics {
    pub(crate) fn translate(&mut self, clowder: &Clowder) {
        for topic in [
            &mut self.consumed,
            &mut self.host_ingress,
            &mut self.system_profile,
            &mut self.host_app_data,
            &mut self.workspaces,
            &mut self.workspaces_bulk,
            &mut self.events,
            &mut self.notifications,
        ] {
            translate(topic, clowder);
        }
    }
}

/// Puts the real name in the place of the requested one. A name that the document does not know stays: a process
/// that uses it then fails with that name, one that does not never notices.
pub(crate) fn translate(topic: &mut Sourced<Topic>, clowder: &Clowder) {
    if let Some(real) = clowder.topic(&topic.value) {
        *topic = Sourced { value: Topic(real.to_owned()), source: Source::Clowder("/kafka/topics") };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_has_a_legal_name() {
        assert!(Topic::parse("platform.inventory.events").is_some());
        for bad in ["", "a b", "a/b", "ä"] {
            assert!(Topic::parse(bad).is_none(), "{bad}");
        }
        assert!(Topic::parse(&"a".repeat(250)).is_none());
    }
}
