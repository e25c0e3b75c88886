//! Rows of the original's own database.

use ground::HostId;
use store::{Db, Options, Row, Sql};
use uuid::Uuid;

use crate::applications::Application;

/// The newest migration of the original.
pub const VERSION: &str = "286f3c4f6e4f";
/// The schema that the original's tables are in unless it was told otherwise.
pub const SCHEMA: &str = "hbi";
/// Hosts, or rows of a small table, that are read together.
const PAGE: i64 = 200;

/// Why the original's database cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// It has no such tables.
    #[error(
        "there are no tables of the original in schema `{0}` of that database: name the schema with --schema, or another database"
    )]
    NoTables(String),
    /// Its tables are of another version.
    #[error(
        "the database has version `{0}` of the original's tables: upgrade it to {VERSION} with the original first"
    )]
    Version(String),
    /// It failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A row of the original with what it is called in messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginalRow {
    /// The table, and the ids of the row.
    pub name: String,
    /// As `row_to_json` prints it.
    pub text: String,
}

/// What is read next.
#[derive(Debug)]
enum Next {
    /// A small table, after an id.
    Small(&'static str, Uuid),
    /// When jobs last succeeded.
    Marks,
    /// Hosts after this one.
    Hosts(String, Uuid),
    Nothing,
}

/// The original's database, read from its first row to its last.
#[derive(Debug)]
pub struct Original {
    db: Db,
    next: Next,
    tables: Vec<String>,
}

impl Original {
    /// Opens a database whose tables are of the version that is known.
    pub async fn open(url: &str, schema: &str) -> Result<Self, Failed> {
        let options = Options { schema: Some(schema.to_owned()), ..Options::default() };
        let db = Db::open(url, &options).await?;
        let known = Sql::new(
            "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename IN ('alembic_version', 'hosts')",
        );
        if db.read_one(known).await?.map_or(Ok(0), |row| row.get::<i64>(0))? < 2 {
            return Err(Failed::NoTables(schema.to_owned()));
        }
        let version = db.read_one(Sql::new("SELECT CAST(version_num AS TEXT) FROM alembic_version")).await?;
        let version: String = version.map_or(Ok(String::new()), |row| row.get(0))?;
        if version != VERSION {
            return Err(Failed::Version(version));
        }
        let of_hosts = ["system_profiles_static", "system_profiles_dynamic", "hosts_groups"];
        let of_applications =
            Application::ALL.iter().map(|application| format!("hosts_app_data_{}", application.name()));
        let tables = of_hosts.into_iter().map(str::to_owned).chain(of_applications).collect();
        Ok(Self { db, next: Next::Small("groups", Uuid::nil()), tables })
    }

    /// The next rows: groups and settings, then some hosts with everything that belongs to them; none at the end.
    pub async fn page(&mut self) -> Result<Vec<OriginalRow>, Failed> {
        loop {
            let rows = match std::mem::replace(&mut self.next, Next::Nothing) {
                Next::Nothing => return Ok(Vec::new()),
                Next::Small(table, after) => self.small(table, after).await?,
                Next::Marks => self.marks().await?,
                Next::Hosts(org, id) => self.hosts(&org, id).await?,
            };
            if !rows.is_empty() {
                return Ok(rows);
            }
        }
    }

    async fn small(&mut self, table: &'static str, after: Uuid) -> Result<Vec<OriginalRow>, Failed> {
        let sql = format!(
            "SELECT CAST(row_to_json(t) AS TEXT), id FROM {table} t WHERE id > $1 ORDER BY id LIMIT {PAGE}"
        );
        let found = self.db.read(Sql::new(sql).bind(after)).await?;
        self.next = match found.last() {
            Some(last) => Next::Small(table, last.get(1)?),
            None if table == "groups" => Next::Small("staleness", Uuid::nil()),
            None => Next::Marks,
        };
        found.iter().map(|row| named(table, row)).collect()
    }

    /// When jobs last succeeded.
    async fn marks(&mut self) -> Result<Vec<OriginalRow>, Failed> {
        self.next = Next::Hosts(String::new(), Uuid::nil());
        let rows = self.db.read(Sql::new("SELECT CAST(row_to_json(t) AS TEXT) FROM hbi_metadata t")).await?;
        rows.iter()
            .map(|row| Ok(OriginalRow { name: "hbi_metadata".to_owned(), text: row.get(0)? }))
            .collect()
    }

    async fn hosts(&mut self, org: &str, after: Uuid) -> Result<Vec<OriginalRow>, Failed> {
        let sql = format!(
            "SELECT CAST(row_to_json(t) AS TEXT), id, org_id FROM hosts t WHERE (org_id, id) > ($1, $2)
                ORDER BY org_id, id LIMIT {PAGE}"
        );
        let found = self.db.read(Sql::new(sql).bind(org).bind(after)).await?;
        let Some(last) = found.last() else { return Ok(Vec::new()) };
        let (last_org, last_id): (String, Uuid) = (last.get(2)?, last.get(1)?);
        let mut rows = found.iter().map(|row| named("hosts", row)).collect::<Result<Vec<_>, Failed>>()?;
        for table in &self.tables {
            let sql = format!(
                "SELECT CAST(row_to_json(t) AS TEXT), host_id FROM {table} t
                    WHERE (org_id, host_id) > ($1, $2) AND (org_id, host_id) <= ($3, $4)"
            );
            let sql = Sql::new(sql).bind(org).bind(after).bind(last_org.as_str()).bind(last_id);
            for row in self.db.read(sql).await? {
                rows.push(named(table, &row)?);
            }
        }
        self.next = Next::Hosts(last_org, last_id);
        Ok(rows)
    }
}

fn named(table: &str, row: &Row) -> Result<OriginalRow, Failed> {
    Ok(OriginalRow { name: format!("{table} {}", HostId(row.get(1)?)), text: row.get(0)? })
}
