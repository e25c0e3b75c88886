//! What callers can make large stays within limits of memory. Alone in its process: it reads how much that takes.

use fleet::{Condition, Fleet, FleetOptions, Host, HostQuery, MIGRATIONS, Pattern, Refused, Scope};
use ground::{Clock, OrgId, Timestamp};
use serde_json::{Map, Value, json};
use store::{Db, Options};
use testkit::{TestDatabase, peak_megabytes};

#[path = "suite/draft.rs"]
mod draft;

use draft::Draft;

/// Facts of about so many bytes in small values, which take the most memory for their text.
fn facts(bytes: usize, n: usize) -> Value {
    Value::Object((0..bytes / 12).map(|i| (format!("k{i:06}"), json!(n % 10))).collect::<Map<_, _>>())
}

#[tokio::test]
async fn a_host_with_many_facts_that_reports_often_takes_little_memory() {
    let database = TestDatabase::embedded();
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    let clock = Clock::manual(Timestamp::from_micros(1_700_000_000_000_000));
    db.migrate(&[MIGRATIONS], clock.now()).await.unwrap();
    let fleet = Fleet::open(db, clock.clone(), FleetOptions::default());
    let org = OrgId::parse("memory").unwrap();
    let report = |bytes, n| Draft::new(&org).insights(1).facts("big", facts(bytes, n));
    let take = async |draft: Draft| fleet.ingest(vec![draft.into()]).await.unwrap().pop().unwrap();

    let too_many = take(report(Host::MAX_FACTS_BYTES + 100_000, 0)).await.unwrap_err();
    assert!(matches!(too_many, Refused::TooManyFacts { .. }), "{too_many}");

    let before = peak_megabytes();
    for n in 0..61 {
        clock.set(clock.now().plus_seconds(60));
        // What is new, and what is the same again: rows of both kinds are remembered.
        take(report(1_800_000, n / 2)).await.unwrap();
        let query = HostQuery::new(Scope::of(org.clone()), fleet.default_staleness(), clock.now());
        let named = query.with(Condition::DisplayName(Pattern::containing(&n.to_string().repeat(20_000))));
        assert_eq!(fleet.list(&named).await.unwrap().total, 0);
    }
    let grown = peak_megabytes() - before;
    assert!(grown < 200, "{grown} MB more");
}
