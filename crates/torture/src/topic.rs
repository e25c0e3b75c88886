//! What goes to topics and comes from them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use fleet::ChangeKind;
use ground::{HostId, Timestamp};
use rdkafka::{
    ClientConfig, ClientContext, Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _},
    message::DeliveryResult,
    producer::{BaseProducer, BaseRecord, ProducerContext},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    outcome::{Findings, Wrong},
    record::{Record, Row},
    reports::request_number,
};

/// Writes reports to a topic: each once, in order, however the broker behaves.
#[derive(Clone)]
pub struct Producer {
    client: Arc<Mutex<Arc<BaseProducer<Counting>>>>,
    bootstrap: Arc<str>,
    topic: Arc<str>,
}

/// How many messages of a request have no answer yet, and whether one failed.
#[derive(Debug)]
struct Waiting {
    left: usize,
    failed: bool,
}

/// Counts what the broker has.
struct Counting;

impl ClientContext for Counting {}

impl ProducerContext for Counting {
    type DeliveryOpaque = Arc<Mutex<Waiting>>;

    fn delivery(&self, result: &DeliveryResult<'_>, waiting: Self::DeliveryOpaque) {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.left -= 1;
        waiting.failed |= result.is_err();
    }
}

impl std::fmt::Debug for Producer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Producer({})", self.topic)
    }
}

impl Producer {
    /// To a topic of the broker at `bootstrap`.
    pub fn new(bootstrap: &str, topic: &str) -> Self {
        let client = Arc::new(Mutex::new(client(bootstrap)));
        Self { client, bootstrap: bootstrap.into(), topic: topic.into() }
    }

    /// Writes messages with their keys; returns when the broker has them all. `false` when it does not say so in time:
    /// then some may be there.
    pub async fn send(&self, messages: Vec<(String, String)>) -> bool {
        let used = Arc::clone(&self.client.lock().unwrap_or_else(PoisonError::into_inner));
        let waiting = Arc::new(Mutex::new(Waiting { left: messages.len(), failed: false }));
        for (key, payload) in &messages {
            let record =
                BaseRecord::with_opaque_to(&self.topic, Arc::clone(&waiting)).key(key).payload(payload);
            if used.send(record).is_err() {
                let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                *waiting = Waiting { left: waiting.left - 1, failed: true };
            }
        }
        loop {
            used.poll(Duration::ZERO);
            {
                let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                if waiting.left == 0 && !waiting.failed {
                    return true;
                }
                if waiting.left == 0 {
                    break;
                }
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        // A client whose sequence is broken refuses everything from then on.
        let mut current = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&current, &used) {
            *current = client(&self.bootstrap);
        }
        false
    }
}

fn client(bootstrap: &str) -> Arc<BaseProducer<Counting>> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap).set("enable.idempotence", "true").set("linger.ms", "2");
    config.set("message.timeout.ms", "30000").set("reconnect.backoff.max.ms", "500");
    Arc::new(config.create_with_context(Counting).expect("a producer can be made"))
}

/// An event, as far as it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Event {
    kind: ChangeKind,
    request: Option<u64>,
    /// Absent in the event of a deletion.
    written: Option<(i64, u32)>,
}

/// Reads the topic of events beside everything else.
#[derive(Debug)]
pub struct Events {
    heard: Arc<Mutex<HashMap<HostId, Vec<Event>>>>,
    stop: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Events {
    /// From the beginning of the topic, which has so many partitions.
    pub fn follow(bootstrap: &str, topic: &str, partitions: i32) -> Self {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", bootstrap).set("group.id", "torture-events");
        config.set("enable.auto.commit", "false").set("auto.offset.reset", "earliest");
        config.set("reconnect.backoff.max.ms", "500");
        let consumer: BaseConsumer = config.create().expect("a consumer can be made");
        let mut all = TopicPartitionList::new();
        for partition in 0..partitions {
            all.add_partition_offset(topic, partition, Offset::Beginning).expect("a valid offset");
        }
        consumer.assign(&all).expect("partitions can be assigned");
        let (all_heard, stop) =
            (Arc::<Mutex<HashMap<HostId, Vec<Event>>>>::default(), Arc::<AtomicBool>::default());
        let (heard, stopped) = (Arc::clone(&all_heard), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let Some(Ok(message)) = consumer.poll(Duration::from_millis(50)) else { continue };
                let payload = message.payload().unwrap_or_default();
                let (host, event) = read(payload).expect("what is in the topic is an event");
                heard.lock().unwrap_or_else(PoisonError::into_inner).entry(host).or_default().push(event);
            }
        });
        Self { heard: all_heard, stop, thread: Some(thread) }
    }

    /// Of how many hosts the newest row of the log has no event.
    pub fn missing(&self, record: &Record) -> usize {
        let events = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let told = |host, last| {
            events.get(&host).is_some_and(|events| events.iter().rev().any(|event| event.is_of(last)))
        };
        record.of_hosts().filter(|(host, rows)| rows.last().is_some_and(|last| !told(*host, last))).count()
    }

    /// Lays the events of each host beside its rows of the log. After a crash a stretch of them may come again; that
    /// apart they are the rows in their order. Returns how many were compared, and how many had come again.
    pub fn compare(&self, record: &Record, findings: &mut Findings) -> (u64, u64) {
        let events = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut compared, mut repeated) = (0, 0);
        for (host, of_host) in &*events {
            compared += of_host.len() as u64;
            repeated += compare(*host, of_host, record.of_host(*host), findings);
        }
        for (host, rows) in record.of_hosts().filter(|(host, _)| !events.contains_key(host)) {
            findings.add(Wrong::Lost, format!("host {host} has {} rows in the log and no event", rows.len()));
        }
        (compared, repeated)
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Event {
    fn is_of(&self, row: &Row) -> bool {
        let kind = match row.kind {
            ChangeKind::Seen => ChangeKind::Updated,
            kind => kind,
        };
        self.kind == kind
            && self.request == row.request
            && self.written.is_none_or(|written| written == (row.updated, row.generation))
    }
}

fn compare(host: HostId, events: &[Event], rows: &[Row], findings: &mut Findings) -> u64 {
    let (mut next, mut at, mut repeated) = (0, None::<usize>, 0);
    for event in events {
        let found = rows.iter().position(|row| event.is_of(row));
        match found {
            None => findings
                .add(Wrong::Doubled, format!("host {host}: an event of nothing in the log: {event:?}")),
            Some(found) if found == next => {
                if at.is_some_and(|at| found != at + 1) {
                    findings.add(Wrong::OutOfOrder, format!("host {host}: {event:?} comes after a gap"));
                }
                next += 1;
            }
            Some(found) if found > next => {
                let words = format!("host {host}: no event of {:?} before {event:?}", &rows[next..found]);
                findings.add(Wrong::Lost, words);
                next = found + 1;
            }
            // A stretch begins again somewhere, and goes on from there without a gap.
            Some(found) => {
                repeated += 1;
                if at.is_some_and(|at| found > at + 1) {
                    findings.add(Wrong::OutOfOrder, format!("host {host}: {event:?} comes again with a gap"));
                }
            }
        }
        at = found.or(at);
    }
    if let Some(missing) = rows.get(next..).filter(|missing| !missing.is_empty()) {
        findings.add(Wrong::Lost, format!("host {host}: no event of {missing:?}"));
    } else if at.is_some_and(|at| at + 1 != rows.len()) {
        findings.add(Wrong::OutOfOrder, format!("host {host}: its last event is of an older state"));
    }
    repeated
}

fn read(payload: &[u8]) -> Option<(HostId, Event)> {
    let event: Value = serde_json::from_slice(payload).ok()?;
    let request = event["metadata"]["request_id"].as_str().and_then(request_number);
    let id = |value: &Value| Some(HostId(Uuid::parse_str(value.as_str()?).ok()?));
    let host = &event["host"];
    let whole = || {
        let updated = Timestamp::parse(host["updated"].as_str()?).ok()?.micros();
        Some((updated, host["system_profile"]["number_of_cpus"].as_u64()? as u32))
    };
    Some(match event["type"].as_str()? {
        "delete" => (id(&event["id"])?, Event { kind: ChangeKind::Deleted, request, written: None }),
        "created" => {
            (id(&host["id"])?, Event { kind: ChangeKind::Created, request, written: Some(whole()?) })
        }
        "updated" => {
            (id(&host["id"])?, Event { kind: ChangeKind::Updated, request, written: Some(whole()?) })
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [Row; 4] = [
        Row { seq: 1, kind: ChangeKind::Created, request: Some(1), updated: 10, generation: 1 },
        Row { seq: 3, kind: ChangeKind::Seen, request: Some(2), updated: 20, generation: 1 },
        Row { seq: 4, kind: ChangeKind::Updated, request: Some(3), updated: 30, generation: 2 },
        Row { seq: 9, kind: ChangeKind::Deleted, request: Some(4), updated: 30, generation: 2 },
    ];

    fn verdict(order: &[usize]) -> (u64, Findings) {
        let event = |row: &Row| Event {
            kind: if row.kind == ChangeKind::Seen { ChangeKind::Updated } else { row.kind },
            request: row.request,
            written: (row.kind != ChangeKind::Deleted).then_some((row.updated, row.generation)),
        };
        let events: Vec<Event> = order.iter().map(|at| event(&ROWS[*at])).collect();
        let mut findings = Findings::default();
        (compare(HostId(Uuid::nil()), &events, &ROWS, &mut findings), findings)
    }

    #[test]
    fn events_are_the_rows_and_a_stretch_may_come_again() {
        for (order, repeated) in [(&[0, 1, 2, 3][..], 0), (&[0, 1, 0, 1, 2, 3], 2), (&[0, 1, 2, 3, 2, 3], 2)]
        {
            let (again, findings) = verdict(order);
            assert!(findings.is_clean(), "{order:?}: {:?}", findings.words());
            assert_eq!(again, repeated);
        }
    }

    #[test]
    fn what_is_missing_or_disordered_is_found() {
        assert!(verdict(&[0, 1, 2]).1.count(Wrong::Lost) > 0);
        assert!(verdict(&[0, 2, 3]).1.count(Wrong::Lost) > 0);
        assert!(verdict(&[0, 1, 2, 3, 0]).1.count(Wrong::OutOfOrder) > 0);
        assert!(verdict(&[0, 1, 2, 0, 3]).1.count(Wrong::OutOfOrder) > 0);
    }

    #[test]
    fn an_event_of_nothing_is_found() {
        let mut findings = Findings::default();
        let event = Event { kind: ChangeKind::Created, request: Some(9), written: Some((1, 1)) };
        compare(HostId(Uuid::nil()), &[event], &[], &mut findings);
        assert_eq!(findings.count(Wrong::Doubled), 1);
    }
}
