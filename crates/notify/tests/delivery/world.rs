//! A queue in a database of its own.

use bus::{Publisher, Recorder};
use ground::{Clock, Stopper, Timestamp};
use notify::{
    ChannelKind, Delivery, Event, Fixed, MIGRATIONS, MailServer, Notification, Outlet, Queue, Senders,
    Webhooks,
};
use store::{Db, Options, Sql};
use testkit::TestDatabase;

/// What every webhook is signed with.
pub const SECRET: &str = "0123456789abcdef";

pub struct World {
    pub db: Db,
    pub clock: Clock,
    pub queue: Queue,
    url: String,
}

/// What delivers.
pub struct Sending(pub Delivery);

impl Sending {
    /// Delivers what is due; how many.
    pub async fn send(&self) -> usize {
        let (_stopper, stop) = Stopper::new();
        self.0.send_due(&stop).await.unwrap()
    }
}

/// An alert of this key.
pub fn told(key: &str) -> Notification {
    Notification {
        event: Event::Alert,
        key: key.to_owned(),
        subject: format!("subject {key}"),
        text: format!("text {key}"),
        json: format!(r#"{{"key":"{key}"}}"#).into_bytes(),
    }
}

impl World {
    pub async fn new(database: &TestDatabase, room: u32) -> Self {
        Self::with(database, room, Fixed::default()).await
    }

    pub async fn with_topic(database: &TestDatabase) -> Self {
        let topics = vec![("told".to_owned(), vec![Event::Alert])];
        Self::with(database, 10, Fixed { topics, ..Fixed::default() }).await
    }

    async fn with(database: &TestDatabase, room: u32, fixed: Fixed) -> Self {
        let clock = Clock::manual(Timestamp::parse("2026-11-21T19:30:00Z").unwrap());
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        db.migrate(&[MIGRATIONS], clock.now()).await.unwrap();
        let queue = Queue::new(db.clone(), clock.clone(), fixed, room);
        Self { db, clock, queue, url: database.url().to_owned() }
    }

    /// Another process on the same database.
    pub async fn another_process(&self) -> Self {
        let db = Db::open(&self.url, &Options::default()).await.unwrap();
        let (clock, url) = (self.clock.clone(), self.url.clone());
        let queue = Queue::new(db.clone(), clock.clone(), Fixed::default(), 10_000);
        Self { db, clock, queue, url }
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// A webhook that is told alerts.
    pub async fn hook(&self, org: &str, name: &str, url: &str) {
        let events = vec![Event::Alert];
        let saved = self
            .queue
            .save_channel(org, name, ChannelKind::Webhook, url, Some(SECRET), events)
            .await
            .unwrap();
        assert!(matches!(saved, notify::Saved::Yes { .. }), "{saved:?}");
    }

    pub async fn waiting(&self, org: &str) -> i64 {
        let sql = Sql::new("SELECT COUNT(*) FROM notification WHERE dead IS NULL AND org_id = $1").bind(org);
        self.db.read_one(sql).await.unwrap().unwrap().get(0).unwrap()
    }

    /// What delivers webhooks, to these URLs within this network.
    pub fn delivery<'u>(&self, allowed: impl IntoIterator<Item = &'u str>) -> Sending {
        self.by(Webhooks::new(allowed), Outlet::Log, None)
    }

    pub fn delivery_by_mail(&self, port: u16) -> Sending {
        self.by(Webhooks::new([]), Outlet::Server { host: "127.0.0.1".to_owned(), port }, None)
    }

    pub fn delivery_to_topics(&self, recorder: &Recorder) -> Sending {
        self.by(Webhooks::new([]), Outlet::Log, Some(Publisher::Recorder(recorder.clone())))
    }

    fn by(&self, webhooks: Webhooks, outlet: Outlet, publisher: Option<Publisher>) -> Sending {
        let mail = MailServer { outlet, from: "plumbline@example.org".to_owned(), support: String::new() };
        Sending(Delivery::new(self.queue.clone(), Senders { webhooks, mail, publisher }))
    }
}
