//! The odd ones among the hosts of the record, now and at a moment.

use std::sync::Arc;

use drift::{Machines, api::App};
use fleet::{CanonicalFacts, Fleet, FleetOptions, Report};
use ground::{Clock, OrgId};
use serde_json::json;
use store::{Db, Options};
use testkit::TestDatabase;
use uuid::Uuid;

use crate::siblings::{Inside, RECORDED, Siblings, app, client, user};

const HOSTS: u8 = 12;

struct World {
    app: App,
    fleet: Fleet,
    clock: Clock,
}

fn report(number: u8, arch: &str) -> Arc<Report> {
    let facts = CanonicalFacts {
        insights_id: Some(Uuid::from_u128(u128::from(number) + 1)),
        fqdn: Some(format!("h{number}")),
        ..CanonicalFacts::default()
    };
    let profile = json!({"arch": arch, "number_of_cpus": 4, "cpu_model": "one"});
    Arc::new(Report {
        profile: Some(profile.to_string().into()),
        ..Report::new(OrgId::parse("ours").unwrap(), "puptoo", facts)
    })
}

impl World {
    async fn new(database: &TestDatabase) -> Self {
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        db.migrate(&[fleet::MIGRATIONS], RECORDED).await.unwrap();
        let clock = Clock::manual(RECORDED);
        let fleet = Fleet::open(db, clock.clone(), FleetOptions::default());
        let mut app = app(Inside(Siblings::recorded()));
        app.machines = Some(Machines::new(fleet.clone()));
        Self { app, fleet, clock }
    }

    /// All report; one of them is odd. Gives the moment after it.
    async fn reported(&self, odd: u8) -> String {
        let arch = |number| if number == odd { "s390x" } else { "x86_64" };
        let stored =
            self.fleet.ingest((0..HOSTS).map(|number| report(number, arch(number))).collect()).await.unwrap();
        assert!(stored.iter().all(Result::is_ok));
        // Hosts of one batch have times a microsecond apart.
        self.clock.set(self.clock.now().plus_seconds(1));
        let moment = self.clock.now().to_string().replace('+', "%2B");
        self.clock.set(self.clock.now().plus_seconds(60));
        moment
    }

    async fn ask(&self, org: &str, query: &str) -> servicekit::Answer {
        let operation = format!("GET /api/fleet/v1/outliers?facts=3{query}");
        client(&self.app).ask(Some(&user(org)), &operation, "").await
    }

    /// How many hosts were compared, and the names of the odd ones.
    async fn odd(&self, query: &str) -> (u64, Vec<String>) {
        let found = self.ask("ours", query).await.json();
        let odd = found["outliers"].as_array().unwrap().iter();
        let odd = odd.filter(|host| host["facts"][0]["name"] == "arch");
        (
            found["hosts"].as_u64().unwrap(),
            odd.map(|host| host["display_name"].as_str().unwrap().to_owned()).collect(),
        )
    }
}

#[tokio::test]
async fn odd_hosts_are_those_of_now_or_of_the_moment_that_is_asked_about() {
    for database in TestDatabase::both().await {
        let world = World::new(&database).await;
        let then = world.reported(3).await;
        let later = world.reported(5).await;
        let all = u64::from(HOSTS);
        assert_eq!(world.odd("").await, (all, vec!["h5".to_owned()]));
        assert_eq!(world.odd(&format!("&as_of={later}")).await, (all, vec!["h5".to_owned()]));
        assert_eq!(world.odd(&format!("&as_of={then}")).await, (all, vec!["h3".to_owned()]));
        assert_eq!(world.odd("&as_of=2020-01-01T00:00:00Z").await, (0, Vec::new()));
        // What narrows the hosts does so then, too: `h1`, `h10` and `h11` have the text in their names.
        assert_eq!(world.odd(&format!("&as_of={then}&name=h1")).await.0, 3);
        assert_eq!(world.odd(&format!("&as_of={then}&q=arch:s390x")).await.0, 1);
        assert_eq!(world.odd(&format!("&as_of={then}&group_name=a%20%22b%22*")).await.0, 0);
        assert_eq!(world.ask("theirs", &format!("&as_of={then}")).await.json()["hosts"], 0);
    }
}

#[tokio::test]
async fn what_is_no_moment_and_what_the_past_does_not_tell_is_refused() {
    let world = World::new(&TestDatabase::embedded()).await;
    let then = world.reported(3).await;
    for (query, named) in [
        ("&as_of=soon".to_owned(), "as_of"),
        (format!("&as_of={then}&q=state:fresh"), "as_of: check-ins"),
        (format!("&as_of={then}&q=tga:x"), "q: character"),
        ("&q=tga:x".to_owned(), "q: character 1"),
    ] {
        let refused = world.ask("ours", &query).await;
        assert_eq!(refused.status, 400, "{query}: {}", refused.text);
        assert!(refused.text.contains(named), "{query}: {}", refused.text);
    }
}
