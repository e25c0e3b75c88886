//! Causes in a database of their own, told to a topic.

use bus::{Publisher, Recorder};
use drift::{
    causes::{Arrival, Causes},
    rules::causes::Deviation,
};
use ground::{Clock, Stopper, Timestamp};
use notify::{Delivery, Event, Fixed, MailServer, Outlet, Queue, Senders, Webhooks};
use serde_json::Value;
use store::{Db, Options};
use testkit::TestDatabase;
use uuid::Uuid;

use crate::host;

/// The one baseline.
pub const BASELINE: Uuid = Uuid::from_u128(7);

pub struct World {
    pub causes: Causes,
    clock: Clock,
    recorder: Recorder,
    delivery: Delivery,
}

pub fn deviation(fact: &str, expected: &str, actual: &str) -> Deviation {
    Deviation { fact: fact.to_owned(), expected: expected.to_owned(), actual: actual.to_owned() }
}

/// A report of a machine; its time is that of the world when it is told of.
pub fn arrival(number: u32, says: &[Deviation]) -> Arrival {
    let deviations =
        if says.is_empty() { Vec::new() } else { vec![(BASELINE, "gold".to_owned(), says.to_vec())] };
    Arrival { host: host(number), at: Timestamp::default(), deviations }
}

/// What delivers into memory.
pub fn delivery(queue: &Queue, recorder: &Recorder) -> Delivery {
    let mail = MailServer { outlet: Outlet::Log, from: String::new(), support: String::new() };
    let publisher = Some(Publisher::Recorder(recorder.clone()));
    Delivery::new(queue.clone(), Senders { webhooks: Webhooks::new([]), mail, publisher })
}

impl World {
    pub async fn new(database: &TestDatabase) -> Self {
        let clock = Clock::manual(Timestamp::parse("2026-11-21T19:30:00Z").unwrap());
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        db.migrate(&[notify::MIGRATIONS, drift::MIGRATIONS], clock.now()).await.unwrap();
        let topics = vec![("causes".to_owned(), vec![Event::Cause])];
        let queue = Queue::new(db.clone(), clock.clone(), Fixed { topics, ..Fixed::default() }, 100_000);
        let recorder = Recorder::default();
        let delivery = delivery(&queue, &recorder);
        let causes = Causes { db, clock: clock.clone(), queue, settle: 60, bundle: "rhel".to_owned() };
        Self { causes, clock, recorder, delivery }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// Machines of the organisation `ours` report now.
    pub async fn report(&self, arrivals: &[Arrival]) {
        let arrivals: Vec<Arrival> =
            arrivals.iter().map(|arrival| Arrival { at: self.now(), ..arrival.clone() }).collect();
        self.causes.follow("ours", &arrivals).await.unwrap();
    }

    /// What was told since the last time.
    pub async fn told(&self) -> Vec<Value> {
        while self.causes.tell_due().await.unwrap() > 0 {}
        let (_stopper, stop) = Stopper::new();
        self.delivery.send_due(&stop).await.unwrap();
        let told = self.recorder.take().into_iter();
        told.map(|message| serde_json::from_slice(&message.payload).unwrap()).collect()
    }
}
