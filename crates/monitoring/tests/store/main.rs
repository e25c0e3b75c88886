//! How the store of samples behaves: one suite over all places, on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use ground::{OrgId, Timestamp};
use monitoring::{
    MIGRATIONS,
    batch::{Batch, Metadata, Points, SeriesLimits, Tenant},
    rules::retention::Retention,
    store::{Options, Range, Relational, SampleStore},
};
use series::{Histogram, Labels, MatchOp, Matcher};
use store::{Db, Sql};
use testkit::TestDatabase;

mod behaviour;
mod cassandra;
mod statements;
mod tables;

/// A place for samples, and the database that lives as long.
struct Place {
    samples: Arc<dyn SampleStore>,
    name: String,
    database: Option<(Db, TestDatabase)>,
}

const ALL: Range = Range { from: i64::MIN, to: i64::MAX };

async fn places_in(keyspace: &str, limits: SeriesLimits) -> Vec<Place> {
    let mut places = Vec::new();
    for database in TestDatabase::both().await {
        let db = Db::open(database.url(), &store::Options::default()).await.unwrap();
        db.migrate(&[MIGRATIONS], Timestamp::from_micros(0)).await.unwrap();
        let name = database.engine().to_string();
        let samples = Arc::new(Relational::open(db.clone(), Options { limits }));
        places.push(Place { samples, name, database: Some((db, database)) });
    }
    let samples = Arc::new(cassandra::store(keyspace, limits));
    samples.make_missing().await.unwrap();
    places.push(Place { samples, name: "cassandra".to_owned(), database: None });
    places
}

/// Places that nobody else uses, in a keyspace that is shared: tests are of organisations of their own.
async fn places_with(limits: SeriesLimits) -> Vec<Place> {
    places_in(cassandra::shared_keyspace(), limits).await
}

async fn places() -> Vec<Place> {
    places_with(SeriesLimits::default()).await
}

/// The same with a keyspace of one's own: to retire samples is to retire those of all organisations.
async fn places_apart() -> Vec<Place> {
    places_in(&cassandra::keyspace(), SeriesLimits::default()).await
}

fn tenant(org: &str, scope: &str) -> Tenant {
    Tenant::new(OrgId::parse(org).unwrap(), scope).unwrap()
}

fn labels(name: &str, host: &str) -> Labels {
    Labels::new([("__name__", name), ("host", host)])
}

fn batch(name: &str, host: &str, floats: &[(i64, f64)]) -> Batch {
    let mut batch = Batch::default();
    let points = Points { labels: labels(name, host), floats: floats.to_vec(), ..Points::default() };
    batch.push(points, &SeriesLimits::default());
    batch
}

fn named(name: &str) -> Vec<Matcher> {
    vec![Matcher::equal("__name__", name)]
}

impl Place {
    async fn put(&self, tenant: &Tenant, batch: Batch) {
        assert!(self.samples.append(tenant.clone(), batch).await.unwrap().is_empty());
    }

    /// The numbers of the only series of a metric.
    async fn floats(&self, tenant: &Tenant, name: &str) -> Vec<(i64, f64)> {
        let series = self.samples.read(tenant, &named(name), ALL, usize::MAX).await.unwrap();
        series
            .iter()
            .flat_map(|series| series.times.iter().copied().zip(series.values.iter().copied()))
            .collect()
    }
}
