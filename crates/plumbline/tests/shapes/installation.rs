//! Processes of the program, the components that they share, and where they are asked.

use std::{path::PathBuf, process::Command};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use testkit::{Kafka, Record, TestDatabase, shared_cassandra};

use crate::support::{Answer, Nginx, ORG, Program, client, send};

/// Causes are those of hosts that this program has: first, before others are told of an inventory elsewhere.
const SERVICES: [&str; 8] =
    ["causes", "inventory", "history", "baselines", "drift", "metrics", "benchmarks", "fleet"];
const ROLES: [&str; 5] = ["ingress", "relay", "drift-notifications", "deliver", "regressions"];

/// What all processes share.
pub struct Components {
    pub kafka: Kafka,
    pub database: TestDatabase,
    pub ingress: String,
    pub events: String,
    pub notifications: String,
    cassandra: String,
    keyspace: String,
    /// The version that processes are started of.
    program: PathBuf,
}

/// An installation in one of its shapes.
pub struct Installation {
    pub components: Components,
    pub processes: Vec<Process>,
    url: String,
    client: Client,
    _nginx: Option<Nginx>,
}

/// A process with the command that it was started by.
pub struct Process {
    pub arguments: Vec<String>,
    pub listen: Option<String>,
    pub environment: Vec<(&'static str, String)>,
    pub program: Program,
}

impl Components {
    async fn new(program: PathBuf) -> Self {
        let (kafka, database) = (Kafka::shared(), TestDatabase::server().await);
        let cassandra = tokio::task::spawn_blocking(shared_cassandra).await.unwrap();
        let components = Self {
            ingress: kafka.new_topic("ingress", 3).await,
            events: kafka.new_topic("events", 3).await,
            notifications: kafka.new_topic("drift", 1).await,
            keyspace: format!("shapes_{}", uuid::Uuid::new_v4().simple()),
            kafka,
            database,
            cassandra,
            program,
        };
        components.migrate();
        let mut tables = components.command();
        tables.args(["job", "metric-tables", "--database-url", components.database.url()]);
        let made = tables.envs(components.environment()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        components
    }

    /// The program of the version that is run, with an environment that says nothing.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().stdin(std::process::Stdio::null());
        command
    }

    /// Applies the migrations that the version lacks, and says how many.
    fn migrate(&self) -> u64 {
        let mut command = self.command();
        let command = command.args(["migrate", "up", "--json", "--database-url", self.database.url()]);
        let migrated = command.output().unwrap();
        assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        serde_json::from_slice::<Value>(&migrated.stdout).unwrap()["applied"].as_u64().unwrap()
    }

    /// Has processes started of this version from now on, and gives the number of migrations that the database lacked.
    pub fn upgrade(&mut self) -> u64 {
        self.program = this_version();
        self.migrate()
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("KAFKA_BOOTSTRAP_SERVERS", self.kafka.bootstrap().to_owned()),
            ("KAFKA_CONSUMER_TOPIC", self.ingress.clone()),
            ("KAFKA_HOST_INGRESS_TOPIC", self.ingress.clone()),
            ("KAFKA_HOST_INGRESS_GROUP", format!("group-of-{}", self.ingress)),
            ("KAFKA_EVENT_TOPIC", self.events.clone()),
            ("NOTIFICATION_SERVICE_TOPIC", self.notifications.clone()),
            ("KAFKA_CONSUMER_AUTO_OFFSET_RESET", "earliest".to_owned()),
            ("KAFKA_CONSUMER_SESSION_TIMEOUT_MS", "6000".to_owned()),
            ("KAFKA_CONSUMER_HEARTBEAT_INTERVAL_MS", "300".to_owned()),
            ("MQ_DB_BATCH_MAX_SECONDS", "0.1".to_owned()),
            ("PLUMBLINE_METRICS_SAMPLES", "cassandra".to_owned()),
            ("PLUMBLINE_METRICS_CASSANDRA_HOSTS", self.cassandra.clone()),
            ("PLUMBLINE_METRICS_SAMPLES_KEYSPACE", self.keyspace.clone()),
            ("PLUMBLINE_SERVER_METRICS_PORT", "0".to_owned()),
            ("BYPASS_RBAC", "true".to_owned()),
        ]
    }
}

impl Process {
    async fn start(components: &Components, arguments: &[&str], more: &[(&'static str, String)]) -> Self {
        let mut environment = components.environment();
        environment.extend(more.iter().cloned());
        let arguments: Vec<String> = arguments.iter().map(|&text| text.to_owned()).collect();
        let program = Self::run(components, &arguments, &environment, None);
        let mut process = Self { arguments, listen: None, environment, program };
        process.wait().await;
        process
    }

    fn run(
        components: &Components,
        arguments: &[String],
        environment: &[(&'static str, String)],
        listen: Option<&str>,
    ) -> Program {
        let mut command = components.command();
        command.args(arguments).args(["--database-url", components.database.url()]);
        if arguments[0] == "serve" {
            command.args(["--listen", listen.unwrap_or("127.0.0.1:0")]);
        }
        Program::start(command.envs(environment.iter().cloned()))
    }

    /// Until it says what it does.
    async fn wait(&mut self) {
        if self.arguments[0] == "serve" {
            let place = self.program.says("plumbline serves http://").await;
            self.listen = place.split('/').next().map(str::to_owned);
        } else {
            self.program.says("plumbline ").await;
        }
    }

    fn address(&self) -> &str {
        self.listen.as_deref().unwrap()
    }

    /// Stops it as an orchestrator does, and starts it anew where it was.
    pub async fn replace(&mut self, components: &Components) {
        let old = std::mem::replace(&mut self.program, Program::start(components.command().arg("--version")));
        old.signal(rustix::process::Signal::TERM);
        let ended = old.end(std::time::Duration::from_secs(30)).await;
        assert_eq!(ended.code, 0, "{:?}: {}", self.arguments, ended.err);
        self.program = Self::run(components, &self.arguments, &self.environment, self.listen.as_deref());
        self.wait().await;
    }
}

impl Installation {
    /// One process serves everything, one reads and writes all topics.
    pub async fn in_one() -> Self {
        let components = Components::new(this_version()).await;
        let serve = Process::start(&components, &["serve"], &[]).await;
        let url = format!("http://{}", serve.address());
        let consume = Process::start(&components, &["consume"], &[]).await;
        Self { components, processes: vec![serve, consume], url, client: client(), _nginx: None }
    }

    /// Two that serve everything behind nginx, and two that share the topics.
    pub async fn in_four() -> Self {
        Self::in_four_of(this_version()).await
    }

    /// The same of another version of the program.
    pub async fn in_four_of(program: PathBuf) -> Self {
        let components = Components::new(program).await;
        let mut processes = Vec::new();
        for arguments in [["serve"], ["serve"], ["consume"], ["consume"]] {
            processes.push(Process::start(&components, &arguments, &[]).await);
        }
        let [one, other] = [0, 1].map(|n| processes[n].address().to_owned());
        let nginx = Nginx::start(
            "metrics.conf",
            &[("web-1:8080", &one), ("web-2:8080", &other), ("web-3:8080", &one), ("web-4:8080", &other)],
        );
        Self { components, processes, url: nginx.url.clone(), client: client(), _nginx: Some(nginx) }
    }

    /// A process for each service and each role; services ask one another over HTTP.
    pub async fn apart() -> Self {
        let components = Components::new(this_version()).await;
        let mut processes: Vec<Process> = Vec::new();
        let mut siblings: Vec<(&'static str, String)> = Vec::new();
        for name in SERVICES {
            // Regressions are of the results that this process keeps.
            let also: &[&str] = if name == "benchmarks" { &["regressions"] } else { &[] };
            let arguments = [&["serve", name], also].concat();
            let process = Process::start(&components, &arguments, &siblings).await;
            let variable = match name {
                "inventory" => Some("INVENTORY_SVC_URL"),
                "history" => Some("HIST_SYS_PROF_SVC_URL"),
                "baselines" => Some("BASELINE_SVC_URL"),
                _ => None,
            };
            siblings.extend(variable.map(|variable| (variable, format!("http://{}", process.address()))));
            processes.push(process);
        }
        let names = SERVICES.map(|name| format!("{name}:8080"));
        let upstreams: Vec<_> =
            names.iter().zip(&processes).map(|(name, process)| (name.as_str(), process.address())).collect();
        let nginx = Nginx::start("services.conf", &upstreams);
        // History learns from events what the inventory, which is another process, has been told.
        siblings.push(("CONSUME_TOPIC", components.events.clone()));
        processes.push(Process::start(&components, &["consume", "archive"], &siblings).await);
        for role in ROLES {
            // Roles follow the log in the database that they share with the inventory.
            processes.push(Process::start(&components, &["consume", role], &[]).await);
        }
        Self { components, processes, url: nginx.url.clone(), client: client(), _nginx: Some(nginx) }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url)).header("x-rh-identity", identity())
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).json(body)).await.unwrap()
    }

    /// Sends reports, those of one host in their order.
    pub async fn report(&self, reports: impl IntoIterator<Item = Value>) {
        let record = |report: Value| {
            Record::new(report["data"]["insights_id"].as_str().unwrap().to_owned(), report.to_string())
        };
        self.components
            .kafka
            .produce(&self.components.ingress, reports.into_iter().map(record).collect())
            .await;
    }
}

fn this_version() -> PathBuf {
    env!("CARGO_BIN_EXE_plumbline").into()
}

/// A person of the organisation, entitled as drift asks.
fn identity() -> String {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    BASE64_STANDARD.encode(
        json!({"identity": {"org_id": ORG, "account_number": "1", "type": "User", "auth_type": "basic-auth",
                "user": {"username": "tuser"}, "internal": {"org_id": ORG}},
            "entitlements": {"insights": {"is_entitled": true}, "smart_management": {"is_entitled": true}}})
        .to_string(),
    )
}
