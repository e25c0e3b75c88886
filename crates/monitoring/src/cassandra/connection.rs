//! The session with a cluster, made when it is needed.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures::TryStreamExt as _;
use scylla::{
    client::{
        caching_session::{CachingSession, CachingSessionBuilder},
        execution_profile::ExecutionProfile,
        session_builder::SessionBuilder,
    },
    errors::{
        DbError, ExecutionError, NextPageError, NextRowError, PagerExecutionError, PrepareError,
        RequestAttemptError, RequestError,
    },
    response::query_result::QueryResult,
    statement::{
        Consistency, Statement,
        batch::{Batch, BatchType},
    },
    value::{CqlValue, Row},
};
use tokio::sync::Mutex;

use super::{
    CassandraError, Cells, Cluster, Result,
    tls::{Translator, Tunnels},
};

/// After a failure nobody tries to connect for so long: who asks meanwhile is told of it at once.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest wait for one node to take a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How many prepared statements are kept: there is one for each set of columns that is asked for.
const PREPARED: usize = 256;
/// So often a statement is tried again that the server did not know, and so long after.
const UNPREPARED_TRIES: usize = 5;
const UNPREPARED_PAUSE: Duration = Duration::from_millis(50);

/// Values of a statement, in its order.
pub(crate) type Values = Vec<CqlValue>;

#[derive(Debug)]
pub(crate) struct Connection {
    cluster: Cluster,
    tunnels: Option<Arc<Tunnels>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    session: Option<Arc<CachingSession>>,
    failed: Option<(Instant, String)>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("connected", &self.session.is_some()).finish_non_exhaustive()
    }
}

impl Connection {
    pub(crate) fn new(cluster: Cluster) -> std::result::Result<Self, String> {
        if cluster.hosts.is_empty() {
            return Err(
                "metrics are to stand in Cassandra, and metrics.cassandra_hosts names no node".to_owned()
            );
        }
        let first = cluster.hosts.first().map(|host| with_port(host)).unwrap_or_default();
        let tunnels = cluster.tls.as_ref().map(|tls| Tunnels::new(tls, &first)).transpose()?;
        Ok(Self { cluster, tunnels: tunnels.map(Arc::new), state: Mutex::default() })
    }

    pub(crate) fn keyspace(&self) -> &str {
        self.cluster.keyspace.as_str()
    }

    /// A table of the keyspace, as it stands in a statement.
    pub(crate) fn table(&self, name: &str) -> String {
        format!("\"{}\".{name}", self.keyspace())
    }

    async fn session(&self) -> Result<Arc<CachingSession>> {
        let mut state = self.state.lock().await;
        if let Some(session) = &state.session {
            return Ok(session.clone());
        }
        if let Some((at, problem)) = &state.failed
            && at.elapsed() < PAUSE
        {
            return Err(CassandraError::Away(problem.clone()));
        }
        match self.connect().await {
            Ok(session) => {
                let session = Arc::new(session);
                *state = State { session: Some(session.clone()), failed: None };
                Ok(session)
            }
            Err(problem) => {
                state.failed = Some((Instant::now(), problem.clone()));
                Err(CassandraError::Away(problem))
            }
        }
    }

    async fn connect(&self) -> std::result::Result<CachingSession, String> {
        let cluster = &self.cluster;
        if let Some(tunnels) = &self.tunnels {
            // What a node was refused for before says nothing of this time.
            drop(tunnels.take_problem());
        }
        let profile = ExecutionProfile::builder()
            .consistency(match cluster.consistency {
                settings::Consistency::LocalOne => Consistency::LocalOne,
                settings::Consistency::LocalQuorum => Consistency::LocalQuorum,
            })
            .request_timeout(Some(cluster.timeout))
            .build();
        let mut nodes = Vec::new();
        for host in &cluster.hosts {
            let node = with_port(host);
            nodes.push(match &self.tunnels {
                None => node,
                Some(tunnels) => tunnels.to(&node).await.map_err(|problem| problem.to_string())?.to_string(),
            });
        }
        let mut builder = SessionBuilder::new()
            .known_nodes(nodes)
            .default_execution_profile_handle(profile.into_handle())
            .connection_timeout(CONNECT)
            // What routes statements to the nodes that hold their rows, and nothing else of the schema.
            .keyspaces_to_fetch([cluster.keyspace.as_str()])
            .fetch_full_schema_metadata(false);
        if let Some((user, password)) = &cluster.login {
            builder = builder.user(user, password.expose());
        }
        if let Some(datacenter) = &cluster.datacenter {
            builder = builder.prefer_datacenter(datacenter.clone());
        }
        if let Some(tunnels) = &self.tunnels {
            builder = builder.address_translator(Arc::new(Translator(tunnels.clone())));
        }
        let built = tokio::time::timeout(cluster.timeout, builder.build()).await;
        let session = match built {
            Ok(Ok(session)) => session,
            failed => {
                let problem = match failed {
                    Ok(Err(problem)) => problem.to_string(),
                    _ => format!("no connection within {} s", cluster.timeout.as_secs_f64()),
                };
                let refused = self.tunnels.as_ref().and_then(|tunnels| tunnels.take_problem());
                return Err(refused.unwrap_or(problem));
            }
        };
        Ok(CachingSessionBuilder::new(session).max_capacity(PREPARED).build())
    }

    /// Runs a statement whose answer is one page.
    pub(crate) async fn run(&self, text: &str, values: Values) -> Result<QueryResult> {
        let session = self.session().await?;
        while_unprepared(|| session.execute_unpaged(text, &values), is_unprepared)
            .await
            .map_err(|problem| of_execution(&problem))
    }

    /// Runs statements on rows of one partition, as one change.
    pub(crate) async fn run_together(&self, statements: Vec<(&str, Values)>) -> Result<()> {
        let session = self.session().await?;
        let mut batch = Batch::new(BatchType::Unlogged);
        let mut values = Vec::with_capacity(statements.len());
        for (text, own) in statements {
            batch.append_statement(text);
            values.push(own);
        }
        let done = while_unprepared(|| session.batch(&batch, &values), is_unprepared).await;
        done.map(|_| ()).map_err(|problem| of_execution(&problem))
    }

    /// Runs statements that make what is missing: keyspaces and tables.
    pub(crate) async fn make(&self, statements: Vec<String>) -> Result<()> {
        let session = self.session().await?;
        for statement in statements {
            let made = session.get_session().query_unpaged(statement, ()).await;
            made.map_err(|problem| of_execution(&problem))?;
        }
        Ok(())
    }

    /// Whether a conditional statement was applied.
    pub(crate) async fn applied(&self, text: &str, values: Values) -> Result<bool> {
        let result = self.run(text, values).await?;
        let rows =
            result.into_rows_result().map_err(|problem| CassandraError::Refused(problem.to_string()))?;
        let row: Row = rows.first_row().map_err(|problem| CassandraError::Refused(problem.to_string()))?;
        Ok(matches!(row.columns.first(), Some(Some(CqlValue::Boolean(true)))))
    }

    /// Gives every row of the answer, page by page (5,000 rows unless the statement says otherwise), to `take`; ends with its first error.
    pub(crate) async fn each<E: From<CassandraError>>(
        &self,
        statement: impl Into<Statement>,
        values: Values,
        mut take: impl FnMut(Cells) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let session = self.session().await?;
        let statement = statement.into();
        let first_page = || session.execute_iter(statement.clone(), &values);
        let pager = while_unprepared(first_page, is_page_unprepared).await;
        let pager = pager.map_err(|problem| of_pager(&problem))?;
        let mut rows =
            pager.rows_stream::<Row>().map_err(|problem| CassandraError::Refused(problem.to_string()))?;
        while let Some(row) = rows.try_next().await.map_err(|problem| of_row(&problem))? {
            take(Cells::new(row))?;
        }
        Ok(())
    }

    /// The rows of the answer, each made into something or left out.
    pub(crate) async fn collect<T>(
        &self,
        text: &str,
        values: Values,
        mut make: impl FnMut(Cells) -> Option<T>,
    ) -> Result<Vec<T>> {
        let mut all = Vec::new();
        let take = |cells| {
            all.extend(make(cells));
            Ok::<_, CassandraError>(())
        };
        self.each(text, values, take).await?;
        Ok(all)
    }
}

/// Tries what the server has not run since it did not know the statement: while tables are made it forgets statements, also one that
/// the driver has just prepared for it once more.
async fn while_unprepared<T, E, F: Future<Output = std::result::Result<T, E>>>(
    work: impl Fn() -> F,
    is_unprepared: fn(&E) -> bool,
) -> std::result::Result<T, E> {
    for _ in 0..UNPREPARED_TRIES {
        match work().await {
            Err(problem) if is_unprepared(&problem) => tokio::time::sleep(UNPREPARED_PAUSE).await,
            done => return done,
        }
    }
    work().await
}

fn is_unprepared(problem: &ExecutionError) -> bool {
    matches!(problem, ExecutionError::LastAttemptError(attempt) if is_attempt_unprepared(attempt))
}

fn is_page_unprepared(problem: &PagerExecutionError) -> bool {
    matches!(
        problem,
        PagerExecutionError::NextPageError(NextPageError::RequestFailure(RequestError::LastAttemptError(attempt)))
            if is_attempt_unprepared(attempt)
    )
}

fn is_attempt_unprepared(problem: &RequestAttemptError) -> bool {
    matches!(problem, RequestAttemptError::DbError(DbError::Unprepared { .. }, _))
}

/// A host with its port; 9042 is the usual one.
fn with_port(host: &str) -> String {
    let bare_v6 = host.matches(':').count() > 1 && !host.starts_with('[');
    let has_port = !bare_v6 && !host.ends_with(']') && host.contains(':');
    if bare_v6 {
        format!("[{host}]:9042")
    } else if has_port {
        host.to_owned()
    } else {
        format!("{host}:9042")
    }
}

fn of_execution(problem: &ExecutionError) -> CassandraError {
    match problem {
        ExecutionError::LastAttemptError(attempt) => of_attempt(attempt),
        ExecutionError::PrepareError(prepare) => of_prepare(prepare),
        other => CassandraError::Away(other.to_string()),
    }
}

fn of_pager(problem: &PagerExecutionError) -> CassandraError {
    match problem {
        PagerExecutionError::PrepareError(prepare) => of_prepare(prepare),
        PagerExecutionError::NextPageError(page) => of_page(page),
        other => CassandraError::Away(other.to_string()),
    }
}

fn of_row(problem: &NextRowError) -> CassandraError {
    match problem {
        NextRowError::NextPageError(page) => of_page(page),
        other => CassandraError::Refused(other.to_string()),
    }
}

fn of_page(problem: &NextPageError) -> CassandraError {
    match problem {
        NextPageError::RequestFailure(RequestError::LastAttemptError(attempt)) => of_attempt(attempt),
        other => CassandraError::Away(other.to_string()),
    }
}

fn of_prepare(problem: &PrepareError) -> CassandraError {
    match problem {
        PrepareError::AllAttemptsFailed { first_attempt } => of_attempt(first_attempt),
        other => CassandraError::Away(other.to_string()),
    }
}

/// What the server says of a statement is a refusal; that it cannot now, or that nothing comes, is an absence.
fn of_attempt(problem: &RequestAttemptError) -> CassandraError {
    match problem {
        RequestAttemptError::DbError(
            DbError::Invalid
            | DbError::SyntaxError
            | DbError::Unauthorized
            | DbError::ConfigError
            | DbError::AuthenticationError,
            said,
        ) => CassandraError::Refused(said.clone()),
        RequestAttemptError::SerializationError(problem) => CassandraError::Refused(problem.to_string()),
        other => CassandraError::Away(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{KeyspaceName, Tls},
        *,
    };

    #[tokio::test]
    async fn what_the_server_did_not_know_is_tried_again_and_nothing_else_is() {
        let unknown = || {
            RequestAttemptError::DbError(
                DbError::Unprepared { statement_id: Vec::new().into() },
                String::new(),
            )
        };
        let refused = || RequestAttemptError::DbError(DbError::Invalid, String::new());
        let tried = std::cell::Cell::new(0);
        let after = async |times: usize| {
            tried.set(0);
            let work = || async {
                tried.set(tried.get() + 1);
                if tried.get() > times { Ok(7) } else { Err(ExecutionError::LastAttemptError(unknown())) }
            };
            (while_unprepared(work, is_unprepared).await.ok(), tried.get())
        };
        assert_eq!(after(0).await, (Some(7), 1));
        assert_eq!(after(UNPREPARED_TRIES).await, (Some(7), UNPREPARED_TRIES + 1));
        assert_eq!(after(usize::MAX).await, (None, UNPREPARED_TRIES + 1), "not for ever");
        assert!(!is_unprepared(&ExecutionError::LastAttemptError(refused())));
    }

    #[tokio::test]
    async fn why_a_node_was_refused_before_is_not_told_again() {
        // Nobody accepts: nothing is heard of this node.
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let connection = Connection::new(Cluster {
            hosts: vec![silent.local_addr().unwrap().to_string()],
            keyspace: KeyspaceName::from_setting("keyspace", "x").unwrap(),
            login: None,
            datacenter: None,
            consistency: settings::Consistency::LocalOne,
            timeout: Duration::from_millis(100),
            tls: Some(Tls::default()),
        })
        .unwrap();
        *connection.tunnels.as_ref().unwrap().problem.lock().unwrap() = Some("of yesterday".to_owned());
        let told = connection.session().await.unwrap_err().to_string();
        assert!(told.contains("no connection within 0.1 s"), "{told}");
    }

    #[test]
    fn a_host_without_a_port_gets_the_usual_one() {
        for (host, whole) in [
            ("c1", "c1:9042"),
            ("10.0.0.1:9043", "10.0.0.1:9043"),
            ("::1", "[::1]:9042"),
            ("[::1]", "[::1]:9042"),
            ("[::1]:9043", "[::1]:9043"),
        ] {
            assert_eq!(with_port(host), whole);
        }
    }
}
