//! Results that come in are watched: what got worse is found once, told once, and shown to those who may see it.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
mod support;

use std::sync::Arc;

use benchmarks::{
    api::regressions::operations,
    regressions::{
        App, Memory, Parts, STATEMENTS,
        environments::Environments,
        watches::{self, Wanted},
    },
};
use changepoint::Budget;
use fleet::{Fleet, FleetOptions};
use futures::future::BoxFuture;
use ground::{HostId, OrgId, Stopper};
use notify::{Event, Fixed, Queue};
use serde_json::{Value, json};
use servicekit::{
    Client,
    authorisation::{Case, Matrix, Stranger},
    permissions,
};
use store::Sql;
use support::{MACHINE, World};
use testkit::{
    TestDatabase,
    callers::{machine, user},
};

const BASE: &str = "/api/fleet/v1";
const PUT: &str = "PUT /regressions/watches";

/// Two states of a machine are alike when their numbers begin with the same hundreds.
#[derive(Debug)]
struct ByHundreds;

impl Environments for ByHundreds {
    fn alike<'a>(
        &'a self,
        _org: &'a OrgId,
        _host: HostId,
        one: i64,
        other: i64,
    ) -> BoxFuture<'a, Result<Option<bool>, fleet::Error>> {
        Box::pin(async move { Ok(Some(one / 100 == other / 100)) })
    }
}

/// A benchmark whose results are sent, and a process that follows them.
struct Watched {
    world: World,
    app: App,
    benchmark: String,
    flavor: String,
    queue: Queue,
    sent: i64,
}

fn process(world: &World, queue: &Queue, access: access::Access) -> App {
    let fleet = Fleet::open(world.db.clone(), world.clock.clone(), FleetOptions::default());
    App::new(Parts {
        db: world.db.clone(),
        fleet,
        queue: queue.clone(),
        access,
        clock: world.clock.clone(),
        home: OrgId::parse("ours").unwrap(),
        budget: Budget::new(1.0).unwrap(),
        bundle: "rhel".to_owned(),
        environments: Arc::new(ByHundreds),
        kept: Memory::default(),
    })
}

impl Watched {
    async fn new(database: &TestDatabase, access: access::Access) -> Self {
        let world = World::new(database).await;
        for token in ["tok-admin", "tok-user1"] {
            assert_eq!(world.ask("POST", "/users:register", Some(token), None).await.status, 201);
        }
        let made = async |path: &str, body: Value| {
            let made = world.ask("POST", path, Some("tok-admin"), Some(body)).await;
            assert_eq!(made.status, 201, "{made:?}");
            let id = made.json()["id"].as_str().unwrap().to_owned();
            let kind = if path.contains("flavors") { "flavors" } else { path.trim_start_matches('/') };
            let approved = world.ask("POST", &format!("/{kind}/{id}:approve"), Some("tok-admin"), None).await;
            assert_eq!(approved.status, 204, "{approved:?}");
            id
        };
        let schema = json!({"type": "object"});
        let image = json!({"docker_image": "example/sort", "docker_tag": "1.0", "url": "https://example.org", "json_schema": schema});
        let benchmark = made("/benchmarks", image).await;
        let site = made("/sites", json!({"name": "lab", "address": "lab.example.org"})).await;
        let flavor = made(&format!("/sites/{site}/flavors"), json!({"name": "server"})).await;
        let topics = vec![("told".to_owned(), vec![Event::Regression])];
        let queue =
            Queue::new(world.db.clone(), world.clock.clone(), Fixed { topics, ..Fixed::default() }, 1_000);
        let app = process(&world, &queue, access);
        Self { world, app, benchmark, flavor, queue, sent: 0 }
    }

    /// Sends a result a day after the one before; its id.
    async fn send(&mut self, document: &Value) -> String {
        self.sent += 1;
        self.world.clock.set(self.world.clock.now().plus_seconds(86_400));
        let executed = self.world.clock.now().plus_seconds(-60).to_string().replace("+00:00", "Z");
        let (benchmark, flavor) = (&self.benchmark, &self.flavor);
        let path =
            format!("/results?execution_datetime={executed}&benchmark_id={benchmark}&flavor_id={flavor}");
        let sent = self.world.ask("POST", &path, Some("tok-user1"), Some(document.clone())).await;
        assert_eq!(sent.status, 201, "{sent:?}");
        sent.json()["id"].as_str().unwrap().to_owned()
    }

    /// Sends results around a level.
    async fn send_many(&mut self, count: usize, level: f64) -> Vec<String> {
        let mut ids = Vec::new();
        for _ in 0..count {
            let noise = (self.sent * 7919 % 13) as f64 / 13.0 - 0.5;
            ids.push(self.send(&tool(level + noise)).await);
        }
        ids
    }

    /// Pins all results to a machine, those after so many to its later state.
    async fn pin(&self, first: usize, later: i64) {
        let rows =
            self.world.db.read(Sql::new("SELECT id FROM benchmark_result ORDER BY executed")).await.unwrap();
        for (at, row) in rows.iter().enumerate() {
            let sql = Sql::new(
                "UPDATE benchmark_result SET host_org = $1, host_id = $2, host_seq = $3 WHERE id = $4",
            );
            let seq = if at < first { 100 } else { later } + at as i64 % 3;
            let sql = sql.bind("ours").bind(MACHINE.parse::<uuid::Uuid>().unwrap()).bind(seq);
            self.world.db.execute(sql.bind(row.get::<uuid::Uuid>(0).unwrap())).await.unwrap();
        }
    }

    async fn follow(&self, app: &App) {
        let (_stopper, stop) = Stopper::new();
        app.pass("test", &stop).await.unwrap();
    }

    async fn ask(&self, who: &str, operation: &str, body: &str) -> servicekit::Answer {
        client(&self.app).ask(Some(&user(who)), operation, body).await
    }

    async fn listed(&self, query: &str) -> Value {
        self.ask("ours", &format!("GET /regressions{query}"), "").await.json()
    }

    async fn told(&self) -> i64 {
        let row = self
            .world
            .db
            .read_one(Sql::new("SELECT COUNT(*) FROM notification WHERE event = 'regression'"))
            .await;
        row.unwrap().unwrap().get(0).unwrap()
    }
}

fn client(app: &App) -> Client {
    Client::new(operations().router(app, [BASE]), BASE)
}

fn tool(value: f64) -> Value {
    json!({"tool": "hyperfine", "benchmarks": [
        {"name": "sort", "parameters": {"n": "10"}, "metrics": {"time": {"value": value, "unit": "ms", "better": "lower"}}}]})
}

#[tokio::test]
async fn both_engines_know_every_statement() {
    for database in TestDatabase::both().await {
        let watched = Watched::new(&database, permissions::everything()).await;
        assert_eq!(store::prepare_all(&watched.world.db, STATEMENTS).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_step_is_found_and_told_once_and_is_open_until_it_is_acknowledged() {
    for database in TestDatabase::both().await {
        let mut watched = Watched::new(&database, permissions::everything()).await;
        watched.send_many(40, 100.0).await;
        watched.follow(&watched.app).await;
        assert_eq!(watched.listed("").await["total"], 0);
        let series = watched.ask("ours", "GET /regressions/series", "").await.json();
        assert_eq!(series["series"][0]["name"], "sort (n=10)", "{series}");
        assert!(series["series"][0]["visible"].as_f64().unwrap() < 0.05, "{series}");

        // One by one, as results come.
        let mut bad = Vec::new();
        for _ in 0..6 {
            bad.extend(watched.send_many(1, 110.0).await);
            watched.follow(&watched.app).await;
        }
        let listed = watched.listed("?kind=regression").await;
        assert_eq!(listed["total"], 1, "{listed}");
        let found = &listed["regressions"][0];
        assert_eq!(found["bad_result_id"], json!(bad[0]));
        assert_eq!(found["series"]["flavor_name"], "server");
        let percent = found["change_percent"].as_f64().unwrap();
        assert!((9.0..11.0).contains(&percent), "{found}");
        assert_eq!(watched.told().await, 1);

        // A process that starts anew reads all again, and says nothing twice; nor do two.
        let other = process(&watched.world, &watched.queue, permissions::everything());
        watched.send_many(1, 110.0).await;
        tokio::join!(watched.follow(&other), watched.follow(&watched.app));
        watched.follow(&other).await;
        assert_eq!(
            (watched.listed("?state=all").await["total"].clone(), watched.told().await),
            (json!(1), 1)
        );

        let id = found["id"].as_str().unwrap();
        let one = watched.ask("ours", &format!("GET /regressions/{id}"), "").await.json();
        assert_eq!(one["points"].as_array().unwrap().len(), 47, "{one}");
        let acknowledge = format!("PUT /regressions/{id}/acknowledgement");
        assert_eq!(watched.ask("ours", &acknowledge, r#"{"reason": " "}"#).await.status, 400);
        assert_eq!(watched.ask("ours", &acknowledge, r#"{"reason": "wanted"}"#).await.status, 204);
        assert_eq!(watched.listed("").await["total"], 0);
        let acknowledged = watched.listed("?state=acknowledged").await;
        assert_eq!(acknowledged["regressions"][0]["reason"], "wanted");
        let reopen = format!("DELETE /regressions/{id}/acknowledgement");
        assert_eq!(watched.ask("ours", &reopen, "").await.status, 204);
        assert_eq!(watched.listed("").await["total"], 1);
    }
}

#[tokio::test]
async fn what_was_found_with_results_that_are_gone_is_over_until_they_are_back() {
    for database in TestDatabase::both().await {
        let mut watched = Watched::new(&database, permissions::everything()).await;
        watched.send_many(40, 100.0).await;
        let bad = watched.send_many(6, 120.0).await;
        watched.follow(&watched.app).await;
        assert_eq!(watched.listed("").await["total"], 1);
        let mut claims = Vec::new();
        for id in &bad {
            let message = Some(json!({"message": "wrong compiler"}));
            let claim =
                watched.world.ask("POST", &format!("/results/{id}:claim"), Some("tok-user1"), message).await;
            assert_eq!(claim.status, 201, "{claim:?}");
            claims.push(claim.json()["id"].as_str().unwrap().to_owned());
        }
        watched.follow(&watched.app).await;
        assert_eq!(watched.listed("").await["total"], 0);
        for claim in claims {
            let path = format!("/reports/claims/{claim}:reject");
            assert_eq!(watched.world.ask("POST", &path, Some("tok-admin"), None).await.status, 204);
        }
        watched.follow(&watched.app).await;
        assert_eq!((watched.listed("").await["total"].clone(), watched.told().await), (json!(1), 1));
    }
}

#[tokio::test]
async fn what_was_found_is_over_when_all_results_are_gone() {
    for database in TestDatabase::both().await {
        let mut watched = Watched::new(&database, permissions::everything()).await;
        watched.send_many(40, 100.0).await;
        watched.send_many(6, 120.0).await;
        watched.pin(46, 100).await;
        watched.follow(&watched.app).await;
        assert_eq!(watched.listed("").await["total"], 1);
        let flavor = format!("/flavors/{}", watched.flavor);
        assert_eq!(watched.world.ask("DELETE", &flavor, Some("tok-admin"), None).await.status, 204);
        watched.follow(&watched.app).await;
        assert_eq!(watched.listed("").await["total"], 0);
        let over = watched.listed("?state=all").await;
        assert!(over["regressions"][0]["ended"].is_string(), "{over}");
        let series = watched.ask("ours", "GET /regressions/series", "").await.json();
        assert_eq!(series["total"], 0, "{series}");
    }
}

#[tokio::test]
async fn a_step_where_the_machine_changed_is_the_machines() {
    for database in TestDatabase::both().await {
        for (later, kind) in [(200, "machine"), (100, "regression")] {
            let database = if later == 200 { &database } else { &TestDatabase::embedded() };
            let mut watched = Watched::new(database, permissions::everything()).await;
            watched.send_many(40, 100.0).await;
            watched.send_many(6, 120.0).await;
            watched.pin(40, later).await;
            watched.follow(&watched.app).await;
            let listed = watched.listed("").await;
            assert_eq!(listed["regressions"][0]["kind"], kind, "{listed}");
            assert_eq!(listed["regressions"][0]["series"]["host_id"], MACHINE);
            assert_eq!(listed["total"], 1);
            assert_eq!(watched.listed(&format!("?host={MACHINE}")).await["total"], 1);
            let some = permissions::limited_to("inventory:hosts:read", json!([null])).await;
            let limited = process(&watched.world, &watched.queue, some);
            let seen = client(&limited).ask(Some(&user("ours")), "GET /regressions", "").await.json();
            assert_eq!(seen["total"], 0, "a machine that the caller does not reach: {seen}");
        }
    }
}

#[tokio::test]
async fn places_are_watched_that_somebody_names_and_metrics_are_not_when_somebody_says_so() {
    for database in TestDatabase::both().await {
        let mut watched = Watched::new(&database, permissions::everything()).await;
        for number in 0..46 {
            let score = if number < 40 { 50.0 } else { 40.0 } + f64::from(number % 5) / 10.0;
            let mut document = tool(100.0 + f64::from(number % 3));
            document["machine"] = json!({"score": score});
            watched.send(&document).await;
        }
        watched.follow(&watched.app).await;
        assert_eq!(watched.listed("").await["total"], 0);
        let watch = |path: &str, better: &str| {
            json!({"benchmark_id": watched.benchmark, "path": path, "better": better}).to_string()
        };
        for bad in
            [watch("", "lower"), watch("a..b", "lower"), watch("a", "up"), "[]".to_owned(), "{}".to_owned()]
        {
            assert_eq!(watched.ask("ours", PUT, &bad).await.status, 400, "{bad}");
        }
        let unknown = watch("a", "lower").replace(&watched.benchmark, MACHINE);
        assert_eq!(watched.ask("ours", PUT, &unknown).await.status, 404);
        assert_eq!(watched.ask("ours", PUT, &watch("machine.score", "higher")).await.status, 204);
        assert_eq!(watched.ask("ours", PUT, &watch("time", "none")).await.status, 204);
        watched.follow(&watched.app).await;
        let listed = watched.listed("").await;
        assert_eq!(listed["regressions"][0]["series"]["metric"], "machine.score", "{listed}");
        let series = watched.ask("ours", "GET /regressions/series", "").await.json();
        assert_eq!(series["total"], 1, "{series}");
        let watches = watched.ask("ours", "GET /regressions/watches", "").await.json();
        assert_eq!(watches["watches"].as_array().unwrap().len(), 2);
        let name = watches["watches"][0]["benchmark_name"].as_str().unwrap();
        assert!(name.contains(':'), "the image and tag of its benchmark: {name}");
        let remove =
            |path: &str| format!("DELETE /regressions/watches?benchmark={}&path={path}", watched.benchmark);
        assert_eq!(watched.ask("theirs", &remove("time"), "").await.status, 404);
        assert_eq!(watched.ask("ours", &remove("machine.score"), "").await.status, 204);
        assert_eq!(watched.ask("ours", &remove("time"), "").await.status, 204);
        watched.follow(&watched.app).await;
        let series = watched.ask("ours", "GET /regressions/series", "").await.json();
        assert_eq!(
            (&series["total"], &series["series"][0]["metric"]),
            (&json!(1), &json!("time")),
            "{series}"
        );
        assert_eq!(watched.listed("?state=all").await["total"], 0);
    }
}

const CASES: &[Case] = &[
    Case::new("GET /regressions", Stranger::Nothing),
    Case::new("GET /regressions/series", Stranger::Nothing),
    Case::new("GET /regressions/watches", Stranger::Nothing),
    Case::new("PUT /regressions/watches", Stranger::OwnOnly)
        .body(r#"{"benchmark_id": "{benchmark}", "path": "a", "better": "lower"}"#),
    Case::new("DELETE /regressions/watches", Stranger::Told(404)).query("?benchmark={benchmark}&path=ours"),
    Case::new("GET /regressions/{id}", Stranger::Told(404)),
    Case::new("PUT /regressions/{id}/acknowledgement", Stranger::Told(404)).body(r#"{"reason": "known"}"#),
    Case::new("DELETE /regressions/{id}/acknowledgement", Stranger::Told(404)),
];

async fn matrix_world(access: access::Access) -> servicekit::authorisation::World {
    let database = TestDatabase::embedded();
    let mut watched = Watched::new(&database, access).await;
    watched.send_many(40, 100.0).await;
    watched.send_many(6, 120.0).await;
    watched.follow(&watched.app).await;
    let (db, now) = (&watched.world.db, watched.world.clock.now());
    let benchmark = watched.benchmark.parse().unwrap();
    let (path, better, author) = ("ours".to_owned(), "lower".to_owned(), "somebody of ours".to_owned());
    let watch = Wanted { benchmark, path, better, author, written: now };
    assert!(watches::put(db, &OrgId::parse("ours").unwrap(), &watch).await.unwrap());
    let row =
        watched.world.db.read_one(Sql::new("SELECT id FROM benchmark_regression")).await.unwrap().unwrap();
    let id: uuid::Uuid = row.get(0).unwrap();
    servicekit::authorisation::World {
        client: client(&watched.app),
        names: vec![("id", id.to_string()), ("benchmark", watched.benchmark.clone())],
        secrets: vec!["sort (n=10)".to_owned(), "somebody of ours".to_owned()],
        watched: "GET /regressions",
        database,
    }
}

/// RBAC is not asked about machines: what is watched for all hosts is not theirs to change.
#[tokio::test]
async fn a_machine_may_not_change_what_is_watched_or_acknowledged() {
    let world = matrix_world(permissions::everything()).await;
    for case in CASES.iter().filter(|case| case.writes()) {
        assert_eq!(case.ask(&world, Some(&machine("ours"))).await.status, 403, "{case:?}");
    }
}

#[tokio::test]
async fn every_operation_is_guarded() {
    Matrix::new(CASES).check(&operations().document(), matrix_world).await;
}
