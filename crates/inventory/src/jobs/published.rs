//! What happens to messages that go out (contract inventory-events §17, §18).

use bus::Message;

use crate::records;

/// What is published: messages whose header `event_type` is one of these, counted under these names.
struct Published {
    kinds: &'static [&'static str],
    label: &'static str,
    successes: &'static str,
    failures: &'static str,
}

const EVENTS: Published = Published {
    kinds: &["created", "updated", "delete"],
    label: "event_type",
    successes: "inventory_event_producer_successes_total",
    failures: "inventory_event_producer_failures_total",
};

const NOTIFICATIONS: Published = Published {
    kinds: &["new-system-registered", "system-deleted", "system-became-stale", "validation-error"],
    label: "notification_type",
    successes: "notification_event_producer_successes_total",
    failures: "notification_event_producer_failures_total",
};

impl Published {
    fn count(&self, kind: &'static str, topic: &str, has_arrived: bool, count: u64) {
        let name = if has_arrived { self.successes } else { self.failures };
        metrics::counter!(name, self.label => kind, "topic" => topic.to_owned()).increment(count);
    }
}

/// Begins the series of what is published, at 0: events to one topic, notifications to another.
pub(crate) fn begin_published(events: &str, notifications: &str) {
    for (published, topic) in [(EVENTS, events), (NOTIFICATIONS, notifications)] {
        for kind in published.kinds {
            published.count(kind, topic, true, 0);
            published.count(kind, topic, false, 0);
        }
    }
}

/// A message has arrived at the broker, or was not taken and is sent again.
pub(crate) struct MessageSent<'a> {
    pub message: &'a Message,
    pub has_arrived: bool,
}

impl MessageSent<'_> {
    pub fn emit(&self) {
        records::sent(self.message, self.has_arrived);
        if self.has_arrived {
            metrics::histogram!("inventory_produced_message_size").record(self.message.payload.len() as f64);
        }
        let Some(named) = self.message.header("event_type") else { return };
        for published in [EVENTS, NOTIFICATIONS] {
            if let Some(kind) = published.kinds.iter().find(|kind| kind.as_bytes() == named) {
                published.count(kind, &self.message.topic, self.has_arrived, 1);
            }
        }
    }
}
