//! Brokers that encrypt and ask for a name.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::time::Duration;

use bus::{
    Message,
    kafka::{Authorities, Consumer, KafkaConfig, Producer, ProducerSettings, Sasl, from_committed},
};
use support::{PATIENCE, numbered, settings, text};
use testkit::{Certificates, Kafka, KafkaGuards, Record};
use tokio::task::JoinSet;

/// As a client is set that is let in by this protocol.
fn config(protocol: &str, mechanism: &str) -> KafkaConfig {
    let guards = KafkaGuards::shared();
    KafkaConfig {
        security_protocol: protocol.to_owned(),
        sasl: protocol.starts_with("SASL").then(|| Sasl {
            mechanism: mechanism.to_owned(),
            username: KafkaGuards::USER.to_owned(),
            password: KafkaGuards::PASSWORD.to_owned(),
        }),
        ssl_ca: Some(Authorities::File(guards.certificates.authority().display().to_string())),
        ..KafkaConfig::plaintext(guards.bootstrap(protocol))
    }
}

/// Sends messages and reads them again.
async fn round_trip(config: &KafkaConfig) {
    let topic = Kafka::shared().new_topic("guarded", 1).await;
    let producer = Producer::start(config, &ProducerSettings::default()).unwrap();
    producer.send_all(&numbered(&topic, "k", 0..3)).await.unwrap();
    let settings = settings(&topic);
    let start = from_committed(settings.offset_reset);
    let mut consumer = Consumer::start(config, settings, start, text).unwrap();
    assert_eq!(support::read(&mut consumer, 3).await, ["0", "1", "2"]);
    consumer.close().await;
}

async fn refusal(config: &KafkaConfig) -> String {
    config.missing_topics(Vec::new(), Duration::from_secs(5)).await.unwrap_err()
}

#[tokio::test]
async fn messages_go_out_and_in_by_each_protocol_and_mechanism() {
    let mut all = JoinSet::new();
    for (protocol, mechanism) in [
        ("SSL", ""),
        ("SASL_SSL", "PLAIN"),
        ("SASL_SSL", "SCRAM-SHA-256"),
        ("SASL_SSL", "scram-sha-512"),
        ("SASL_PLAINTEXT", "PLAIN"),
        ("SASL_PLAINTEXT", "SCRAM-SHA-512"),
    ] {
        let config = config(protocol, mechanism);
        all.spawn(async move { round_trip(&config).await });
    }
    all.join_all().await;
}

#[tokio::test]
async fn authorities_may_be_given_as_text() {
    let pem = KafkaGuards::shared().certificates.authority_pem();
    round_trip(&KafkaConfig { ssl_ca: Some(Authorities::Text(pem)), ..config("SSL", "") }).await;
}

#[tokio::test]
async fn a_broker_with_a_certificate_of_another_authority_or_name_is_refused_with_the_setting() {
    let other = Authorities::Text(Certificates::new().authority_pem());
    let of_other = KafkaConfig { ssl_ca: Some(other), ..config("SSL", "") };
    let unknown = KafkaConfig { ssl_ca: None, ..config("SSL", "") };
    let named = KafkaGuards::shared().bootstrap("SSL").replace("localhost", "127.0.0.1");
    let of_another_name = KafkaConfig { bootstrap: named, ..config("SSL", "") };
    let mut all = JoinSet::new();
    for (what, config) in
        [("another authority", of_other), ("nobody's authority", unknown), ("another name", of_another_name)]
    {
        all.spawn(async move {
            let refused = refusal(&config).await;
            let told = refused.contains("certificate") && refused.contains("KAFKA_SSL_CAFILE");
            assert!(told, "{what}: {refused}");
            let delivery_timeout = Duration::from_secs(3);
            let settings = ProducerSettings { delivery_timeout, ..ProducerSettings::default() };
            let producer = Producer::start(&config, &settings).unwrap();
            let error = producer.send_all(&[Message::new("t", "x")]).await.unwrap_err();
            assert!(!error.too_large, "{what}: to be sent again, and no bad data: {error:?}");
        });
    }
    all.join_all().await;
}

#[tokio::test]
async fn a_wrong_name_or_password_is_refused_with_the_setting() {
    let mut all = JoinSet::new();
    for (protocol, mechanism) in
        [("SASL_SSL", "PLAIN"), ("SASL_SSL", "SCRAM-SHA-512"), ("SASL_PLAINTEXT", "SCRAM-SHA-256")]
    {
        let mut config = config(protocol, mechanism);
        config.sasl.as_mut().unwrap().password = "hunter2".to_owned();
        all.spawn(async move {
            let refused = refusal(&config).await;
            assert!(refused.contains("kafka.sasl_password"), "{mechanism}: {refused}");
            assert!(!refused.contains("hunter2"), "{refused}");
        });
    }
    all.join_all().await;
}

#[tokio::test]
async fn a_broker_that_is_spoken_to_in_another_protocol_is_told_with_the_setting() {
    let guards = KafkaGuards::shared();
    let mut all = JoinSet::new();
    for (wanted, there) in
        [("SSL", "SASL_PLAINTEXT"), ("SASL_SSL", "SASL_PLAINTEXT"), ("SASL_PLAINTEXT", "SSL")]
    {
        let config = KafkaConfig { bootstrap: guards.bootstrap(there), ..config(wanted, "PLAIN") };
        all.spawn(async move {
            let refused = refusal(&config).await;
            assert!(refused.contains("kafka.security_protocol"), "{wanted} to {there}: {refused}");
        });
    }
    all.join_all().await;
}

#[tokio::test]
async fn a_file_without_certificates_is_told_at_the_start() {
    let broken = KafkaConfig { ssl_ca: Some(Authorities::Text("no PEM".to_owned())), ..config("SSL", "") };
    let missing = Authorities::File("/no/such/file".to_owned());
    let missing = KafkaConfig { ssl_ca: Some(missing), ..config("SSL", "") };
    for config in [broken, missing] {
        let error = Producer::start(&config, &ProducerSettings::default()).unwrap_err().to_string();
        assert!(error.contains("kafka.ssl_ca_file"), "{error}");
    }
}

#[tokio::test]
async fn a_consumer_that_is_refused_goes_on_trying() {
    let topic = Kafka::shared().new_topic("guarded", 1).await;
    Kafka::shared().produce(&topic, vec![Record::new("k", "there")]).await;
    let settings = settings(&topic);
    let start = from_committed(settings.offset_reset);
    let mut wrong = config("SASL_SSL", "SCRAM-SHA-512");
    wrong.sasl.as_mut().unwrap().password = "another".to_owned();
    let mut consumer = Consumer::start(&wrong, settings, start, text).unwrap();
    let waited = tokio::time::timeout(Duration::from_secs(3), consumer.next()).await;
    assert!(waited.is_err(), "nothing is read, and nothing ends");
    tokio::time::timeout(PATIENCE, consumer.close()).await.unwrap();
}
