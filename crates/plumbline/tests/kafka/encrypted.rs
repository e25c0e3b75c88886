//! A broker that is spoken to by TLS, and asks for a name.

use std::process::Command;

use serde_json::json;
use testkit::{Certificates, KafkaGuards};

use crate::{
    pipeline::Pipeline,
    support::{PATIENCE, Program, plumbline, report},
};

/// The settings of a client that is let in by this protocol, in the words of the original.
fn guarded(command: &mut Command, protocol: &str) {
    let guards = KafkaGuards::shared();
    command
        .env("KAFKA_BOOTSTRAP_SERVERS", guards.bootstrap(protocol))
        .env("KAFKA_SECURITY_PROTOCOL", protocol)
        .env("KAFKA_SSL_CAFILE", guards.certificates.authority())
        .env("KAFKA_SASL_MECHANISM", "scram-sha-512")
        .env("KAFKA_SASL_USERNAME", KafkaGuards::USER)
        .env("KAFKA_SASL_PASSWORD", KafkaGuards::PASSWORD);
}

fn consumer(pipeline: &Pipeline, change: impl FnOnce(&mut Command)) -> Program {
    let mut command = pipeline.command();
    guarded(&mut command, "SASL_SSL");
    change(&mut command);
    Program::start(&mut command)
}

#[tokio::test]
async fn reports_come_in_and_events_go_out_encrypted_and_with_a_name() {
    let pipeline = Pipeline::shared().await;
    pipeline.send([report(1), report(2)]).await;
    let _consumer = consumer(&pipeline, |_| {});
    let events = pipeline.events("the events", 2, |events| events.len() == 2).await;
    assert_eq!(events.len(), 2);
    pipeline.all_committed(2).await;
}

#[tokio::test]
async fn a_clowder_document_says_where_the_broker_is_and_whom_it_trusts() {
    let pipeline = Pipeline::shared().await;
    let guards = KafkaGuards::shared();
    let server = guards.bootstrap("SASL_SSL");
    let (host, port) = server.split_once(':').unwrap();
    let sasl = json!({"username": KafkaGuards::USER, "password": KafkaGuards::PASSWORD, "securityProtocol": "SASL_SSL",
        "saslMechanism": "SCRAM-SHA-512"});
    let broker = json!({"hostname": host, "port": port.parse::<u16>().unwrap(), "authtype": "sasl",
        "cacert": guards.certificates.authority_pem(), "sasl": sasl});
    let topic = |requested: &str, name: &str| json!({"requestedName": requested, "name": name});
    let topics = [
        topic("platform.inventory.host-ingress", &pipeline.ingress),
        topic("platform.inventory.events", &pipeline.events),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cdappconfig.json");
    std::fs::write(&path, json!({"kafka": {"brokers": [broker], "topics": topics}}).to_string()).unwrap();
    pipeline.send([report(1)]).await;
    // What templates of deployments still carry changes nothing of it.
    let mut command = pipeline.command();
    command.env("CLOWDER_ENABLED", "true").env("ACG_CONFIG", &path);
    command.env("KAFKA_BOOTSTRAP_SERVERS", "localhost:9").env("KAFKA_SSL_CAFILE", "/no/such/file");
    command.env("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT");
    for topic in ["KAFKA_CONSUMER_TOPIC", "KAFKA_HOST_INGRESS_TOPIC", "KAFKA_EVENT_TOPIC"] {
        command.env_remove(topic);
    }
    let _consumer = Program::start(&mut command);
    pipeline.events("the event", 1, |events| events.len() == 1).await;
}

#[tokio::test]
async fn reports_wait_while_the_broker_and_the_program_refuse_each_other_and_the_log_names_the_setting() {
    let pipeline = Pipeline::shared().await;
    pipeline.send([report(1)]).await;
    let other = Certificates::new();
    let password = |command: &mut Command| {
        command.env("KAFKA_SASL_PASSWORD", "hunter2");
    };
    let authority = |command: &mut Command| {
        command.env("KAFKA_SSL_CAFILE", other.authority());
    };
    for (mut refused, setting) in [
        (consumer(&pipeline, password), "kafka.sasl_password"),
        (consumer(&pipeline, authority), "kafka.ssl_ca_file"),
    ] {
        testkit::eventually("the log names the setting", PATIENCE, async || {
            refused.err().contains(setting).then_some(())
        })
        .await;
        assert!(refused.runs(), "it goes on trying: {}", refused.err());
        assert!(!refused.err().contains("hunter2"), "{}", refused.err());
    }
    let _consumer = consumer(&pipeline, |_| {});
    pipeline.events("the event of the report that waited", 1, |events| events.len() == 1).await;
}

/// What `plumbline doctor` says of the broker.
fn doctor(pipeline: &Pipeline, change: impl FnOnce(&mut Command)) -> String {
    let mut command = plumbline();
    command.args(["doctor", "--database-url", &pipeline.database_url]).envs(pipeline.environment());
    guarded(&mut command, "SASL_SSL");
    change(&mut command);
    let said = String::from_utf8(command.output().unwrap().stdout).unwrap();
    said.lines().find(|line| line.contains(" kafka ")).unwrap_or(&said).to_owned()
}

#[tokio::test]
async fn doctor_says_which_setting_keeps_a_broker_away() {
    let pipeline = Pipeline::shared().await;
    let authority = KafkaGuards::shared().certificates.authority();
    let fine = doctor(&pipeline, |_| {});
    assert!(fine.starts_with("ok ") && fine.contains("has the topics"), "{fine}");
    // Without a file, the authorities of the system count: here there is one.
    let of_the_system = doctor(&pipeline, |command| {
        command.env_remove("KAFKA_SSL_CAFILE").env("SSL_CERT_FILE", &authority);
    });
    assert!(of_the_system.starts_with("ok "), "{of_the_system}");
    let as_text = doctor(&pipeline, |command| {
        let pem = KafkaGuards::shared().certificates.authority_pem();
        command.env_remove("KAFKA_SSL_CAFILE").env("PLUMBLINE_KAFKA_SSL_CA_PEM", pem);
    });
    assert!(as_text.starts_with("ok "), "{as_text}");

    let unknown = doctor(&pipeline, |command| {
        command.env_remove("KAFKA_SSL_CAFILE");
    });
    assert!(unknown.starts_with("FAIL") && unknown.contains("kafka.ssl_ca_file"), "{unknown}");
    let user = doctor(&pipeline, |command| {
        command.env("KAFKA_SASL_USERNAME", "nobody");
    });
    assert!(user.starts_with("FAIL") && user.contains("kafka.sasl_username"), "{user}");
    let plain = doctor(&pipeline, |command| {
        command.env("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT");
    });
    assert!(plain.starts_with("FAIL") && plain.contains("kafka.security_protocol"), "{plain}");
}
