//! A round of upkeep removes what nobody needs, and nothing else.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::time::Duration;

use bus::{Publisher, Recorder};
use fleet::{Condition, Fleet, FleetOptions, HostQuery, MIGRATIONS, Scope, Staleness};
use ground::{Clock, OrgId, Timestamp};
use inventory::{
    jobs::{
        Stopper,
        relay::{Relay, RelayTopic},
        upkeep::Upkeep,
    },
    messages::{Outlet, events::Events, notifications::Notifications},
    report::{Rhsm, envelope::decode, report},
};
use serde_json::json;
use store::{Db, Options};
use testkit::{TestDatabase, eventually};
use web::Health;

async fn fleet(database: &TestDatabase) -> Fleet {
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    db.migrate(&[MIGRATIONS], Timestamp::default()).await.unwrap();
    Fleet::open(db, Clock::system(), FleetOptions::default())
}

async fn report_packages(fleet: &Fleet, packages: &[&str], request: &str) {
    // {"identity":{"org_id":"o","type":"User","auth_type":"basic-auth"}}
    let identity = "eyJpZGVudGl0eSI6eyJvcmdfaWQiOiJvIiwidHlwZSI6IlVzZXIiLCJhdXRoX3R5cGUiOiJiYXNpYy1hdXRoIn19";
    let message = json!({
        "operation": "add_host",
        "platform_metadata": {"request_id": request, "sent_as": request.to_uppercase(), "b64_identity": identity},
        "data": {
            "org_id": "o", "reporter": "puptoo", "insights_id": "3f2c6a52-4d3c-4a55-8d6f-0a4d2f6b7c11",
            "system_profile": {"installed_packages": packages},
        },
    });
    let envelope = decode(message.to_string().as_bytes()).unwrap();
    fleet.ingest(vec![report(&envelope, Rhsm::Accepted).unwrap().into()]).await.unwrap().remove(0).unwrap();
}

#[tokio::test]
async fn check_ins_that_were_published_go_and_the_rest_stays() {
    for database in TestDatabase::both().await {
        let fleet = fleet(&database).await;
        let (switch, stop) = Stopper::new();
        let outlet = Outlet { topic: "events".into(), producer: "node".into() };
        let recorder = Recorder::default();
        let relay = Relay {
            fleet: fleet.clone(),
            publisher: Publisher::Recorder(recorder.clone()),
            events: Events { outlet: outlet.clone() },
            notifications: Notifications { outlet, console: "localhost".to_owned() },
            tracker: None,
            on_unchanged: true,
        };
        let upkeep = Upkeep { fleet: fleet.clone(), followers: RelayTopic::followers(true) };
        report_packages(&fleet, &["bash-0:5.1-1.x86_64"], "one").await;
        report_packages(&fleet, &["bash-0:5.1-1.x86_64"], "two").await;
        report_packages(&fleet, &["bash-0:5.2-1.x86_64"], "three").await;
        assert_eq!(
            upkeep.round(&stop).await.unwrap().seen,
            0,
            "{}: nothing is published yet",
            database.engine()
        );

        let unheard = Relay { publisher: Publisher::Discard, ..relay.clone() };
        let following = {
            let stop = stop.clone();
            tokio::spawn(async move { relay.run(&Health::default(), stop).await })
        };
        eventually("everything is published", Duration::from_secs(20), || async {
            let lag = fleet.followers_lag("events").await.unwrap().len()
                + fleet.followers_lag("notifications").await.unwrap().len();
            (lag == 0).then_some(())
        })
        .await;
        let removed = upkeep.round(&stop).await.unwrap();
        // With the row goes the metadata that only it referred to.
        assert_eq!((removed.seen, removed.sections), (1, 1), "{}", database.engine());

        let org = OrgId::parse("o").unwrap();
        let left: Vec<_> =
            fleet.changes(&org, 0, 10).await.unwrap().iter().map(|change| change.seq).collect();
        assert_eq!(left, [1, 3], "{}", database.engine());
        let query = HostQuery::new(Scope::of(org), Staleness::default(), fleet.clock().now())
            .with(Condition::NotCulled);
        let page = fleet.profiles(&query, None).await.unwrap();
        assert_eq!(
            page.hosts[0].1,
            r#"{"installed_packages":["bash-0:5.2-1.x86_64"]}"#,
            "{}",
            database.engine()
        );
        // Three events and one notification of the new host.
        assert_eq!(recorder.take().len(), 4, "{}", database.engine());
        switch.stop();
        following.await.unwrap();

        // A relay that nobody listens to leaves what it passes over to one that publishes.
        report_packages(&fleet, &["bash-0:5.3-1.x86_64"], "four").await;
        let (switch, stop) = Stopper::new();
        let following = tokio::spawn(async move { unheard.run(&Health::default(), stop).await });
        eventually("everything is passed over", Duration::from_secs(20), || async {
            fleet.followers_lag("nobody").await.unwrap().is_empty().then_some(())
        })
        .await;
        assert_eq!(fleet.followers_lag("events").await.unwrap().len(), 1, "{}", database.engine());
        switch.stop();
        following.await.unwrap();
    }
}
