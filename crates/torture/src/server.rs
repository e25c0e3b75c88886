//! Over a database server and a broker: `plumbline serve`, `consume ingress` and two times `consume relay`, each behind a
//! network that fails.

mod faults;

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use testkit::{
    DatabaseServer, Kafka, KafkaServer, OpenIdProvider, Process, TcpProxy, TestDatabase, free_port,
};
use tokio::task::spawn_blocking;

use self::faults::{Fault, Victim};
use crate::{
    Outcome, Plan, Wrong,
    dice::Dice,
    ledger::Ledger,
    load::{Sender, Shared, Transport},
    outcome::Times,
    program::{Api, PATIENCE, Program},
    record::{self, Record},
    services::Services,
    topic::{Events, Producer},
    verify::{self, http_hosts},
};

const ORGS: usize = 2;
const MACHINES: usize = 60;
const SENDERS: usize = 5;
const PARTITIONS: i32 = 3;
/// The name of the program in the database.
const USER: &str = "torture";

/// A relay holds its lease for so long after its last sign of life.
const RELAY_LEASE: Duration = Duration::from_secs(10);

/// The components, and the network before them.
#[derive(Debug)]
struct Components {
    database: Option<DatabaseServer>,
    broker: Option<KafkaServer>,
    to_database: TcpProxy,
    /// The way of the first relay alone.
    relay_to_database: TcpProxy,
    to_broker: TcpProxy,
}

impl Components {
    async fn start() -> Self {
        let behind = free_port();
        let to_broker = TcpProxy::start(format!("127.0.0.1:{behind}")).await;
        let proxy = to_broker.address();
        let broker = spawn_blocking(move || KafkaServer::start_behind(behind, proxy));
        let database = spawn_blocking(DatabaseServer::start).await.expect("the database starts");
        let broker = broker.await.expect("the broker starts");
        let to_database = TcpProxy::start(database.address()).await;
        let relay_to_database = TcpProxy::start(database.address()).await;
        Self { database: Some(database), broker: Some(broker), to_database, relay_to_database, to_broker }
    }

    /// The fault from its beginning to its end.
    async fn suffer(&mut self, fault: Fault, place: &Place, dice: &mut Dice) {
        let moment = Duration::from_millis(dice.below(600));
        match fault {
            Fault::None => {}
            Fault::CutDatabase => {
                for _ in 0..4 {
                    self.to_database.cut();
                    self.relay_to_database.cut();
                    tokio::time::sleep(moment / 4).await;
                }
            }
            Fault::CutBroker => {
                for _ in 0..4 {
                    self.to_broker.cut();
                    tokio::time::sleep(moment / 4).await;
                }
            }
            Fault::StallDatabase => {
                self.to_database.stall();
                self.relay_to_database.stall();
                tokio::time::sleep(moment).await;
                self.to_database.resume();
                self.relay_to_database.resume();
            }
            Fault::IsolateRelay => {
                self.relay_to_database.stall();
                tokio::time::sleep(RELAY_LEASE + moment).await;
                self.relay_to_database.resume();
            }
            Fault::RefuseLogin => {
                place.database.execute(&format!("ALTER ROLE {USER} NOLOGIN")).await;
                let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ";
                place.database.execute(&format!("{ended}'{USER}'")).await;
                tokio::time::sleep(moment).await;
                place.database.execute(&format!("ALTER ROLE {USER} LOGIN")).await;
            }
            Fault::RenameTable => {
                place.database.execute("ALTER TABLE host RENAME TO host_elsewhere").await;
                tokio::time::sleep(moment).await;
                place.database.execute("ALTER TABLE host_elsewhere RENAME TO host").await;
            }
            Fault::DropTopic => {
                place.kafka.delete_topic(&place.notifications).await;
                tokio::time::sleep(moment).await;
                place.kafka.create_topic(&place.notifications, 1).await;
            }
            Fault::RefuseBroker => {
                self.to_broker.refuse();
                tokio::time::sleep(moment).await;
                self.to_broker.resume();
            }
            Fault::KillDatabase | Fault::StopDatabase => {
                let mut server = self.database.take().expect("the database is there");
                let restarted = spawn_blocking(move || {
                    if fault == Fault::KillDatabase {
                        server.kill();
                    } else {
                        server.stop();
                    }
                    std::thread::sleep(moment);
                    server.start_again();
                    server
                });
                self.database = Some(restarted.await.expect("the database starts again"));
            }
            Fault::KillBroker | Fault::StopBroker => {
                let mut server = self.broker.take().expect("the broker is there");
                let restarted = spawn_blocking(move || {
                    if fault == Fault::KillBroker {
                        server.kill();
                    } else {
                        server.stop();
                    }
                    std::thread::sleep(moment);
                    server.start_again();
                    server
                });
                self.broker = Some(restarted.await.expect("the broker starts again"));
            }
        }
    }
}

/// Where the program keeps what it does; faults reach it without the proxies.
#[derive(Debug)]
struct Place {
    database: TestDatabase,
    kafka: Kafka,
    notifications: String,
}

/// The processes of the program.
#[derive(Debug)]
struct Processes {
    api: Api,
    consumers: [Program; 3],
    running: [Option<Process>; 3],
}

impl Processes {
    fn kill(&mut self, victim: Victim) {
        match victim.consumer() {
            None => self.api.kill(),
            Some(consumer) => {
                if let Some(mut process) = self.running[consumer].take() {
                    process.kill();
                }
            }
        }
    }

    async fn start(&mut self, victim: Victim) {
        match victim.consumer() {
            None => drop(self.api.start().await),
            Some(consumer) => self.running[consumer] = Some(self.consumers[consumer].start()),
        }
    }
}

/// Runs the plan.
pub async fn run(plan: &Plan) -> Outcome {
    let begun = Instant::now();
    let folder = TempDir::with_prefix("plumbline-torture-").expect("a temporary folder can be made");
    let mut components = Components::start().await;
    let database = components.database.as_ref().expect("the database is there");
    let database = TestDatabase::on_server(&database.url("postgres")).await;
    let kafka = components.broker.as_ref().expect("the broker is there").kafka().clone();
    let (reports, events) =
        (kafka.new_topic("reports", PARTITIONS).await, kafka.new_topic("events", PARTITIONS).await);
    let (notifications, tracker) =
        (kafka.new_topic("notifications", 1).await, kafka.new_topic("tracker", 1).await);

    let issuer = spawn_blocking(OpenIdProvider::start).await.expect("the OpenID provider starts");
    let place = Place { database, kafka, notifications };
    place.database.execute(&format!("CREATE ROLE {USER} SUPERUSER LOGIN")).await;
    // The program goes through the proxies, with a name of its own; this harness goes straight.
    let (_, name) = place.database.url().rsplit_once('/').expect("a database on a server");
    let through = |proxy: &TcpProxy| format!("postgres://{USER}@{}/{name}", proxy.address());
    let environment = [
        ("PLUMBLINE_DATABASE_URL", through(&components.to_database)),
        ("KAFKA_BOOTSTRAP_SERVERS", components.to_broker.address().to_string()),
        ("KAFKA_CONSUMER_TOPIC", reports.clone()),
        ("KAFKA_HOST_INGRESS_TOPIC", reports.clone()),
        ("KAFKA_EVENT_TOPIC", events.clone()),
        ("KAFKA_NOTIFICATION_TOPIC", place.notifications.clone()),
        ("PAYLOAD_TRACKER_KAFKA_TOPIC", tracker),
        ("KAFKA_CONSUMER_AUTO_OFFSET_RESET", "earliest".to_owned()),
        ("KAFKA_CONSUMER_SESSION_TIMEOUT_MS", "1500".to_owned()),
        ("KAFKA_CONSUMER_HEARTBEAT_INTERVAL_MS", "300".to_owned()),
        ("MQ_DB_BATCH_MAX_MESSAGES", "50".to_owned()),
        ("MQ_DB_BATCH_MAX_SECONDS", "0.05".to_owned()),
        ("PLUMBLINE_SERVER_METRICS_PORT", "0".to_owned()),
        ("BYPASS_RBAC", "true".to_owned()),
        ("FLASK_ENV", "development".to_owned()),
        ("TRUSTED_OP_LIST", issuer.issuer()),
        ("PLUMBLINE_OIDC_CLIENT_ID", "plumbline".to_owned()),
        ("PLUMBLINE_OIDC_CLIENT_SECRET", "secret & more".to_owned()),
        ("ADMIN_ENTITLEMENTS", "admins".to_owned()),
        ("PLUMBLINE_BENCHMARKS_CHECK_IMAGES", "false".to_owned()),
    ];
    let program = |name: &str, arguments: &[&str]| {
        Program::new(&plan.program, &folder.path().join(name), arguments).with(&environment)
    };
    program("migrate", &["migrate", "up"]).run();
    let mut processes = Processes {
        api: Api::new(program("api", &["serve"])),
        consumers: [
            program("ingress", &["consume", "ingress"]),
            program("relay", &["consume", "relay"])
                .with(&[("PLUMBLINE_DATABASE_URL", through(&components.relay_to_database))]),
            program("second-relay", &["consume", "relay"]),
        ],
        running: [None, None, None],
    };
    for victim in Victim::ALL {
        processes.start(victim).await;
    }

    let shared = Shared::new(Ledger::new(ORGS, MACHINES), processes.api.url(), processes.api.client());
    let producer = Producer::new(place.kafka.bootstrap(), &reports);
    let heard = Events::follow(place.kafka.bootstrap(), &events, PARTITIONS);
    let mut watch = Watch {
        url: place.database.url().to_owned(),
        shared: shared.clone(),
        record: Record::new(ORGS),
        heard,
        services: Services::new(&shared, Some(issuer.token("list", ""))).await,
        times: [Times::default(), Times::default(), Times::default()],
    };
    let mut dice = Dice::new(plan.seed);
    let mut faults = [0; Fault::ALL.len()];
    let mut killed = 0;
    for kill in 1..=plan.kills {
        let victim = Victim::choose(kill);
        let fault = Fault::choose(kill, &mut dice);
        let mut senders = senders(&shared, &producer, &mut dice);
        senders.extend(watch.services.start(kill, &mut dice));
        let mut beside = dice.split();
        let before_fault = Duration::from_millis(dice.below(400));
        let before_kill = Duration::from_millis(50 + dice.below(800));
        let suffering = async {
            tokio::time::sleep(before_fault).await;
            components.suffer(fault, &place, &mut beside).await;
        };
        let killing = async {
            tokio::time::sleep(before_kill).await;
            processes.kill(victim);
        };
        tokio::join!(suffering, killing);
        killed += 1;
        if let Some(count) = Fault::ALL.iter().position(|(known, _)| *known == fault) {
            faults[count] += 1;
        }
        shared.stop.store(true, Ordering::Relaxed);
        for sender in senders {
            sender.await.expect("a sender ends");
        }
        let started = Instant::now();
        processes.start(victim).await;
        watch.check(&processes.api, victim, started).await;
        watch.services.check(kill).await;
        if kill % 10 == 0 {
            plan.say(&format!("server: {kill} kills, {} rows compared", watch.record.rows()));
        }
        if !shared.findings(|findings| findings.is_clean()) {
            break;
        }
    }
    watch.services.check_all(killed).await;
    watch.events().await;
    let (compared, repeated) = shared.findings(|findings| watch.heard.compare(&watch.record, findings));
    if !shared.findings(|findings| findings.is_clean()) && plan.progress {
        for name in ["api", "ingress", "relay", "second-relay"] {
            let log = std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            plan.say(&format!("--- {name} ---\n{}", lines[lines.len().saturating_sub(30)..].join("\n")));
        }
    }
    let (acknowledged, unanswered) = shared.ledger(|ledger| ledger.counts());
    let [api, ingress, relay] = watch.times;
    Outcome {
        store: "PostgreSQL and Kafka, `serve`, `consume ingress`, two `consume relay`",
        kills: killed,
        faults: Fault::ALL.iter().zip(faults).map(|((_, name), count)| (*name, count)).collect(),
        acknowledged,
        written: watch.services.acknowledged(),
        unanswered,
        rows: watch.record.rows(),
        events: compared,
        repeated,
        findings: shared.findings(|findings| findings.clone()),
        recoveries: vec![
            ("API, first answer", api),
            ("ingress, all reports stored", ingress),
            ("relay, all events out", relay),
        ],
        took: begun.elapsed(),
    }
}

fn senders(shared: &Shared, producer: &Producer, dice: &mut Dice) -> Vec<tokio::task::JoinHandle<()>> {
    shared.stop.store(false, Ordering::Relaxed);
    (0..SENDERS)
        .map(|first| {
            let way = if first < 2 { Transport::Documents } else { Transport::Topic(producer.clone()) };
            let sender = Sender { shared: shared.clone(), way, first, of: SENDERS, dice: dice.split() };
            tokio::spawn(sender.run())
        })
        .collect()
}

/// Looks at everything after each recovery.
#[derive(Debug)]
struct Watch {
    url: String,
    shared: Shared,
    record: Record,
    heard: Events,
    services: Services,
    times: [Times; 3],
}

impl Watch {
    async fn check(&mut self, api: &Api, victim: Victim, started: Instant) {
        if victim == Victim::Api {
            self.times[0].add(started.elapsed());
        }
        self.barrier().await;
        // What the broker has acknowledged is stored in its time.
        let deadline = Instant::now() + PATIENCE;
        loop {
            let read = async {
                let fleet = record::open(&self.url).await?;
                let read = verify::record(&fleet, &self.shared, &mut self.record, PATIENCE).await;
                fleet.db().close().await;
                read
            };
            match read.await {
                Ok(()) => break,
                Err(error) => assert!(Instant::now() < deadline, "the log cannot be read: {error}"),
            }
        }
        if victim == Victim::Ingress {
            self.times[1].add(started.elapsed());
        }
        let there = http_hosts(api, &self.shared, ORGS).await;
        {
            let mut ledger = self.shared.ledger.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            self.shared.findings(|findings| {
                ledger.compare_hosts("the API", &there, findings);
                ledger.settle(findings);
            });
        }
        if victim.is_relay() {
            if self.events().await {
                self.times[2].add(started.elapsed());
            }
            self.shared.findings(|findings| self.heard.compare(&self.record, findings));
        }
    }

    /// What was on its way to the database when its sender was killed has arrived, or never will: whoever holds the
    /// lock of an organisation is waited for.
    async fn barrier(&self) {
        let deadline = Instant::now() + PATIENCE;
        for org in 0..ORGS {
            loop {
                let passed = async {
                    let (org, nobody) = (record::org_id(org), fleet::Origin::default());
                    let fleet = record::open(&self.url).await?;
                    // The collector beside ingest: every profile of the log must still be readable afterwards.
                    let collected = fleet.collect(&org).await.map(drop);
                    let locked = fleet.delete(&fleet::Scope::of(org), &[], &nobody).await.map(drop);
                    fleet.db().close().await;
                    collected.and(locked)
                };
                match passed.await {
                    Ok(()) => break,
                    Err(error) => assert!(Instant::now() < deadline, "no lock of an organisation: {error}"),
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    /// Waits until every row of the log has its event; `false` when none has come for too long.
    async fn events(&self) -> bool {
        let mut waiting = verify::Waiting::new(PATIENCE);
        loop {
            let missing = self.heard.missing(&self.record);
            if missing == 0 {
                return true;
            }
            if waiting.is_over(missing) {
                let words = format!("the newest rows of {missing} hosts have had no event for a minute");
                self.shared.findings(|findings| findings.add(Wrong::Lost, words));
                return false;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
