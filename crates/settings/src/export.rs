//! Hosts for the export service (contract inventory-events §16).

use crate::{Filled, Secret, Topic, clowder::Clowder, section::section, topics::translate};

section! {
    /// Hosts for the export service.
    pub struct Export in "export" {
        /// Where the export service is.
        endpoint: Filled = Filled::of("http://localhost:10010"), env "EXPORT_SERVICE_ENDPOINT";
        /// The secret that it knows us by.
        token: Secret = Secret::from("testing-a-psk"), env "EXPORT_SERVICE_TOKEN";
        /// The topic of requests.
        topic: Topic = Topic::of("platform.export.requests"), env "KAFKA_EXPORT_SERVICE_TOPIC";
        /// The consumer group that reads them.
        group: Filled = Filled::of("inv-export-service"), env "KAFKA_EXPORT_SERVICE_GROUP";
        /// Milliseconds without a poll after which the brokers take this consumer for dead; a long export does not count.
        max_poll_interval_ms: u32 = 1_200_000, env "KAFKA_EXPORT_SERVICE_MAX_POLL_INTERVAL_MS";
        /// Hosts that are read together.
        batch: u16 = 500, env "EXPORT_SVC_BATCH_SIZE";
    }
}

impl Export {
    pub(crate) fn translate(&mut self, clowder: &Clowder) {
        translate(&mut self.topic, clowder);
    }
}
