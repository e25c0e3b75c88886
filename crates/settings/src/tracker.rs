//! Reports of progress to the payload tracker (contract inventory-events §11).

use crate::{Filled, Topic, clowder::Clowder, section::section, topics::translate};

section! {
    /// Reports of progress to the payload tracker.
    pub struct Tracker in "tracker" {
        /// Whether they are sent.
        enabled: bool = true, env "PAYLOAD_TRACKER_ENABLED";
        /// The name that this service reports under.
        service_name: Filled = Filled::of("inventory"), env "PAYLOAD_TRACKER_SERVICE_NAME";
        /// The topic that they are sent to.
        topic: Topic = Topic::of("platform.payload-status"), env "PAYLOAD_TRACKER_KAFKA_TOPIC";
    }
}

impl Tracker {
    pub(crate) fn translate(&mut self, clowder: &Clowder) {
        translate(&mut self.topic, clowder);
    }
}
