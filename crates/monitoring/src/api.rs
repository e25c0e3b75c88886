//! The operations over HTTP. One file an operation.

pub mod alert_rules;
mod caller;
pub mod dashboards;
pub mod doors;
mod failure;
pub mod metrics;
pub mod prometheus;

use std::sync::Arc;

use access::Access;
use axum::{
    Router,
    response::{IntoResponse as _, Response},
};
use bus::kafka::KafkaConfig;
use ground::{Clock, OrgId};
use http::{Method, StatusCode};
use notify::Queue;
use rest::{Api, Guarded};
use service::Misconfigured;
use settings::MetricStore;
use utoipa::{Modify as _, OpenApi as _, openapi::OpenApi};
use utoipa_axum::{router::OpenApiRouter, routes as handlers};
use web::{
    Problem,
    describe::{Identity, OlderRefusals},
};

use self::failure::LegacyFailure;
use crate::{
    batch::{Batch, SeriesLimits},
    cassandra,
    legacy::{InCassandra, InDatabase, Tables},
    messages::Lines,
    rules::retention::Retention,
    store::{Cassandra, CassandraOptions, Options, Relational, SampleStore, WithTables},
};

/// What the operations work on. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// Where samples are kept.
    pub samples: Arc<dyn SampleStore>,
    /// The numbers of the machine that the program runs on, at a time in milliseconds.
    pub machine: fn(i64) -> Batch,
    /// Where rows of counters and timers and dashboards stand.
    pub tables: Arc<dyn Tables>,
    /// The topics with lines of counters and timers, and whose these are.
    pub lines: Lines,
    /// Where alerts are kept.
    pub db: ::store::Db,
    /// Who is told of alerts.
    pub queue: Queue,
    /// What is said of the product when alerts are told.
    pub bundle: String,
    /// How long samples are kept.
    pub retention: Retention,
    /// The time.
    pub clock: Clock,
    /// Who is let in.
    pub access: Access,
    /// What a series may be.
    pub limits: SeriesLimits,
}

impl App {
    /// Over the relational store and, where the settings say so, the keyspace of the metrics UI server.
    pub fn new(
        db: ::store::Db,
        queue: Queue,
        bundle: String,
        access: Access,
        settings: &settings::Metrics,
        kafka: KafkaConfig,
        machine: fn(i64) -> Batch,
    ) -> Result<Self, Misconfigured> {
        let limits = SeriesLimits::default();
        let org = org(settings).map_err(Misconfigured)?;
        let tables: Arc<dyn Tables> = match settings.place() {
            MetricStore::Database => Arc::new(InDatabase(db.clone())),
            MetricStore::Cassandra => {
                let cluster = cassandra::Cluster::of_tables(settings).map_err(Misconfigured)?;
                Arc::new(InCassandra::new(cluster, org.clone()).map_err(Misconfigured)?)
            }
        };
        let lines =
            Lines { kafka, topics: settings.csv_topics.to_vec(), group: settings.csv_group.to_string(), org };
        let retention = retention(settings).map_err(Misconfigured)?;
        let samples: Arc<dyn SampleStore> = match *settings.samples {
            MetricStore::Database => Arc::new(Relational::open(db.clone(), Options { limits })),
            MetricStore::Cassandra => {
                let cluster = cassandra::Cluster::of_samples(settings).map_err(Misconfigured)?;
                let replicas = *settings.samples_replicas;
                let options = CassandraOptions { cluster, limits, retention: retention.clone(), replicas };
                Arc::new(Cassandra::open(options).map_err(Misconfigured)?)
            }
        };
        let samples = Arc::new(WithTables::new(samples, tables.clone()));
        let clock = Clock::system();
        Ok(Self { samples, machine, tables, lines, db, queue, bundle, retention, clock, access, limits })
    }

    /// The time in milliseconds.
    pub fn now(&self) -> i64 {
        self.clock.now().micros() / 1000
    }
}

/// Whose the rows of the metrics UI server are.
fn org(settings: &settings::Metrics) -> Result<OrgId, String> {
    OrgId::parse(&settings.org).map_err(|problem| format!("metrics.org cannot be used: {problem}"))
}

/// How long samples are kept, and when they are thinned.
fn retention(settings: &settings::Metrics) -> Result<Retention, String> {
    Retention::parse(*settings.keep_days, &settings.keep_days_of)
        .map_err(|problem| format!("metrics.keep_days_of: {problem}"))?
        .thin(&settings.thin_after)
        .map_err(|problem| format!("metrics.thin_after: {problem}"))
}

/// What [`App::new`] would refuse of these settings, but for those of Cassandra.
pub fn wrong_settings(settings: &settings::Metrics) -> impl Iterator<Item = String> {
    org(settings).err().into_iter().chain(retention(settings).err())
}

impl Api for App {
    type Error = Problem;
}

impl Guarded for App {
    fn access(&self) -> &Access {
        &self.access
    }
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Metrics",
        version = "1",
        description = "Samples in by remote write, OTLP and line protocol; out by PromQL and as the metrics UI server's rows."
    ),
    components(schemas(Problem)),
    servers((url = "/")),
    security(("identity" = []))
)]
struct Document;

/// The routes and their document: both come from this one list.
pub fn routes() -> (Router<App>, OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .routes(handlers!(doors::remote_write::handle))
        .routes(handlers!(doors::otlp::handle))
        .routes(handlers!(doors::otlp::handle_prefixed))
        .routes(handlers!(doors::lines::handle_v1))
        .routes(handlers!(doors::lines::handle_v2))
        .routes(handlers!(doors::lines::ping))
        .routes(handlers!(prometheus::query::get, prometheus::query::post))
        .routes(handlers!(prometheus::query_range::get, prometheus::query_range::post))
        .routes(handlers!(prometheus::labels::get, prometheus::labels::post))
        .routes(handlers!(prometheus::label_values::handle))
        .routes(handlers!(prometheus::series::get, prometheus::series::post, prometheus::series::delete))
        .routes(handlers!(prometheus::metadata::handle))
        .routes(handlers!(prometheus::status::buildinfo))
        .routes(handlers!(prometheus::tsdb::handle))
        .routes(handlers!(prometheus::status::exemplars_get, prometheus::status::exemplars_post))
        .routes(handlers!(prometheus::rules::rules))
        .routes(handlers!(prometheus::rules::alerts))
        .routes(handlers!(alert_rules::list::get, alert_rules::list::post))
        .routes(handlers!(alert_rules::one::get, alert_rules::one::put, alert_rules::one::delete))
        .routes(handlers!(alert_rules::history::handle))
        .routes(handlers!(metrics::list::handle))
        .routes(handlers!(metrics::data::handle))
        .routes(handlers!(metrics::alerts::handle))
        .routes(handlers!(dashboards::list::handle, dashboards::create::handle))
        .routes(handlers!(dashboards::of_type::handle))
        .routes(handlers!(dashboards::one::get, dashboards::one::put, dashboards::one::delete))
        .split_for_parts();
    Identity.modify(&mut document);
    OlderRefusals.modify(&mut document);
    (router, document)
}

/// The routes over an app.
pub fn router(app: &App) -> Router {
    let permitted = axum::middleware::from_fn_with_state(app.clone(), caller::permitted);
    routes().0.method_not_allowed_fallback(other_method).layer(permitted).with_state(app.clone())
}

/// `OPTIONS` is answered, every other method that a path does not have is refused (contract metrics §5.1); what it has stands in
/// the header `Allow` of both.
async fn other_method(method: Method) -> Response {
    if method == Method::OPTIONS {
        return web::json_response(StatusCode::OK, "text/html; charset=utf-8", "");
    }
    let text = "The method is not allowed for the requested URL.";
    LegacyFailure::error(StatusCode::METHOD_NOT_ALLOWED, text).into_response()
}
