//! Empty databases, one for a test.

use std::path::Path;

use sqlx::{Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;
use uuid::Uuid;

/// An empty database of its own for one test, known by its url: `store::Db::open` takes it. The names say nothing
/// of engines, so that no crate but `store` has to.
///
/// ```no_run
/// # async fn example() {
/// for database in testkit::TestDatabase::both().await {
///     println!("{}: {}", database.engine(), database.url());
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    engine: &'static str,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// One of each engine: what a suite that must hold on both runs over.
    pub async fn both() -> [Self; 2] {
        [Self::embedded(), Self::server().await]
    }

    /// SQLite: a file in a temporary folder, removed with this value.
    pub fn embedded() -> Self {
        let folder = TempDir::with_prefix("plumbline-sqlite-").expect("a temporary folder can be made");
        let url = format!("sqlite:{}", folder.path().join("plumbline.db").display());
        Self { url, engine: "embedded", _folder: Some(folder) }
    }

    /// PostgreSQL: a database on the server that `scripts/with-components.sh` started; it goes when the server goes.
    pub async fn server() -> Self {
        Self::on_server(&crate::component("PLUMBLINE_TEST_POSTGRES")).await
    }

    /// A database on the server behind `url` (of any database there).
    pub async fn on_server(url: &str) -> Self {
        let name = format!("test_{}", Uuid::new_v4().simple());
        let mut server =
            PgConnection::connect(url).await.unwrap_or_else(|error| panic!("cannot reach {url}: {error}"));
        let made = server.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await;
        made.unwrap_or_else(|error| panic!("cannot make a database on {url}: {error}"));
        let (place, _) = url.rsplit_once('/').unwrap_or((url, ""));
        Self { url: format!("{place}/{name}"), engine: "server", _folder: None }
    }

    /// A database on the server behind `url` whose tables stand in `folder`, which the server's user has to own.
    pub async fn in_folder(url: &str, folder: &Path) -> Self {
        let name = format!("place_{}", Uuid::new_v4().simple());
        let mut server =
            PgConnection::connect(url).await.unwrap_or_else(|error| panic!("cannot reach {url}: {error}"));
        for statement in [
            format!("CREATE TABLESPACE {name} LOCATION '{}'", folder.display()),
            format!("CREATE DATABASE {name} TABLESPACE {name}"),
        ] {
            let made = server.execute(sqlx::AssertSqlSafe(statement)).await;
            made.unwrap_or_else(|error| panic!("cannot make a database in {}: {error}", folder.display()));
        }
        let (place, _) = url.rsplit_once('/').unwrap_or((url, ""));
        Self { url: format!("{place}/{name}"), engine: "server", _folder: None }
    }

    /// Lets nobody in any more and ends every connection, or lets everybody in again.
    pub async fn allow_connections(&self, allow: bool) {
        let (place, name) = self.url.rsplit_once('/').expect("a database on a server");
        let mut server =
            PgConnection::connect(&format!("{place}/postgres")).await.expect("the server answers");
        let mut statements = vec![format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {allow}")];
        if !allow {
            statements.push(format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ));
        }
        for statement in statements {
            server.execute(sqlx::AssertSqlSafe(statement)).await.expect("the server obeys");
        }
    }

    /// Runs a statement.
    pub async fn execute(&self, statement: &str) {
        let mut connection = PgConnection::connect(&self.url).await.expect("the database can be reached");
        let done = connection.execute(sqlx::AssertSqlSafe(statement.to_owned())).await;
        done.unwrap_or_else(|error| panic!("cannot run `{statement}`: {error}"));
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// `embedded` or `server`: names the failing half of a suite.
    pub fn engine(&self) -> &'static str {
        self.engine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_test_has_a_database_of_its_own() {
        let (one, other) = (TestDatabase::server().await, TestDatabase::server().await);
        assert_ne!(one.url(), other.url());
        let mut one = PgConnection::connect(one.url()).await.unwrap();
        let mut other = PgConnection::connect(other.url()).await.unwrap();
        one.execute("CREATE TABLE mine (x INT)").await.unwrap();
        assert!(other.execute("SELECT * FROM mine").await.is_err());
        assert_ne!(TestDatabase::embedded().url(), TestDatabase::embedded().url());
    }
}
