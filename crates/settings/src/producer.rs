//! How topics are written (contract inventory-events §1.3).

use crate::{choice::choice, section::section};

choice! {
    /// Who must have a message before it counts as delivered.
    pub enum Acks {
        /// Nobody.
        None = "0",
        /// The leader of the partition.
        Leader = "1",
        /// Every replica in sync.
        All = "all",
    }
}

section! {
    /// How topics are written. The defaults lose no message, keep the order and send many messages at a time; the
    /// original's (acks 1, no retries, batches of 64 KB) did not.
    pub struct Producer in "kafka.producer" {
        /// Who must have a message before it counts as delivered.
        acks: Acks = Acks::All, env "KAFKA_PRODUCER_ACKS";
        /// How often a delivery is tried again.
        retries: u32 = 2_147_483_647, env "KAFKA_PRODUCER_RETRIES";
        /// Bytes of one batch.
        batch_size: u32 = 1_000_000, env "KAFKA_PRODUCER_BATCH.SIZE", "KAFKA_PRODUCER_BATCH_SIZE";
        /// Bytes of the largest message: no more than `max.message.bytes` of the topics. A host whose event would be larger is
        /// refused when it is reported.
        message_max_bytes: u32 = 1_000_000, env "KAFKA_PRODUCER_MESSAGE.MAX.BYTES", "KAFKA_PRODUCER_MESSAGE_MAX_BYTES";
        /// Milliseconds to wait for a batch to fill.
        linger_ms: u32 = 5, env "KAFKA_PRODUCER_LINGER.MS", "KAFKA_PRODUCER_LINGER_MS";
        /// Milliseconds between tries.
        retry_backoff_ms: u32 = 100, env "KAFKA_PRODUCER_RETRY.BACKOFF.MS", "KAFKA_PRODUCER_RETRY_BACKOFF_MS";
        /// Requests to one broker that may be under way together. With more than one, the first messages to a partition that
        /// has no leader yet may be lost although the broker has acknowledged them (KAFKA-15591).
        max_in_flight: u32 = 1, env "KAFKA_PRODUCER_MAX.IN.FLIGHT.REQUESTS.PER.CONNECTION",
            "KAFKA_PRODUCER_MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION";
    }
}

impl Producer {
    /// As properties of librdkafka. Deliveries are idempotent whenever the other values allow it.
    pub fn properties(&self) -> Vec<(&'static str, String)> {
        let idempotent =
            *self.acks == Acks::All && *self.retries > 0 && (1..=5).contains(&*self.max_in_flight);
        vec![
            ("acks", self.acks.as_str().to_owned()),
            ("enable.idempotence", idempotent.to_string()),
            ("retries", self.retries.to_string()),
            ("batch.size", self.batch_size.to_string()),
            ("message.max.bytes", self.message_max_bytes.to_string()),
            ("linger.ms", self.linger_ms.to_string()),
            ("retry.backoff.ms", self.retry_backoff_ms.to_string()),
            ("max.in.flight.requests.per.connection", self.max_in_flight.to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use crate::{Inputs, Settings};

    #[test]
    fn both_forms_of_a_variable_are_read() {
        for name in ["KAFKA_PRODUCER_RETRY.BACKOFF.MS", "KAFKA_PRODUCER_RETRY_BACKOFF_MS"] {
            let env = |asked: &str| (asked == name).then(|| "250".to_owned());
            assert_eq!(*Settings::load(&Inputs::new(&env)).unwrap().producer.retry_backoff_ms, 250, "{name}");
        }
    }

    #[test]
    fn deliveries_are_idempotent_unless_the_values_forbid_it() {
        let idempotent = |settings: Settings| {
            settings
                .producer
                .properties()
                .into_iter()
                .find(|(key, _)| *key == "enable.idempotence")
                .unwrap()
                .1
        };
        assert_eq!(idempotent(Settings::default()), "true");
        let env = |asked: &str| (asked == "KAFKA_PRODUCER_ACKS").then(|| "1".to_owned());
        assert_eq!(idempotent(Settings::load(&Inputs::new(&env)).unwrap()), "false");
    }

    #[test]
    fn a_number_that_is_none_is_refused() {
        let env = |asked: &str| (asked == "KAFKA_PRODUCER_RETRIES").then(|| "many".to_owned());
        assert_eq!(
            Settings::load(&Inputs::new(&env)).unwrap_err().to_string(),
            "`many` is not allowed for kafka.producer.retries (from environment KAFKA_PRODUCER_RETRIES): \
             give a whole number from 0 to 4294967295"
        );
    }
}
