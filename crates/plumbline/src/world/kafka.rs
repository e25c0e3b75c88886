//! Settings become Kafka clients, and the roles that read and write topics.

use std::time::Duration;

use bus::{
    Incoming, Publisher,
    kafka::{
        Authorities, Consumer, ConsumerSettings, KafkaConfig, OffsetReset, PartitionState, Producer,
        ProducerSettings, Sasl, from_committed,
    },
};
use fleet::Fleet;
use ground::Stop;
use history::jobs::archive;
use inventory::{
    api::Tracking,
    flags::Flags,
    jobs::{
        host_apps::HostApps,
        ingress::{Ingress, Subject, start_offsets},
        relay::Relay,
        send_queue::SendQueue,
        workspaces::Workspaces,
    },
    messages::{Outlet, events::Events, notifications::Notifications, payload_tracker::PayloadTracker},
};
use settings::{OnUnchanged, Protocol, Settings};
use web::RoleHealth;

use super::World;
use crate::failure::{Failure, Result};

/// How the brokers are reached.
pub fn client_config(settings: &Settings) -> KafkaConfig {
    let kafka = &settings.kafka;
    let named = matches!(*kafka.security_protocol, Protocol::SaslPlaintext | Protocol::SaslSsl);
    KafkaConfig {
        bootstrap: kafka.bootstrap_servers.to_string(),
        security_protocol: kafka.security_protocol.as_str().to_owned(),
        sasl: named.then(|| Sasl {
            mechanism: kafka.sasl_mechanism.as_str().to_owned(),
            username: kafka.sasl_username.to_string(),
            password: kafka.sasl_password.expose().to_owned(),
        }),
        ssl_ca: match (&*kafka.ssl_ca_file, kafka.ssl_ca_pem.as_str()) {
            (Some(file), _) => Some(Authorities::File(file.to_string())),
            (None, "") => None,
            (None, pem) => Some(Authorities::Text(pem.to_owned())),
        },
        overrides: std::collections::BTreeMap::new(),
    }
}

/// A connection to the brokers, to publish.
pub fn publisher(settings: &Settings) -> Result<Publisher> {
    if *settings.kafka.replica_namespace {
        return Ok(Publisher::Discard);
    }
    let mut config = client_config(settings);
    config.overrides =
        settings.producer.properties().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let producer = Producer::start(&config, &ProducerSettings::default())
        .map_err(|error| Failure::Runtime(error.to_string()))?;
    Ok(Publisher::Kafka(producer))
}

/// Reads the topic that is consumed until it is told to stop. Its name says what its messages are about.
pub async fn consume(
    fleet: Fleet,
    publisher: Publisher,
    flags: Flags,
    settings: &Settings,
    health: &RoleHealth,
    stop: Stop,
) -> std::result::Result<(), service::Error> {
    let topics = &settings.topics;
    let topic = &*topics.consumed;
    let subject = if *topic == *topics.host_ingress {
        Subject::Hosts
    } else if *topic == *topics.system_profile {
        Subject::Profiles
    } else if *topic == *topics.host_app_data {
        let apps = HostApps { fleet: fleet.clone() };
        let consumer = consumer(&fleet, settings, HostApps::read)?;
        return apps.run(consumer, health, stop).await.into();
    } else if [&topics.workspaces, &topics.workspaces_bulk].iter().any(|known| *topic == ***known) {
        let workspaces = Workspaces { fleet: fleet.clone() };
        let consumer = consumer(&fleet, settings, Workspaces::read)?;
        return workspaces.run(consumer, health, stop).await.into();
    } else {
        return Err(Box::new(Failure::Usage(format!(
            "cannot read topic `{topic}`: set kafka.topics.consumed to the topic of reports (`{}`), of profiles (`{}`), of \
             data of applications (`{}`) or of workspaces (`{}`, `{}`)",
            topics.host_ingress.value,
            topics.system_profile.value,
            topics.host_app_data.value,
            topics.workspaces.value,
            topics.workspaces_bulk.value
        ))));
    };
    let ingress = ingress(fleet.clone(), publisher, flags, subject, settings);
    let reader = ingress.clone();
    let consumer = consumer(&fleet, settings, move |message| reader.read(message))?;
    ingress.run(consumer, health, stop).await.into()
}

/// A member of the group that reads the topic that is consumed.
fn consumer<T: Send + 'static>(
    fleet: &Fleet,
    settings: &Settings,
    read: impl FnMut(Incoming<'_>) -> T + Send + 'static,
) -> Result<Consumer<T>> {
    let member = member(settings, &settings.consumer.group, &settings.topics.consumed);
    let start = start_offsets(fleet.clone(), member.group.clone(), member.offset_reset);
    started(&client_config(settings), member, start, read)
}

/// A consumer at work.
pub fn started<T: Send + 'static>(
    config: &KafkaConfig,
    member: ConsumerSettings,
    start: impl FnMut(&[PartitionState]) -> std::result::Result<Vec<i64>, String> + Send + 'static,
    read: impl FnMut(Incoming<'_>) -> T + Send + 'static,
) -> Result<Consumer<T>> {
    Consumer::start(config, member, start, read).map_err(|error| Failure::Runtime(error.to_string()))
}

/// A member of the group that reads the events of another inventory.
pub fn events_of_another_inventory(settings: &Settings) -> Result<Consumer<archive::Read>> {
    let member = member(settings, &settings.history.group, &settings.history.topic);
    let start = from_committed(member.offset_reset);
    started(&client_config(settings), member, start, archive::read)
}

/// A member of a group, by the settings of consumers.
pub fn member(settings: &Settings, group: &str, topic: &str) -> ConsumerSettings {
    let wanted = &settings.consumer;
    ConsumerSettings {
        offset_reset: match *wanted.auto_offset_reset {
            settings::OffsetReset::Latest => OffsetReset::Latest,
            settings::OffsetReset::Earliest => OffsetReset::Earliest,
        },
        session_timeout: Duration::from_millis(u64::from(*wanted.session_timeout_ms)),
        heartbeat_interval: Duration::from_millis(u64::from(*wanted.heartbeat_interval_ms)),
        max_messages: *wanted.batch_max_messages as usize,
        max_wait: *wanted.batch_max_seconds,
        ..ConsumerSettings::new(group, topic)
    }
}

/// Where messages for a topic go.
pub fn outlet(topic: &settings::Topic) -> Outlet {
    Outlet { topic: (**topic).into(), producer: node_name().into() }
}

/// The name of this machine.
pub fn node_name() -> String {
    let read = |path: &str| std::fs::read_to_string(path).map(|name| name.trim().to_owned()).ok();
    read("/proc/sys/kernel/hostname")
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "plumbline".to_owned())
}

/// What makes notifications.
pub fn notifications(settings: &Settings) -> Notifications {
    Notifications {
        outlet: outlet(&settings.topics.notifications),
        console: settings.inventory.consoledot_hostname.to_string(),
    }
}

/// Who is told of requests: the payload tracker, where the log is published. A process that only answers requests connects to
/// the brokers when the first of them comes.
pub fn tracking(world: &World) -> Tracking {
    let Some(tracker) = tracker(&world.settings).filter(|_| world.is_published) else {
        return Tracking::default();
    };
    let (publisher, settings) = (world.publisher.clone(), world.settings.clone());
    Tracking::new(tracker, move || match publisher {
        Publisher::Discard => self::publisher(&settings).unwrap_or_else(|error| {
            tracing::error!(%error, "the payload tracker is told nothing of requests");
            Publisher::Discard
        }),
        publisher => publisher,
    })
}

fn tracker(settings: &Settings) -> Option<PayloadTracker> {
    settings.tracker.enabled.then(|| PayloadTracker {
        topic: (**settings.tracker.topic).into(),
        service: settings.tracker.service_name.to_string().into(),
    })
}

/// What takes reports in.
pub fn ingress(
    fleet: Fleet,
    publisher: Publisher,
    flags: Flags,
    subject: Subject,
    settings: &Settings,
) -> Ingress {
    Ingress {
        fleet,
        send_queue: SendQueue::new(publisher),
        notifications: notifications(settings),
        tracker: tracker(settings),
        flags,
        subject,
    }
}

/// What publishes the log.
pub fn relay(fleet: Fleet, publisher: Publisher, settings: &Settings) -> Relay {
    Relay {
        fleet,
        publisher,
        events: Events { outlet: outlet(&settings.topics.events) },
        notifications: notifications(settings),
        tracker: tracker(settings),
        on_unchanged: *settings.inventory.events_on_unchanged == OnUnchanged::Full,
    }
}
