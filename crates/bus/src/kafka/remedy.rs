//! What to do about a connection that brokers, or this program, refuse.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// Where to look when nothing else is known of brokers that do not answer.
pub(super) const ADDRESS: &str = "check kafka.bootstrap_servers (KAFKA_BOOTSTRAP_SERVERS) and kafka.security_protocol (KAFKA_SECURITY_PROTOCOL)";

const CERTIFICATE: &str = "check kafka.ssl_ca_file (KAFKA_SSL_CAFILE) or kafka.ssl_ca_pem, which must hold the authority of the brokers' \
                           certificates, kafka.bootstrap_servers, which must have the names that these are of, and \
                           kafka.security_protocol";

const LOGIN: &str = "check kafka.sasl_username, kafka.sasl_password and kafka.sasl_mechanism";

/// Which settings to look at, where an error says that brokers were reached and one of the two refuses the other.
pub(super) fn remedy(error: &KafkaError) -> Option<&'static str> {
    match error.rdkafka_error_code()? {
        RDKafkaErrorCode::SSL => Some(CERTIFICATE),
        RDKafkaErrorCode::Authentication
        | RDKafkaErrorCode::SaslAuthenticationFailed
        | RDKafkaErrorCode::UnsupportedSASLMechanism => Some(LOGIN),
        _ => None,
    }
}

/// The same for a client that cannot even be made, by what librdkafka says.
pub(super) fn remedy_of_start(reason: &str) -> &'static str {
    if reason.contains("ssl.ca") {
        "check kafka.ssl_ca_file (KAFKA_SSL_CAFILE) and kafka.ssl_ca_pem: certificates in PEM"
    } else if reason.contains("sasl") {
        LOGIN
    } else {
        "check the Kafka settings"
    }
}

/// The error as a line of the log.
pub(super) fn warn(error: &KafkaError, reason: &str) {
    if let Some(remedy) = remedy(error) {
        tracing::warn!(target: "librdkafka", %error, remedy, "{reason}");
    } else {
        tracing::warn!(target: "librdkafka", %error, "{reason}");
    }
}
