//! The recorded messages, taken in one after another on both engines: the events and notifications are those that
//! the original produced.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use bus::Message;
use fleet::{Change, ChangeKind, Fleet, FleetOptions, MIGRATIONS, Report};
use ground::{Clock, Timestamp};
use inventory::{
    messages::{
        Outlet,
        events::{self, Events, Shown},
        notifications::{Notifications, Sending},
    },
    report::{
        Rhsm, app_data,
        envelope::{Envelope, decode},
        report,
    },
};
use serde_json::Value;
use store::{Db, Options};
use testkit::{
    TestDatabase,
    compare::{Normaliser, compare},
    scenarios::{CaseKind, IngestCase, Produced, load_ids, load_ingest_cases},
};
use uuid::Uuid;

/// 2026-11-21T19:30:00.123456Z: with microseconds, as every recorded time has them.
const START: Timestamp = Timestamp::from_micros(1_795_289_400_123_456);

struct World {
    fleet: Fleet,
    clock: Clock,
    events: Events,
    notifications: Notifications,
}

impl World {
    async fn empty(database: &TestDatabase) -> Self {
        let clock = Clock::manual(START);
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        db.migrate(&[MIGRATIONS], START).await.unwrap();
        let outlet = |topic: &str| Outlet { topic: topic.into(), producer: "vm".into() };
        Self {
            fleet: Fleet::open(db, clock.clone(), FleetOptions::default()),
            clock,
            events: Events { outlet: outlet("events") },
            notifications: Notifications { outlet: outlet("notifications"), console: "localhost".into() },
        }
    }

    /// Takes in one message; the row of the log that it wrote, unless it was refused.
    async fn take_in(&self, case: &IngestCase) -> Option<(Report, Change)> {
        self.clock.set(self.clock.now().plus_seconds(1));
        let report = report(&envelope(case)?, Rhsm::Accepted).ok()?;
        let stored = self.fleet.ingest(vec![report.clone().into()]).await.unwrap().remove(0).ok()?;
        let changes = self.fleet.changes(&report.org, stored.seq - 1, 1).await.unwrap();
        Some((report, changes.into_iter().next().unwrap()))
    }

    /// Takes in what an application says of hosts; whether the record has all of these. Nobody is told of it.
    async fn take_in_app_data(&self, case: &IngestCase, same: &Normaliser) -> bool {
        let message = same.fill(&case.message.as_ref().unwrap().to_string());
        let application = case.application.as_deref().map(str::as_bytes);
        let Ok(message) = app_data::read(application, message.as_bytes()) else { return false };
        let hosts = message.data.hosts.len();
        assert!(message.refused.is_empty() && case.events.is_empty() && case.notifications.is_empty());
        self.fleet.put_app_data(&[&message.data], None).await.unwrap().0 == [hosts]
    }

    /// What is told of a row: the event, and of a new host the notification.
    async fn messages(&self, report: &Report, change: &Change) -> Vec<Message> {
        let profile =
            self.fleet.profiles_of(&report.org, std::slice::from_ref(change)).await.unwrap().remove(0);
        let shown = Shown { host: &change.host, profile: &profile };
        let now = self.clock.now();
        let is_new = change.kind == ChangeKind::Created;
        let kind = if is_new { events::Change::Created } else { events::Change::Updated };
        let event =
            self.events.changed(kind, shown, self.fleet.default_staleness(), &report.origin, now).unwrap();
        let request_id = report.origin.request_id.as_deref();
        let sending = Sending { request_id, message_id: Uuid::nil(), now };
        let registered = is_new.then(|| self.notifications.new_system_registered(shown, sending).unwrap());
        [event].into_iter().chain(registered).collect()
    }
}

fn envelope(case: &IngestCase) -> Option<Envelope> {
    let text = case.message.as_ref().map(Value::to_string).or_else(|| case.message_raw.clone())?;
    decode(text.as_bytes()).ok()
}

fn differences(recorded: &Produced, ours: &Message, same: &mut Normaliser) -> Vec<String> {
    let body: Value = serde_json::from_slice(&ours.payload).unwrap();
    let mut differences: Vec<String> =
        compare(&recorded.event, &body, same).iter().map(ToString::to_string).collect();
    let headers: serde_json::Map<String, Value> = ours
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), String::from_utf8(value.clone()).unwrap().into()))
        .collect();
    let mut recorded_headers = serde_json::to_value(&recorded.headers).unwrap();
    // Random in both.
    if let Some(id) = headers.get("rh-message-id") {
        recorded_headers["rh-message-id"] = id.clone();
    }
    // Null is written as an empty value.
    for (_, header) in
        recorded_headers.as_object_mut().unwrap().iter_mut().filter(|(_, header)| header.is_null())
    {
        *header = "".into();
    }
    let of_headers = compare(&recorded_headers, &Value::Object(headers), same);
    differences.extend(of_headers.iter().map(|difference| format!("header {difference}")));
    let key = |key: Option<String>| key.map_or(Value::Null, Value::String);
    let our_key = ours.key.clone().map(|key| String::from_utf8(key).unwrap());
    let of_key = compare(&key(recorded.key.clone()), &key(our_key), same);
    differences.extend(of_key.iter().map(|difference| format!("key {difference}")));
    differences
}

#[tokio::test]
async fn recorded_messages_give_the_recorded_events_and_notifications() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        // The original shows tags in the order sent when a host is new, and later in the order of its database.
        let mut same = Normaliser::new(&load_ids("hbi-ingest").unwrap()).with_set("$.host.tags");
        let mut wrong = Vec::new();
        for case in &load_ingest_cases().unwrap() {
            if case.kind == CaseKind::AppData {
                let stored = world.take_in_app_data(case, &same).await;
                assert_eq!(stored, case.outcome.ok, "{}", case.id);
                continue;
            }
            let taken = world.take_in(case).await;
            if taken.is_some() != case.outcome.ok {
                wrong.push(format!("{}: accepted {}, recorded {:?}", case.id, taken.is_some(), case.outcome));
            }
            let Some((report, change)) = taken else { continue };
            let recorded = case.events.iter().chain(&case.notifications);
            let ours = world.messages(&report, &change).await;
            assert_eq!(recorded.clone().count(), ours.len(), "{}", case.id);
            for (recorded, ours) in recorded.zip(&ours) {
                assert_eq!(recorded.topic, *ours.topic);
                let differences = differences(recorded, ours, &mut same);
                wrong.extend(differences.into_iter().map(|difference| format!("{}: {difference}", case.id)));
            }
        }
        assert!(wrong.is_empty(), "{}:\n{}", database.engine(), wrong.join("\n"));
    }
}
